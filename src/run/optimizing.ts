import {
  chainRules,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  layerRates,
  maxNorm,
  type Optimizer,
  type OptimizerName,
  optimizers,
  type Schedule,
  schedules,
  type Transform,
  type WholeBatch,
  warmup,
  weightDecay,
} from "../optim/index.ts";
import { allRows } from "../training/allrows.ts";
import { type AnyOptimizerName, allOptimizers } from "./optimizerschema.ts";
import type { Recipe } from "./recipes.ts";
import type { CheckedRunFile } from "./runfile.ts";

type Wanted = CheckedRunFile["training"];

/** How parameters move in a run. */
export interface Optimizing {
  readonly name: AnyOptimizerName;
  /** None for an optimizer that finds its own step. */
  readonly learningRate: number | null;
  /** Schedule, limits and decays in words, as far as they are asked for. */
  readonly words: Readonly<Record<string, string>>;
  readonly rule: Optimizer | WholeBatch;
}

/**
 * The optimizer of a run with everything around it.
 *
 * @throws `option` for an unknown or impossible option of the rule or of its schedule, or one that its optimizer has no use for
 */
export function optimizing({ training }: CheckedRunFile, recipe: Recipe): Optimizing {
  const { name, ...options } = named(training.optimizer ?? recipe.optimizer);
  const rates = { ...training.layerRates, ...Object.fromEntries((training.frozen ?? []).map((key) => [key, 0])) };
  const own = name in optimizers ? null : wholeBatch(name as WholeBatchName, options, training);
  const learningRate = own ? null : rateOf(name as OptimizerName, training, recipe);
  const rule = own ?? stepwise(name as OptimizerName, options, training, learningRate!);
  const paced = Object.keys(rates).length > 0 ? layerRates<Optimizer | WholeBatch>(rule, rates) : rule;
  return { name, learningRate, words: inWords(training), rule: paced };
}

type WholeBatchName = Exclude<AnyOptimizerName, OptimizerName>;

/** Whether a run is trained by an optimizer that looks at all rows at once. */
export const looksAtAll = ({ optimizer }: { readonly optimizer?: Wanted["optimizer"] }): boolean =>
  optimizer !== undefined && !(named(optimizer).name in optimizers);

function rateOf(name: OptimizerName, { learningRate }: Wanted, recipe: Recipe): number {
  const standard = optimizers[name]().learningRate as number;
  return learningRate ?? (name === recipe.optimizer ? recipe.learningRate : standard);
}

/** An optimizer that finds its own step; what is there for others is refused. */
function wholeBatch(name: WholeBatchName, options: object, training: Wanted): WholeBatch {
  const useless = ["learningRate", "schedule", "clip", "weightDecay", "maxNorm"] as const;
  const odd = useless.find((key) => training[key] !== undefined);
  if (odd !== undefined) throw allRows(name, { [odd]: JSON.stringify(training[odd]) });
  return allOptimizers[name](options);
}

/** An update rule with its schedule, behind limits of the gradients and in front of decays. */
function stepwise(name: OptimizerName, options: object, training: Wanted, learningRate: number): Optimizer {
  const decays = ownDecay.has(name) && training.weightDecay !== undefined;
  const chosen = optimizers[name]({
    ...options,
    ...(decays && { weightDecay: training.weightDecay }),
    learningRate: scheduled(training, learningRate),
  } as object) as Optimizer;
  const around = [...clipping(training), chosen, ...constraining(training, decays)];
  return around.length > 1 ? chainRules(...around) : chosen;
}

/** Rules that bring their own weight decay. */
const ownDecay: ReadonlySet<OptimizerName> = new Set(["adamw", "lion"]);

const named = <K extends string>(given: K | { readonly name: K }): { readonly name: K } =>
  typeof given === "string" ? { name: given } : given;

function scheduled({ schedule }: Wanted, rate: number): number | Schedule {
  if (schedule === undefined) return rate;
  const { name, warmup: rise, ...options } = named(schedule) as { name: keyof typeof schedules; warmup?: number };
  const after = (schedules[name] as (rate: number, options?: object) => Schedule)(rate, options);
  return rise === undefined ? after : warmup(after, { epochs: rise });
}

function clipping({ clip }: Wanted): Transform[] {
  if (clip === undefined) return [];
  const { value, norm, globalNorm } = typeof clip === "number" ? { globalNorm: clip } : clip;
  return [
    ...(value === undefined ? [] : [clipByValue(value)]),
    ...(norm === undefined ? [] : [clipByNorm(norm)]),
    ...(globalNorm === undefined ? [] : [clipByGlobalNorm(globalNorm)]),
  ];
}

const constraining = ({ weightDecay: λ, maxNorm: c }: Wanted, decays: boolean): Transform[] => [
  ...(λ === undefined || decays ? [] : [weightDecay(λ)]),
  ...(c === undefined ? [] : [maxNorm(c)]),
];

/** What is not the plain rule, for people to read: `{ schedule: "cosine (final 0.001)", clip: "global norm 1" }`. */
function inWords({ optimizer, schedule, clip, ...rest }: Wanted): Record<string, string> {
  const { weightDecay, maxNorm, layerRates: rates, frozen } = rest;
  const listed = (options: object): string =>
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`)
      .join(", ");
  const { name, ...options } = schedule === undefined ? { name: "" } : named(schedule);
  const { name: _, ...tuned } = optimizer === undefined ? { name: "" } : named(optimizer);
  const parts = {
    "optimizer options": listed(tuned),
    schedule: listed(options) ? `${name} (${listed(options)})` : name,
    clip: clip === undefined ? "" : listed(typeof clip === "number" ? { globalNorm: clip } : clip),
    "weight decay": weightDecay === undefined ? "" : String(weightDecay),
    "max norm": maxNorm === undefined ? "" : String(maxNorm),
    "layer rates": rates ? listed(rates) : "",
    frozen: frozen?.join(", ") ?? "",
  };
  return Object.fromEntries(Object.entries(parts).filter(([, words]) => words !== ""));
}
