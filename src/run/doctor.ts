import { mapLeaves, Tensor } from "../core/index.ts";
import { isTensor } from "../core/tensor.ts";
import { type Encoded, type Encoding, targetNames, widthOf } from "../data/index.ts";
import { networkOf } from "../interchange/index.ts";
import type { LossName } from "../nn/index.ts";
import {
  type Baseline,
  type ClassCount,
  type Diagnosis,
  examine,
  inputSpreads,
  type LossBefore,
  mostTelling,
  neighbourRule,
  type Patient,
  type RivalRule,
} from "../study/index.ts";
import { type EpochRow, type Finding, startOf } from "../training/index.ts";
import { partRows } from "../training/weights.ts";
import type { PartFigures } from "./diagnosis.ts";
import { measurePart, rowsFrom, type TrainedModel } from "./model.ts";
import { parameterCount } from "./network.ts";
import type { Prepared } from "./prepare.ts";
import type { Shown } from "./result.ts";

/** What a run has come to. */
interface Outcome {
  readonly history: readonly EpochRow[];
  readonly stopped: string;
  readonly model: TrainedModel;
  readonly figures: PartFigures;
  readonly shown: Shown;
  readonly baselines: readonly Baseline[];
  readonly diagnosis: Diagnosis | null;
}

/** What is wrong with a run that is over. */
export function findingsIn(prepared: Prepared, outcome: Outcome): Finding[] {
  const { history, stopped, figures, diagnosis, shown } = outcome;
  return examine({
    ...beforeTraining(prepared),
    history,
    stopped,
    figures: { train: figures.train!, validation: figures.validation },
    opening: openingOf(prepared, outcome.model),
    classes: classCounts(prepared, shown),
    diagnosis,
    rivals: rivalsOf(prepared, outcome.baselines),
  });
}

/** What is known of a run before it is trained. */
export function beforeTraining(prepared: Prepared): Omit<Patient, "history"> {
  const { task, training, target, encoding, tables, copies, file } = prepared;
  const targets = targetNames(encoding.target);
  const columns = tables.training.columns.filter(({ name }) => !targets.includes(name));
  return {
    task,
    targets: training.y,
    unit: target,
    parameters: parameterCount(prepared),
    inputs: inputSpreads(training.x, numberNames(encoding)),
    copies: { copies: copies.validation, rows: tables.validation.rows },
    telling:
      prepared.source.image || training.y.shape[0] !== tables.training.rows
        ? null
        : mostTelling(columns, training.y, task),
    settings: file,
  };
}

/** The name of each feature that is a number; null for those of words, whose size says nothing. */
function numberNames({ inputs, features, expansion }: Encoding): (string | null)[] {
  if (expansion) return [...features];
  return inputs.flatMap((input) => {
    const names = Array.from({ length: widthOf(input) }, (): string | null => null);
    if (input.kind === "number") names[0] = input.column;
    return names;
  });
}

/** Rows that are looked at before training, at most. A part with no more is taken whole: the program that measured it is there. */
const mostRows = 4000;
/** Losses that a constant answer, the mean of the targets, is judged by as it is. */
const plain: readonly LossName[] = ["meanSquaredError", "meanAbsoluteError", "huber", "logCosh"];

/** The loss before training, and that of an answer which knows nothing of the inputs. */
function openingOf(prepared: Prepared, model: TrainedModel): LossBefore | null {
  const { network, task, loss, training, file } = prepared;
  if (task === "regression" && (!plain.includes(loss) || network.outputs !== 1)) return null;
  if (network.output !== "identity") return null;
  const mean = task === "regression" ? inputSpreads(training.y, ["target"])[0]!.mean : 0;
  const constant = mean === 0 ? network : linearOf(network); // of zeros alone, every network gives zeros: its program is there
  const rows = someOf(training);
  const lossOf = (spec: Prepared["network"], start: Parameters<typeof startOf>[1], change: (t: Tensor) => Tensor) => {
    const { θ, running } = startOf(networkOf(spec) as never, start);
    const parameters = mapLeaves(θ, isTensor, change) as TrainedModel["parameters"];
    return measurePart({ parameters, state: running, file: { ...model.file, network: spec } }, rows).loss;
  };
  const blank = (t: Tensor): Tensor =>
    new Tensor(t.shape, new Float64Array(t.data.length).fill(t.shape.length === 1 ? mean : 0));
  const { seed } = file;
  return { loss: lossOf(network, { seed, ...prepared.start }, (t) => t), chance: lossOf(constant, { seed }, blank) };
}

/** A network without hidden layers, between the same inputs and outputs. */
function linearOf({ inputs, outputs, output }: Prepared["network"]): Prepared["network"] {
  return { inputs, hidden: [], outputs, activation: [], output };
}

/** Rows spread evenly over a part. */
function someOf(part: Encoded): Pick<Encoded, "x" | "y" | "weights"> {
  const rows = part.y.shape[0]!;
  if (rows <= mostRows) return part;
  const chosen = Int32Array.from({ length: mostRows }, (_, i) => Math.floor((i * rows) / mostRows));
  return { weights: null, ...partRows(rowsFrom(part), chosen) };
}

/** How often each class is there, and how often it is recognised. */
function classCounts({ encoding: { target }, training }: Prepared, { truth, predictions }: Shown): ClassCount[] {
  if (target.kind !== "classes") return [];
  const [known = []] = truth;
  const rows = target.classes.map(() => 0);
  for (const c of training.y.data) rows[c]! += 1;
  return target.classes.map((name, c) => {
    const measured = known.flatMap((word, i) => (word === name ? [predictions.values[i]] : []));
    return { name, rows: rows[c]!, measured: measured.length, right: measured.filter((word) => word === name).length };
  });
}

/** Errors of simple rules on the validation part, in the unit of the diagnosis. */
function rivalsOf(prepared: Prepared, baselines: readonly Baseline[]): RivalRule[] {
  const { task, training, validation, target } = prepared;
  if (!validation) return [];
  const linear = baselines.filter(({ name }) => name.endsWith("regression"));
  const near = neighbourRule(training, validation, task);
  return [
    ...linear.map(({ name, values }) => ({ name, error: values["rmse"] ?? 1 - values["accuracy"]! })),
    ...(near ? [{ ...near, error: near.error * (task === "regression" ? target.scale : 1) }] : []),
  ];
}
