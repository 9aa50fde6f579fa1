import { type Column, type Encoding, type Table, written } from "../data/index.ts";
import type { ShownRow, ShownRows } from "../report/input.ts";
import { truthNumbers } from "./judged.ts";
import type { Shown } from "./result.ts";

const [someRows, worstRows, mostColumns] = [8, 10, 4];

/** A table with what was predicted for its rows. */
export interface Predicted {
  readonly encoding: Encoding;
  readonly table: Table;
  readonly shown: Shown;
  /** Row numbers in the data as they were read. */
  readonly origin: ArrayLike<number>;
}

/**
 * Some rows with their predictions, and those that were predicted worst; nothing for several targets.
 *
 * @param needed names of inputs, those that the predictions depend on most first; left out, as they come
 */
export function rowsShown({ encoding, table, shown, origin }: Predicted, needed: readonly string[]): ShownRows | null {
  const [truth = []] = shown.truth;
  const numbers = truthNumbers(encoding, truth);
  if (numbers === null) return null;
  const inputs = encoding.inputs.map(({ column }) => column);
  const order = [...needed, ...inputs.filter((name) => !needed.includes(name))];
  const columns = order.slice(0, mostColumns).flatMap((name) => table.columns.filter((column) => column.name === name));
  const kind = encoding.target.kind === "number" ? "error" : shown.predictions.probable ? "probability" : "score";
  const row = (i: number): ShownRow => ({
    row: origin[i]! + 1,
    inputs: columns.map((column) => cell(column, shown.rows[i]!)),
    truth: kind === "error" ? short(numbers[i]!) : truth[i]!,
    prediction: kind === "error" ? short(shown.predictions.numbers[i]!) : shown.predictions.values[i]!,
    figure: figureOf(shown, numbers, i),
    wrong: kind !== "error" && truth[i] !== shown.predictions.values[i],
  });
  const places = truth.map((_, i) => i);
  const badness = (i: number): number => Math.abs(figureOf(shown, numbers, i) ?? Infinity);
  const bad = kind === "error" ? places : places.filter((i) => truth[i] !== shown.predictions.values[i]);
  const worst = bad.sort((a, b) => badness(b) - badness(a) || a - b).slice(0, worstRows);
  const count = Math.min(someRows, truth.length);
  return {
    part: shown.part,
    columns: columns.map(({ name }) => name),
    inputs: inputs.length,
    figure: kind,
    some: Array.from({ length: count }, (_, k) => row(Math.floor((k * truth.length) / count))),
    worst: worst.map(row),
  };
}

/** Of a class, how likely it was said to be; of a number, how far it is off. */
function figureOf({ predictions }: Shown, truth: readonly number[], i: number): number | null {
  const predicted = predictions.numbers[i]!;
  if (predictions.probabilities.length === 0) return predicted - truth[i]!;
  return predictions.probabilities[predicted]?.values[i] ?? null;
}

/** Five digits, with a power of ten where a number is huge. */
const short = (x: number): string =>
  Math.abs(x) < 1e7 ? String(Number(x.toPrecision(5))) : x.toExponential(4).replace(/\.?0*e\+/, "e");

const cell = (column: Column, row: number): string =>
  column.kind === "number" && column.date !== true ? short(column.values[row]!) : written(column, row);
