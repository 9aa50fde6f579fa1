import { checkedNumber, knownOptions } from "../core/names.ts";
import { Tensor } from "../core/tensor.ts";
import type { Lifted } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import { add, expm1, mul, neg } from "../ops/index.ts";
import type { Schedule } from "./schedule.ts";
import type { Transform } from "./transform.ts";

/** What a rule may know besides its own state. */
export interface Moment {
  /** Number of this update: 1, 2, … */
  readonly t: Value;
  /** Learning rate. */
  readonly η: Value;
  /** The parameter itself, before the update. */
  readonly θ: Value;
  /** Whether weight decay is meant for it: weights yes, biases and scales no. */
  readonly decays: boolean;
}

/** An update rule for one array of parameters. The library maps it over the tree of parameters. */
export interface Rule<S> {
  readonly name: string;
  /** The state before the first update, for parameters like these. */
  readonly init: (θ: Tensor) => S;
  /** The change to add to θ, and the next state. */
  update(g: Value, state: Lifted<S>, at: Moment): readonly [Δ: Value, state: Lifted<S>];
}

/** A rule with its learning rate: what `fit` takes. It holds no state, so one may serve any number of fits. */
export interface Optimizer<S = unknown> extends Rule<S> {
  readonly learningRate: number | Schedule;
  /** What is done to the gradients before the rule sees them, to its changes, and to the parameters they lead to. */
  readonly transforms?: {
    readonly gradients: readonly Transform[];
    readonly changes: readonly Transform[];
    readonly parameters: readonly Transform[];
  };
  /** Factors of the learning rate by name of a parameter or of what holds it; 0 freezes. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** The option that every rule has. */
export interface Rate {
  /** A positive number, or a schedule. */
  readonly learningRate?: number | Schedule;
}

export const zeros = ({ shape, data }: Tensor): Tensor => new Tensor(shape, new Float64Array(data.length));

/** Exponential moving average: β·average + (1 − β)·x. */
export const ema = (average: Value, x: Value, β: number): Value => add(mul(β, average), mul(1 - β, x));

/** 1 − βᵗ, without cancellation for β near 1. */
export const correction = (β: number, t: Value): Value => neg(expm1(mul(Math.log(β), t)));

/** A rule with its rate, checked. */
export function optimizer<S>(rule: Rule<S>, learningRate: number | Schedule): Optimizer<S> {
  if (typeof learningRate !== "function") checkedNumber(`${rule.name}({ learningRate })`, learningRate, { above: 0 });
  return { ...rule, learningRate };
}

/** Checks that the options are known ones and within bounds: shares from 0 to below 1, everything else from 0 on. */
export function checkOptions(
  name: string,
  options: object,
  shares: readonly string[],
  others: readonly string[] = [],
): void {
  knownOptions(`${name}(options)`, options, ["learningRate", ...shares, ...others]);
  for (const [key, x] of Object.entries(options) as [string, number | undefined][]) {
    if (x === undefined) continue; // means the default
    if (shares.includes(key)) checkedNumber(`${name}({ ${key} })`, x, { least: 0, below: 1 });
    if (others.includes(key)) checkedNumber(`${name}({ ${key} })`, x, { least: 0 });
  }
}
