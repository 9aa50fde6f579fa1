import { crossEntropy, hinge, logisticLoss } from "./classification.ts";
import { huber, logCosh, meanAbsoluteError, meanSquaredError } from "./regression.ts";

/** The losses that most trainings have, by name: they are there at once, where the others are loaded when they are named. */
export const usualLosses = {
  meanSquaredError,
  meanAbsoluteError,
  huber,
  logCosh,
  logisticLoss,
  crossEntropy,
  hinge,
} as const;
