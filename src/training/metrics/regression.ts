import { type Gather, itself, type Metric, metric } from "./metric.ts";
import { type NumberOutcomes, total, weightedMean } from "./outcomes.ts";

const kinds = ["numbers"] as const;

/** For each row, the mean over its outputs of some function of prediction and truth. */
function perRow({ rows, outputs, truth, predicted }: NumberOutcomes, f: (y: number, t: number) => number) {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = i * outputs; j < (i + 1) * outputs; j++) sum += f(predicted[j]!, truth[j]!);
    out[i] = sum / outputs;
  }
  return out;
}

/** A metric that is made of the mean over rows of some function of prediction and truth. */
const meanOf = (label: string, gather: Gather<NumberOutcomes, number>, figure: (mean: number) => number): Metric =>
  metric({ label, better: "low", kinds, gather, figure });

/** The mean over rows of some function of prediction and truth. */
const mean =
  (f: (y: number, t: number) => number): Gather<NumberOutcomes, number> =>
  (outcomes) => {
    const each = perRow(outcomes, f);
    return (weights) => weightedMean(each, weights);
  };

const squared = mean((y, t) => (y - t) ** 2);

/** Mean squared error, in the square of the target's unit; over several outputs, their mean. */
export const mse: Metric = meanOf("mse", squared, itself);
/** Root of the mean squared error, in the target's unit. */
export const rmse: Metric = meanOf("rmse", squared, Math.sqrt);
/** Mean absolute error, in the target's unit. */
export const mae: Metric = meanOf(
  "mae",
  mean((y, t) => Math.abs(y - t)),
  itself,
);

/** Mean deviance of counts, 2 (t ln(t / y) − t + y), where 0 ln 0 is 0; NaN unless all y > 0 and t ≥ 0. */
export const poissonDeviance: Metric = meanOf(
  "poissonDeviance",
  mean((y, t) => (y > 0 && t >= 0 ? 2 * ((t > 0 ? t * Math.log(t / y) : 0) - t + y) : Number.NaN)),
  itself,
);

/** Largest absolute error of any row that has weight, in the target's unit. */
export const maxError: Metric = metric({
  label: "maxError",
  better: "low",
  kinds,
  figure: itself,
  gather: ({ rows, outputs, truth, predicted }) => {
    const worst = new Float64Array(rows);
    for (let j = 0; j < truth.length; j++) {
      const i = Math.floor(j / outputs);
      worst[i] = Math.max(worst[i]!, Math.abs(predicted[j]! - truth[j]!));
    }
    const order = Int32Array.from(worst, (_, i) => i).sort((a, b) => worst[b]! - worst[a]!);
    return (weights) => {
      const first = order.find((i) => weights[i]! > 0);
      return first === undefined ? Number.NaN : worst[first]!;
    };
  },
});

/** One output's absolute errors, ascending, with their rows. */
function sortedErrors({ rows, outputs, truth, predicted }: NumberOutcomes, output: number) {
  const size = new Float64Array(rows);
  for (let i = 0; i < rows; i++) size[i] = Math.abs(predicted[i * outputs + output]! - truth[i * outputs + output]!);
  const order = Int32Array.from(size, (_, i) => i).sort((a, b) => size[a]! - size[b]!);
  return { order, errors: size };
}

/** The value at which half of the weight is reached; where that is between two values, their mean. */
function weightedMedian({ order, errors }: ReturnType<typeof sortedErrors>, weights: Float64Array): number {
  const half = total(weights) / 2;
  let below = 0;
  for (let k = 0; k < order.length; k++) {
    const w = weights[order[k]!]!;
    below += w;
    if (w === 0 || below < half) continue;
    if (below > half) return errors[order[k]!]!;
    const next = order.subarray(k + 1).find((i) => weights[i]! > 0);
    return (errors[order[k]!]! + errors[next ?? order[k]!]!) / 2;
  }
  return Number.NaN;
}

/** Median of the absolute errors, in the target's unit; of several outputs, the mean of their medians. */
export const medianAbsoluteError: Metric = metric({
  label: "medianAbsoluteError",
  better: "low",
  kinds,
  figure: itself,
  gather: (outcomes) => {
    const sorted = Array.from({ length: outcomes.outputs }, (_, j) => sortedErrors(outcomes, j));
    return (weights) => sorted.reduce((sum, each) => sum + weightedMedian(each, weights), 0) / sorted.length;
  },
});

/** Σ w (x − x̄)² of each column, added up; x̄ is the column's own mean, or 0. */
function squares(x: Float64Array, columns: number, weights: Float64Array, about: "mean" | "zero"): number {
  let sum = 0;
  const weight = total(weights);
  for (let c = 0; c < columns; c++) {
    let mean = 0;
    if (about === "mean") for (let i = 0; i < weights.length; i++) mean += weights[i]! * x[i * columns + c]!;
    mean /= weight;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * (x[i * columns + c]! - mean) ** 2;
  }
  return sum;
}

/** 1 − a sum of squared errors over that of the targets about their means; NaN where the targets do not vary. */
const explained = (label: string, about: "mean" | "zero"): Metric =>
  metric({
    label,
    better: "high",
    kinds,
    figure: itself,
    gather: ({ outputs, truth, predicted }) => {
      const error = predicted.map((y, i) => y - truth[i]!);
      return (weights) => {
        const spread = squares(truth, outputs, weights, "mean");
        return spread > 0 ? 1 - squares(error, outputs, weights, about) / spread : Number.NaN;
      };
    },
  });

/**
 * Coefficient of determination, 1 − Σ (y − t)² / Σ (t − t̄)²: 0 for predicting the mean, NaN where the targets do not
 * vary. Sums are over several outputs together, each about its own mean.
 */
export const r2: Metric = explained("r2", "zero");
/** As `r2`, but a constant error is forgiven: 1 − Var(y − t) / Var t. */
export const explainedVariance: Metric = explained("explainedVariance", "mean");
