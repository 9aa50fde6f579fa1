import { Tensor } from "../core/index.ts";
import type { Encoding } from "./encoding.ts";
import { expand } from "./expansion.ts";
import { baseFeatures, columnsFor, type Features } from "./features.ts";
import { checkFilled, checkFinite, completeRows } from "./missing.ts";
import type { Column, Table } from "./table.ts";
import { encodeTargets, targetNames } from "./targets.ts";
import { targetColumn } from "./task.ts";
import { checkWeights } from "./weights.ts";

/** Numbers for a network. */
export interface EncodedInputs extends Features {
  /** Which rows of the table these are: all, unless rows with missing values were dropped. */
  readonly rows: Int32Array;
}

/** Numbers for training and scoring. */
export interface Encoded extends EncodedInputs {
  /** Multiclass: class numbers `[rows]` (integers). Binary: 0 or 1, `[rows, 1]`. Regression: the numbers, `[rows, 1]`. Several
   * targets: `[rows, targets]`. */
  readonly y: Tensor;
  /** A weight for each row, `[rows]`; nothing when they all count alike. */
  readonly weights: Tensor | null;
}

/** Storage of the result: float64 (default), or float32, half as large. */
export interface EncodeOptions {
  readonly precision?: "f64" | "f32";
}

/**
 * Turns a table into numbers, as `fitEncoding` learnt it. Columns are found by name; extra ones are ignored. Weights are
 * taken where their column is there.
 *
 * @returns x `[rows, features]` and y, for the rows that stay
 * @throws `data-columns` when an input column is not there, `data-target` when the target is not, `data-text` for words in a
 *         column of numbers, or (unseen: error) words that training did not have, `data-classes` for an unknown class,
 *         `data-missing` for missing values that the policy does not cover, `data-number` for infinite numbers
 */
export function encode(encoding: Encoding, table: Table, options: EncodeOptions = {}): Encoded {
  const targets = targetNames(encoding.target).map((name) => targetColumn(table, name));
  const columns = inputColumns(encoding, table);
  const rows = keptRows(encoding, { ...table, columns: [...columns, ...targets] });
  return {
    ...features(encoding, { table: { ...table, columns }, rows, ...options }),
    y: encodeTargets(encoding.target, encoding.task, { table, rows, ...options }),
    weights: weightsOf(encoding, table, rows),
    rows,
  };
}

/**
 * The same without a target: for predicting.
 *
 * @returns x `[rows, features]` for the rows that stay
 * @throws as `encode`, but for the target
 */
export function encodeInputs(encoding: Encoding, table: Table, options: EncodeOptions = {}): EncodedInputs {
  const part = { ...table, columns: inputColumns(encoding, table) };
  const rows = keptRows(encoding, part);
  return { ...features(encoding, { table: part, rows, ...options }), rows };
}

const inputColumns = ({ inputs, target, weights }: Encoding, table: Table): Column[] =>
  columnsFor(inputs, table, [...targetNames(target), ...(weights === undefined ? [] : [weights])]);

interface Job extends EncodeOptions {
  readonly table: Table;
  readonly rows: Int32Array;
}

function keptRows({ missing, target }: Encoding, table: Table): Int32Array {
  checkFilled(table, { missing, targets: targetNames(target) });
  checkFinite(table);
  return completeRows(table, missing);
}

function features({ inputs, expansion, unseen = "zero" }: Encoding, job: Job): Features {
  if (!expansion) return baseFeatures(inputs, { ...job, unseen });
  const { x, notes } = baseFeatures(inputs, { ...job, precision: "f64", unseen });
  return { x: expand(expansion, x, job.precision), notes };
}

function weightsOf({ weights }: Encoding, table: Table, rows: Int32Array): Tensor | null {
  if (weights === undefined || !table.columns.some(({ name }) => name === weights)) return null;
  const values = checkWeights(table, weights);
  return new Tensor(
    [rows.length],
    Float64Array.from(rows, (row) => values[row]!),
  );
}
