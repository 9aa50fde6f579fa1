import type { Swept } from "./sweep.ts";

/** A learning rate and the smoothed loss there. */
export interface Point {
  readonly rate: number;
  readonly loss: number;
}

/** What a sweep says about the learning rate. */
export interface Suggestion {
  /** The rate to take; null where none did better than a constant answer. */
  readonly suggestion: number | null;
  /** Where the smoothed loss is least. */
  readonly minimum: Point | null;
  /** Where it falls fastest, by the logarithm of the rate. */
  readonly steepest: Point | null;
  /** The smoothed losses, as far as they are finite and training has not diverged. */
  readonly smoothed: readonly number[];
  /** What the best constant answer loses on the same rows, smoothed in the same way. */
  readonly constants: readonly number[];
  /** By what share of it the least loss is below that of a constant answer, on the same rows. */
  readonly gain: number;
}

/** Width of the smoothing, in powers of ten of the rate: a fourth of one to either side counts most. */
const width = 0.2;
/** Training has diverged where the loss is so many times the least one, or that of a constant answer, above the least. */
const diverged = 3;
/** A network that gains less on a constant answer has learnt nothing that could be told from chance. */
const leastGain = 0.05;

/** Means weighted by a Gaussian over the logarithm of the rate: with no lag to either side. */
function smooth(rates: readonly number[], values: readonly number[]): number[] {
  const places = rates.map(Math.log10);
  return values.map((_, i) => {
    let [sum, weight] = [0, 0];
    values.forEach((x, j) => {
      const w = Math.exp(-0.5 * ((places[i]! - places[j]!) / width) ** 2);
      sum += w * x;
      weight += w;
    });
    return sum / weight;
  });
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Steps before training diverges: the mean of some losses is finite, and not far above the least before. Losses may be negative. */
function stepsBefore({ losses, constants }: Swept): number {
  const constant = Math.abs(meanOf(constants));
  let [least, mean] = [Number.POSITIVE_INFINITY, losses[0] ?? Number.NaN];
  for (let i = 0; i < losses.length; i++) {
    mean += (losses[i]! - mean) / Math.min(i + 1, 5);
    const far = i > 0 && mean - least > diverged * Math.max(Math.abs(least), constant);
    if (!Number.isFinite(mean) || far) return i;
    least = Math.min(least, mean);
  }
  return losses.length;
}

/** What to make of a sweep: see `findLearningRate`. */
export function suggestionFrom(sweep: Swept): Suggestion {
  const count = stepsBefore(sweep);
  const rates = sweep.rates.slice(0, count);
  const smoothed = smooth(rates, sweep.losses.slice(0, count));
  const constants = smooth(rates, sweep.constants.slice(0, count));
  if (count < 3) return { suggestion: null, minimum: null, steepest: null, smoothed, constants, gain: 0 };
  const best = smoothed.indexOf(Math.min(...smoothed));
  const gain = (constants[best]! - smoothed[best]!) / Math.max(Math.abs(constants[best]!), Number.MIN_VALUE);
  const point = (i: number): Point => ({ rate: rates[i]!, loss: smoothed[i]! });
  const steep = steepestBefore(best, rates.map(Math.log10), smoothed);
  const minimum = point(best);
  const suggestion = gain < leastGain ? null : minimum.rate / 10;
  return { suggestion, minimum, steepest: steep === null ? null : point(steep), smoothed, constants, gain };
}

/** Where a curve falls fastest on its way to its least value, by central differences. */
function steepestBefore(least: number, x: readonly number[], y: readonly number[]): number | null {
  const slope = (i: number): number => (y[i + 1]! - y[i - 1]!) / (x[i + 1]! - x[i - 1]!);
  const inner = Array.from({ length: Math.max(0, least - 1) }, (_, i) => i + 1);
  return inner.length === 0 ? null : inner.reduce((a, b) => (slope(b) < slope(a) ? b : a));
}
