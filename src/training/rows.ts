import type { Tensor } from "../core/tensor.ts";
import type { Figures } from "./evaluate.ts";
import type { EpochRow, Pair } from "./history.ts";
import type { Objective } from "./objective.ts";
import type { EpochEnd } from "./session.ts";

type EpochMeans = Figures & { readonly learningRate: number };

/** Means over the rows of an epoch from the figures of its steps; the last batch may be smaller. */
export function epochMeans<Θ>(
  { figures }: EpochEnd,
  { metrics, optimizer }: Objective<Θ>,
  rows: number,
  batchSize: number,
  spread: number,
): EpochMeans {
  const total = (t: Tensor, weight: (i: number) => number): number => {
    let sum = 0;
    t.data.forEach((value, i) => {
      sum += value * weight(i);
    });
    return sum;
  };
  const mean = (t: Tensor): number => total(t, (i) => Math.min(batchSize, rows - i * batchSize)) / rows;
  const share = (t: Tensor): number => total(t, () => 1) / rows;
  const { loss, penalty, learningRate, metrics: measured } = figures!;
  const own = "learningRate" in optimizer ? optimizer.learningRate : null;
  return {
    loss: mean(loss),
    penalty: mean(penalty),
    learningRate: typeof own === "number" ? own : learningRate.data.at(-1)!,
    metrics: Object.fromEntries(
      metrics.map(({ name, finish = (m) => m }) => [name, finish(share(measured[name]!), spread)]),
    ),
  };
}

/** The figures of a row of the history. */
export function rowFigures(
  train: EpochMeans,
  validation: Figures | null,
): Pick<EpochRow, "loss" | "objective" | "metrics" | "learningRate"> {
  const pair = (f: (figures: Figures) => number): Pair => ({
    train: f(train),
    validation: validation && f(validation),
  });
  return {
    loss: pair((f) => f.loss),
    objective: pair((f) => f.loss + f.penalty),
    metrics: Object.fromEntries(Object.keys(train.metrics).map((name) => [name, pair((f) => f.metrics[name]!)])),
    learningRate: train.learningRate,
  };
}
