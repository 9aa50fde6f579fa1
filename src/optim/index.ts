export { type AdamOptions, adam, adamw } from "./adam.ts";
export { adagrad, rmsprop } from "./adaptive.ts";
export { momentum, nesterov, sgd } from "./descent.ts";
export { layerRates, ratesOf } from "./layers.ts";
export { type LionOptions, lion } from "./lion.ts";
export { type PlateauOptions, reduceOnPlateau } from "./plateau.ts";
export type { Moment, Optimizer, Rate, Rule } from "./rule.ts";
export { type OptimizerName, optimizers } from "./rules.ts";
export type { Course, Reacting, Reaction, Schedule, Span } from "./schedule.ts";
export {
  constant,
  cosine,
  exponential,
  inverseTime,
  oneCycle,
  polynomial,
  type ScheduleName,
  schedules,
  stepDecay,
  warmup,
} from "./schedules.ts";
export { bfgsMethod } from "./second/bfgs.ts";
export { type Damped, fromProducts, fromRows, inverseProduct, type Linear } from "./second/factor.ts";
export { isWholeBatch, type LevenbergMarquardt, type QuasiNewton, type WholeBatch } from "./second/kinds.ts";
export { type Layout, layoutOf } from "./second/layout.ts";
export { lbfgsMethod, type QuasiNewtonOptions } from "./second/lbfgs.ts";
export {
  advance,
  begun,
  type Memory,
  type Method,
  type Progress,
  type Reason,
  type Tolerances,
} from "./second/method.ts";
export { conjugateStep } from "./second/products.ts";
export {
  dampedStep,
  type Ending,
  type Inquiry,
  improve,
  type Region,
  type RegionTolerances,
  type Sketch,
  type Stepper,
  started,
  type Wanted,
} from "./second/region.ts";
export type { Asking, Evaluation, Point } from "./second/search.ts";
export { greatest } from "./second/vector.ts";
export { bfgs, type LevenbergMarquardtOptions, lbfgs, levenbergMarquardt } from "./second/wholebatch.ts";
export type { Transform } from "./transform.ts";
export { chainRules, clipByGlobalNorm, clipByNorm, clipByValue, maxNorm, weightDecay } from "./transforms.ts";
export { adadelta, adagradMomentum, amsgrad, nadam, radam } from "./uncommon.ts";
export { initialState, isWeight, rateAt, update } from "./update.ts";
