export {
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  exactMatch,
  f1,
  f1Macro,
  f1Micro,
  f1Weighted,
  matthews,
  precision,
  precisionMacro,
  precisionMicro,
  precisionWeighted,
  recall,
  recallMacro,
  recallMicro,
  recallWeighted,
} from "./counts.ts";
export type { Measure, Metric } from "./metric.ts";
export type { ClassOutcomes, LabelOutcomes, NumberOutcomes, Outcomes } from "./outcomes.ts";
export {
  classOutcomes,
  labelOutcomes,
  numberOutcomes,
  type PlainClasses,
  type PlainLabels,
  type PlainNumbers,
} from "./plain.ts";
export { brier, type CalibrationBin, calibrationCurve, calibrationError, logLoss } from "./probabilities.ts";
export {
  averagePrecision,
  averagePrecisionWeighted,
  type CurveOptions,
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RocCurve,
  rocAuc,
  rocAucWeighted,
  rocCurve,
  topK,
} from "./ranking.ts";
export {
  explainedVariance,
  mae,
  maxError,
  medianAbsoluteError,
  mse,
  poissonDeviance,
  r2,
  rmse,
} from "./regression.ts";
export { type MetricName, metricNamed, metrics, metricsFor } from "./table.ts";
export { type Costs, chooseThreshold, type Threshold, type ThresholdRule } from "./threshold.ts";
