import { backendOf } from "../backends/index.ts";
import type { Tensor } from "../core/index.ts";
import { type Encoded, type EncodedInputs, encode, encodeInputs, type Table } from "../data/index.ts";
import { type ModelFile, networkOf, type Parameters, readModel } from "../interchange/index.ts";
import { type Loss, losses } from "../nn/index.ts";
import { sgd } from "../optim/index.ts";
import {
  boundaryOf,
  evaluator,
  type Figures,
  metricsOf,
  type Objective,
  predictions,
  type Settings,
} from "../training/index.ts";
import { readRunFile } from "./folder.ts";
import { type Predictions, predictionsOf } from "./predictions.ts";

/** A trained network with all that turns tables into its inputs and its outputs into predictions. */
export interface TrainedModel {
  readonly file: ModelFile;
  readonly parameters: Parameters;
}

type Learnt = Pick<ModelFile, "encoding" | "target" | "precision">;

/** Numbers for training and scoring: as the encoding says, targets in the units in which they are learnt. */
export function encodePart({ encoding, target: { shift, scale }, precision }: Learnt, table: Table): Encoded {
  const part = encode(encoding, table, { precision });
  const { data } = part.y;
  if (shift !== 0 || scale !== 1) for (let i = 0; i < data.length; i++) data[i] = (data[i]! - shift) / scale;
  return part;
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
function objectiveOf({ network, loss, task }: ModelFile): Objective<Parameters> {
  return {
    model: networkOf(network) as unknown as Objective<Parameters>["model"],
    loss: losses[loss] as Loss,
    optimizer: sgd(),
    metrics: metricsOf[task],
    l1: 0,
    l2: 0,
  };
}

/** Loss (in the units that were learnt) and metrics (in the target's unit) on a table. */
export const measure = (model: TrainedModel, table: Table): Figures & { readonly rows: number } =>
  measurePart(model, encodePart(model.file, table));

/** The same on rows that are encoded already. */
export function measurePart(
  { file, parameters }: TrainedModel,
  { x, y }: Pick<Encoded, "x" | "y">,
): Figures & { readonly rows: number } {
  const figures = evaluator(objectiveOf(file), parameters, { x, y }, engineOf(file))(parameters);
  const metrics = Object.entries(figures.metrics).map(([name, value]) => [name, value * unitOf(name, file)]);
  return { ...figures, metrics: Object.fromEntries(metrics) as Record<string, number>, rows: y.shape[0]! };
}

/** Predictions for the rows of a table, which needs no target column. */
export function predictTable(
  model: TrainedModel,
  table: Table,
): { readonly rows: Int32Array; readonly predictions: Predictions } {
  const inputs: EncodedInputs = encodeInputs(model.file.encoding, table, { precision: model.file.precision });
  return { rows: inputs.rows, predictions: predict(model, inputs.x) };
}

/** Predictions for encoded inputs `[rows, features]`. */
export function predict({ file, parameters }: TrainedModel, x: Tensor): Predictions {
  const objective = objectiveOf(file);
  const output = predictions(objective, { task: file.task, engine: engineOf(file) }, parameters, x, {
    as: "probabilities",
  });
  return predictionsOf(file.encoding, output, file.target, boundaryOf(objective.loss));
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
