import type { NumberOutcomes } from "../training/metrics/index.ts";
import type { PartError } from "./diagnosis.ts";

/**
 * An error rate with its standard error √(p(1 − p)/n), where p = (errors + 1)/(rows + 2), so that no errors among few rows
 * do not pass for certainty.
 */
export function rateError(error: number, rows: number): PartError {
  const p = (error * rows + 1) / (rows + 2);
  return { error, standardError: Math.sqrt((p * (1 - p)) / rows) };
}

/** A root mean squared error, and its standard error from how the squares spread: s(r²) / (2 √n rmse). */
export function rmseError({ rows, outputs, truth, predicted }: NumberOutcomes): PartError {
  const squares = new Float64Array(rows);
  for (let j = 0; j < truth.length; j++)
    squares[Math.floor(j / outputs)]! += (predicted[j]! - truth[j]!) ** 2 / outputs;
  let [sum, spread] = [0, 0];
  for (const r of squares) sum += r;
  const mean = sum / rows;
  for (const r of squares) spread += (r - mean) ** 2;
  const error = Math.sqrt(mean);
  const deviation = Math.sqrt(spread / Math.max(1, rows - 1));
  return { error, standardError: error > 0 ? deviation / (2 * error * Math.sqrt(rows)) : 0 };
}
