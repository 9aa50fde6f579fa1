import { fold, type Key, key, ModelError, permutation } from "../core/index.ts";
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
 * @param options shares, seed, and with `stratify` the column whose values keep their shares in every part
 * @throws `data-split` for impossible shares or an empty training part, `data-classes` for a class of one row,
 *         `data-columns` when the column to stratify by is unknown
 */
export function split(table: Table, options: Fractions & { readonly stratify?: string }): TableSplit {
  const by = options.stratify === undefined ? undefined : column(table, options.stratify);
  const labels = by && (by.kind === "text" ? by.codes : by.values);
  const strata = labels && {
    labels,
    where: (row: number): string => `${table.name} ${rowName(table, row)}, column ${JSON.stringify(by.name)}`,
    labelName: (label: number): string => (by.kind === "text" ? (by.levels[label] ?? "missing") : String(label)),
  };
  const rows = splitRows(table.rows, { ...options, ...strata, name: table.name });
  return {
    training: takeRows(table, rows.training),
    validation: takeRows(table, rows.validation),
    test: takeRows(table, rows.test),
    rows,
  };
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
  checkShares({ test, validation });
  const counts = { test: part(rows, test), validation: part(rows - part(rows, test), validation) };
  checkTraining(rows, { name, ...counts });
  const classes = labels ? classesOf(rows, labels) : new Int32Array(rows);
  if (labels && counts.test + counts.validation > 0) checkClasses({ rows, labels, classes, labelName, where });

  const base = fold(key(seed), 0x73706c74);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const [drawn, rest] = draw(all, { name, count: counts.test, classes, key: fold(base, 0) });
  const [held, training] = draw(rest, { name, count: counts.validation, classes, key: fold(base, 1) });
  return { training, validation: held, test: drawn };
}

/** ⌈share · rows⌉, where a product that only rounding lifts above a whole number stays that number. */
const part = (rows: number, share: number): number => Math.ceil(rows * share * (1 - 4 * Number.EPSILON));

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

/** Class numbers 0, 1, … in the order of the sorted labels; missing labels are a class of their own, the last. */
function classesOf(rows: number, labels: ArrayLike<number>): Int32Array {
  if (labels.length !== rows)
    throw new ModelError({
      code: "data-split",
      where: "split",
      given: { rows, labels: labels.length },
      rule: "a stratified split needs one label a row.",
    });
  const place = new Map(Array.from(Float64Array.from(new Set(Array.from(labels))).sort(), (label, i) => [label, i]));
  return Int32Array.from({ length: rows }, (_, row) => place.get(labels[row]!)!);
}

/** What messages call the data, a class, and a row. */
interface Names {
  readonly name: string;
  readonly labelName: (label: number) => string;
  readonly where: (row: number) => string;
}

interface Labelled extends Omit<Names, "name"> {
  readonly rows: number;
  readonly labels: ArrayLike<number>;
  readonly classes: Int32Array;
}

function checkClasses({ rows, labels, classes, labelName, where }: Labelled): void {
  const counts = countClasses(classes);
  const lonely = counts.indexOf(1);
  if (lonely === -1) return;
  const many = counts.filter((count) => count === 1).length;
  const row = classes.indexOf(lonely);
  const name = labelName(labels[row]!);
  throw new ModelError({
    code: "data-classes",
    where: where(row),
    given: { class: name, rows: 1, "of rows": rows, ...(many > 1 && { "classes of one row": many }) },
    rule: `the class ${name} has this one row, which cannot be both trained on and held out: every class needs at least 2 rows.`,
    hint: "add rows of that class, remove this one, or hold no rows out (shares of 0)",
  });
}

function countClasses(classes: Iterable<number>): number[] {
  const counts: number[] = [];
  for (const c of classes) {
    while (counts.length <= c) counts.push(0);
    counts[c]!++;
  }
  return counts;
}

interface Draw {
  readonly name: string;
  readonly count: number;
  readonly classes: Int32Array;
  readonly key: Key;
}

/** `count` of the rows, by chance, in classes' shares; and the rows that are left. Both ascending. */
function draw(rows: Int32Array, { name, count, classes, key }: Draw): [drawn: Int32Array, rest: Int32Array] {
  const wanted = quotas(countClasses(Array.from(rows, (row) => classes[row]!)), { name, count });
  const taken = new Uint8Array(rows.length);
  for (const place of permutation(key, rows.length)) {
    const c = classes[rows[place]!]!;
    if (wanted[c]! === 0) continue;
    wanted[c]!--;
    taken[place] = 1;
  }
  return [rows.filter((_, i) => taken[i] === 1), rows.filter((_, i) => taken[i] === 0)];
}

/**
 * How many rows of each class make up `count` rows: n_c · count / n rounded down, the rows then missing one each to the
 * largest remainders (to the larger class, then to the first, where they tie), but never the last row of a class.
 *
 * @throws `data-split` when the classes cannot give that many without one of them vanishing
 */
function quotas(
  sizes: readonly number[],
  { name, count }: { readonly name: string; readonly count: number },
): number[] {
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const given = sizes.map((size) => Math.floor((size * count) / n));
  const remainder = (c: number): number => (sizes[c]! * count) % n;
  const order = sizes.map((_, c) => c).sort((a, b) => remainder(b) - remainder(a) || sizes[b]! - sizes[a]! || a - b);
  let left = count - given.reduce((sum, size) => sum + size, 0);
  while (left > 0) {
    const before = left;
    for (const c of order) {
      if (left === 0) break;
      if (given[c]! >= sizes[c]! - 1) continue;
      given[c]!++;
      left--;
    }
    if (left < before) continue;
    throw new ModelError({
      code: "data-split",
      where: `${name}, split by class`,
      given: { rows: n, "held out": count, classes: sizes.filter((size) => size > 0).length },
      rule: "so large a part would leave a class without a training row.",
      hint: "choose smaller shares, or split without stratifying",
    });
  }
  return given;
}
