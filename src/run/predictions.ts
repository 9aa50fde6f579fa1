import { Tensor } from "../core/index.ts";
import { column, type Encoding, type Table, targetNames, written } from "../data/index.ts";
import type { ModelFile } from "../interchange/index.ts";
import type { Loss } from "../nn/index.ts";
import type { Confusion, Part, Samples } from "../report/input.ts";
import { likeliest } from "../training/index.ts";
import { boundaryOf } from "../training/metrics.ts";
import type { Source } from "./source.ts";

/** Predictions for the rows of a table, in the table's own terms; of several targets, one list each. */
export interface Predictions {
  /** Name of the target. */
  readonly name: string;
  /** What is predicted, as it is written in the data: a number, or a class's name. */
  readonly values: readonly string[];
  /** Classifiers: probability (or score) of each class, one list a class. */
  readonly probabilities: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** False where these only rank: a linear network under the mean squared error or the hinge loss gives any number. */
  readonly probable: boolean;
  /** Regressions that predict more than one number: the deviation, or each quantile, one list each. */
  readonly heads: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** The same as numbers: the predicted number, or the class number. */
  readonly numbers: Float64Array;
  /** Those of the other targets, where there are several. */
  readonly others: readonly Omit<Predictions, "others">[];
}

/**
 * Predictions from what the network gives after its loss's link.
 *
 * @param output   `[rows, outputs]`
 * @param deciding what outputs mean
 */
export function predictionsOf(
  { target }: Pick<Encoding, "target">,
  output: Tensor,
  affine: ModelFile["target"],
  deciding: Deciding,
): Predictions {
  const { loss } = deciding;
  if (target.kind === "number") return { ...numbersOf(target.column, output, loss, affine), others: [] };
  if (target.kind === "classes") return { ...classesOf(target, output, deciding), others: [] };
  const [first, ...others] = target.columns.map((name, j) =>
    target.kind === "numbers"
      ? numbersOf(name, headsOf(output, j, target.columns.length), loss, {
          shift: target.shift[j]!,
          scale: target.scale[j]!,
        })
      : classesOf({ column: name, classes: target.classes[j]! }, columnOf(output, j), deciding),
  );
  return { ...first!, others };
}

type Own = Omit<Predictions, "others">;

/** What outputs mean: the loss, whose heads they are; of two classes, above the threshold it is the second. */
interface Deciding {
  readonly loss: Loss;
  readonly threshold: number;
  /** Whether outputs for classes are probabilities. */
  readonly probable: boolean;
}

/** Numbers in the target's own unit; a deviation has no zero of its own, so that only its scale changes. */
function numbersOf(
  name: string,
  { shape, data }: Tensor,
  { heads, central }: Loss,
  { shift, scale }: ModelFile["target"],
): Own {
  const [rows, width] = shape as [number, number];
  const values = (head: number, zero: number): number[] =>
    Array.from({ length: rows }, (_, i) => zero + scale * data[i * width + head]!);
  const numbers = Float64Array.from(values(heads.length > 1 ? central : 0, shift));
  const further = heads.flatMap((head, i) =>
    head === "mean" ? [] : [{ name: head, values: values(i, head === "deviation" ? 0 : shift) }],
  );
  return { name, values: Array.from(numbers, String), probabilities: [], probable: false, heads: further, numbers };
}

/** The columns of target j of `targets`, one a head. */
function headsOf({ shape, data }: Tensor, j: number, targets: number): Tensor {
  const [rows, width] = shape as [number, number];
  const heads = width / targets;
  const taken = Float64Array.from(
    { length: rows * heads },
    (_, i) => data[Math.floor(i / heads) * width + (i % heads) * targets + j]!,
  );
  return new Tensor([rows, heads], taken);
}

/** Column j as a matrix of one column. */
const columnOf = ({ shape, data }: Tensor, j: number): Tensor =>
  new Tensor(
    [shape[0]!, 1],
    Float64Array.from({ length: shape[0]! }, (_, i) => data[i * shape[1]! + j]!),
  );

function classesOf(
  { column: name, classes }: { readonly column: string; readonly classes: readonly string[] },
  { shape, data }: Tensor,
  { loss, threshold, probable }: Deciding,
): Own {
  const whole = 2 * boundaryOf(loss); // what the scores of two classes add up to
  const [rows, k] = shape as [number, number];
  const numbers = Float64Array.from({ length: rows }, (_, i) =>
    k === 1 ? Number(data[i]! > threshold) : likeliest(data, i * k, k),
  );
  const of = (c: number): number[] =>
    Array.from({ length: rows }, (_, i) => (k > 1 ? data[i * k + c]! : c === 1 ? data[i]! : whole - data[i]!));
  return {
    name,
    values: Array.from(numbers, (c) => classes[c]!),
    probabilities: classes.map((each, c) => ({ name: each, values: of(c) })),
    probable,
    heads: [],
    numbers,
  };
}

const quoted = (field: string): string => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/**
 * Predictions as CSV: row (from 1), the target where it is known, the prediction, and further numbers of it: deviation,
 * quantiles, or the classes' probabilities p(…), where they are none score(…); of several targets, each by its name.
 *
 * @param rows  row numbers in the table the data came from
 * @param truth one list a target
 */
export function predictionsCsv(
  predictions: Predictions,
  rows: ArrayLike<number>,
  truth?: readonly (readonly string[])[],
): string {
  const all = [predictions, ...predictions.others];
  const mark = predictions.probable ? "p" : "score";
  const [named, p] =
    all.length === 1
      ? [(what: string): string => what, (_: string, level: string): string => `${mark}(${level})`]
      : [
          (what: string, name: string): string => `${what} ${name}`,
          (name: string, level: string): string => `${mark}(${name}=${level})`,
        ];
  const columns = [
    { title: "row", values: (i: number) => String(rows[i]! + 1) },
    ...all.flatMap(({ name }, j) =>
      truth ? [{ title: named("target", name), values: (i: number) => truth[j]![i]! }] : [],
    ),
    ...all.map(({ name, values }) => ({ title: named("prediction", name), values: (i: number) => values[i]! })),
    ...all.flatMap(({ name, heads }) =>
      heads.map((head) => ({ title: named(head.name, name), values: (i: number) => String(head.values[i]!) })),
    ),
    ...all.flatMap(({ name, probabilities }) =>
      probabilities.map((each) => ({ title: p(name, each.name), values: (i: number) => String(each.values[i]!) })),
    ),
  ];
  const lines = predictions.values.map((_, i) => columns.map(({ values }) => quoted(values(i))).join(","));
  return `${[columns.map(({ title }) => quoted(title)).join(","), ...lines].join("\n")}\n`;
}

/** The targets of some rows as they are written in the data, one list a target. */
export const truthOf = ({ target }: Pick<Encoding, "target">, table: Table, rows: ArrayLike<number>): string[][] =>
  targetNames(target).map((name) => {
    const found = column(table, name);
    return Array.from(rows, (row) => written(found, row));
  });

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

/** Some rows as images: the mistakes first, those that the network is surest of above all, then others. */
export function imageSamples(
  { source, encoding }: { readonly source: Source; readonly encoding: Encoding },
  table: Table,
  {
    rows,
    truth: [truth = []],
    predictions,
  }: {
    readonly rows: ArrayLike<number>;
    readonly truth: readonly (readonly string[])[];
    readonly predictions: Predictions;
  },
  part: Part,
): (Samples & { readonly part: Part }) | undefined {
  if (!source.image) return undefined;
  const [height, width] = source.image;
  const pixels = table.columns.filter((c) => !targetNames(encoding.target).includes(c.name) && c.kind === "number");
  if (pixels.length !== width * height) return undefined;
  const right = (i: number): number => Number(truth[i] === predictions.values[i]);
  const sure = (i: number): number => predictions.probabilities[predictions.numbers[i]!]?.values[i] ?? 0;
  const order = truth
    .map((_, i) => i)
    .sort((a, b) => right(a) - right(b) || (right(a) === 0 ? sure(b) - sure(a) : 0) || a - b);
  const images = order.slice(0, 36).map((i) => ({
    pixels: pixels.map((c) => (c.kind === "number" ? c.values[rows[i]!]! : 0)),
    truth: truth[i]!,
    prediction: predictions.values[i]!,
  }));
  return { width, height, images, part };
}
