import { backendOf } from "../backends/index.ts";
import type { Tensor } from "../core/index.ts";
import { decodeTensors } from "../core/safetensors.ts";
import { type Encoded, type EncodedInputs, encode, encodeInputs, type Table, targetNames } from "../data/index.ts";
import type { CsvOptions } from "../data/readers/index.ts";
import { encodeTargets } from "../data/targets.ts";
import { lossOf, type ModelFile, type Numbers, networkOf, type Parameters, readModel } from "../interchange/index.ts";
import { sgd } from "../optim/index.ts";
import {
  byClass,
  evaluator,
  type Figures,
  judging,
  type Learnt,
  type Metric,
  metricsOf,
  type Objective,
  type Outcomes,
  outcomesOf,
  type Part,
  type PredictOptions,
  predictedUnder,
  predictor,
  type Settings,
  thresholdOf,
  weighted,
} from "../training/index.ts";
import { readRunFile } from "./folder.ts";
import { isProbable } from "./judged.ts";
import { type Predictions, predictionsOf } from "./predictions.ts";

/** A trained network with all that turns tables into its inputs and its outputs into predictions. */
export interface TrainedModel extends Numbers<Parameters> {
  readonly file: ModelFile;
}

type Encoder = Pick<ModelFile, "encoding" | "target" | "precision">;

/**
 * Numbers for training and scoring: as the encoding says, targets in the units in which they are learnt. They are scaled as
 * float64 and rounded after that: times in seconds since 1970 are 128 s apart in float32.
 */
export function encodePart({ encoding, target: { shift, scale }, precision }: Encoder, table: Table): Encoded {
  const part = encode(encoding, table, { precision });
  if (shift === 0 && scale === 1) return part;
  const { data } = encodeTargets(encoding.target, encoding.task, { table, rows: part.rows });
  const scaled = part.y.data;
  for (let i = 0; i < data.length; i++) scaled[i] = (data[i]! - shift) / scale;
  return part;
}

/** Rows as training takes them, each with its weight. */
export function rowsFrom(
  { x, y, weights }: Pick<Encoded, "x" | "y" | "weights">,
  classWeights: readonly number[] | null = null,
): Part {
  const part = weighted({ x, y }, weights);
  return classWeights ? byClass(part, classWeights) : part;
}

/** What a metric must be multiplied by to be in the target's own unit. */
export const unitOf = (name: string, { task, target }: Pick<ModelFile, "task" | "target">): number =>
  target.scale ** (metricsOf[task].find((m) => m.name === name)?.unit ?? 0);

/** A kept model says the same on every machine. */
const engineOf = ({ precision }: Pick<ModelFile, "precision">): Settings["engine"] => ({
  backend: backendOf(),
  precision,
  reproducible: true,
});

/** The network and its loss; the rule by which it was trained does not matter any more. */
function objectiveOf(file: ModelFile): Objective<Parameters> {
  const { network, task, threshold } = file;
  return {
    model: networkOf(network) as unknown as Objective<Parameters>["model"],
    loss: lossOf(file),
    ...(threshold !== undefined && { threshold }),
    optimizer: sgd(),
    epochs: 0,
    metrics: metricsOf[task],
    l1: 0,
    l2: 0,
  };
}

const learntOf = ({ parameters, state }: Numbers<Parameters>): Learnt<Parameters> => ({
  θ: parameters,
  running: state,
});

/** How files are to be read for a model: words where it was trained on words, missing values as they were written then. */
export function readingFor({ file: { encoding } }: Pick<TrainedModel, "file">): CsvOptions {
  const { inputs, target, absent } = encoding;
  const words = inputs.filter(({ kind }) => kind !== "number").map(({ column }) => column);
  const classes = target.kind === "classes" || target.kind === "labels" ? target.classes.flat() : [];
  const named = classes.some((name) => String(Number(name)) !== name);
  return { minimumRows: 1, text: named ? [...words, ...targetNames(target)] : words, ...(absent && { absent }) };
}

/**
 * Loss (in the units that were learnt) and metrics (in the target's unit) on a table.
 *
 * @param metrics measured beside the task's own
 * @returns also notes: what a user should be told about the rows
 */
export function measure(
  model: TrainedModel,
  table: Table,
  metrics: readonly Metric[] = [],
): Figures & { readonly rows: number; readonly notes: readonly string[] } {
  const part = encodePart(model.file, table);
  return { ...measurePart(model, part, metrics), notes: part.notes };
}

/** The same on rows that are encoded already. */
export function measurePart(
  { file, ...numbers }: TrainedModel,
  part: Pick<Encoded, "x" | "y" | "weights">,
  metrics: readonly Metric[] = [],
): Figures & { readonly rows: number } {
  const learnt = learntOf(numbers);
  const rows = rowsFrom(part, file.classWeights);
  const objective = objectiveOf(file);
  const figures = evaluator(objective, learnt, rows, engineOf(file))(learnt);
  const own = Object.entries(figures.metrics).map(([name, value]) => [name, value * unitOf(name, file)] as const);
  const asked = { task: file.task, metrics, unit: file.target };
  const more = judging(objective, learnt, rows, engineOf(file), asked)(learnt);
  return { ...figures, metrics: { ...Object.fromEntries(own), ...more }, rows: part.y.shape[0]! };
}

/** What is true and what is predicted for encoded rows, in the target's own unit. Null where a prediction is not finite. */
export function outcomesOn(
  { file, ...numbers }: TrainedModel,
  { x, y, weights }: Pick<Encoded, "x" | "y" | "weights">,
): Outcomes | null {
  const objective = objectiveOf(file);
  const { task, target } = file;
  const predict = predictor(objective, { task, engine: engineOf(file) }, learntOf(numbers));
  const given = (as: PredictOptions["as"]): Tensor => predict(x, as === undefined ? {} : { as });
  return outcomesOf({
    ...predictedUnder(objective),
    task,
    targets: y,
    output: given(task === "regression" ? "decision" : "probabilities"),
    raw: given("raw"),
    unit: target,
    ...(weights && { weights: Float64Array.from(weights.data) }),
  });
}

/** Predictions for the rows of a table, which needs no target column. */
export function predictTable(
  model: TrainedModel,
  table: Table,
): { readonly rows: Int32Array; readonly predictions: Predictions; readonly notes: readonly string[] } {
  const inputs: EncodedInputs = encodeInputs(model.file.encoding, table, { precision: model.file.precision });
  return { rows: inputs.rows, predictions: predict(model, inputs.x), notes: inputs.notes };
}

/** Predictions for encoded inputs `[rows, features]`. */
export function predict({ file, ...numbers }: TrainedModel, x: Tensor): Predictions {
  const objective = objectiveOf(file);
  const settings = { task: file.task, engine: engineOf(file) };
  const output = predictor(objective, settings, learntOf(numbers))(x, { as: "probabilities" });
  return predictionsOf(file.encoding, output, file.target, {
    loss: objective.loss,
    threshold: thresholdOf(objective),
    probable: isProbable(file),
  });
}

/**
 * The model of a finished run.
 *
 * @throws `file-missing` when it is not there, `model-file` when a file is damaged
 */
export async function loadModel(folder: string): Promise<TrainedModel> {
  const json = new TextDecoder().decode(await readRunFile(folder, "model.json"));
  return readModel(folder, { json, tensors: await readRunFile(folder, "model.safetensors") });
}

/**
 * The numbers of a finished run, or of what `fit`'s `save` wrote, by name: for `reuse`.
 *
 * @throws `file-missing` when they are not there, `model-file` when the file is damaged
 */
export const loadTensors = async (folder: string): Promise<Record<string, Tensor>> =>
  decodeTensors(await readRunFile(folder, "model.safetensors"), `${folder}/model.safetensors`);
