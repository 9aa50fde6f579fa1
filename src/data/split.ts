import { ModelError } from "../core/index.ts";
import { knownOptions } from "../core/names.ts";
import { drawGroups, groupsOf } from "./groups.ts";
import { rowsInOrder } from "./order.ts";
import { countsOf, drawnShares, type Fractions, type RowSplit, twice } from "./shares.ts";
import { checkClasses, classesOf, draw, type Names } from "./strata.ts";
import { column, rowName, type Table, takeRows } from "./table.ts";

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
  knownOptions("split(table, options)", options, [...shares, "stratify", "groups", "order"]);
  const rows = options.order === undefined ? drawnRows(table, options) : orderedRows(table, options, options.order);
  return {
    training: takeRows(table, rows.training),
    validation: takeRows(table, rows.validation),
    test: takeRows(table, rows.test),
    rows,
  };
}

const shares = ["test", "validation", "seed"] as const;

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
  knownOptions("splitRows(rows, options)", options, [...shares, "labels", "labelName", "name", "where"]);
  const { test = 0, validation = 0, seed = 0, labels, labelName = String } = options;
  const { name = "split", where = (row) => `row ${row + 1}` } = options;
  if (!labels) return drawnShares(rows, { test, validation, seed }, name);
  const counts = countsOf(rows, { test, validation, name });
  const classes = classesOf(rows, labels);
  if (counts.test + counts.validation > 0) checkClasses({ rows, labels, classes, labelName, where });
  return twice(rows, { test, validation, seed }, (from, count, key) => draw(from, { name, count, classes, key }));
}
