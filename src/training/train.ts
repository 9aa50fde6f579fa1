import { ModelError } from "../core/errors.ts";
import { Pace, pause } from "../core/pause.ts";
import type { Shape } from "../core/shape.ts";
import type { Layer } from "../nn/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { epochs, type Training, type TrainingEnd, type TrainingRow } from "./course.ts";
import { accessTo } from "./files.ts";
import type { Part } from "./objective.ts";
import { checkedPart, type Rows, settingsOf, type TrainOptions } from "./options.ts";
import { outputShape } from "./programs.ts";
import { startOf } from "./session.ts";
import { checkTargets, comparable } from "./targets.ts";

export type TrainRows<Θ> = TrainOptions<Θ> & Rows;

/** A training with every choice made, and all that can be wrong with it before the first step found out. */
export async function prepared<Θ>(
  where: string,
  model: Layer<Θ>,
  { training, validation }: Pick<Training<Θ>, "training" | "validation">,
  options: TrainOptions<Θ>,
): Promise<Training<Θ>> {
  const settings = await settingsOf(where, training.y, options);
  const start = startOf(model, { ...options, seed: settings.seed });
  const output = outputShape(model, start, training.x);
  for (const part of [training, validation]) if (part) checkTargets(settings, output, part.y);
  const fits = comparable(settings.loss, settings.task, output, training.y);
  const metrics = fits ? settings.metrics : [];
  if (!fits && settings.measured.length > 0)
    throw new ModelError({
      code: "metric-task",
      where: `${where}, metrics`,
      given: { output, targets: training.y.shape },
      rule: "what the network gives cannot be compared with the targets number by number.",
    });
  const objective = { ...settings, model, metrics };
  const weigh = await weighing({ settings, options, output }, training);
  const parts = { training: weigh(training), validation: validation && weigh(validation) };
  return { settings, objective, ...parts, options, start, weigh };
}

/** What gives each row of a part the weight of its class, loaded when it is wanted. */
async function weighing<Θ>(
  { settings, options, output }: Pick<Training<Θ>, "settings" | "options"> & { readonly output: Shape },
  training: Part,
): Promise<(part: Part) => Part> {
  const { classWeights, loss } = options;
  if (classWeights === undefined && !training.weights) return (part) => part;
  const { byClass, checkWeighable, classWeightsOf } = await import("./classweights.ts");
  checkWeighable(loss, output, training.y);
  if (classWeights === undefined) return (part) => part;
  const classes = Math.max(2, output[1] ?? 1);
  const each = classWeightsOf(classWeights, { task: settings.task, classes }, training.y);
  return (part) => byClass(part, each);
}

/**
 * The latest checkpoint that the options name, if there is one.
 *
 * @throws `model-file` when there is none that is whole, but one that is damaged
 */
export async function keptIn<Θ>({ checkpoint }: TrainOptions<Θ>): Promise<Checkpoint | null> {
  if (checkpoint?.from === undefined) return null;
  const { latest } = await import("./kept.ts");
  const kept = await latest(accessTo("checkpoint.from", checkpoint.from));
  if (!kept.checkpoint && kept.damaged[0]) throw kept.damaged[0];
  return kept.checkpoint;
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
  const { x, y, weights, ...rest } = options;
  await pause(); // a page may have used up the turn in which it asks for a training
  const pace = new Pace();
  const training = await pace.through(checkedPart("train(model, { x, y })", { x, y, ...(weights && { weights }) }));
  if (typeof rest.validation === "number" && rest.validation !== 0)
    throw new ModelError({
      code: "option",
      where: "train(model, { validation })",
      given: { validation: rest.validation },
      rule: "must be rows { x, y } of their own.",
      hint: "fit(model, data, { validation: 0.2 }) sets a share of the rows aside.",
    });
  const validation = rest.validation
    ? await pace.through(checkedPart("train(model, { validation })", rest.validation))
    : null;
  if (pace.due) await pace.rest();
  const task = await prepared("train", model, { training, validation }, rest);
  return yield* epochs({ ...task, from: await keptIn(rest) });
}
