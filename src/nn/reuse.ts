import { ModelError } from "../core/errors.ts";
import { knownOptions } from "../core/names.ts";
import { fold, key } from "../core/random.ts";
import { sameShape, show } from "../core/shape.ts";
import { isTensor, type Tensor } from "../core/tensor.ts";
import { fillLeaves, leavesByName } from "../core/tree.ts";
import { isData, type PlainData, tensorOf } from "../graph/lifted.ts";
import { initialStateOf, type Layer } from "./layers.ts";

/** Numbers of a trained network: as `fit` gives them, or by name, as a saved file has them (`0.W`, `state.1.mean`). */
export type TrainedNumbers =
  | { readonly parameters: unknown; readonly state?: unknown }
  | Readonly<Record<string, Tensor>>;

export interface ReuseOptions {
  /** Layers or parameters that begin anew, by name (`["4"]`); `"head"`: the last layer with parameters. Default: none. */
  readonly fresh?: "head" | readonly string[];
  /** Seed of what begins anew. Default 0. */
  readonly seed?: number;
}

/** What a training may start from. */
export interface Reused<Θ> {
  /** For `fit(model, data, { ...start })`. */
  readonly start: { readonly parameters: Θ; readonly state: unknown };
  /** Names of the parameters that were taken. */
  readonly taken: readonly string[];
  /** Names of those that begin anew. */
  readonly fresh: readonly string[];
  /** Names of the trained ones that found no place. */
  readonly unused: readonly string[];
}

type Named = Readonly<Record<string, Tensor>>;

/** Arrays of one layer: its name, and its arrays by theirs. */
interface Group {
  readonly layer: string;
  readonly arrays: Named;
}

/**
 * Starting parameters of a network, taken from another: layer by layer, in the order of those that have parameters, and in a
 * layer by name and shape. So layers without parameters (dropout, say) may be added or left out in between.
 *
 * @param model   the network to be trained
 * @param trained numbers of another
 * @throws `reuse-mismatch` naming every array that does not fit, and what it needs
 */
export function reuse<Θ>(model: Layer<Θ>, trained: TrainedNumbers, options: ReuseOptions = {}): Reused<Θ> {
  knownOptions("reuse(model, trained, options)", options, ["fresh", "seed"]);
  const { fresh = [], seed = 0 } = options;
  const begun = { parameters: model.init(fold(key(seed), 0)), state: initialStateOf(model) };
  const wanted = groupsOf(tensorsOf(begun.parameters, "parameters"));
  const anew = fresh === "head" ? wanted.slice(-1).map(({ layer }) => layer) : fresh;
  checkNames(anew, wanted);
  const given = partsOf(trained);
  const parameters = matched(wanted, given.parameters, anew);
  const head = wanted.at(-1)?.layer;
  if (parameters.odd.length > 0) throw mismatch(parameters, head);
  const kept = groupsOf(tensorsOf({ state: begun.state }, "state"));
  const ofState = (name: string): string => `state.${name}`;
  const state = matched(kept, given.state, anew.map(ofState));
  if (state.odd.length > 0) throw mismatch(state, head);
  return {
    start: {
      parameters: fillLeaves(begun.parameters, isData, parameters.found.values()) as Θ,
      state: fillLeaves(begun.state, isData, state.found.values()),
    },
    taken: parameters.taken,
    fresh: [...parameters.found.keys()].filter((name) => !parameters.taken.includes(name)),
    unused: parameters.unused,
  };
}

const tensorsOf = (tree: unknown, whole: string): Named =>
  Object.fromEntries(
    Object.entries(leavesByName(tree, isData, whole)).map(([name, leaf]) => [name, tensorOf(leaf as PlainData)]),
  );

/** Parameters and state, layer by layer. */
function partsOf(trained: TrainedNumbers): Record<"parameters" | "state", readonly Group[]> {
  if ("parameters" in trained && !isTensor(trained.parameters)) {
    const { parameters, state = null } = trained as { readonly parameters: unknown; readonly state?: unknown };
    return {
      parameters: groupsOf(tensorsOf(parameters, "parameters")),
      state: groupsOf(tensorsOf({ state }, "state")),
    };
  }
  const groups = groupsOf(trained as Named).sort((a, b) => a.layer.localeCompare(b.layer, "en", { numeric: true }));
  const ofState = ({ layer }: Group): boolean => layer.startsWith("state.");
  return { parameters: groups.filter((group) => !ofState(group)), state: groups.filter(ofState) };
}

/** `2.W` belongs to layer `2`; a tree that is one array is a layer without a name. */
const layerOf = (name: string): string => name.split(".").slice(0, -1).join(".");

/** Arrays layer by layer, in the order in which they come. */
function groupsOf(named: Named): Group[] {
  const layers = new Map<string, Record<string, Tensor>>();
  for (const [name, array] of Object.entries(named)) {
    const layer = layerOf(name);
    layers.set(layer, { ...layers.get(layer), [name]: array });
  }
  return [...layers].map(([layer, arrays]) => ({ layer, arrays }));
}

const under = (name: string, layers: readonly string[]): boolean =>
  layers.some((layer) => name === layer || name.startsWith(`${layer}.`));

function checkNames(fresh: readonly string[], wanted: readonly Group[]): void {
  const names = wanted.flatMap(({ arrays }) => Object.keys(arrays));
  const odd = fresh.find((name) => !names.some((each) => under(each, [name])));
  if (odd === undefined) return;
  throw new ModelError({
    code: "option",
    where: "reuse(model, trained, { fresh })",
    given: { name: odd },
    rule: "the network has no layer or parameter of that name.",
    hint: `those with parameters are ${wanted.map(({ layer }) => layer).join(", ")}`,
  });
}

interface Matched {
  /** Every wanted array, trained or fresh, in the order of the tree. */
  readonly found: ReadonlyMap<string, Tensor>;
  readonly taken: readonly string[];
  readonly unused: readonly string[];
  readonly odd: readonly (readonly [name: string, why: string])[];
}

/** Finds for every array the trained one at the same place. */
function matched(wanted: readonly Group[], given: readonly Group[], fresh: readonly string[]): Matched {
  const [found, partners, odd] = [new Map<string, Tensor>(), new Map<string, string>(), new Map<string, string>()];
  wanted.forEach(({ layer, arrays }, i) => {
    for (const [name, array] of Object.entries(arrays)) {
      found.set(name, array);
      if (under(name, fresh)) continue;
      const partner = given[i] && given[i].layer + name.slice(layer.length);
      const trained = partner === undefined ? undefined : given[i]!.arrays[partner];
      if (!trained) odd.set(name, `needs ${show(array.shape)}, there is none`);
      else if (!sameShape(trained.shape, array.shape))
        odd.set(name, `needs ${show(array.shape)}, ${partner} is ${show(trained.shape)}`);
      else {
        found.set(name, trained);
        partners.set(name, partner!);
      }
    }
  });
  const used = new Set(partners.values());
  const unused = given.flatMap(({ arrays }) => Object.keys(arrays)).filter((name) => !used.has(name));
  return { found, taken: [...partners.keys()], unused, odd: [...odd] };
}

const mostShown = 12;

function mismatch({ found, odd }: Matched, head: string | undefined): ModelError {
  const more = odd.length - mostShown;
  const onlyHead = head !== undefined && odd.every(([name]) => under(name, [head]));
  return new ModelError({
    code: "reuse-mismatch",
    where: "reuse(model, trained)",
    given: { ...Object.fromEntries(odd.slice(0, mostShown)), ...(more > 0 && { "and more": more }) },
    rule: `${odd.length} of ${found.size} arrays of the network have no trained one that fits.`,
    hint: onlyHead
      ? 'only the last layer differs: let it begin anew with { fresh: "head" }'
      : "give the network the layers of the trained one, or name those that are to begin anew in { fresh }",
  });
}
