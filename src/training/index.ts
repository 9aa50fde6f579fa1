export { checkedThreads, mostThreads, type Threads } from "../compile/index.ts";
export type { Checkpoint } from "./checkpoint.ts";
export { byClass, type ClassWeights, classWeightsOf } from "./classweights.ts";
export { epochs, type TrainingEnd, type TrainingRow } from "./course.ts";
export { likeliest } from "./decision.ts";
export { Divergence, type Failure } from "./divergence.ts";
export { evaluator, type Figures } from "./evaluate.ts";
export type { Sink, Source } from "./files.ts";
export {
  bySeverity,
  type Change,
  type Evidence,
  type Finding,
  type FindingKind,
  type Series,
  type Severity,
} from "./finding.ts";
export { findingsOf } from "./findings.ts";
export { checkDecides, type FitResult, fit, type PredictOptions, predictor } from "./fit.ts";
export type { Histogram } from "./histogram.ts";
export type { EpochRow, LayerRecord, Pair } from "./history.ts";
export { judging, predictedUnder } from "./judging.ts";
export type { CheckpointOptions } from "./keeping.ts";
export {
  findLearningRate,
  type LearningRateOptions,
  type LearningRateSearch,
  learningRateFor,
} from "./learningrate.ts";
export * from "./metrics/index.ts";
export { weightsOf } from "./metrics/plain.ts";
export { outcomesOf, type Predicted } from "./metrics/predicted.ts";
export { metricsOf, type RowMetric, thresholdOf } from "./metrics.ts";
export type { Learnt, Objective, Part } from "./objective.ts";
export {
  type LossLike,
  measuredBeside,
  type Rows,
  type Settings,
  type TrainOptions,
} from "./options.ts";
export { trainingProgram } from "./printed.ts";
export { startOf } from "./session.ts";
export type { Best, EarlyStopping, Watch } from "./stopping.ts";
export { figuresOf } from "./stopping.ts";
export { train } from "./train.ts";
export { weighted } from "./weights.ts";
