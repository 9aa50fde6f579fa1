import type { Tensor } from "../core/index.ts";
import { column, type Encoding, type Table } from "../data/index.ts";
import type { ModelFile } from "../interchange/index.ts";
import type { Confusion, Part, Samples } from "../report/input.ts";
import type { Source } from "./source.ts";

/** Predictions for the rows of a table, in the table's own terms. */
export interface Predictions {
  /** What is predicted, as it is written in the data: a number, or a class's name. */
  readonly values: readonly string[];
  /** Classifiers: probability (or score) of each class, one list a class. */
  readonly probabilities: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** The same as numbers: the predicted number, or the class number. */
  readonly numbers: Float64Array;
}

/**
 * Predictions from what the network gives after its loss's link.
 *
 * @param output   `[rows, outputs]`
 * @param boundary two classes: above it, it is the second
 */
export function predictionsOf(
  { target }: Pick<Encoding, "target">,
  output: Tensor,
  { shift, scale }: ModelFile["target"],
  boundary: number,
): Predictions {
  const rows = output.shape[0]!;
  const { data } = output;
  if (target.kind === "number") {
    const numbers = Float64Array.from({ length: rows }, (_, i) => shift + scale * data[i]!);
    return { values: Array.from(numbers, (y) => String(y)), probabilities: [], numbers };
  }
  const { classes } = target;
  const k = output.shape[1]!;
  const numbers = Float64Array.from({ length: rows }, (_, i) =>
    k === 1 ? Number(data[i]! > boundary) : likeliest(data, i * k, k),
  );
  const of = (c: number): number[] => Array.from({ length: rows }, (_, i) => share(data, i, k, c));
  return {
    values: Array.from(numbers, (c) => classes[c]!),
    probabilities: classes.map((name, c) => ({ name, values: of(c) })),
    numbers,
  };
}

const share = (data: ArrayLike<number>, i: number, k: number, c: number): number =>
  k > 1 ? data[i * k + c]! : c === 1 ? data[i]! : 1 - data[i]!;

function likeliest(data: ArrayLike<number>, start: number, k: number): number {
  let best = 0;
  for (let j = 1; j < k; j++) if (data[start + j]! > data[start + best]!) best = j;
  return best;
}

const quoted = (field: string): string => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/**
 * Predictions as CSV: row (from 1), the target where it is known, the prediction, and the classes' probabilities.
 *
 * @param rows row numbers in the table the data came from
 */
export function predictionsCsv(predictions: Predictions, rows: ArrayLike<number>, truth?: readonly string[]): string {
  const { values, probabilities } = predictions;
  const header = ["row", ...(truth ? ["target"] : []), "prediction", ...probabilities.map((p) => `p(${p.name})`)];
  const lines = values.map((value, i) => [
    String(rows[i]! + 1),
    ...(truth ? [quoted(truth[i]!)] : []),
    quoted(value),
    ...probabilities.map((p) => String(p.values[i]!)),
  ]);
  return `${[header.map(quoted), ...lines].map((line) => line.join(",")).join("\n")}\n`;
}

/** The targets of some rows as they are written in the data. */
export function truthOf({ target }: Pick<Encoding, "target">, table: Table, rows: ArrayLike<number>): string[] {
  const found = column(table, target.column);
  return Array.from(rows, (row) =>
    found.kind === "text" ? found.levels[found.codes[row]!]! : String(found.values[row]!),
  );
}

/** How often each class was taken for which. */
export function confusionOf(
  classes: readonly string[],
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): Confusion {
  const matrix = classes.map(() => classes.map(() => 0));
  for (let i = 0; i < truth.length; i++) matrix[truth[i]!]![predicted[i]!]!++;
  return { labels: classes, matrix };
}

/** Some rows as images: the mistakes first, then others. */
export function imageSamples(
  { source, encoding }: { readonly source: Source; readonly encoding: Encoding },
  table: Table,
  {
    rows,
    truth,
    predictions,
  }: { readonly rows: ArrayLike<number>; readonly truth: readonly string[]; readonly predictions: Predictions },
  part: Part,
): (Samples & { readonly part: Part }) | undefined {
  if (!source.image) return undefined;
  const [height, width] = source.image;
  const pixels = table.columns.filter((c) => c.name !== encoding.target.column && c.kind === "number");
  if (pixels.length !== width * height) return undefined;
  const right = (i: number): number => Number(truth[i] === predictions.values[i]);
  const order = truth.map((_, i) => i).sort((a, b) => right(a) - right(b) || a - b);
  const images = order.slice(0, 36).map((i) => ({
    pixels: pixels.map((c) => (c.kind === "number" ? c.values[rows[i]!]! : 0)),
    truth: truth[i]!,
    prediction: predictions.values[i]!,
  }));
  return { width, height, images, part };
}
