export { type Evaluation, explain, type Variable } from "./evaluation.ts";
export { oneStep, type Step, type StepLayer, type StepQuestion } from "./step.ts";
export { type NumberFunction, type Trust, trust } from "./trust.ts";
