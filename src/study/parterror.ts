import type { NumberOutcomes } from "../training/metrics/index.ts";
import { weightedMean } from "../training/metrics/outcomes.ts";
import type { PartError } from "./diagnosis.ts";

/**
 * An error rate with its standard error √(p(1 − p)/n), where p = (errors + 1)/(rows + 2), so that no errors among few rows
 * do not pass for certainty.
 */
export function rateError(error: number, rows: number): PartError {
  const p = (error * rows + 1) / (rows + 2);
  return { error, standardError: Math.sqrt((p * (1 - p)) / rows) };
}

/** How many rows that count alike tell as much as these: n = (Σw)² / Σw². */
export function effectiveRows(weights: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    squares += weights[i]! ** 2;
  }
  return sum ** 2 / squares;
}

/** A root mean squared error, and its standard error from how the squares spread: s(r²) / (2 √n rmse). */
export function rmseError({ rows, outputs, truth, predicted, weights }: NumberOutcomes): PartError {
  const squares = new Float64Array(rows);
  for (let j = 0; j < truth.length; j++)
    squares[Math.floor(j / outputs)]! += (predicted[j]! - truth[j]!) ** 2 / outputs;
  const mean = weightedMean(squares, weights);
  const n = effectiveRows(weights);
  const variance = weightedMean(
    squares.map((r) => (r - mean) ** 2),
    weights,
  );
  const error = Math.sqrt(mean);
  const deviation = Math.sqrt((variance * n) / Math.max(1, n - 1));
  return { error, standardError: error > 0 ? deviation / (2 * error * Math.sqrt(n)) : 0 };
}
