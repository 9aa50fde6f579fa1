import { ModelError } from "../core/errors.ts";
import { checkedNumber } from "../core/names.ts";
import { leavesByName } from "../core/tree.ts";
import type { Optimizer } from "./rule.ts";

/**
 * An optimizer with learning rates of their own for some parameters: ηᵢ = factor·η, at every moment of a schedule. A factor
 * of 0 freezes: the parameter gets no update, no state and no gradient.
 *
 * @param optimizer any
 * @param rates     factors by name: of a parameter (`"2.W"`) or of a layer, which means all of its parameters (`"2"`); the
 *                  longer name wins. Layers count from 0, activations too, as in `parameters`
 * @throws `option` for a factor below 0; when training begins, for a name that fits no parameter
 */
export function layerRates<O extends Pick<Optimizer, "rates">>(
  optimizer: O,
  rates: Readonly<Record<string, number>>,
): O {
  for (const [name, factor] of Object.entries(rates)) checkedNumber(`layerRates({ "${name}" })`, factor, { least: 0 });
  return { ...optimizer, rates: { ...optimizer.rates, ...rates } };
}

/** The factor of each leaf's learning rate, in the order of the leaves. */
export function ratesOf<T>(
  { rates = {} }: Pick<Optimizer, "rates">,
  tree: unknown,
  isLeaf: (x: unknown) => x is T,
): number[] {
  const names = Object.keys(leavesByName(tree, isLeaf, "parameters"));
  const wanted = Object.keys(rates).sort((a, b) => b.length - a.length);
  const fits = (key: string, name: string): boolean => name === key || name.startsWith(`${key}.`);
  const odd = wanted.find((key) => !names.some((name) => fits(key, name)));
  if (odd !== undefined)
    throw new ModelError({
      code: "option",
      where: "layer rates and frozen layers",
      given: { name: odd },
      rule: "there is no layer or parameter of that name.",
      hint: `layers with parameters are ${[...new Set(names.map(layerOf))].join(", ")} (activations are counted, too), their parameters ${few(names)}`,
    });
  return names.map((name) => rates[wanted.find((key) => fits(key, name)) ?? ""] ?? 1);
}

/** `2.W` is of layer `2`. */
const layerOf = (name: string): string => name.split(".")[0]!;

const few = (names: readonly string[]): string => names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "");
