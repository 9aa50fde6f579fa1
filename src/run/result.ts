import type { TrainSummary } from "../report/input.ts";
import type { EpochRow } from "../training/index.ts";
import type { Predictions } from "./predictions.ts";
import type { Prepared } from "./prepare.ts";

/** Rows with their targets and predictions, for tables and pictures. */
export interface Shown {
  readonly part: "train" | "validation";
  readonly rows: Int32Array;
  /** One list a target. */
  readonly truth: readonly (readonly string[])[];
  readonly predictions: Predictions;
}

/** A finished run. */
export interface RunResult {
  readonly summary: TrainSummary;
  readonly history: readonly EpochRow[];
  readonly prepared: Prepared;
  /** Predictions for the validation part (the training part, if there is none). */
  readonly shown: Shown;
}

/** Row numbers of what is shown, in the data as they were read. */
export function originOf({ tables }: Prepared, { part, rows }: Pick<Shown, "part" | "rows">): Int32Array {
  const { origin } = part === "validation" ? tables.validation : tables.training;
  return origin ? rows.map((row) => origin[row]!) : rows;
}
