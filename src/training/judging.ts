import type { Tensor } from "../core/tensor.ts";
import type { Place } from "./evaluate.ts";
import type { Metric } from "./metrics/metric.ts";
import type { Predicted } from "./metrics/predicted.ts";
import { thresholdOf } from "./metrics.ts";
import type { Learnt, Objective, Part } from "./objective.ts";
import { compiled, compiledIn, type Engine, type Judged, judgedProgram } from "./programs.ts";

/** What is measured from predictions for a whole part, as it is no sum over rows; and in which unit. */
export interface Asked extends Pick<Predicted, "task" | "unit"> {
  readonly metrics: readonly Metric[];
}

type Metrics = Readonly<Record<string, number>>;

/**
 * A function that measures what a network gives for the rows of a part.
 *
 * @throws `metric-task` when called, for a metric that is not for this task
 */
const judge =
  (deciding: Deciding, { y, counts }: Pick<Part, "y" | "counts">, { metrics, ...asked }: Asked) =>
  (given: Judged): Metrics => {
    const predicted: Predicted = { ...asked, ...predictedUnder(deciding), ...given, targets: y, ...weightsIn(counts) };
    return Object.fromEntries(metrics.map((metric) => [metric.label, metric.measure(predicted)]));
  };

const weightsIn = (counts: Tensor | undefined): Pick<Predicted, "weights"> =>
  counts ? { weights: Float64Array.from(counts.data) } : {};

/** A function that measures networks like the example on a part, from predictions for the whole of it, compiled once. */
export function judging<Θ>(
  objective: Objective<Θ>,
  example: Learnt<Θ>,
  data: Part,
  engine: Engine,
  asked: Asked,
): (learnt: Learnt<Θ>) => Metrics {
  if (asked.metrics.length === 0) return () => ({});
  const { x } = data;
  const judged = compiled(judgedProgram(objective, { learnt: example, x }), engine);
  const metrics = judge(objective, data, asked);
  return (learnt) => metrics(judged({ learnt, x }));
}

/** The same for each of several parts, where it does not hold up this thread; nothing for a part that is not there. */
export async function judgingIn<Θ, K extends string>(
  objective: Objective<Θ>,
  example: Learnt<Θ>,
  parts: Readonly<Record<K, Part | null>>,
  { engine, workshop }: Place,
  asked: Asked,
): Promise<(learnt: Learnt<Θ>) => Promise<Record<K, Metrics>>> {
  const one = async (part: Part): Promise<(learnt: Learnt<Θ>) => Promise<Metrics>> => {
    const { x } = part;
    const judged = await compiledIn(judgedProgram(objective, { learnt: example, x }), engine, workshop);
    const metrics = judge(objective, part, asked);
    return async (learnt) => metrics(await judged.run({ learnt, x }));
  };
  const judges: [string, ((learnt: Learnt<Θ>) => Promise<Metrics>) | null][] = [];
  for (const [name, part] of Object.entries<Part | null>(parts)) judges.push([name, part && (await one(part))]);
  return async (learnt) => {
    const found: [string, Metrics][] = [];
    for (const [name, judge] of judges) found.push([name, judge ? await judge(learnt) : {}]);
    return Object.fromEntries(found) as Record<K, Metrics>;
  };
}

/** A loss, and by which threshold its predictions are decided. */
type Deciding = Pick<Objective<never>, "loss" | "threshold">;

/** What a loss says about the meaning of predictions: behind a sigmoid or softmax they are probabilities, say. */
export const predictedUnder = (deciding: Deciding): Pick<Predicted, "link" | "probable" | "threshold"> => {
  const { link, boundary } = deciding.loss;
  const probable = link === "sigmoid" || link === "softmax" || (link === "identity" && boundary === 0.5);
  return { link, probable, threshold: thresholdOf(deciding) };
};
