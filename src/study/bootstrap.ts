import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions } from "../core/names.ts";
import { fold, type Key, key, permutation } from "../core/random.ts";
import { measuredBeside } from "../training/index.ts";
import type { Measure, Metric, Outcomes } from "../training/metrics/index.ts";
import { type Interval, type IntervalMethod, intervalFrom } from "./interval.ts";
import { resample, type Strata, strataOf, words } from "./resample.ts";

export interface BootstrapOptions {
  /** Share of such intervals that hold the true figure. Default 0.95. */
  readonly level?: number;
  /** Corrected for bias and skewness (BCa), or plain percentiles of the resamples. Default `"bca"`. */
  readonly method?: IntervalMethod;
  /** Default 2000. */
  readonly resamples?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Classes: draw from each class for itself, so that each keeps its number of rows. Default true. */
  readonly stratify?: boolean;
}

const known = ["level", "method", "resamples", "seed", "stratify"];

/**
 * Confidence intervals of metrics by the bootstrap: the rows are drawn anew with replacement, thousands of times, and
 * every metric is measured on the same resamples. This holds for the chance of which rows were measured; what another
 * training would have learnt is not in it.
 *
 * @param outcomes what is true and what was predicted, row by row
 * @param metrics  what is measured
 * @returns an interval for each metric, by its name; bounds are NaN where the metric is not defined
 * @throws  `option`, and `metric-task` for a metric that cannot be measured on these outcomes
 * @see Efron & Tibshirani (1993), An introduction to the bootstrap; Davison & Hinkley (1997), for strata
 */
export function bootstrap(
  outcomes: Outcomes,
  metrics: readonly Metric[],
  options: BootstrapOptions = {},
): Record<string, Interval> {
  const { level, method, resamples, seed, stratify } = checked(options);
  const measures = measuredBeside([], metrics).map((metric) => metric.prepare(outcomes)); // refuses what cannot be measured
  const strata = strataOf(outcomes.rows, stratify && outcomes.kind === "classes" ? outcomes.truth : null);
  const replicates = replicate(outcomes, strata, { metrics, resamples, key: fold(key(seed), 0) });
  const groups = method === "bca" ? groupsOf(strata, fold(key(seed), 1)) : null;
  const intervals = measures.map((measure, m) => {
    const acceleration = groups && accelerationOf(measure, outcomes.weights, groups);
    return [
      metrics[m]!.label,
      intervalFrom(replicates[m]!, measure(outcomes.weights), { level, acceleration }),
    ] as const;
  });
  return Object.fromEntries(intervals);
}

function checked(options: BootstrapOptions): Required<BootstrapOptions> {
  knownOptions("bootstrap(…, options)", options, known);
  const { level = 0.95, method = "bca", resamples = 2000, seed = 0, stratify = true } = options;
  if (method !== "bca" && method !== "percentile")
    throw new ModelError({
      code: "option",
      where: "bootstrap, method",
      given: { given: String(method) },
      rule: 'must be "bca" or "percentile".',
    });
  return {
    level: checkedNumber("bootstrap, level", level, { above: 0, below: 1 }),
    method,
    resamples: checkedNumber("bootstrap, resamples", resamples, { least: 10, integer: true }),
    seed: checkedNumber("bootstrap, seed", seed, { integer: true }),
    stratify,
  };
}

interface Replicating {
  readonly metrics: readonly Metric[];
  readonly resamples: number;
  readonly key: Key;
}

/** Every figure on every resample; sums that several metrics share are gathered once. */
function replicate(outcomes: Outcomes, strata: Strata, { metrics, resamples, key }: Replicating): Float64Array[] {
  const { weights } = outcomes;
  const gathers = [...new Set(metrics.map(({ gather }) => gather))];
  const sums = gathers.map((gather) => gather(outcomes));
  const place = metrics.map(({ gather }) => gathers.indexOf(gather));
  const found = metrics.map(() => new Float64Array(resamples));
  const drawn = new Float64Array(weights.length);
  const next = words(key);
  for (let b = 0; b < resamples; b++) {
    resample(weights, strata, next, drawn);
    const gathered = sums.map((sum) => sum(drawn));
    metrics.forEach(({ figure }, m) => {
      found[m]![b] = figure(gathered[place[m]!], outcomes);
    });
  }
  return found;
}

/** Rows that are left out together: one list a group, the groups of a stratum together. */
type Groups = readonly (readonly Int32Array[])[];

/** About so many groups are left out in turn; of fewer rows, each for itself. */
const mostGroups = 500;

/** Each stratum cut by chance into groups of equal size: with one row each, the jackknife. */
function groupsOf({ order, starts }: Strata, key: Key): Groups {
  const perGroup = Math.max(1, Math.ceil(order.length / mostGroups));
  return Array.from({ length: starts.length - 1 }, (_, s) => {
    const rows = order.subarray(starts[s]!, starts[s + 1]!);
    const mixed = permutation(fold(key, s), rows.length).map((i) => rows[i]!);
    const count = Math.ceil(rows.length / perGroup);
    return Array.from({ length: count }, (_, g) => mixed.filter((_, i) => i % count === g));
  });
}

/**
 * Acceleration, from how a figure moves when groups of rows are left out:
 * a = ⅙ Σ l³/g³ / (Σ l²/g²)^(3/2), with l = (g − 1)(θ̄ − θ₍ⱼ₎) over the g groups of each stratum.
 */
function accelerationOf(measure: Measure, weights: Float64Array, groups: Groups): number {
  const left = weights.slice();
  let [cubes, squares] = [0, 0];
  for (const stratum of groups) {
    const g = stratum.length;
    const figures = stratum.map((rows) => {
      for (const row of rows) left[row] = 0;
      const figure = measure(left);
      for (const row of rows) left[row] = weights[row]!;
      return figure;
    });
    const defined = figures.filter((figure) => !Number.isNaN(figure));
    const mean = defined.reduce((a, b) => a + b, 0) / defined.length;
    for (const figure of defined) {
      const influence = ((g - 1) / g) * (mean - figure);
      squares += influence ** 2;
      cubes += influence ** 3;
    }
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}
