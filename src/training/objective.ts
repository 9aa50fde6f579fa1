import { differentiate } from "../autodiff/index.ts";
import type { Tensor } from "../core/tensor.ts";
import { leaves } from "../core/tree.ts";
import type { Lifted } from "../graph/lifted.ts";
import { isValue, lift, type Value, within } from "../graph/value.ts";
import { type Layer, type Link, type Loss, predicting } from "../nn/index.ts";
import { abs, add, cast, exp, foldKey, mul, sigmoid, softmax, square, sum, take } from "../ops/index.ts";
import { isWeight, type Optimizer, rateAt, update } from "../optim/index.ts";
import { boundaryOf, type Metric } from "./metrics.ts";

/** What is minimised, by what network, by which rule. */
export interface Objective<Θ> {
  readonly model: Layer<Θ>;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  /** λ₁ of the penalty λ₁ Σ|W| over weights, not biases. */
  readonly l1: number;
  /** λ₂ of the penalty ½ λ₂ Σ W² over weights, not biases. */
  readonly l2: number;
}

/** Inputs and targets, one row each: x `[rows, …]`, y `[rows]` or `[rows, outputs]`. */
export interface Part<T = Tensor> {
  readonly x: T;
  readonly y: T;
}

/** What training carries from step to step. */
export interface Carry {
  readonly θ: unknown;
  readonly state: readonly unknown[];
  /** Updates made so far. */
  readonly t: Value;
}

/** What is known of a step: all scalars. Metrics are sums over the rows of its batch, so that counts stay exact. */
export interface StepFigures {
  readonly loss: Value;
  readonly penalty: Value;
  readonly learningRate: Value;
  readonly metrics: Readonly<Record<string, Value>>;
}

const links: Readonly<Record<Link, (z: Value) => Value>> = {
  identity: (z) => z,
  sigmoid,
  softmax: (z) => softmax(z),
  exp,
};

/** Predictions from what the network gives. */
export const linked = ({ link }: Loss, z: Value): Value => links[link](z);

/** λ₁ Σ|W| + ½ λ₂ Σ W² over the weights; biases are free. */
export function penaltyOf({ l1, l2 }: Pick<Objective<never>, "l1" | "l2">, θ: unknown): Value {
  const weights = leaves(θ, isValue).filter(isWeight);
  const total = (terms: readonly Value[]): Value => terms.reduce((a, b) => add(a, b), lift(0));
  const absolute = l1 > 0 ? mul(l1, total(weights.map((W) => sum(abs(W))))) : lift(0);
  const quadratic = l2 > 0 ? mul(l2 / 2, total(weights.map((W) => sum(square(W))))) : lift(0);
  return add(absolute, quadratic);
}

/** Sums over a batch of what the metrics say of each row. */
function metricSums<Θ>({ metrics, loss }: Objective<Θ>, z: Value, y: Value): Record<string, Value> {
  const p = linked(loss, z);
  return Object.fromEntries(metrics.map((m) => [m.name, sum(m.rows(p, y, boundaryOf(loss)))]));
}

/** The loss of a batch while training, the penalty, and the metrics, from one forward pass. */
function batchLoss<Θ>(
  objective: Objective<Θ>,
  θ: Lifted<Θ>,
  { x, y }: Part<Value>,
  key: Value,
): { value: Value; aux: Omit<StepFigures, "learningRate"> } {
  const z = objective.model.apply(θ, x, { training: true, key });
  const loss = within(objective.loss.label, () => objective.loss(z, y));
  const penalty = within("penalty", () => penaltyOf(objective, θ));
  const metrics = within("metrics", () => metricSums(objective, z, y));
  return { value: add(loss, penalty), aux: { loss, penalty, metrics } };
}

/** One step: gather the rows, forward, backward, update. */
export function step<Θ>(
  objective: Objective<Θ>,
  { θ, state, t }: Carry,
  { x, y }: Part<Value>,
  { rows, key }: { readonly rows: Value; readonly key: Value },
): [Carry, StepFigures] {
  const batch = within("batch", () => ({ x: take(x, rows), y: take(y, rows) }));
  const { aux, gradient } = differentiate((at) => batchLoss(objective, at as Lifted<Θ>, batch, foldKey(key, t)), θ);
  return within("update", () => {
    const η = rateAt(objective.optimizer, t);
    const at = { t: cast(add(t, 1), "real"), η };
    const [moved, next] = update(objective.optimizer, { θ, gradient, state: state as never[] }, at);
    return [
      { θ: moved, state: next, t: add(t, 1) },
      { ...aux, learningRate: η },
    ];
  });
}

/** Loss and metrics of a batch when predicting: sums over its rows. */
export function rowSums<Θ>(objective: Objective<Θ>, θ: Lifted<Θ>, { x, y }: Part<Value>): Record<string, Value> {
  const z = objective.model.apply(θ, x, predicting);
  return { loss: sum(objective.loss.rows(z, y)), ...metricSums(objective, z, y) };
}
