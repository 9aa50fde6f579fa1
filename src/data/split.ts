import { fold, type Key, key, ModelError } from "../core/index.ts";
import { drawGroups, groupsOf } from "./groups.ts";
import { rowsInOrder } from "./order.ts";
import { checkClasses, classesOf, draw, type Names } from "./strata.ts";
import { column, rowName, type Table, takeRows } from "./table.ts";

/** How large the parts are, and by which chance they are drawn. */
export interface Fractions {
  /** Share of all rows for the test part, drawn first; ⌈share · rows⌉ rows. Default 0. */
  readonly test?: number;
  /** Share of the rows that are left for the validation part; ⌈share · rows left⌉ rows. Default 0. */
  readonly validation?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** Row numbers of the three parts, each ascending; together every row once. */
export interface RowSplit {
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** By what the parts are drawn, besides chance. */
export interface SplitOptions extends Fractions {
  /** Column whose values keep their shares in every part. */
  readonly stratify?: string;
  /** Column whose equal values stay together: all rows of a patient, say, are in one part. */
  readonly groups?: string;
  /** Column in whose order the parts follow each other, training first, test last; `true`: the order of the table. */
  readonly order?: string | true;
}

/** The three parts as tables, and the rows they are. */
export interface TableSplit {
  readonly training: Table;
  readonly validation: Table;
  readonly test: Table;
  readonly rows: RowSplit;
}

/**
 * Splits a table into training, validation and test part.
 *
 * The test part is drawn first and does not depend on the validation share: the same seed and test share always give the
 * same test rows. Counts are rounded up, as scikit-learn does: of 1797 rows, shares of 0.2 give 360 test rows, then 288
 * of the 1437 left for validation, and 1149 for training.
 *
 * With groups, whole groups are drawn, so the parts have about the shares that are asked for. With an order, nothing is drawn:
 * the last rows are the test part, those before it the validation part.
 *
 * @param options shares, seed, and the columns to stratify, to group or to order by
 * @throws `data-split` for impossible shares, an empty training part, or an order together with groups or strata,
 *         `data-classes` for a class of one row, `data-columns` for an unknown column, `data-missing` for a row without
 *         group or place, `data-date`, `data-text` for a column that is in no order
 */
export function split(table: Table, options: SplitOptions): TableSplit {
  const rows = options.order === undefined ? drawnRows(table, options) : orderedRows(table, options, options.order);
  return {
    training: takeRows(table, rows.training),
    validation: takeRows(table, rows.validation),
    test: takeRows(table, rows.test),
    rows,
  };
}

/** Training first, test last. */
function orderedRows(table: Table, options: SplitOptions, order: string | true): RowSplit {
  const { test = 0, validation = 0, stratify, groups } = options;
  if (stratify !== undefined || groups !== undefined)
    throw new ModelError({
      code: "data-split",
      where: `split(${table.name})`,
      given: { order: String(order), ...(stratify && { stratify }), ...(groups && { groups }) },
      rule: "parts that follow an order cannot also be drawn by groups or classes.",
      hint: "leave the order out, or the others",
    });
  const counts = countsOf(table.rows, { test, validation, name: table.name });
  const rows = rowsInOrder(table, order);
  const held = table.rows - counts.test - counts.validation;
  return {
    training: rows.slice(0, held).sort(),
    validation: rows.slice(held, held + counts.validation).sort(),
    test: rows.slice(held + counts.validation).sort(),
  };
}

function drawnRows(table: Table, options: SplitOptions): RowSplit {
  const by = options.stratify === undefined ? undefined : column(table, options.stratify);
  const labels = by && (by.kind === "text" ? by.codes : by.values);
  const strata = labels && {
    labels,
    where: (row: number): string => `${table.name} ${rowName(table, row)}, column ${JSON.stringify(by.name)}`,
    labelName: (label: number): string => (by.kind === "text" ? (by.levels[label] ?? "missing") : String(label)),
  };
  const { test = 0, validation = 0, seed = 0 } = options;
  const { rows, name } = table;
  if (options.groups === undefined) return splitRows(rows, { ...strata, name, test, validation, seed });
  countsOf(rows, { test, validation, name });
  const classes = labels ? classesOf(rows, labels) : new Int32Array(rows);
  const draw = { name, classes, groups: groupsOf(table, options.groups) };
  return twice(rows, { test, validation, seed }, (from, count, key) => drawGroups(from, { ...draw, count, key }));
}

/**
 * The same split for a number of rows: row numbers instead of tables.
 *
 * @param options with `labels`, one a row, the parts are stratified: each class gets its share of each part to within
 *                a row (largest remainders), and keeps at least one training row
 * @throws as `split`
 */
export function splitRows(
  rows: number,
  options: Fractions & { readonly labels?: ArrayLike<number> } & Partial<Names>,
): RowSplit {
  const { test = 0, validation = 0, seed = 0, labels, labelName = String } = options;
  const { name = "split", where = (row) => `row ${row + 1}` } = options;
  const counts = countsOf(rows, { test, validation, name });
  const classes = labels ? classesOf(rows, labels) : new Int32Array(rows);
  if (labels && counts.test + counts.validation > 0) checkClasses({ rows, labels, classes, labelName, where });
  return twice(rows, { test, validation, seed }, (from, count, key) => draw(from, { name, count, classes, key }));
}

type Draw = (from: Int32Array, count: number, key: Key) => [drawn: Int32Array, rest: Int32Array];

/** First the test part is drawn, then, of the rows that are left, the validation part. */
function twice(rows: number, { test, validation, seed }: Required<Fractions>, take: Draw): RowSplit {
  const base = fold(key(seed), 0x73706c74);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const [drawn, rest] = take(all, part(rows, test), fold(base, 0));
  const [held, training] = take(rest, part(rest.length, validation), fold(base, 1));
  return { training, validation: held, test: drawn };
}

/** ⌈share · rows⌉, where a product that only rounding lifts above a whole number stays that number. */
const part = (rows: number, share: number): number => Math.ceil(rows * share * (1 - 4 * Number.EPSILON));

/**
 * How many rows the parts have.
 *
 * @throws `data-split` when no row is left to train on
 */
function countsOf(
  rows: number,
  { test, validation, name }: { readonly test: number; readonly validation: number; readonly name: string },
): { readonly test: number; readonly validation: number } {
  checkShares({ test, validation });
  const counts = { test: part(rows, test), validation: part(rows - part(rows, test), validation) };
  checkTraining(rows, { name, ...counts });
  return counts;
}

function checkShares(shares: { readonly test: number; readonly validation: number }): void {
  const bad = Object.entries(shares).find(([, share]) => !(share >= 0 && share < 1));
  if (bad)
    throw new ModelError({
      code: "data-split",
      where: `split(${bad[0]}: ${bad[1]})`,
      rule: `the ${bad[0]} share must be a number from 0 (no such part) to below 1.`,
    });
  if (shares.test + shares.validation < 1) return;
  throw new ModelError({
    code: "data-split",
    where: "split",
    given: shares,
    rule: "the test and validation shares together must be below 1, so that rows are left to train on.",
  });
}

interface Counts {
  readonly name: string;
  readonly test: number;
  readonly validation: number;
}

function checkTraining(rows: number, { name, test, validation }: Counts): void {
  if (rows - test - validation > 0) return;
  throw new ModelError({
    code: "data-split",
    where: name,
    given: { rows, test, validation },
    rule: `of ${rows} rows these shares leave none to train on.`,
    hint: "give more rows, or a share of 0 for the part that you can do without",
  });
}
