import { checkedNumber, knownOptions } from "../core/names.ts";
import { fold, key, permutation } from "../core/random.ts";
import { Tensor } from "../core/tensor.ts";
import { tensorOf } from "../graph/lifted.ts";
import { type Metric, type MetricName, metricNamed, metricsOf, type Outcomes, type Rows } from "../training/index.ts";
import { type Judge, type OutcomeOptions, outcomesFor } from "./assess.ts";
import { checkGroups, matrixOf, repeated, rowsBelow } from "./tiles.ts";

/** How much a feature, or a group of them, is needed. */
export interface Importance {
  /** How much worse the figure gets when the feature is shuffled, the mean over the shuffles; above zero where it is needed. */
  readonly mean: number;
  /** Deviation over the shuffles (n − 1): how far one shuffle differs from another. */
  readonly deviation: number;
  /** Each shuffle for itself. */
  readonly each: readonly number[];
}

/** What was measured, without any shuffle, and what each feature is worth. */
export interface Importances {
  readonly metric: string;
  readonly value: number;
  readonly features: readonly Importance[];
}

export interface ImportanceOptions extends OutcomeOptions {
  /** What gets worse. Default: the task's own first, the accuracy or R². */
  readonly metric?: Metric | MetricName;
  /** Shuffles of each feature. Default 10. */
  readonly repeats?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Columns of x that are shuffled together, such as those of one word. Default: each for itself. */
  readonly groups?: readonly (readonly number[])[];
}

/** A copy of the rows in which one feature is taken from other rows: row i has that of row order[i]. */
export interface Shuffled {
  /** Null: nothing is shuffled. */
  readonly feature: number | null;
  readonly order: Int32Array;
}

export interface ShuffleOptions {
  readonly features: number;
  readonly rows: number;
  readonly repeats: number;
  readonly seed: number;
  readonly metric: Metric;
  /** Rows that are measured at once, at most. */
  readonly atOnce: number;
}

/** Numbers that are predicted from at once, at most. */
const mostNumbers = 2 ** 22;

/**
 * The importance of features that can be shuffled.
 *
 * @param outcomesOn what comes out for copies of the rows, one below the other
 */
export function shuffledImportances(
  outcomesOn: (copies: readonly Shuffled[]) => Outcomes,
  { features, rows, repeats, seed, metric, atOnce }: ShuffleOptions,
): Importances {
  const plain: Shuffled = { feature: null, order: Int32Array.from({ length: rows }, (_, i) => i) };
  const shuffles = Array.from({ length: features * repeats }, (_, k): Shuffled => {
    const feature = Math.floor(k / repeats);
    return { feature, order: permutation(fold(fold(key(seed), feature), k % repeats), rows) };
  });
  const copies = [plain, ...shuffles];
  const together = Math.max(1, Math.floor(atOnce / rows));
  const scores: number[] = [];
  for (let from = 0; from < copies.length; from += together) {
    const some = copies.slice(from, from + together);
    scores.push(...eachCopy(outcomesOn(some), some.length, metric));
  }
  const [value = Number.NaN, ...after] = scores;
  const sign = metric.better === "high" ? 1 : -1;
  return {
    metric: metric.label,
    value,
    features: Array.from({ length: features }, (_, f) =>
      importance(after.slice(f * repeats, (f + 1) * repeats).map((score) => sign * (value - score))),
    ),
  };
}

/** The metric of each copy for itself: the rows of the others count nothing. */
function eachCopy(outcomes: Outcomes, copies: number, metric: Metric): number[] {
  const measure = metric.prepare(outcomes);
  const rows = outcomes.rows / copies;
  return Array.from({ length: copies }, (_, c) => {
    const weights = new Float64Array(outcomes.rows);
    weights.set(outcomes.weights.subarray(c * rows, (c + 1) * rows), c * rows);
    return measure(weights);
  });
}

function importance(each: readonly number[]): Importance {
  const mean = each.reduce((a, b) => a + b, 0) / each.length;
  const squares = each.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, deviation: each.length > 1 ? Math.sqrt(squares / (each.length - 1)) : Number.NaN, each };
}

/**
 * Permutation importance: how much worse the predictions get when a feature is shuffled among the rows, so that it says
 * nothing about them any more. Measure it on rows that were not trained on. Of features that say the same, each may
 * seem unneeded.
 *
 * @param result what `fit` gave
 * @param rows   x `[rows, features]` and y
 * @returns for each feature (or group) mean and deviation over the shuffles
 * @throws  `option`, and `metric-task` for a metric that is not for this task
 * @see Breiman (2001), Random forests; Fisher, Rudin & Dominici (2019)
 */
export function permutationImportance(result: Judge, rows: Rows, options: ImportanceOptions = {}): Importances {
  const where = "permutationImportance(…, options)";
  knownOptions(where, options, ["metric", "repeats", "seed", "groups", "threshold", "weights"]);
  const { metric = metricNamed(metricsOf[result.task][0]!.name), repeats = 10, seed = 0, weights, threshold } = options;
  const x = matrixOf(where, rows.x);
  const [count, width] = x.shape as [number, number];
  const groups = checkGroups(where, options.groups, width);
  const y = tensorOf(rows.y);
  const w = weights === undefined ? undefined : tensorOf(weights);
  const outcomesOn = (copies: readonly Shuffled[]): Outcomes =>
    outcomesFor(
      result,
      { x: shuffledCopies(x, groups, copies), y: repeated(y, copies.length) },
      { ...(threshold !== undefined && { threshold }), ...(w && { weights: repeated(w, copies.length) }) },
    );
  return shuffledImportances(outcomesOn, {
    features: groups.length,
    rows: count,
    repeats: checkedNumber("permutationImportance, repeats", repeats, { least: 1, integer: true }),
    seed: checkedNumber("permutationImportance, seed", seed, { integer: true }),
    metric: typeof metric === "string" ? metricNamed(metric) : metric,
    atOnce: mostNumbers / width,
  });
}

function shuffledCopies(x: Tensor, groups: readonly (readonly number[])[], copies: readonly Shuffled[]): Tensor {
  const [rows, width] = x.shape as [number, number];
  const out = rowsBelow(x, copies.length);
  copies.forEach(({ feature, order }, c) => {
    for (const column of feature === null ? [] : groups[feature]!)
      for (let i = 0; i < rows; i++) out[(c * rows + i) * width + column] = x.data[order[i]! * width + column]!;
  });
  return new Tensor([copies.length * rows, width], out);
}
