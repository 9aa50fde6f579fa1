import { ModelError } from "../core/errors.ts";
import { knownOptions } from "../core/names.ts";
import { type PlainData, tensorOf } from "../graph/lifted.ts";
import {
  type FitResult,
  type Metric,
  type MetricName,
  metricNamed,
  metricsOf,
  type Outcomes,
  outcomesOf,
  predictedUnder,
  type Rows,
  weightsOf,
} from "../training/index.ts";
import { type BootstrapOptions, bootstrap } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";

/** What an assessment needs to know of a trained network. */
export type Judge = Pick<FitResult<never>, "evaluate" | "predict" | "loss" | "task" | "threshold">;

export interface OutcomeOptions {
  /** Two classes, and labels: the probability (for the hinge loss, the score) above which it is yes. Default: the network's. */
  readonly threshold?: number;
  /** How much each row counts, `[rows]`. Default: as the rows say, or else 1 each. */
  readonly weights?: PlainData;
}

export interface AssessOptions extends OutcomeOptions {
  /** Metrics, or their names, beside the task's own. */
  readonly metrics?: readonly (Metric | MetricName)[];
  /** Level of intervals for all metrics, such as 0.95, or how the bootstrap finds them. Default: no intervals. */
  readonly confidence?: number | BootstrapOptions;
}

/** What a network is worth on some rows. */
export interface Assessment {
  readonly rows: number;
  /** Without the penalty. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the metrics, by name; empty unless asked for. */
  readonly intervals: Readonly<Record<string, Interval>>;
}

/**
 * Outcomes of a trained network on rows whose targets are known: what metrics, curves and thresholds are made from.
 *
 * @param result what `fit` gave
 * @throws `loss-task`, `data-rows`, `data-number` as `evaluate`; `diverged` when predictions are not finite
 */
export function outcomesFor(result: Judge, rows: Rows, options: OutcomeOptions = {}): Outcomes {
  knownOptions("outcomesFor(…, options)", options, ["threshold", "weights"]);
  const { task } = result;
  const targets = tensorOf(rows.y);
  const count = targets.shape[0]!;
  const { threshold = result.threshold, weights = rows.weights ?? undefined } = options;
  const outcomes = outcomesOf({
    ...predictedUnder({ ...result, threshold }),
    task,
    targets,
    output: result.predict(rows.x, { as: task === "regression" ? "decision" : "probabilities" }),
    raw: result.predict(rows.x, { as: "raw" }),
    weights: weightsOf("outcomesFor(…, { weights })", weights, count),
  });
  if (outcomes) return outcomes;
  throw new ModelError({
    code: "diverged",
    where: "outcomesFor(result, rows)",
    rule: "what the network predicts for these rows is not finite.",
  });
}

/**
 * Measures a trained network on rows, with confidence intervals if asked for.
 *
 * @param result what `fit` gave
 * @param rows   x and y
 * @returns loss, metrics and intervals
 * @throws  as `fit(…).evaluate(rows)`; `option` for an unknown metric; `metric-task` for one that is not for this task
 */
export function assess(result: Judge, rows: Rows, options: AssessOptions = {}): Assessment {
  knownOptions("assess(…, options)", options, ["metrics", "confidence", "threshold", "weights"]);
  const { metrics = [], confidence, ...others } = options;
  const { loss } = result.evaluate(rows); // refuses rows that do not fit
  const outcomes = outcomesFor(result, rows, others);
  const own = metricsOf[result.task].map(({ name }) => metricNamed(name));
  const asked = metrics.map((metric) => (typeof metric === "string" ? metricNamed(metric) : metric));
  return { rows: outcomes.rows, loss, ...measured(outcomes, [...own, ...asked], confidence) };
}

/** Metrics of outcomes, each once, with intervals if there is a level for them. */
export function measured(
  outcomes: Outcomes,
  metrics: readonly Metric[],
  confidence: AssessOptions["confidence"],
): Pick<Assessment, "metrics" | "intervals"> {
  const distinct = [...new Map(metrics.map((metric) => [metric.label, metric])).values()];
  const figures = distinct.map((metric) => [metric.label, metric(outcomes)] as const);
  const options = typeof confidence === "number" ? { level: confidence } : confidence;
  return { metrics: Object.fromEntries(figures), intervals: options ? bootstrap(outcomes, distinct, options) : {} };
}
