import { ModelError } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Layer } from "../nn/index.ts";
import { Divergence } from "./divergence.ts";
import { evaluator, type Figures } from "./evaluate.ts";
import type { EpochRow, Pair } from "./history.ts";
import { spreadOf } from "./metrics.ts";
import type { Objective, Part } from "./objective.ts";
import { partOf, type Rows, type Settings, settingsOf, type TrainOptions } from "./options.ts";
import { outputShape, stepsOf } from "./programs.ts";
import { type EpochEnd, Session, startOf } from "./session.ts";
import { checkTargets, comparable } from "./targets.ts";

/** A row of the history, with the parameters of that moment. */
export interface TrainingRow<Θ> extends EpochRow {
  readonly parameters: () => Θ;
}

/** How training ended. */
export interface TrainingEnd<Θ> {
  readonly parameters: Θ;
  readonly stopped: "epochs" | "interrupted";
  readonly steps: number;
  readonly seconds: { readonly compile: number; readonly training: number };
}

export type TrainRows<Θ> = TrainOptions<Θ> & Rows;

/** What `train` and `fit` share: the parts as tensors, and every choice made. */
export interface Training<Θ> {
  readonly settings: Settings;
  readonly objective: Objective<Θ>;
  readonly training: Part;
  readonly validation: Part | null;
  readonly options: TrainOptions<Θ>;
}

/** A training with every choice made, and all that can be wrong with it before the first step found out. */
export function prepared<Θ>(
  where: string,
  model: Layer<Θ>,
  { training, validation }: Pick<Training<Θ>, "training" | "validation">,
  options: TrainOptions<Θ>,
): Training<Θ> {
  const settings = settingsOf(where, training.y, options);
  const parameters = options.parameters ?? startOf(model, settings.seed);
  const output = outputShape(model, { θ: parameters, x: training.x });
  for (const part of [training, validation]) if (part) checkTargets(settings, output, part.y);
  const metrics = comparable(settings.task, output, training.y) ? settings.metrics : [];
  const objective = { ...settings, model, metrics };
  return { settings, objective, training, validation, options: { ...options, parameters } };
}

/**
 * Trains a network, yielding after every epoch. The caller owns the loop: it draws, logs, keeps the best parameters, or
 * breaks. The generator's return value tells how training ended.
 *
 * @param model   from `[batch, …]` to `[batch, outputs]`
 * @param options rows (x, y), loss, optimizer, epochs, batch size, validation rows, seed …
 * @throws `diverged` (with the last good parameters) when a loss or a parameter is not finite or the loss a thousand times
 *         the first one; `option`, `loss-task`, `data-rows`, `data-number` before training
 */
export async function* train<Θ>(
  model: Layer<Θ>,
  options: TrainRows<Θ>,
): AsyncGenerator<TrainingRow<Θ>, TrainingEnd<Θ>, void> {
  const { x, y, ...rest } = options;
  const training = partOf("train(model, { x, y })", { x, y });
  if (typeof rest.validation === "number" && rest.validation !== 0)
    throw new ModelError({
      code: "option",
      where: "train(model, { validation })",
      given: { validation: rest.validation },
      rule: "must be rows { x, y } of their own.",
      hint: "fit(model, data, { validation: 0.2 }) sets a share of the rows aside.",
    });
  const validation = rest.validation ? partOf("train(model, { validation })", rest.validation) : null;
  return yield* epochs(prepared("train", model, { training, validation }, rest));
}

/** The epochs of a training. */
export async function* epochs<Θ>({
  settings,
  objective,
  training,
  validation,
  options,
}: Training<Θ>): AsyncGenerator<TrainingRow<Θ>, TrainingEnd<Θ>, void> {
  const started = performance.now();
  const { seed, batchSize, engine } = settings;
  const parameters = options.parameters ?? startOf(objective.model, seed);
  const session = new Session(objective, training, engine, { seed, batchSize, parameters });
  const validate = validation ? evaluator(objective, session.parameters, validation, engine) : null;
  const first = evaluator(objective, session.parameters, training, engine)(session.parameters).loss;
  const compiled = performance.now();
  const end = (stopped: "epochs" | "interrupted"): TrainingEnd<Θ> => ({
    parameters: session.parameters,
    stopped,
    steps: session.steps,
    seconds: { compile: (compiled - started) / 1000, training: (performance.now() - compiled) / 1000 },
  });
  const spread = spreadOf(training.y);
  while (session.epoch < settings.epochs) {
    if (options.signal?.aborted) return end("interrupted");
    const began = performance.now();
    const before = session.parameters;
    const epoch = await session.runEpoch(options.signal);
    if (epoch.interrupted) return end("interrupted");
    const seconds = Math.max(performance.now() - began, clockTick) / 1000;
    const means = epochMeans(epoch, objective, training.y.shape[0]!, batchSize, spread);
    if (exploded(means.loss, first)) throw explosion(session, before, means.loss, first);
    const after = session.parameters;
    yield {
      ...row(means, validate?.(after) ?? null),
      epoch: session.epoch,
      steps: session.steps,
      rowsPerSecond: training.x.shape[0]! / seconds,
      seconds: (performance.now() - compiled) / 1000,
      parameters: () => after,
    };
  }
  return end("epochs");
}

/** Milliseconds below which some browsers do not tell times apart. */
const clockTick = 0.1;

/** A loss a thousand times the first one will not come back; what begins near zero is judged against one thousandth. */
const exploded = (loss: number, first: number): boolean => loss > 1000 * Math.max(first, 1e-3);

function explosion<Θ>(session: Session<Θ>, parameters: Θ, loss: number, first: number): Divergence<Θ> {
  const failure = { epoch: session.epoch, step: stepsOf(session.batches), culprit: "" };
  const facts = { "first loss": first, loss };
  return new Divergence(
    failure,
    parameters,
    facts,
    "the loss is a thousand times what it was before training: training diverged.",
  );
}

type EpochMeans = Figures & { readonly learningRate: number };

/** Means over the rows of an epoch from the figures of its steps; the last batch may be smaller. */
function epochMeans<Θ>(
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
  return {
    loss: mean(loss),
    penalty: mean(penalty),
    learningRate: typeof optimizer.learningRate === "number" ? optimizer.learningRate : learningRate.data.at(-1)!,
    metrics: Object.fromEntries(
      metrics.map(({ name, finish = (m) => m }) => [name, finish(share(measured[name]!), spread)]),
    ),
  };
}

function row(
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
