import { ModelError, Tensor } from "../core/index.ts";

/**
 * How a column is brought to a common size: `standard` by mean and deviation, `minmax` by the smallest and the largest
 * value, `robust` by the median and the distance between the quartiles; `none` leaves it as it is.
 */
export type ScaleKind = "standard" | "minmax" | "robust" | "none";

export const scaleKinds: readonly ScaleKind[] = ["standard", "minmax", "robust", "none"];

/** The two numbers that scale one column: x′ = (x − shift) / scale. */
export interface Affine {
  readonly shift: number;
  readonly scale: number;
}

/** What a scaler learnt, as plain data: `JSON.stringify(scaler)` gives just this. */
export interface ScalerData {
  readonly kind: ScaleKind;
  /** One number a column. */
  readonly shift: readonly number[];
  /** One number a column, never 0. */
  readonly scale: readonly number[];
}

/** A scaler fitted to the columns of one table and applied to others: x′ = (x − shift) / scale. */
export interface Scaler extends ScalerData {
  /** Scaled rows, `[rows, columns]`. @throws `shape-inner` when the columns are not those it was fitted to */
  apply(x: Tensor): Tensor;
  /** The way back: x = x′ · scale + shift. @throws `shape-inner` as `apply` */
  invert(x: Tensor): Tensor;
}

/**
 * Fits a scaler that gives each column mean 0 and standard deviation 1 (of the population: divided by n, not n − 1):
 * x′ = (x − mean) / deviation. A constant column becomes 0. Missing values (NaN) are passed over.
 *
 * @param x the training part, `[rows, columns]`; fit on nothing else
 * @throws `shape-rank` when x is not a matrix, `data-number` when its numbers are too large to scale
 */
export const standardize = (x: Tensor): Scaler => fitScaler("standard", x);

/**
 * Fits a scaler that brings each column to [0, 1]: x′ = (x − min) / (max − min). A constant column becomes 0. Missing
 * values (NaN) are passed over. New rows may fall outside of [0, 1].
 *
 * @param x the training part, `[rows, columns]`; fit on nothing else
 * @throws `shape-rank` when x is not a matrix, `data-number` when its numbers are too large to scale
 */
export const minMax = (x: Tensor): Scaler => fitScaler("minmax", x);

/**
 * Fits a scaler that gives each column median 0 and a distance of 1 between its quartiles: x′ = (x − median) / (q₃ − q₁), so
 * that a few far values do not count. Where the quartiles are equal, the deviation takes their place; a constant column
 * becomes 0. Missing values (NaN) are passed over.
 *
 * @param x the training part, `[rows, columns]`; fit on nothing else
 * @throws `shape-rank` when x is not a matrix, `data-number` when its numbers are too large to scale
 */
export const robust = (x: Tensor): Scaler => fitScaler("robust", x);

/** Fits a scaler of the kind that is named; `none` gives shift 0 and scale 1. */
export function fitScaler(kind: ScaleKind, x: Tensor): Scaler {
  const [rows, columns] = matrix(x, `${kind} scaler`);
  const values = new Float64Array(rows);
  const fits = Array.from({ length: columns }, (_, j) => {
    for (let i = 0; i < rows; i++) values[i] = x.data[i * columns + j]!;
    return fitAffine(kind, values);
  });
  return scalerFrom({ kind, shift: fits.map((fit) => fit.shift), scale: fits.map((fit) => fit.scale) });
}

/** A scaler from what it learnt, as `JSON.parse` gives it back. */
export function scalerFrom({ kind, shift, scale }: ScalerData): Scaler {
  const each = (x: Tensor, f: (value: number, column: number) => number): Tensor => {
    const [, columns] = matrix(x, `${kind} scaler`);
    if (columns !== shift.length)
      throw new ModelError({
        code: "shape-inner",
        where: `${kind} scaler`,
        given: { x: x.shape, "fitted to": [shift.length] },
        rule: `columns of x (${columns}) must equal the columns that the scaler was fitted to (${shift.length}).`,
      });
    return new Tensor(
      x.shape,
      Float64Array.from(x.data, (value, i) => f(value, i % columns)),
    );
  };
  return {
    kind,
    shift: [...shift],
    scale: [...scale],
    apply: (x) => each(x, (value, j) => (value - shift[j]!) / scale[j]!),
    invert: (x) => each(x, (value, j) => value * scale[j]! + shift[j]!),
  };
}

/**
 * Shift and scale of one column; missing values (NaN) are passed over, and a column without any value gives 0 and 1. A
 * shift is never −0 (hence `+ 0` below), which JSON would not bring back.
 *
 * @throws `data-number` when mean, deviation or range are beyond float64
 */
export function fitAffine(kind: ScaleKind, values: ArrayLike<number>): Affine {
  if (kind === "none") return { shift: 0, scale: 1 };
  const { min, max, count } = extent(values);
  if (count === 0) return { shift: 0, scale: 1 };
  if (min === max) return { shift: min + 0, scale: 1 };
  const fit = affineBy[kind](values, { min, max, count });
  if (fit.scale > 0 && Number.isFinite(fit.scale) && Number.isFinite(fit.shift)) return fit;
  throw new ModelError({
    code: "data-number",
    where: `${kind} scaler`,
    given: { smallest: min, largest: max },
    rule: "the numbers of this column lie too far apart, or too close together, to be scaled in float64.",
    hint: "give the column in another unit",
  });
}

const affineBy: Readonly<Record<Exclude<ScaleKind, "none">, (values: ArrayLike<number>, extent: Extent) => Affine>> = {
  standard: moments,
  minmax: (_, { min, max }) => ({ shift: min + 0, scale: max - min }),
  robust: quartiles,
};

/** Median, and the distance between the quartiles; the deviation where more than half of the values are equal. */
function quartiles(values: ArrayLike<number>, extent: Extent): Affine {
  const [lower, median, upper] = quantiles(values, [0.25, 0.5, 0.75]) as [number, number, number];
  return { shift: median + 0, scale: upper > lower ? upper - lower : moments(values, extent).scale };
}

/**
 * Quantiles of the values that are there, by linear interpolation between neighbours: position q · (n − 1) of the sorted
 * values, as NumPy does by default.
 *
 * @param shares each from 0 to 1
 * @returns one number a share; NaN where no value is there
 */
export function quantiles(values: ArrayLike<number>, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  return shares.map((share) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)];
    if (below === undefined) return Number.NaN;
    return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
  });
}

interface Extent {
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

function extent(values: ArrayLike<number>): Extent {
  let [min, max, count] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value <= max) count++; // false for a missing one, as all comparisons are
  }
  return { min, max, count };
}

/**
 * Mean and population deviation in two passes. The first sums x − min, which keeps a small spread on a large offset; the
 * second sums squares of (x − mean) / (max − min), which neither overflow nor underflow.
 */
function moments(values: ArrayLike<number>, { min, max, count }: Extent): Affine {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= min) sum += value - min;
  }
  const mean = min + sum / count;
  const range = max - min;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= min) squares += ((value - mean) / range) ** 2;
  }
  return { shift: mean + 0, scale: range * Math.sqrt(squares / count) };
}

function matrix(x: Tensor, where: string): [rows: number, columns: number] {
  const [rows, columns] = x.shape;
  if (rows !== undefined && columns !== undefined && x.shape.length === 2) return [rows, columns];
  throw new ModelError({
    code: "shape-rank",
    where,
    given: { x: x.shape },
    rule: "x must be a matrix [rows, columns].",
  });
}
