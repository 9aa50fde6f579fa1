import { checkedNumber, knownOptions, named } from "../core/names.ts";
import type { EpochRow, Pair } from "./history.ts";
import type { Metric } from "./metrics/metric.ts";
import type { RowMetric } from "./metrics.ts";

/** When to stop before all epochs are done. The best parameters are what is kept, however training ends. */
export interface EarlyStopping {
  /** The figure that is watched: `"loss"`, `"objective"` (the loss with its penalties) or a metric. Default `"loss"`. */
  readonly metric?: string;
  /** Epochs in a row without an improvement after which training stops. Default 10. */
  readonly patience?: number;
  /** An improvement must be larger than this, in the figure's own unit. Default 0. */
  readonly minimumChange?: number;
}

/** The best epoch so far. */
export interface Best {
  readonly epoch: number;
  readonly metric: string;
  /** The part on which the figure was measured. */
  readonly part: keyof Pair;
  readonly value: number;
}

/** Early stopping with every choice made. */
export interface Watch extends Required<EarlyStopping> {
  readonly part: keyof Pair;
  readonly better: RowMetric["better"];
}

/** An epoch and its figure. */
interface Mark {
  readonly epoch: number;
  readonly value: number;
}

/** How far the figure has come: plain data, so that it can be kept in a checkpoint. */
export interface Standing {
  /** The epoch with the best figure. */
  readonly best: Mark | null;
  /** The last epoch that was better by more than the minimum change: patience counts from here. */
  readonly improved: Mark | null;
}

/** Options with defaults filled in; a number is the patience. */
export function earlyStoppingOf(wanted: EarlyStopping | number): Required<EarlyStopping> {
  const options = typeof wanted === "number" ? { patience: wanted } : wanted;
  knownOptions("earlyStopping", options, ["metric", "patience", "minimumChange"]);
  const { metric = "loss", patience = 10, minimumChange = 0 } = options;
  return {
    metric,
    patience: checkedNumber("earlyStopping.patience", patience, { least: 1, integer: true }),
    minimumChange: checkedNumber("earlyStopping.minimumChange", minimumChange, { least: 0 }),
  };
}

/** All metrics of a row of the history, by name. */
export const figuresOf = (
  own: readonly RowMetric[],
  measured: readonly Metric[],
): Pick<RowMetric, "name" | "better">[] => [
  ...own.map(({ name, better }) => ({ name, better })),
  ...measured.map(({ label, better }) => ({ name: label, better })),
];

/**
 * What is watched: the figure of the validation part, or of the training part where there is no other.
 *
 * @throws `option` for a figure that is not measured, naming those that are
 */
export function watchOf(
  options: Required<EarlyStopping>,
  metrics: readonly Pick<RowMetric, "name" | "better">[],
  validated: boolean,
): Watch {
  const low = { loss: "low", objective: "low" } as const;
  const figures: Readonly<Record<string, RowMetric["better"]>> = {
    ...low,
    ...Object.fromEntries(metrics.map(({ name, better }) => [name, better])),
  };
  const metric = named("metric", options.metric, figures);
  return { ...options, metric, better: figures[metric]!, part: validated ? "validation" : "train" };
}

/** The watched figure of a row; NaN where there is none. */
export function watchedIn({ metric, part }: Watch, row: Pick<EpochRow, "loss" | "objective" | "metrics">): number {
  const pair = metric === "loss" || metric === "objective" ? row[metric] : row.metrics[metric];
  return pair?.[part] ?? Number.NaN;
}

/** How things stand after one more epoch. A figure that is not a number is never better. */
function judged(
  watch: Watch,
  { best, improved }: Standing,
  row: Pick<EpochRow, "epoch" | "loss" | "objective" | "metrics">,
): Standing {
  const mark = { epoch: row.epoch, value: watchedIn(watch, row) };
  if (Number.isNaN(mark.value)) return { best, improved };
  const gain = (before: Mark): number =>
    watch.better === "low" ? before.value - mark.value : mark.value - before.value;
  return {
    best: best === null || gain(best) > 0 ? mark : best,
    improved: improved === null || gain(improved) > watch.minimumChange ? mark : improved,
  };
}

/** Early stopping on its way. */
export interface Stopper {
  readonly standing: Standing;
  /** Judges one more epoch: whether it is the best so far. */
  judge(row: Parameters<typeof judged>[2]): boolean;
  /** Whether there has been no improvement for as long as patience lasts. */
  exhausted(epoch: number): boolean;
  readonly best: Best | null;
}

/** @param standing how things stand in the checkpoint from which training goes on */
export function stopperOf(watch: Watch, standing: Standing = { best: null, improved: null }): Stopper {
  let now = standing;
  return {
    get standing() {
      return now;
    },
    judge(row) {
      now = judged(watch, now, row);
      return now.best?.epoch === row.epoch;
    },
    exhausted: (epoch) => epoch - (now.improved?.epoch ?? 0) >= watch.patience,
    get best() {
      return now.best && { ...now.best, metric: watch.metric, part: watch.part };
    },
  };
}
