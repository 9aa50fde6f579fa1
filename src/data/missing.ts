import { ModelError } from "../core/index.ts";
import { numbersUpTo } from "../core/random.ts";
import {
  type Column,
  hasMissing,
  hasValue,
  isMissing,
  missingCounts,
  type NumberValues,
  rowName,
  type Table,
  written,
} from "./table.ts";

/**
 * What is done about missing values: refuse them, drop their rows, or fill them in: with the mean, the median, or the mean
 * and a further feature that is 1 where the value was missing. Words are filled in with the most frequent one.
 */
export type MissingPolicy = "error" | "drop" | "mean" | "median" | "indicator";

export const missingPolicies: readonly MissingPolicy[] = ["error", "drop", "mean", "median", "indicator"];

/** How missing values are to be treated, and in which column they never are filled. */
export interface MissingRule {
  readonly missing: MissingPolicy;
  /** Columns that are targets, as far as they are there. */
  readonly targets?: readonly string[];
}

/**
 * Refuses a column without any value.
 *
 * @throws `data-missing`
 */
export function checkAnyValue(table: Table): void {
  const empty = table.columns.find((column) => !hasValue(column));
  if (empty) throw allMissing(table, empty.name);
}

/**
 * Refuses missing values that the policy does not cover; a missing target is never filled.
 *
 * @throws `data-missing` with the count of every column concerned
 */
export function checkFilled(table: Table, { missing, targets = [] }: MissingRule): void {
  if (missing === "drop") return;
  const counts = missingCounts(table);
  const bad = missing === "error" ? counts : counts.filter(({ column }) => targets.includes(column));
  const first = bad[0];
  if (!first) return;
  const onlyTarget = bad.every(({ column }) => targets.includes(column));
  const shown = bad
    .slice(0, 12)
    .map(({ column, missing: n }) => [JSON.stringify(column), `${n} of ${table.rows} rows`]);
  const more = bad.length > 12 ? { "further columns": bad.length - 12 } : {};
  const column = table.columns.find(({ name }) => name === first.column)!;
  throw new ModelError({
    code: "data-missing",
    where: `${table.name} ${rowName(table, firstMissing(column, table.rows))}, column ${JSON.stringify(first.column)}`,
    given: { ...Object.fromEntries(shown), ...more },
    rule: onlyTarget
      ? "the target is missing (empty, NA, NaN, null or ?), and a target is never filled in."
      : "the value is missing (empty, NA, NaN, null or ?).",
    hint: onlyTarget
      ? "--missing drop leaves out the rows without a target"
      : "--missing drop leaves out rows with missing values, --missing mean (median, indicator) fills them in (text: the most frequent value)",
  });
}

function firstMissing(column: Column, rows: number): number {
  for (let row = 0; row < rows; row++) if (isMissing(column, row)) return row;
  return 0;
}

/** The error of a column without a single value. */
export function allMissing({ name, rows }: Table, column: string): ModelError {
  return new ModelError({
    code: "data-missing",
    where: `${name}, column ${JSON.stringify(column)}`,
    given: { [column]: `${rows} missing` },
    rule: "every value of this column is missing, so there is nothing to learn from it or to fill in.",
    hint: `leave the column out (--drop ${column})`,
  });
}

/**
 * The rows that stay: all, or under `drop` those without a missing value.
 *
 * @throws `data-missing` when `drop` leaves no row
 */
export function completeRows(table: Table, missing: MissingPolicy): Int32Array {
  const all = numbersUpTo(table.rows);
  if (missing !== "drop" || table.rows === 0) return all;
  const holed = table.columns.filter(hasMissing);
  const rows = all.filter((row) => !holed.some((column) => isMissing(column, row)));
  if (rows.length > 0) return rows;
  throw new ModelError({
    code: "data-missing",
    where: table.name,
    given: Object.fromEntries(missingCounts(table).map(({ column, missing: n }) => [column, `${n} missing`])),
    rule: `each of the ${table.rows} rows misses some value: dropping them leaves none.`,
    hint: "leave out the columns that are mostly missing (--drop), or fill them in (--missing mean)",
  });
}

/**
 * Refuses numbers that are infinite.
 *
 * @throws `data-number` with row, column and value
 */
export function checkFinite(table: Table): void {
  for (const column of table.columns) {
    const row = column.kind === "text" ? -1 : firstInfinite(column.values);
    if (row === -1) continue;
    throw new ModelError({
      code: "data-number",
      where: `${table.name} ${rowName(table, row)}, column ${JSON.stringify(column.name)}`,
      given: { value: written(column, row) },
      rule: "every number must be finite.",
      hint: "mend the value, or write NaN for a missing one",
    });
  }
}

function firstInfinite(values: NumberValues): number {
  const [up, down] = [values.indexOf(Number.POSITIVE_INFINITY), values.indexOf(Number.NEGATIVE_INFINITY)];
  return up === -1 || down === -1 ? Math.max(up, down) : Math.min(up, down);
}
