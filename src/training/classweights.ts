import { ModelError } from "../core/errors.ts";
import { checkedNumber } from "../core/names.ts";
import type { Shape } from "../core/shape.ts";
import type { Task } from "../core/task.ts";
import { Tensor } from "../core/tensor.ts";
import { input } from "../graph/value.ts";
import type { Part } from "./objective.ts";
import type { LossLike } from "./options.ts";

/** How much each class counts: `"balanced"`, so that all classes together count the same, or one number a class. */
export type ClassWeights = "balanced" | readonly number[];

/**
 * The weight of each class. Balanced: n / (k·n_c) for class c with n_c of n rows, k classes.
 *
 * @param targets of the training part: class numbers `[rows]`, 0 and 1 for two classes, or shares `[rows, classes]`
 * @throws `option` for a task without classes, a list of another length, a negative weight, or none above 0
 */
export function classWeightsOf(
  given: ClassWeights,
  { task, classes }: { readonly task: Task; readonly classes: number },
  targets: Tensor,
): readonly number[] {
  const refuse = (rule: string, hint?: string): ModelError =>
    new ModelError({
      code: "option",
      where: "classWeights",
      given: { task, classes },
      rule,
      ...(hint && { hint }),
    });
  if (task !== "binary" && task !== "multiclass")
    throw refuse("only classes that exclude each other can be weighted.", "weight rows instead: { x, y, weights }");
  if (given === "balanced") {
    const counts = countsOf(targets, classes);
    const rows = targets.shape[0]!;
    return counts.map((count) => (count > 0 ? rows / (classes * count) : 0));
  }
  if (!Array.isArray(given) || given.length !== classes)
    throw refuse(`must be "balanced", or a list of ${classes} numbers, one a class.`);
  for (const weight of given as readonly number[]) checkedNumber("classWeights", weight, { least: 0 });
  if (given.every((weight) => weight === 0)) throw refuse("at least one weight must be above 0.");
  return given as readonly number[];
}

/** How many rows each class has. */
function countsOf(targets: Tensor, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < targets.shape[0]!; i++)
    for (let c = 0; c < classes; c++) counts[c]! += shareOf(targets, i, c, classes);
  return counts;
}

/** How far row `i` belongs to class `c`. */
function shareOf({ shape, data }: Tensor, i: number, c: number, classes: number): number {
  const width = data.length / shape[0]!;
  if (width === classes) return data[i * width + c]!;
  const t = data[i]!;
  return classes === 2 ? (c === 1 ? t : 1 - t) : Number(t === c);
}

/** The part with the weight of each row in the loss multiplied by its class's; in metrics it counts as before. */
export function byClass(part: Part, classWeights: readonly number[]): Part {
  const { y, weights } = part;
  const rows = y.shape[0]!;
  const ofClass = (i: number): number =>
    classWeights.reduce((sum, w, c) => sum + w * shareOf(y, i, c, classWeights.length), 0);
  const data = Float64Array.from({ length: rows }, (_, i) => (weights?.data[i] ?? 1) * ofClass(i));
  return { ...part, weights: new Tensor([rows], data) };
}

/**
 * Refuses a loss of one's own that gives one number for a whole batch where rows are to be weighted.
 *
 * @throws `loss-task`
 */
export function checkWeighable(loss: LossLike | undefined, output: Shape, y: Tensor): void {
  if (typeof loss !== "function" || "rows" in loss) return;
  const whole = loss(input({ shape: output, dtype: "real" }), input(y));
  if (whole.shape.length > 0) return;
  throw new ModelError({
    code: "loss-task",
    where: `loss ${loss.name}`,
    given: { output, loss: whole.shape },
    rule: "a loss that is one number for the whole batch cannot be weighted row by row.",
    hint: "let it give one number a row: leave out the mean over the first axis",
  });
}
