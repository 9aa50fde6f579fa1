import { adam, adamw } from "./adam.ts";
import { adagrad, rmsprop } from "./adaptive.ts";
import { momentum, nesterov, sgd } from "./descent.ts";

/** The optimizers that most trainings have, by name: they are there at once, where the others are loaded when they are named. */
export const usualOptimizers = { sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw } as const;
