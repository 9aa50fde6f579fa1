import { normalQuantile } from "../core/normal.ts";
import { erfc } from "../ops/erf.ts";

/** How an interval is found from resamples. */
export type IntervalMethod = "bca" | "percentile";

/** Between which numbers a figure lies, as far as the rows that it was measured on can tell. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Deviation of the figure over the resamples. */
  readonly standardError: number;
  readonly level: number;
  readonly method: IntervalMethod;
  /** Resamples on which the figure is defined. */
  readonly resamples: number;
}

/** Probability that a standard normal number is below x. */
const normalBelow = (x: number): number => erfc(-x / Math.SQRT2) / 2;

/** The number below which a share p of sorted numbers lies, interpolated between neighbours (NumPy's default). */
export function quantileOf(sorted: Float64Array, p: number): number {
  const place = Math.min(1, Math.max(0, p)) * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/**
 * The two shares of sorted replicates between which the interval lies. Percentile: (1 ∓ level) / 2. BCa corrects them for
 * bias z₀ (replicates below the estimate, ties counting one half) and acceleration a:
 * Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))) for z = ∓Φ⁻¹((1 + level) / 2).
 *
 * @see Efron (1987), Better bootstrap confidence intervals
 */
export function sharesOf(
  sorted: Float64Array,
  estimate: number,
  { level, acceleration }: { readonly level: number; readonly acceleration: number | null },
): [low: number, high: number] {
  const tail = (1 - level) / 2;
  if (acceleration === null) return [tail, 1 - tail];
  const n = sorted.length;
  let below = 0;
  for (const x of sorted) below += x < estimate ? 1 : x === estimate ? 0.5 : 0;
  const bias = normalQuantile(Math.min(n - 0.5, Math.max(0.5, below)) / n); // one-sided replicates: half of one there
  const corrected = (z: number): number => normalBelow(bias + (bias + z) / (1 - acceleration * (bias + z)));
  return [corrected(normalQuantile(tail)), corrected(normalQuantile(1 - tail))];
}

/** An interval from replicates, of which some may be NaN; NaN bounds when most of them are, or the estimate is. */
export function intervalFrom(
  replicates: Float64Array,
  estimate: number,
  { level, acceleration }: { readonly level: number; readonly acceleration: number | null },
): Interval {
  const sorted = replicates.filter((x) => !Number.isNaN(x)).sort();
  const known = { estimate, level, method: acceleration === null ? "percentile" : "bca" } as const;
  const resamples = sorted.length;
  if (Number.isNaN(estimate) || 2 * resamples < replicates.length)
    return { ...known, low: Number.NaN, high: Number.NaN, standardError: Number.NaN, resamples };
  const [low, high] = sharesOf(sorted, estimate, { level, acceleration });
  return {
    ...known,
    low: quantileOf(sorted, low),
    high: quantileOf(sorted, high),
    standardError: deviation(sorted),
    resamples,
  };
}

/** Standard deviation, with n − 1. */
function deviation(x: Float64Array): number {
  let sum = 0;
  for (const v of x) sum += v;
  const mean = sum / x.length;
  let squares = 0;
  for (const v of x) squares += (v - mean) ** 2;
  return Math.sqrt(squares / Math.max(1, x.length - 1));
}
