import { ModelError } from "../core/errors.ts";
import { type Shape, size } from "../core/shape.ts";
import type { Task } from "../core/task.ts";
import type { Tensor } from "../core/tensor.ts";
import { areClassNumbers, type Loss } from "../nn/index.ts";

/**
 * Refuses a loss that is not meant for the task.
 *
 * @throws `loss-task`
 */
export async function checkTask({ label, tasks }: Loss, task: Task): Promise<void> {
  if (tasks.includes(task)) return;
  const { lossesFor } = await import("./seldom.ts");
  throw new ModelError({
    code: "loss-task",
    where: `loss ${label}`,
    given: { task },
    rule: `this loss is for ${tasks.join(" or ")}, not for ${task}.`,
    hint: `losses for ${task}: ${lossesFor(task).join(", ")}`,
  });
}

/**
 * Refuses targets that make no sense for what the network gives and the loss compares: class numbers that are not among
 * the network's classes, shares outside of [0, 1], negative counts.
 *
 * @param output shape of what the network gives, `[rows, outputs]`
 * @throws `loss-task` naming the first row that does not fit
 */
export function checkTargets(
  { loss, task }: { readonly loss: Loss; readonly task: Task },
  output: Shape,
  y: Tensor,
): void {
  const classes = output.length > 1 ? output.at(-1)! : 1;
  const refuse = (given: Record<string, number | Shape>, rule: string, hint: string): ModelError =>
    new ModelError({ code: "loss-task", where: `loss ${loss.label}`, given, rule, hint });
  if (task === "multiclass" && classes === 1)
    throw refuse(
      { output },
      "a choice among classes needs a network with one output a class.",
      'for two classes with one output use the logistic loss, or task: "binary".',
    );
  const numbered = task === "multiclass" && areClassNumbers({ shape: output }, y);
  const [least, most] = numbered ? [0, classes - 1] : loss.range;
  const at = y.data.findIndex((t) => !(t >= least && t <= most && (!numbered || Number.isInteger(t))));
  if (at === -1) return;
  const given = { row: Math.floor(at / size(y.shape.slice(1))), target: y.data[at]! };
  if (numbered)
    throw refuse(
      given,
      `class numbers must be whole numbers from 0 to ${most}.`,
      `the network has ${classes} outputs, one a class.`,
    );
  if (most === Number.POSITIVE_INFINITY)
    throw refuse(given, `targets must be numbers from ${least} on.`, "meanSquaredError takes any numbers.");
  throw refuse(given, `targets must lie in [${least}, ${most}].`, "class 1 is the number 1 and class 0 the number 0.");
}

/** Whether predictions of this shape can be compared with the targets number by number or class by class. */
export const comparable = ({ heads }: Loss, task: Task, output: Shape, y: Tensor): boolean =>
  size(output) === Math.max(1, heads.length) * size(y.shape) ||
  (task === "multiclass" && areClassNumbers({ shape: output }, y));
