export {
  type Diagram,
  type DiagramBox,
  type DiagramEdge,
  type DiagramNode,
  type DiagramOptions,
  diagram,
} from "./diagram.ts";
export { type Evaluation, type ExplainOptions, explain, type Variable } from "./evaluation.ts";
export { networkDiagram } from "./networkdiagram.ts";
export { oneStep, type Step, type StepLayer, type StepQuestion } from "./step.ts";
export { type Trust, trust } from "./trust.ts";
export { explainVector, type VectorEvaluation, type VectorVariable } from "./vector.ts";
