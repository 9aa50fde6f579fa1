import { differentiate } from "../autodiff/index.ts";
import type { Tensor } from "../core/tensor.ts";
import { leaves, mapLeaves } from "../core/tree.ts";
import type { Lifted } from "../graph/lifted.ts";
import { isValue, lift, type Value, within } from "../graph/value.ts";
import { type Context, central, forward, type Layer, type Loss, predicting } from "../nn/index.ts";
import { abs, add, cast, foldKey, mean, mul, square, sum, take } from "../ops/index.ts";
import {
  type Course,
  isWeight,
  type Optimizer,
  type Reaction,
  rateAt,
  update,
  type WholeBatch,
} from "../optim/index.ts";
import { type RowMetric, thresholdOf } from "./metrics.ts";

/** What is minimised, by what network, by which rule. */
export interface Objective<Θ> {
  readonly model: Layer<Θ>;
  readonly loss: Loss;
  /** Two classes, and labels: above it, a prediction is yes. Default: where both are equally likely. */
  readonly threshold?: number;
  readonly optimizer: Optimizer | WholeBatch;
  readonly metrics: readonly RowMetric[];
  /** λ₁ of the penalty λ₁ Σ|W| over weights, not biases. */
  readonly l1: number;
  /** λ₂ of the penalty ½ λ₂ Σ W² over weights, not biases. */
  readonly l2: number;
  /** Passes over the rows, over which a schedule of the learning rate is spread. */
  readonly epochs: number;
}

/** An objective that is minimised batch by batch, by an update rule. */
export type Stepwise<Θ> = Objective<Θ> & { readonly optimizer: Optimizer };

/** Inputs and targets, one row each: x `[rows, …]`, y `[rows]` or `[rows, outputs]`. */
export interface Part<T = Tensor> {
  readonly x: T;
  readonly y: T;
  /** How much each row counts in the loss, `[rows]`; left out, all count the same. */
  readonly weights?: T;
  /** How much each row counts in metrics, `[rows]`: its own weight, without that of its class. */
  readonly counts?: T;
}

/** What a network has learnt. */
export interface Learnt<Θ = unknown> {
  /** Its parameters, which follow the gradient. */
  readonly θ: Θ;
  /** What its layers keep besides, such as running statistics; `null`s where there is nothing. */
  readonly running: unknown;
}

/** What training carries from step to step. */
export interface Carry extends Learnt {
  /** Of the optimizer. */
  readonly state: readonly unknown[];
  /** Updates made so far. */
  readonly t: Value;
  /** Where a schedule that reacts to the loss of each epoch stands; it changes between epochs alone. */
  readonly reaction?: unknown;
}

/** What is known of a step: all scalars. Metrics are sums over the rows of its batch, so that counts stay exact. */
export interface StepFigures {
  readonly loss: Value;
  readonly penalty: Value;
  readonly learningRate: Value;
  readonly metrics: Readonly<Record<string, Value>>;
}

/** What a network gives for rows when predicting. */
export const outputOf = <Θ>(model: Layer<Θ>, { θ, running }: Learnt, x: Value): Value =>
  forward(model, θ, x, { ...predicting, state: running }).y;

/** λ₁ Σ|W| + ½ λ₂ Σ W² over the weights; biases are free. */
export function penaltyOf({ l1, l2 }: Pick<Objective<never>, "l1" | "l2">, θ: unknown): Value {
  const weights = leaves(θ, isValue).filter(isWeight);
  const total = (terms: readonly Value[]): Value => terms.reduce((a, b) => add(a, b), lift(0));
  const absolute = l1 > 0 ? mul(l1, total(weights.map((W) => sum(abs(W))))) : lift(0);
  const quadratic = l2 > 0 ? mul(l2 / 2, total(weights.map((W) => sum(square(W))))) : lift(0);
  return add(absolute, quadratic);
}

/** Sums over a batch of what the metrics say of each row, by what it counts. */
function metricSums<Θ>(
  objective: Objective<Θ>,
  z: Value,
  { y, counts }: Pick<Part<Value>, "y" | "counts">,
): Record<string, Value> {
  const { metrics, loss } = objective;
  const p = central(loss, loss.predict(z));
  const counted = (each: Value): Value => sum(counts ? mul(each, counts) : each);
  return Object.fromEntries(metrics.map((m) => [m.name, counted(m.rows(p, y, thresholdOf(objective)))]));
}

/** The mean loss of a batch, each row by its weight. */
export const meanLoss = (loss: Loss, z: Value, { y, weights }: Pick<Part<Value>, "y" | "weights">): Value =>
  weights ? mean(mul(loss.rows(z, y), weights)) : loss(z, y);

type BatchFigures = Omit<StepFigures, "learningRate">;

/** The loss of a batch while training, the penalty, the metrics and the layers' next state, from one forward pass. */
export function batchLoss<Θ>(
  objective: Objective<Θ>,
  θ: Lifted<Θ>,
  { x, ...truth }: Part<Value>,
  context: Pick<Context, "key" | "state">,
): { value: Value; aux: { figures: BatchFigures; running: unknown } } {
  const { y: z, state: running } = forward(objective.model, θ, x, { ...context, training: true });
  const loss = within(objective.loss.label, () => meanLoss(objective.loss, z, truth));
  const penalty = within("penalty", () => penaltyOf(objective, θ));
  const metrics = within("metrics", () => metricSums(objective, z, truth));
  return { value: add(loss, penalty), aux: { figures: { loss, penalty, metrics }, running } };
}

/** What the schedule may know: the length of the training, and how it has reacted to the loss so far. */
export const courseOf = (
  { epochs }: Pick<Objective<never>, "epochs">,
  stepsPerEpoch: number,
  reaction: unknown,
): Course => ({
  steps: epochs * stepsPerEpoch,
  stepsPerEpoch,
  level: reaction ? (reaction as Record<keyof Reaction, Value>).level : lift(1),
});

/** One step: gather the rows, forward, backward, update. */
export function step<Θ>(
  objective: Stepwise<Θ>,
  { θ, running, state, t, reaction }: Carry,
  data: Part<Value>,
  { rows, key, stepsPerEpoch }: { readonly rows: Value; readonly key: Value; readonly stepsPerEpoch: number },
): [Carry, StepFigures] {
  const batch = within("batch", () => mapLeaves(data, isValue, (whole) => take(whole, rows)) as Part<Value>);
  const context = { key: foldKey(key, t), state: running };
  const { aux, gradient } = differentiate((at) => batchLoss(objective, at as Lifted<Θ>, batch, context), θ);
  return within("update", () => {
    const η = rateAt(objective.optimizer, t, courseOf(objective, stepsPerEpoch, reaction));
    const at = { t: cast(add(t, 1), "real"), η };
    const [moved, next] = update(objective.optimizer, { θ, gradient, state: state as never[] }, at);
    return [
      { θ: moved, running: aux.running, state: next, t: add(t, 1), reaction },
      { ...aux.figures, learningRate: η },
    ];
  });
}

/** Loss and metrics of a batch when predicting: sums over its rows. */
export function rowSums<Θ>(objective: Objective<Θ>, learnt: Learnt, part: Part<Value>): Record<string, Value> {
  const { x, y, weights } = part;
  const z = outputOf(objective.model, learnt, x);
  const each = objective.loss.rows(z, y);
  return { loss: sum(weights ? mul(each, weights) : each), ...metricSums(objective, z, part) };
}
