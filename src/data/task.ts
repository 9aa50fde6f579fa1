import { ModelError, suggestion, type Task } from "../core/index.ts";
import { type Column, columnNames, type NumberColumn, type Table } from "./table.ts";

/** A task, and in one sentence why it is this one. */
export interface TaskChoice {
  readonly task: Task;
  readonly reason: string;
}

/** What a column holds. */
export interface Census {
  readonly text: boolean;
  /** Every number is whole; false for text. */
  readonly integer: boolean;
  /** Values that are there. */
  readonly rows: number;
  /** The different values: numbers ascending, words by code unit; those that never come up are left out. */
  readonly values: Float64Array | readonly string[];
}

/** Integers of at most this many different values may be class numbers … */
const fewLevels = 20;
/** … if each comes up this often on average. */
const rowsPerLevel = 3;
/** More text classes than this, or almost one a row, are names rather than classes. */
const mostClasses = 1000;

/** Counts what a column holds. */
export function census(column: Column): Census {
  if (column.kind === "number") return numberCensus(column);
  const seen = new Uint8Array(column.levels.length);
  let rows = 0;
  for (const code of column.codes)
    if (code >= 0) {
      seen[code] = 1;
      rows++;
    }
  return { text: true, integer: false, rows, values: column.levels.filter((_, i) => seen[i] === 1) };
}

function numberCensus({ values }: NumberColumn): Census {
  const sorted = new Float64Array(values).sort(); // missing values come last
  let [rows, count] = [0, 0];
  while (rows < sorted.length && !Number.isNaN(sorted[rows]!)) {
    const value = sorted[rows++]!;
    if (count === 0 || value !== sorted[count - 1]) sorted[count++] = value;
  }
  const distinct = sorted.subarray(0, count);
  return { text: false, integer: distinct.every(Number.isInteger), rows, values: distinct };
}

/**
 * The target column.
 *
 * @throws `data-target` when the table has no such column
 */
export function targetColumn(table: Table, name: string): Column {
  const found = table.columns.find((column) => column.name === name);
  if (found) return found;
  throw new ModelError({
    code: "data-target",
    where: table.name,
    rule: `there is no column ${JSON.stringify(name)} to be the target.`,
    hint: suggestion(name, columnNames(table)),
  });
}

/**
 * The task that a target column asks for: words are classes; two different numbers are two classes; whole numbers of at
 * most 20 different values, each on average three times or more, are classes; all else is a regression.
 *
 * @param target the column's name
 * @throws `data-target` for an unknown column or one without values, or words that are names rather than classes;
 *         `data-classes` when all values are equal
 */
export function inferTask(table: Table, target: string): TaskChoice {
  const found = census(targetColumn(table, target));
  const count = found.values.length;
  const where = place(table, target);
  checkVaries(where, found);
  const name = JSON.stringify(target);
  if (found.text) {
    checkClasses(where, found);
    return { task: count === 2 ? "binary" : "multiclass", reason: `${name} is text of ${count} classes` };
  }
  if (count === 2) return { task: "binary", reason: `${name} has the two values ${found.values.join(" and ")}` };
  if (found.integer && count <= fewLevels && found.rows >= rowsPerLevel * count)
    return { task: "multiclass", reason: `${name} has ${count} different whole numbers: ${range(found.values)}` };
  return { task: "regression", reason: `${name} has ${count} different numbers: ${range(found.values)}` };
}

/** One name, or several. */
export const namesFrom = (target: string | readonly string[]): readonly string[] =>
  typeof target === "string" ? [target] : target;

/** Which columns are to be learnt, and as what. */
export interface Asked {
  readonly target: string | readonly string[];
  readonly task?: Task;
}

/**
 * The task that was asked for, if the target columns can be that; without one, `inferTask`. Several columns are labels if
 * each has two values, and a regression if each has numbers.
 *
 * @throws `data-target` when a target does not fit the task, and as `inferTask`
 */
export function chooseTask(table: Table, { target, task }: Asked): TaskChoice {
  const names = namesFrom(target);
  if (names.length > 1 || task === "multilabel") return severalTargets(table, names, task);
  return oneTarget(table, names[0]!, task);
}

function severalTargets(table: Table, names: readonly string[], task: Task | undefined): TaskChoice {
  const found = names.map((name) => ({ name, ...census(targetColumn(table, name)) }));
  for (const each of found) checkVaries(place(table, each.name), each);
  const labels = found.every(({ values }) => values.length === 2);
  const chosen = task ?? (labels ? "multilabel" : "regression");
  if (chosen !== "multilabel" && chosen !== "regression")
    throw new ModelError({
      code: "data-target",
      where: table.name,
      given: { task: chosen, targets: names.join(", ") },
      rule: `a ${chosen} task has one target.`,
      hint: "several targets are numbers (regression) or questions of two answers (multilabel)",
    });
  const odd = found.find(({ values, text }) => (chosen === "regression" ? text : values.length !== 2));
  const hint = "several targets must all be numbers (regression), or all have two values (multilabel)";
  if (odd) throw misfit(place(table, odd.name), odd, { task: chosen, hint });
  const why = chosen === "multilabel" ? "with two values each" : "with numbers";
  return { task: chosen, reason: task ? "as asked" : `${names.length} targets ${why}` };
}

function oneTarget(table: Table, target: string, task: Task | undefined): TaskChoice {
  if (task === undefined) return inferTask(table, target);
  const found = census(targetColumn(table, target));
  const where = place(table, target);
  const classes = found.values.length;
  if (task === "regression") {
    if (found.text) throw misfit(where, found, { task, hint: "leave the task out, or choose binary or multiclass" });
    checkVaries(where, found);
    return { task, reason: "as asked" };
  }
  checkVaries(where, found);
  if (task === "binary" && classes !== 2)
    throw misfit(where, found, {
      task,
      hint: "binary needs exactly 2 classes: choose multiclass, or leave the task out",
    });
  checkClasses(where, found);
  return { task, reason: "as asked" };
}

const place = (table: Table, target: string): string => `${table.name}, target ${JSON.stringify(target)}`;

function range(values: Census["values"]): string {
  if (values.length <= 5) return values.join(", ");
  const ends = (digits: number): string[] => [values[0]!, values.at(-1)!].map((value) => short(value, digits));
  const digits = [4, 8, 12].find((few) => new Set(ends(few)).size > 1);
  return ends(digits ?? 17).join(" … ");
}

/** Some digits of a number that is not whole. */
const short = (value: number | string, digits: number): string =>
  Number.isFinite(Number(value)) && !Number.isInteger(Number(value))
    ? String(Number(Number(value).toPrecision(digits)))
    : String(value);

function misfit(where: string, found: Census, asked: { readonly task: Task; readonly hint: string }): ModelError {
  return new ModelError({
    code: "data-target",
    where,
    given: {
      task: asked.task,
      kind: found.text ? "text" : found.integer ? "whole numbers" : "numbers",
      "different values": found.values.length,
      values: range(found.values),
    },
    rule: `this column cannot be the target of a ${asked.task} task.`,
    hint: asked.hint,
  });
}

function checkVaries(where: string, found: Census): void {
  if (found.values.length > 1) return;
  const value = found.values[0];
  if (value === undefined)
    throw new ModelError({ code: "data-target", where, rule: "every value of the target is missing." });
  throw new ModelError({
    code: "data-classes",
    where,
    given: { class: String(value), rows: found.rows },
    rule: `every row has the target ${value}: there is nothing to tell apart, and nothing to learn.`,
    hint: "choose another target column, or rows of at least two classes or values",
  });
}

/** Refuses a target with so many different values that they cannot be classes. */
function checkClasses(where: string, found: Census): void {
  const count = found.values.length;
  const real = !found.text && !found.integer && count > fewLevels;
  if (count <= mostClasses && 2 * count <= Math.max(found.rows, 4) && !real) return;
  const hint = found.text
    ? "each class needs rows to learn from: choose another target, or merge rare values"
    : "choose regression for a target that is measured or counted, or leave the task out";
  throw misfit(where, found, { task: count === 2 ? "binary" : "multiclass", hint });
}
