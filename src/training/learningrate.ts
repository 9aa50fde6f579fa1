import { ModelError } from "../core/errors.ts";
import { checkedNumber } from "../core/names.ts";
import type { Layer } from "../nn/index.ts";
import { partOf, type Rows, type TrainOptions } from "./options.ts";
import { batchesOf, stepsOf } from "./programs.ts";
import { type Suggestion, suggestionFrom } from "./suggestion.ts";
import { type Sweepable, type SweepSpan, swept } from "./sweep.ts";
import { prepared } from "./train.ts";

type Needless =
  | "learningRate"
  | "epochs"
  | "validation"
  | "earlyStopping"
  | "checkpoint"
  | "metrics"
  | "record"
  | "onEpoch";

/** As for `fit`, and which rates are tried. */
export interface LearningRateOptions<Θ = unknown> extends Omit<TrainOptions<Θ>, Needless>, Partial<SweepSpan> {}

/** What was tried, and what to take. */
export interface LearningRateSearch extends Suggestion {
  /** The rates, until training diverged. */
  readonly rates: readonly number[];
  /** The loss of each step's batch, before its update. */
  readonly losses: readonly number[];
  /** True where training diverged before the last rate. */
  readonly diverged: boolean;
  /** By what rule, or why there is none. */
  readonly reason: string;
}

/**
 * Tries learning rates, from too small to too great: every step of a short training takes a greater one, η₀ (η₁/η₀)^(t/(n − 1)),
 * and the loss says which are any good. All steps are one compiled program. What was learnt on the way is thrown away.
 *
 * The suggestion is a tenth of the rate at which the smoothed loss is least, where that is at least a twentieth less than
 * what the best constant answer loses on the same rows; otherwise there is none.
 *
 * @param model   as for `fit`
 * @param data    x and y as for `fit`
 * @param options those of `fit` that matter; `from` (1e-7), `to` (10), `steps` (those of an epoch, 100 to 1000)
 * @throws `option` for an optimizer that finds its own step, and what `fit` throws before training
 * @see Smith (2017), Cyclical learning rates for training neural networks, 3.3; the tenth is that of the fast.ai course (2018)
 */
export async function findLearningRate<Θ>(
  model: Layer<Θ>,
  data: Rows,
  options: LearningRateOptions<Θ> = {},
): Promise<LearningRateSearch> {
  const { from, to, steps, ...rest } = options;
  if ("learningRate" in rest)
    throw new ModelError({
      code: "option",
      where: "findLearningRate(model, data, options)",
      given: { option: "learningRate" },
      rule: "the learning rate is what is looked for.",
      hint: "leave learningRate out; from and to are the least and the greatest that are tried.",
    });
  const training = partOf("findLearningRate(model, data)", data);
  const task = await prepared("findLearningRate", model, { training, validation: null }, rest);
  const span = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(steps !== undefined && { steps }),
  };
  return learningRateFor(task, span, options.signal);
}

/** The same for a training whose choices are made. */
export async function learningRateFor<Θ>(
  training: Sweepable<Θ>,
  wanted: Partial<SweepSpan>,
  signal?: AbortSignal,
): Promise<LearningRateSearch> {
  const sweep = await swept(training, spanOf(training, wanted), signal);
  const found = suggestionFrom(sweep);
  const count = found.smoothed.length;
  const [rates, losses] = [sweep.rates.slice(0, count), sweep.losses.slice(0, count)];
  const diverged = count < sweep.rates.length;
  return { ...found, rates, losses, diverged, reason: reasonFor(found) };
}

/** Steps of an epoch, but enough for a curve, and no more than it takes for one. */
const [fewest, most] = [100, 1000];

function spanOf<Θ>({ settings, training }: Sweepable<Θ>, wanted: Partial<SweepSpan>): SweepSpan {
  const anEpoch = stepsOf(batchesOf(training.x.shape[0]!, settings.batchSize));
  const { from = 1e-7, to = 10, steps = Math.min(most, Math.max(fewest, anEpoch)) } = wanted;
  checkedNumber("findLearningRate({ from })", from, { above: 0 });
  checkedNumber("findLearningRate({ to })", to, { above: from });
  return { from, to, steps: checkedNumber("findLearningRate({ steps })", steps, { least: 20, integer: true }) };
}

function reasonFor({ suggestion, minimum, gain }: Suggestion): string {
  if (minimum === null) return "the loss is not finite, or diverges at once, at the least rate already";
  if (suggestion !== null) return "a tenth of the rate at which the smoothed loss is least";
  const share = `${(100 * Math.max(0, gain)).toFixed(1)} %`;
  return `at no rate was the loss clearly below that of a constant answer (${share} at best): the inputs say nothing about the target that this network could learn in so few steps`;
}
