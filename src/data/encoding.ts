import { ModelError } from "../core/index.ts";
import type { Task } from "../core/task.ts";
import { type Affine, fitAffine, type ScaleKind } from "./scale.ts";
import {
  type Column,
  isMissing,
  missingCounts,
  type NumberColumn,
  rowName,
  type Table,
  type TextColumn,
  takeRows,
} from "./table.ts";
import { census, chooseTask, targetColumn } from "./task.ts";

/** What is done about missing values: refuse, drop their rows, or fill with the mean (text: the most frequent word). */
export type MissingPolicy = "error" | "drop" | "mean";

/** How one column becomes features: a number scaled, or a word as one feature a level, 1 for its own and 0 else. */
export type InputEncoding =
  | ({ readonly kind: "number"; readonly column: string; readonly fill: number } & Affine)
  | { readonly kind: "text"; readonly column: string; readonly levels: readonly string[]; readonly fill: string };

/** How the target column becomes y: class numbers 0, 1, … in the order of `classes`, or the number itself. */
export type TargetEncoding =
  | { readonly kind: "classes"; readonly column: string; readonly classes: readonly string[] }
  | { readonly kind: "number"; readonly column: string; readonly mean: number; readonly deviation: number };

/** All that turns a table into numbers, learnt from the training part; plain data, kept with a model. */
export interface Encoding {
  readonly task: Task;
  /** Why this task, in one sentence. */
  readonly reason: string;
  readonly scale: ScaleKind;
  readonly missing: MissingPolicy;
  readonly inputs: readonly InputEncoding[];
  /** One name a feature: the column's, or `column=level`. */
  readonly features: readonly string[];
  readonly target: TargetEncoding;
}

/** What `fitEncoding` needs to know. */
export interface EncodingOptions {
  /** Name of the target column; all others are inputs. */
  readonly target: string;
  /** Default: inferred from the target (`inferTask`). */
  readonly task?: Task;
  /** Default `standard`. */
  readonly scale?: ScaleKind;
  /** Default `error`. */
  readonly missing?: MissingPolicy;
}

/** A text column of more levels than this is refused as an input. */
const mostLevels = 100;

/**
 * Learns from the training part how to turn tables into numbers.
 *
 * @param table   the training part only; levels of text columns are those of the whole table that it was taken from
 * @param options target, task, scale and what to do about missing values
 * @throws `data-target`, `data-classes` as `chooseTask`; `data-missing` for missing values that the policy does not
 *         cover; `data-text` for a text column that looks like an identifier; `data-columns` without any input
 */
export function fitEncoding(table: Table, options: EncodingOptions): Encoding {
  const { target, scale = "standard", missing = "error" } = options;
  const targets = targetColumn(table, target);
  const inputs = table.columns.filter((column) => column !== targets);
  if (inputs.length === 0)
    throw new ModelError({
      code: "data-columns",
      where: table.name,
      rule: `besides the target ${JSON.stringify(target)} there is no column to learn from.`,
    });
  const columns = [...inputs, targets];
  checkFilled({ ...table, columns }, { missing, target });
  const rows = completeRows({ ...table, columns }, missing);
  const kept = rows.length === table.rows ? table : takeRows(table, rows);
  const { task, reason } = chooseTask(kept, options);
  const encoded = kept.columns
    .filter((column) => column.name !== target)
    .map((column) => (column.kind === "text" ? fitText(kept, column) : fitNumber(kept, column, scale)));
  const features = encoded.flatMap((input) =>
    input.kind === "text" ? input.levels.map((level) => `${input.column}=${level}`) : [input.column],
  );
  return { task, reason, scale, missing, inputs: encoded, features, target: fitTarget(kept, target, task) };
}

function fitTarget(table: Table, name: string, task: Task): TargetEncoding {
  const column = targetColumn(table, name);
  if (task !== "regression" || column.kind === "text")
    return { kind: "classes", column: name, classes: census(column).classes };
  const { shift, scale } = fitAffine("standard", column.values);
  return { kind: "number", column: name, mean: shift, deviation: scale };
}

function fitNumber(table: Table, column: NumberColumn, scale: ScaleKind): InputEncoding {
  const { shift: mean } = fitAffine("standard", column.values);
  if (hasValues(column)) return { kind: "number", column: column.name, fill: mean, ...fitAffine(scale, column.values) };
  throw allMissing(table, column);
}

function fitText(table: Table, column: TextColumn): InputEncoding {
  const { name, levels } = column;
  if (!hasValues(column)) throw allMissing(table, column);
  const counts = new Int32Array(levels.length);
  for (const code of column.codes) if (code >= 0) counts[code]!++;
  const present = counts.filter((count) => count > 0).length;
  if (levels.length > mostLevels || (present === table.rows && present > 10))
    throw new ModelError({
      code: "data-text",
      where: `${table.name}, column ${JSON.stringify(name)}`,
      given: { levels: levels.length, rows: table.rows, "for example": levels.slice(0, 3).join(", ") },
      rule: `a text column with a different word in ${present === table.rows ? "every row" : `more than ${mostLevels} rows`} is a name or an identifier, not a property to learn from.`,
      hint: `leave the column out (--drop ${name}), or write fewer, coarser values`,
    });
  const fill = levels[counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0))]!;
  return { kind: "text", column: name, levels, fill };
}

const hasValues = (column: Column): boolean =>
  column.kind === "text" ? column.codes.some((code) => code >= 0) : column.values.some((v) => !Number.isNaN(v));

function allMissing(table: Table, column: Column): ModelError {
  return new ModelError({
    code: "data-missing",
    where: `${table.name}, column ${JSON.stringify(column.name)}`,
    rule: "every value of this column is missing, so there is nothing to fill with.",
    hint: `leave the column out (--drop ${column.name})`,
  });
}

/** How missing values are to be treated, and in which column they never are filled. */
export interface MissingRule {
  readonly missing: MissingPolicy;
  /** Left out when only inputs are encoded. */
  readonly target?: string;
}

/**
 * Refuses missing values that the policy does not cover; a missing target is never filled.
 *
 * @throws `data-missing` with the count of every column concerned
 */
export function checkFilled(table: Table, { missing, target }: MissingRule): void {
  if (missing === "drop") return;
  const counts = missingCounts(table);
  const bad = missing === "mean" ? counts.filter(({ column }) => column === target) : counts;
  const first = bad[0];
  if (!first) return;
  const onlyTarget = bad.length === 1 && first.column === target;
  const shown = bad
    .slice(0, 12)
    .map(({ column, missing: n }) => [JSON.stringify(column), `${n} of ${table.rows} rows`]);
  const more = bad.length > 12 ? { "further columns": bad.length - 12 } : {};
  const column = table.columns.find(({ name }) => name === first.column)!;
  const row = Array.from({ length: table.rows }, (_, i) => i).find((i) => isMissing(column, i)) ?? 0;
  throw new ModelError({
    code: "data-missing",
    where: `${table.name} ${rowName(table, row)}, column ${JSON.stringify(first.column)}`,
    given: { ...Object.fromEntries(shown), ...more },
    rule: onlyTarget
      ? "the target is missing (empty, NA, NaN, null or ?), and a target is never filled in."
      : "the value is missing (empty, NA, NaN, null or ?).",
    hint: onlyTarget
      ? "--missing drop leaves out the rows without a target"
      : "--missing drop leaves out rows with missing values, --missing mean fills them in (text: the most frequent value)",
  });
}

/**
 * The rows that stay: all, or under `drop` those without a missing value.
 *
 * @throws `data-missing` when `drop` leaves no row
 */
export function completeRows(table: Table, missing: MissingPolicy): Int32Array {
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  if (missing !== "drop" || table.rows === 0) return all;
  const holed = table.columns.filter((column) => missingCounts({ ...table, columns: [column] }).length > 0);
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
