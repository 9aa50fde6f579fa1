import type { Task } from "../core/task.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Value } from "../graph/value.ts";
import { areClassNumbers, type Loss, meanPerRow } from "../nn/index.ts";
import { abs, argmax, cast, equal, greater, min, square, sub } from "../ops/index.ts";

/** A figure of merit that is a mean over rows, so that it adds up over batches of any size. */
export interface RowMetric {
  readonly name: string;
  /** Its value for each row, `[batch]`, from the prediction (after the loss's link) and the target. */
  readonly rows: (prediction: Value, target: Value, boundary: number) => Value;
  /** From the mean over rows to the figure; `spread` is the variance of the targets. */
  readonly finish?: (mean: number, spread: number) => number;
  /** Power of the target's unit that it is measured in: 2 for a squared error. */
  readonly unit: 0 | 1 | 2;
  readonly better: "high" | "low";
}

const residual = (y: Value, t: Value): Value => sub(y, t.reshape(y.shape));

/** Share of rows whose most likely class is the right one. */
const multiclassAccuracy: RowMetric = {
  name: "accuracy",
  rows: (p, t) => cast(equal(argmax(p), areClassNumbers(p, t) ? cast(t, "integer") : argmax(t)), "real"),
  unit: 0,
  better: "high",
};

/** Share of rows (of labels: and of outputs) on the right side of the boundary. */
const binaryAccuracy: RowMetric = {
  name: "accuracy",
  rows: (p, t, boundary) => meanPerRow(cast(equal(greater(p, boundary), greater(t.reshape(p.shape), 0.5)), "real")),
  unit: 0,
  better: "high",
};

/** Share of rows whose labels are all right. */
const exactMatch: RowMetric = {
  ...binaryAccuracy,
  name: "exactMatch",
  rows: (p, t, boundary) => min(cast(equal(greater(p, boundary), greater(t.reshape(p.shape), 0.5)), "real"), -1),
};

/** Mean squared error, over the outputs of a row too. */
const mse: RowMetric = { name: "mse", rows: (y, t) => meanPerRow(square(residual(y, t))), unit: 2, better: "low" };
/** Root of the mean squared error. */
const rmse: RowMetric = { ...mse, name: "rmse", finish: Math.sqrt, unit: 1 };
/** Mean absolute error. */
const mae: RowMetric = { name: "mae", rows: (y, t) => meanPerRow(abs(residual(y, t))), unit: 1, better: "low" };
/** Coefficient of determination, 1 − mse / variance of the targets, both over all outputs; 0 for predicting their means, NaN if they are constant. */
const r2: RowMetric = {
  ...mse,
  name: "r2",
  finish: (error, spread) => (spread > 0 ? 1 - error / spread : Number.NaN),
  unit: 0,
  better: "high",
};

/** The metrics of a task, the main one first. */
export const metricsOf: Readonly<Record<Task, readonly RowMetric[]>> = {
  regression: [r2, mse, rmse, mae],
  binary: [binaryAccuracy],
  multiclass: [multiclassAccuracy],
  multilabel: [binaryAccuracy, exactMatch],
};

/** What a two-class prediction must exceed to count as the second class, after the loss's link has been applied. */
export const boundaryOf = ({ link, boundary }: Loss): number => (link === "sigmoid" ? 0.5 : boundary);

/** The boundary, unless another was chosen. */
export const thresholdOf = ({ loss, threshold }: { readonly loss: Loss; readonly threshold?: number }): number =>
  threshold ?? boundaryOf(loss);

/**
 * Variance of the targets (divided by their number); of several outputs, the mean of the variances of each.
 *
 * @param counts how much each row counts; left out, all the same
 */
export function spreadOf({ shape, data }: Tensor, counts?: Tensor): number {
  const rows = shape[0]!;
  const columns = data.length / rows;
  const count = (row: number): number => counts?.data[row] ?? 1;
  let total = 0;
  for (let i = 0; i < rows; i++) total += count(i);
  let squares = 0;
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += count(i) * data[i * columns + c]!;
    const mean = sum / total;
    for (let i = 0; i < rows; i++) squares += count(i) * (data[i * columns + c]! - mean) ** 2;
  }
  return squares / (total * columns);
}
