import { defaultBackend } from "../backends/index.ts";
import { ModelError } from "../core/index.ts";
import type { Task } from "../core/task.ts";
import {
  checkFilled,
  chooseTask,
  completeRows,
  dropColumns,
  type Encoded,
  type Encoding,
  fitEncoding,
  hashTable,
  split,
  type Table,
  takeRows,
  targetColumn,
} from "../data/index.ts";
import type { NetworkSpec } from "../interchange/index.ts";
import { type ActivationName, type LossName, losses } from "../nn/index.ts";
import { type OptimizerName, optimizers } from "../optim/index.ts";
import { lossesFor } from "../training/index.ts";
import { encodePart } from "./model.ts";
import { parameterCount } from "./network.ts";
import { notesOn } from "./notes.ts";
import { common, type Recipe, recipes } from "./recipes.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { loadSource, type Source } from "./source.ts";

/** A run with every choice made and all data ready, before anything is written. */
export interface Prepared {
  readonly source: Source;
  readonly hash: string;
  readonly task: Task;
  readonly reason: string;
  readonly encoding: Encoding;
  readonly training: Encoded;
  readonly validation: Encoded | null;
  /** Tables of the parts; that of the test part stays sealed until it is asked for. */
  readonly tables: { readonly training: Table; readonly validation: Table; readonly test: Table };
  readonly network: NetworkSpec;
  readonly loss: LossName;
  readonly optimizer: { readonly name: OptimizerName; readonly learningRate: number };
  readonly epochs: number;
  readonly batchSize: number;
  readonly l1: number;
  readonly l2: number;
  /** Regression: targets are learnt as (y − shift) / scale. */
  readonly target: { readonly shift: number; readonly scale: number };
  /** What the user should be told about the data. */
  readonly notes: readonly string[];
  /** The run file with everything filled in. */
  readonly file: CheckedRunFile;
  /** Names of the settings, in words, that the run file chose itself. */
  readonly chosen: ReadonlySet<string>;
}

const defaultLoss: Readonly<Record<Task, LossName>> = {
  regression: "meanSquaredError",
  binary: "logisticLoss",
  multiclass: "crossEntropy",
};

/**
 * Loads, splits and encodes the data of a run and makes every choice that its file leaves open. Nothing is written.
 *
 * @throws what reading, splitting and encoding throw; `loss-task` and `option` for choices that do not go together
 */
export async function prepare(file: CheckedRunFile): Promise<Prepared> {
  const source = await loadSource(file.data.source);
  const recipe = (source.builtIn ? recipes[source.name] : undefined) ?? common;
  const target = file.data.target ?? source.target;
  const table = usable(source, target, file);
  const { task, reason } = chooseTask(table, { target, ...(file.data.task && { task: file.data.task }) });
  const tables = parts(source, { table, target, task }, file);
  const { scale = recipe.scale, missing = "error" } = file.data;
  const encoding = { ...fitEncoding(tables.training, { target, task, scale, missing }), reason };
  const loss = lossFor(task, file);
  const scaled = targetScale(encoding, loss);
  const encoded = (part: Table): Encoded => encodePart({ encoding, target: scaled, precision: file.precision }, part);
  const training = encoded(tables.training);
  const network = networkFor(encoding, loss, recipe, file);
  const choices = { task, reason, encoding, network, loss, ...rule(recipe, file), target: scaled };
  const hash = hashTable(source.table);
  return {
    ...choices,
    source,
    hash,
    training,
    validation: tables.validation.rows > 0 ? encoded(tables.validation) : null,
    tables,
    notes: notesOn(source, { table, training: tables.training, target, hash, wanted: file.data.hash }),
    chosen: chosenIn(file),
    file: filledIn(file, { ...choices, hash, target, shares: sharesOf(source, file) }),
  };
}

/** The columns and rows to work with, without missing values that nothing is to be done about. */
function usable(source: Source, target: string, { data }: CheckedRunFile): Table {
  const { drop, missing = "error" } = data;
  const table = drop ? dropColumns(source.table, drop) : source.table;
  targetColumn(table, target);
  checkFilled(table, { missing, target });
  const rows = completeRows(table, missing);
  return rows.length === table.rows ? table : takeRows(table, rows);
}

const sharesOf = ({ shares, test }: Source, { data }: CheckedRunFile): { validation: number; test: number } => ({
  validation: data.validation ?? shares.validation,
  test: test ? 0 : (data.test ?? shares.test),
});

/** The test part is drawn first, and the same whatever is done with the rest. */
function parts(
  source: Source,
  { table, target, task }: { table: Table; target: string; task: Task },
  file: CheckedRunFile,
): Prepared["tables"] {
  const { validation, test } = sharesOf(source, file);
  if (validation + test >= 1)
    throw new ModelError({
      code: "data-split",
      where: "validation + test",
      given: { validation, test },
      rule: "validation and test shares must add up to less than 1: rows must be left to train on.",
    });
  const divided = split(table, {
    validation,
    test,
    seed: file.seed,
    ...(task !== "regression" && { stratify: target }),
  });
  return { training: divided.training, validation: divided.validation, test: source.test ?? divided.test };
}

function lossFor(task: Task, { training }: CheckedRunFile): LossName {
  const name = training.loss ?? defaultLoss[task];
  if ((losses[name].tasks as readonly Task[]).includes(task)) return name;
  throw new ModelError({
    code: "loss-task",
    where: "loss",
    given: { loss: name, task },
    rule: `${name} is for ${losses[name].tasks.join(" or ")}, but the task is ${task}.`,
    hint: `losses for ${task}: ${lossesFor(task).join(", ")}`,
  });
}

/** Numbers to be learnt are brought to mean 0 and deviation 1, unless scaling is off or the loss needs counts. */
function targetScale({ target, scale }: Encoding, loss: LossName): Prepared["target"] {
  if (target.kind !== "number" || scale === "none" || loss === "poisson") return { shift: 0, scale: 1 };
  return { shift: target.mean, scale: target.deviation > 0 ? target.deviation : 1 };
}

function networkFor(encoding: Encoding, loss: LossName, recipe: Recipe, { network }: CheckedRunFile): NetworkSpec {
  const hidden = network.hidden ?? recipe.hidden;
  const f = network.activation ?? recipe.activation;
  const activation: ActivationName[] = Array.isArray(f) ? f : hidden.map(() => f);
  if (activation.length !== hidden.length)
    throw new ModelError({
      code: "option",
      where: "activation",
      given: { "hidden layers": hidden.length, activations: activation.length },
      rule: "give one activation for all hidden layers, or one for each.",
    });
  const { target, task } = encoding;
  const outputs = task === "multiclass" && target.kind === "classes" ? target.classes.length : 1;
  const spec = {
    inputs: encoding.features.length,
    hidden,
    outputs,
    activation,
    output: outputFor(loss, network.output),
  };
  checkSize(spec);
  return { ...spec, ...(network.init && { init: network.init }) };
}

/** More parameters than this, with gradients and the optimizer's memory, fill gigabytes. */
const mostParameters = 2 ** 28;

function checkSize(network: NetworkSpec): void {
  const parameters = parameterCount({ network });
  if (parameters <= mostParameters) return;
  throw new ModelError({
    code: "option",
    where: "hidden",
    given: { layers: [network.inputs, ...network.hidden, network.outputs].join(" → "), parameters },
    rule: `this network would have ${parameters} parameters; at most ${mostParameters} are allowed.`,
    hint: "choose smaller hidden layers",
  });
}

/** The activation behind the last layer, apart from the loss's own link. */
function outputFor(loss: LossName, wanted: ActivationName | undefined): ActivationName {
  const { link } = losses[loss];
  if (wanted === undefined || wanted === link) return "identity";
  if (link === "identity" || wanted === "identity") return wanted;
  throw new ModelError({
    code: "loss-task",
    where: "output",
    given: { output: wanted, loss },
    rule: `${loss} works on what comes before its own ${link}, so ${wanted} cannot stand in between.`,
    hint: `leave the output out, or give ${link}.`,
  });
}

function rule(
  recipe: Recipe,
  { training }: CheckedRunFile,
): Pick<Prepared, "optimizer" | "epochs" | "batchSize" | "l1" | "l2"> {
  const name = training.optimizer ?? recipe.optimizer;
  const rate =
    training.learningRate ??
    (name === recipe.optimizer ? recipe.learningRate : (optimizers[name]().learningRate as number));
  return {
    optimizer: { name, learningRate: rate },
    epochs: training.epochs ?? recipe.epochs,
    batchSize: training.batchSize ?? recipe.batchSize,
    l1: training.l1 ?? 0,
    l2: training.l2 ?? 0,
  };
}

type Choices = Pick<
  Prepared,
  "task" | "encoding" | "network" | "loss" | "optimizer" | "epochs" | "batchSize" | "l1" | "l2"
> & {
  readonly hash: string;
  readonly target: unknown;
  readonly shares: { readonly validation: number; readonly test: number };
};

/** The run file with every default written down, so that a later version with other defaults repeats the same run. */
function filledIn(
  file: CheckedRunFile,
  choices: Omit<Choices, "target"> & { readonly target: string },
): CheckedRunFile {
  const { encoding, network, optimizer, shares } = choices;
  const { hidden, activation, output } = network;
  return {
    ...file,
    data: {
      ...file.data,
      target: choices.target,
      task: choices.task,
      scale: encoding.scale,
      missing: encoding.missing,
      ...shares,
      hash: choices.hash,
    },
    network: { ...file.network, hidden: [...hidden], activation: [...activation], output },
    training: {
      loss: choices.loss,
      optimizer: optimizer.name,
      learningRate: optimizer.learningRate,
      epochs: choices.epochs,
      batchSize: choices.batchSize,
      l1: choices.l1,
      l2: choices.l2,
    },
    backend: file.backend ?? defaultBackend(),
  };
}

/** `learningRate` → `learning rate` */
const words = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function chosenIn({ data, network, training, ...rest }: CheckedRunFile): Set<string> {
  const parts = [
    data,
    network,
    training,
    { ...rest, ...(rest.seed === 0 && { seed: undefined }), ...(rest.precision === "f32" && { precision: undefined }) },
  ];
  return new Set(
    parts.flatMap((part) => Object.entries(part).flatMap(([key, value]) => (value === undefined ? [] : [words(key)]))),
  );
}
