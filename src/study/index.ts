export {
  type Assessment,
  type AssessOptions,
  assess,
  type OutcomeOptions,
  outcomesFor,
} from "./assess.ts";
export { type Baseline, type BaselineOptions, type BaselineRows, baselines } from "./baselines.ts";
export { type BootstrapOptions, bootstrap } from "./bootstrap.ts";
export {
  type Dependence,
  type DependenceOptions,
  partialDependence,
} from "./dependence.ts";
export {
  type Diagnosis,
  diagnose,
  type Errors,
  type Gap,
  type GapName,
  type Origin,
  type PartError,
} from "./diagnosis.ts";
export {
  type ClassCount,
  type ExaminedSettings,
  examine,
  type InputSpread,
  inputSpreads,
  type LossBefore,
  mostTelling,
  neighbourRule,
  type PartScore,
  type Patient,
  type RivalRule,
  type TellingColumn,
} from "./doctor/index.ts";
export {
  type Importance,
  type ImportanceOptions,
  type Importances,
  permutationImportance,
} from "./importance.ts";
export type { Interval, IntervalMethod } from "./interval.ts";
export { optimalErrorRate, optimalRmse } from "./neighbours.ts";
export { effectiveRows, rateError, rmseError } from "./parterror.ts";
