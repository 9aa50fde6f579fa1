import { ModelError, suggestion, Tensor } from "../core/index.ts";
import type { Task } from "../core/task.ts";
import { numbersOf } from "./features.ts";
import { fitAffine } from "./scale.ts";
import { type Column, rowName, type Table, written } from "./table.ts";
import { census, targetColumn } from "./task.ts";

/** How the target columns become y. */
export type TargetEncoding =
  /** Class numbers 0, 1, … in the order of `classes`. */
  | { readonly kind: "classes"; readonly column: string; readonly classes: readonly string[] }
  /** The number itself. */
  | { readonly kind: "number"; readonly column: string; readonly mean: number; readonly deviation: number }
  /** Several numbers, each learnt as (y − shift) / scale. */
  | {
      readonly kind: "numbers";
      readonly columns: readonly string[];
      readonly shift: readonly number[];
      readonly scale: readonly number[];
    }
  /** Several questions of two answers each: 0 for the first, 1 for the second. */
  | {
      readonly kind: "labels";
      readonly columns: readonly string[];
      readonly classes: readonly (readonly string[])[];
    };

/** The names of the target columns. */
export const targetNames = (target: TargetEncoding): readonly string[] =>
  "columns" in target ? target.columns : [target.column];

/** How many numbers a network gives for a row: one a class for more than two classes, else one a target. */
export function outputsOf(target: TargetEncoding, task: Task): number {
  if (target.kind === "classes") return task === "multiclass" ? target.classes.length : 1;
  return targetNames(target).length;
}

interface FitOptions {
  readonly names: readonly string[];
  readonly task: Task;
  /** Several numbers: whether each is brought to mean 0 and deviation 1. */
  readonly scaled: boolean;
}

/** Learns from the training part how its target columns become y. */
export function fitTargets(table: Table, { names, task, scaled }: FitOptions): TargetEncoding {
  const columns = names.map((name) => targetColumn(table, name));
  const [first] = columns;
  if (task === "multilabel") return { kind: "labels", columns: names, classes: columns.map(classesOf) };
  if (task !== "regression") return { kind: "classes", column: names[0]!, classes: classesOf(first!) };
  const fits = columns.map((column) => fitAffine("standard", numbersOf(column, table) as Float64Array));
  if (columns.length === 1)
    return { kind: "number", column: names[0]!, mean: fits[0]!.shift, deviation: fits[0]!.scale };
  return {
    kind: "numbers",
    columns: names,
    shift: fits.map(({ shift }) => (scaled ? shift : 0)),
    scale: fits.map(({ scale }) => (scaled ? scale : 1)),
  };
}

/** The different values of a column as one would write them. */
const classesOf = (column: Column): string[] => Array.from(census(column).values, String);

interface Job {
  readonly table: Table;
  readonly rows: Int32Array;
  readonly precision?: "f64" | "f32";
}

/**
 * y of some rows: class numbers `[rows]` as integers for more than two classes, else real numbers `[rows, targets]`.
 *
 * @throws `data-target` when a column is not there, `data-classes` for a class that training did not have, `data-text` for
 *         words in a column of numbers
 */
export function encodeTargets(target: TargetEncoding, task: Task, { table, rows, precision = "f64" }: Job): Tensor {
  const columns = targetNames(target).map((name) => targetColumn(table, name));
  if (target.kind === "classes" && task === "multiclass")
    return new Tensor([rows.length], classCodes(target.classes, { table, column: columns[0]!, rows }));
  const k = columns.length;
  const data = precision === "f32" ? new Float32Array(rows.length * k) : new Float64Array(rows.length * k);
  columns.forEach((column, j) => {
    const values = valuesOf(target, j, { table, column, rows });
    for (let i = 0; i < rows.length; i++) data[i * k + j] = values(i);
  });
  return new Tensor([rows.length, k], data);
}

interface Place {
  readonly table: Table;
  readonly column: Column;
  readonly rows: Int32Array;
}

/** Target number j of row number i of those that are wanted. */
function valuesOf(target: TargetEncoding, j: number, place: Place): (i: number) => number {
  const { table, column, rows } = place;
  if (target.kind === "classes" || target.kind === "labels") {
    const codes = classCodes(target.kind === "labels" ? target.classes[j]! : target.classes, place);
    return (i) => codes[i]!;
  }
  const values = numbersOf(column, table);
  const [shift, scale] = target.kind === "numbers" ? [target.shift[j]!, target.scale[j]!] : [0, 1];
  return (i) => (values[rows[i]!]! - shift) / scale;
}

function classCodes(classes: readonly string[], { table, column, rows }: Place): Int32Array {
  const known = new Map(classes.map((name, i) => [name, i]));
  const values = column.kind === "text" ? column.codes : column.values;
  const found = new Map<number, number>(); // a number is written, to be found among the classes, once
  return rows.map((row) => {
    const before = found.get(values[row]!);
    if (before !== undefined) return before;
    const word = written(column, row);
    const code = known.get(word);
    if (code === undefined) throw unknownClass(word, classes, { table, column, row });
    found.set(values[row]!, code);
    return code;
  });
}

function unknownClass(
  word: string,
  classes: readonly string[],
  { table, column, row }: Omit<Place, "rows"> & { readonly row: number },
): ModelError {
  return new ModelError({
    code: "data-classes",
    where: `${table.name} ${rowName(table, row)}, column ${JSON.stringify(column.name)}`,
    given: { value: JSON.stringify(word), classes: classes.length },
    rule: `the class ${JSON.stringify(word)} was not among the training rows.`,
    hint: suggestion(word, classes),
  });
}
