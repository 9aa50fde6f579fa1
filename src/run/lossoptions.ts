import { ModelError, suggestion } from "../core/index.ts";
import type { Task } from "../core/task.ts";
import { chooseTask, type Encoded, type Encoding, type Table, targetColumn } from "../data/index.ts";
import type { LossOptions, LossSpec } from "../interchange/index.ts";
import { type LossName, losses, lossesFor } from "../nn/index.ts";
import { classWeightsOf } from "../training/index.ts";
import type { CheckedRunFile } from "./runfile.ts";

const defaultLoss: Readonly<Record<Task, LossName>> = {
  regression: "meanSquaredError",
  binary: "logisticLoss",
  multiclass: "crossEntropy",
  multilabel: "logisticLoss",
};

/**
 * The task that is asked for, or that the target suggests. Whole numbers of which there are few pass for classes, unless the
 * loss is for numbers alone: Poisson's for counts, say.
 *
 * @throws `data-target`, `data-classes` as `chooseTask`
 */
export function taskFor(
  table: Table,
  targets: readonly string[],
  { data, training }: CheckedRunFile,
): { readonly task: Task; readonly reason: string } {
  if (data.task) return chooseTask(table, { target: targets, task: data.task });
  const chosen = chooseTask(table, { target: targets });
  const loss = training.loss ?? (training.quantiles ? "quantile" : undefined);
  const only = loss && losses[loss].tasks.length === 1 && losses[loss].tasks[0] === "regression";
  const numbers = targets.every((name) => targetColumn(table, name).kind === "number");
  if (!only || !numbers || chosen.task === "regression") return chosen;
  return { ...chooseTask(table, { target: targets, task: "regression" }), reason: `as ${loss} is a loss for numbers` };
}

/**
 * The loss that is asked for, or that suits the task, with its options.
 *
 * @throws `loss-task` when it does not fit the task; `option` for options that are not of this loss
 */
export function lossFor(task: Task, { training }: CheckedRunFile): LossSpec {
  const { quantiles, labelSmoothing = 0 } = training;
  const loss = training.loss ?? (quantiles ? "quantile" : defaultLoss[task]);
  const { tasks, link } = losses[loss];
  if (!(tasks as readonly Task[]).includes(task))
    throw new ModelError({
      code: "loss-task",
      where: "loss",
      given: { loss, task },
      rule: `${loss} is for ${tasks.join(" or ")}, but the task is ${task}.`,
      hint: `losses for ${task}: ${lossesFor(task).join(", ")}`,
    });
  if (quantiles && loss !== "quantile") throw notOf(loss, "quantiles", "quantile");
  if (labelSmoothing > 0 && link !== "softmax" && link !== "sigmoid")
    throw notOf(loss, "label smoothing", "crossEntropy, klDivergence and logisticLoss");
  const options: LossOptions = { ...(quantiles && { quantiles }), ...(labelSmoothing > 0 && { labelSmoothing }) };
  return { loss, ...(Object.keys(options).length > 0 && { lossOptions: options }) };
}

const notOf = (loss: LossName, option: string, others: string): ModelError =>
  new ModelError({
    code: "option",
    where: option,
    given: { loss },
    rule: `${option} ${option.endsWith("s") ? "are" : "is"} nothing that ${loss} knows.`,
    hint: `for ${others}`,
  });

/**
 * How much each class counts in the loss, in the order of the classes; nothing when all rows count alike.
 *
 * @throws `option` for a task without classes, an unknown class, a weight below 0
 */
export function classWeighting(
  { target, task }: Encoding,
  { y }: Pick<Encoded, "y">,
  { training: { classWeights } }: CheckedRunFile,
): readonly number[] | null {
  if (classWeights === undefined) return null;
  const names = target.kind === "classes" ? target.classes : [];
  const given = classWeights === "balanced" ? classWeights : ofEach(names, classWeights);
  return classWeightsOf(given, { task, classes: names.length }, y);
}

/** The weights of all classes where some are named; the others count 1. */
function ofEach(names: readonly string[], weights: Readonly<Record<string, number>>): number[] {
  const odd = Object.keys(weights).find((name) => names.length > 0 && !names.includes(name));
  if (odd === undefined) return names.map((name) => weights[name] ?? 1);
  throw new ModelError({
    code: "option",
    where: "classWeights",
    given: { class: odd },
    rule: "there is no such class among the training rows.",
    hint: suggestion(odd, names),
  });
}
