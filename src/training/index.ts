export { Divergence, type Failure } from "./divergence.ts";
export { evaluator, type Figures } from "./evaluate.ts";
export { type FitResult, fit, namedTensors, type PredictOptions, predictions, type Sink } from "./fit.ts";
export type { EpochRow, Pair } from "./history.ts";
export { boundaryOf, type Metric, metricsOf } from "./metrics.ts";
export type { Objective, Part } from "./objective.ts";
export { type LossLike, type Rows, type Settings, settingsOf, type TrainOptions } from "./options.ts";
export { lossesFor } from "./targets.ts";
export { epochs, type TrainingEnd, type TrainingRow, train } from "./train.ts";
