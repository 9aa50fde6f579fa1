import type { Table } from "../data/index.ts";
import type { BootstrapOptions, Interval } from "../study/index.ts";
import { bootstrap } from "../study/index.ts";
import { type Metric, metricNamed, metricsFor, type Outcomes } from "../training/index.ts";
import { encodePart, measurePart, outcomesOn, type TrainedModel } from "./model.ts";

export interface AssessTableOptions {
  /** Names of metrics beside the task's own; `all` stands for every one that is defined. */
  readonly metrics?: readonly string[];
  /** How intervals are found. Default: none. */
  readonly confidence?: BootstrapOptions | undefined;
}

/** What a kept model is worth on a table. */
export interface TableAssessment {
  readonly rows: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the metrics, by name; empty unless asked for. */
  readonly intervals: Readonly<Record<string, Interval>>;
  /** What is true and what is predicted; null where that is not finite. */
  readonly outcomes: Outcomes | null;
  /** What a user should be told about the rows. */
  readonly notes: readonly string[];
}

/**
 * Measures a kept model on a table.
 *
 * @throws what encoding throws; `option` for an unknown metric, `metric-task` for one that is not for this task
 */
export function assessTable(
  model: TrainedModel,
  table: Table,
  { metrics: names = [], confidence }: AssessTableOptions,
): TableAssessment {
  const part = encodePart(model.file, table);
  const outcomes = outcomesOn(model, part);
  const asked = names.flatMap((name) => (name === "all" ? defined(outcomes) : [metricNamed(name)]));
  const { rows, loss, metrics } = measurePart(model, part, asked);
  const distinct = Object.keys(metrics).map((name) => metricNamed(name));
  const intervals = confidence && outcomes ? bootstrap(outcomes, distinct, confidence) : {};
  return { rows, loss, metrics, intervals, outcomes, notes: part.notes };
}

const defined = (outcomes: Outcomes | null): Metric[] =>
  outcomes ? metricsFor(outcomes).filter((metric) => !Number.isNaN(metric(outcomes))) : [];
