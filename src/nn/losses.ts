import type { Task } from "../core/task.ts";
import { crossEntropy, hinge, logisticLoss } from "./classification.ts";
import { gaussian, klDivergence, poisson, quantile } from "./distributions.ts";
import type { Loss } from "./loss.ts";
import { huber, logCosh, meanAbsoluteError, meanSquaredError } from "./regression.ts";

/** Every loss by name. */
export const losses = {
  meanSquaredError,
  meanAbsoluteError,
  huber,
  logCosh,
  quantile,
  gaussian,
  logisticLoss,
  crossEntropy,
  hinge,
  poisson,
  klDivergence,
} as const satisfies Record<string, Loss>;

export type LossName = keyof typeof losses;

/** The losses that fit a task. */
export const lossesFor = (task: Task): string[] =>
  Object.values<Loss>(losses)
    .filter((loss) => loss.tasks.includes(task))
    .map((loss) => loss.label);
