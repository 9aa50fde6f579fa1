import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions } from "../core/names.ts";
import { Tensor } from "../core/tensor.ts";
import type { PlainData } from "../graph/lifted.ts";
import type { Judge } from "./assess.ts";
import { matrixOf, rowsBelow } from "./tiles.ts";

export interface DependenceOptions {
  /** Column of x. */
  readonly feature: number;
  /** Values to set it to. Default: `points` equal steps from its 5th to its 95th percentile, or its values where these are fewer. */
  readonly values?: readonly number[];
  /** Default 20. */
  readonly points?: number;
}

/** What is predicted on average when a feature is set to a value. */
export interface Dependence {
  readonly values: readonly number[];
  /** For each value the mean prediction over the rows, one number an output. */
  readonly means: readonly (readonly number[])[];
}

/**
 * Partial dependence: the mean prediction over all rows when one feature is set to a value in every row, and the others
 * stay what they are. Where features go together, it asks about rows that do not occur.
 *
 * @param result what `fit` gave
 * @param x      `[rows, features]`
 * @returns mean predictions: of classes the probabilities (of two, that of the second), of numbers the numbers themselves
 * @throws  `option` for a feature that is not there
 * @see Friedman (2001), Greedy function approximation
 */
export function partialDependence(
  result: Pick<Judge, "predict">,
  x: PlainData,
  options: DependenceOptions,
): Dependence {
  const where = "partialDependence(…, options)";
  knownOptions(where, options, ["feature", "values", "points"]);
  const inputs = matrixOf(where, x);
  const [rows, width] = inputs.shape as [number, number];
  const feature = checkedNumber("partialDependence, feature", options.feature, {
    least: 0,
    most: width - 1,
    integer: true,
  });
  const points = checkedNumber("partialDependence, points", options.points ?? 20, { least: 2, integer: true });
  const column = Float64Array.from({ length: rows }, (_, i) => inputs.data[i * width + feature]!);
  const values = options.values ?? valuesBetween(column, points);
  if (values.length === 0)
    throw new ModelError({ code: "option", where, rule: "values must hold one number at least." });
  const out = rowsBelow(inputs, values.length);
  for (let i = 0; i < rows * values.length; i++) out[i * width + feature] = values[Math.floor(i / rows)]!;
  const predicted = result.predict(new Tensor([rows * values.length, width], out), { as: "probabilities" });
  return { values, means: meansOf(predicted, values.length) };
}

/** Equal steps from the 5th to the 95th percentile; all different values where there are no more of them than points. */
export function valuesBetween(column: Float64Array, points: number): number[] {
  const sorted = column.filter(Number.isFinite).sort();
  const different = sorted.filter((x, i) => i === 0 || x !== sorted[i - 1]);
  if (different.length <= points) return [...different];
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  return low === high ? [low] : Array.from({ length: points }, (_, k) => low + ((high - low) * k) / (points - 1));
}

function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}

/** The mean of each of so many equal parts, one below the other, column by column. */
export function meansOf({ shape, data }: Tensor, parts: number): number[][] {
  const columns = data.length / shape[0]!;
  const rows = shape[0]! / parts;
  return Array.from({ length: parts }, (_, p) =>
    Array.from({ length: columns }, (_, c) => {
      let sum = 0;
      for (let i = p * rows; i < (p + 1) * rows; i++) sum += data[i * columns + c]!;
      return sum / rows;
    }),
  );
}
