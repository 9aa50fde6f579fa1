import { adam, adamw } from "./adam.ts";
import { adagrad, rmsprop } from "./adaptive.ts";
import { momentum, nesterov, sgd } from "./descent.ts";
import { lion } from "./lion.ts";
import type { Optimizer, Rate } from "./rule.ts";
import { adadelta, adagradMomentum, amsgrad, nadam, radam } from "./uncommon.ts";

/** Every optimizer by name. */
export const optimizers = {
  sgd,
  momentum,
  nesterov,
  adagrad,
  adagradMomentum,
  rmsprop,
  adadelta,
  adam,
  amsgrad,
  adamw,
  nadam,
  radam,
  lion,
} as const satisfies Record<string, (options?: Rate) => Optimizer>;

export type OptimizerName = keyof typeof optimizers;
