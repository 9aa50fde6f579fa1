import { type BackendName, engineNamed } from "../backends/loaded.ts";
import { checkedThreads, type Precision, type Threads } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions, named } from "../core/names.ts";
import { size } from "../core/shape.ts";
import { atOnce, portion, type Steps } from "../core/steps.ts";
import type { Task } from "../core/task.ts";
import { Tensor } from "../core/tensor.ts";
import { type Data, tensorOf } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import type { Loss, LossName } from "../nn/index.ts";
import { isWholeBatch, type Optimizer, type OptimizerName, type Schedule, type WholeBatch } from "../optim/index.ts";
import { allRows } from "./allrows.ts";
import { isFinite } from "./carried.ts";
import { type AllRowsName, lossOf, optimizerOf, taskOf } from "./chosen.ts";
import type { ClassWeights } from "./classweights.ts";
import type { EpochRow } from "./history.ts";
import type { CheckpointOptions } from "./keeping.ts";
import type { Metric } from "./metrics/metric.ts";
import { metricsOf, type RowMetric } from "./metrics.ts";
import type { Part } from "./objective.ts";
import type { Engine } from "./programs.ts";
import type { EarlyStopping } from "./stopping.ts";
import { checkTask } from "./targets.ts";
import { checkedWeights, weighted } from "./weights.ts";

/**
 * A loss by name, one of the library's, or any function of prediction and target that gives a scalar, the mean over the
 * batch, or an array with one row for each of the batch, which is averaged. A target that is one number a row comes to it
 * as `[rows, 1]` where the prediction has that shape.
 */
export type LossLike = LossName | ((prediction: Value, target: Value) => Value);

/** Rows to learn from: x `[rows, …]`, y `[rows]` or `[rows, outputs]`; class numbers as integers. */
export interface Rows {
  readonly x: Exclude<Data, Value>;
  readonly y: Exclude<Data, Value>;
  /** How much each row counts, `[rows]`, from 0 on, in loss and metrics; only their ratios matter. Default: all the same. */
  readonly weights?: Exclude<Data, Value> | null;
}

export interface TrainOptions<Θ = unknown> {
  /** What is minimised. Default: cross-entropy for integer class numbers, mean squared error otherwise. */
  readonly loss?: LossLike;
  /** The update rule, or its name. Default `"adam"`. */
  readonly optimizer?: Optimizer | WholeBatch | OptimizerName | AllRowsName;
  /** A number or a schedule, in place of the optimizer's own. */
  readonly learningRate?: number | Schedule;
  /** Factors of the learning rate by layer (`"0"`) or parameter (`"0.W"`), as in `layerRates`; 0 freezes. */
  readonly layerRates?: Readonly<Record<string, number>>;
  /** Layers or parameters that stay as they are, by name. */
  readonly frozen?: readonly string[];
  /** Passes over the training rows, from 0 on. Default 100. */
  readonly epochs?: number;
  /** Rows a step; more than there are means all of them. Default 32; all for `lbfgs`, `bfgs`, `levenbergMarquardt`. */
  readonly batchSize?: number;
  /** Rows of their own, or for `fit` a share of the rows to set aside, drawn by the seed (0: none). Default 0. */
  readonly validation?: number | Rows;
  /** How much each class counts in the loss: `"balanced"`, or one number a class. Default: all rows count the same. */
  readonly classWeights?: ClassWeights;
  /** Strength λ₁ of the penalty λ₁ Σ|W|. Default 0. */
  readonly l1?: number;
  /** Strength λ₂ of the penalty ½ λ₂ Σ W². Default 0. */
  readonly l2?: number;
  /** Seed of everything random: starting weights, split, order of rows. Default 0. */
  readonly seed?: number;
  /** Of every number in training. Default `"f32"`; `"f64"` for optimizers that look at all rows at once. */
  readonly precision?: Precision;
  /** The engine. Default: the fastest there is. */
  readonly backend?: BackendName;
  /** The same bits on every machine and in every runtime, at some cost in speed. Default false. */
  readonly reproducible?: boolean;
  /** Threads that may work at the same time, or as many as pay; the bits do not depend on it. Default `"auto"`. */
  readonly threads?: Threads;
  /** Stops when a figure no longer improves, and keeps the best parameters; a number is the patience. Default: off. */
  readonly earlyStopping?: EarlyStopping | number;
  /** Keeps training in progress, and goes on from what was kept. Default: off. */
  readonly checkpoint?: CheckpointOptions;
  /** What is learnt, and so what is measured beside the loss. Default: what the loss implies. */
  readonly task?: Task;
  /** Measured after every epoch beside the task's own, from predictions for the whole part: `[f1, rocAuc]`. */
  readonly metrics?: readonly Metric[];
  /** Records in the history how each layer stands: activity, dead and saturated units, gradient, update. Default false. */
  readonly record?: boolean;
  /** Stops training, keeping what was learnt so far. */
  readonly signal?: AbortSignal;
  /** Called after every epoch. */
  readonly onEpoch?: (row: EpochRow) => void;
  /** Parameters to start from, instead of fresh ones; they stay as they are. */
  readonly parameters?: Θ;
  /** State of the layers (running statistics) to start from, instead of that before training; it stays as it is. */
  readonly state?: unknown;
}

const known = [
  ...["loss", "optimizer", "learningRate", "epochs", "batchSize", "validation", "l1", "l2", "seed", "precision"],
  ...["layerRates", "frozen", "backend", "reproducible", "threads", "task", "signal", "onEpoch", "parameters", "state"],
  ...["earlyStopping", "metrics", "checkpoint", "classWeights", "record"],
];

/** Options with every choice made and checked. */
export interface Settings {
  readonly loss: Loss;
  readonly task: Task;
  readonly optimizer: Optimizer | WholeBatch;
  readonly metrics: readonly RowMetric[];
  /** Measured beside these, from predictions for a whole part. */
  readonly measured: readonly Metric[];
  /** The unit of these, where targets are scaled for learning: y = shift + scale · output. */
  readonly unit?: { readonly shift: number; readonly scale: number };
  readonly epochs: number;
  readonly batchSize: number;
  readonly l1: number;
  readonly l2: number;
  readonly seed: number;
  /** Whether the history says how each layer stands. */
  readonly record: boolean;
  /** Checked when training begins. */
  readonly earlyStopping: EarlyStopping | number | null;
  /** Checked when training begins. */
  readonly checkpoint: CheckpointOptions | null;
  readonly engine: Engine;
}

/**
 * Defaults filled in, names looked up, numbers checked.
 *
 * @throws `option` for an unknown name or a number out of bounds, `loss-task` when loss and targets do not fit
 */
export async function settingsOf<Θ>(where: string, targets: Tensor, options: TrainOptions<Θ>): Promise<Settings> {
  knownOptions(`${where}(…, options)`, options, known);
  const optimizer = await optimizerOf(options);
  const whole = isWholeBatch(optimizer);
  const { epochs = 100, l1 = 0, l2 = 0, seed = 0, precision = whole ? "f64" : "f32" } = options;
  if (precision !== "f32" && precision !== "f64")
    throw new ModelError({
      code: "option",
      where: "precision",
      given: { given: precision },
      rule: 'must be "f32" or "f64".',
    });
  const loss = await lossOf(options, targets);
  const task = options.task === undefined ? taskOf(loss, targets) : named("task", options.task, metricsOf);
  await checkTask(loss, task);
  return {
    loss,
    task,
    optimizer,
    metrics: metricsOf[task],
    measured: measuredBeside(metricsOf[task], options.metrics ?? []),
    epochs: checkedNumber("epochs", epochs, { least: 0, integer: true }),
    batchSize: batchSizeOf(options, optimizer, targets.shape[0]!),
    l1: checkedNumber("l1", l1, { least: 0 }),
    l2: checkedNumber("l2", l2, { least: 0 }),
    seed: checkedNumber("seed", seed, { integer: true }),
    record: options.record === true,
    earlyStopping: options.earlyStopping ?? null,
    checkpoint: options.checkpoint ?? null,
    engine: {
      backend: await engineNamed(options.backend),
      precision,
      reproducible: options.reproducible === true,
      threads: checkedThreads(options.threads),
    },
  };
}

/**
 * The metrics that are not measured anyway.
 *
 * @throws `option` for what is not a metric
 */
export function measuredBeside(own: readonly RowMetric[], wanted: readonly Metric[]): Metric[] {
  const odd = Array.isArray(wanted)
    ? wanted.find((metric) => typeof metric !== "function" || typeof metric.measure !== "function")
    : wanted;
  if (odd === undefined) return wanted.filter(({ label }) => !own.some(({ name }) => name === label));
  throw new ModelError({
    code: "option",
    where: "metrics",
    given: { given: String(odd) },
    rule: "must be a list of metrics.",
    hint: 'a metric is a function of the package: metrics: [f1], or by its name [metricNamed("f1")].',
  });
}

function batchSizeOf<Θ>({ batchSize }: TrainOptions<Θ>, optimizer: Optimizer | WholeBatch, rows: number): number {
  const whole = isWholeBatch(optimizer);
  const size = checkedNumber("batchSize", batchSize ?? (whole ? rows : 32), { least: 1, integer: true });
  if (whole && size < rows) throw allRows(optimizer.name, { "batch size": size, rows });
  return size;
}

/**
 * Plain rows as tensors, checked: as many targets as rows, at least one row, finite numbers.
 *
 * @throws `data-rows`, `data-number`
 */
export const partOf = (where: string, rows: Rows): Part => atOnce(checkedPart(where, rows));

/** The same, in steps. */
export function* checkedPart(where: string, data: Rows): Steps<Part> {
  const { x, y, weights } = data ?? {};
  const refuse = (rule: string, given: Record<string, readonly number[]>): ModelError =>
    new ModelError({ code: "data-rows", where, given, rule });
  if (x === undefined || y === undefined) throw refuse("data must have the form { x, y }.", {});
  const part = { x: tensorOf(x), y: tensorOf(y) };
  const shapes = { x: part.x.shape, y: part.y.shape };
  if (part.x.shape.length < 1 || part.x.shape[0] !== part.y.shape[0])
    throw refuse("x and y must have the same number of rows, at least one.", shapes);
  if (size(part.x.shape) === 0) throw refuse("there must be at least one row and one column.", shapes);
  const features = inputsOf(part.x);
  yield* finite(where, "x", features);
  yield* finite(where, "y", part.y);
  const rows = part.y.shape[0]!;
  return weighted({ x: features, y: part.y }, weights ? checkedWeights(where, tensorOf(weights), rows) : null);
}

/** Inputs as real numbers, one row each: `[rows]` is `[rows, 1]`. */
export function inputsOf({ shape, data, dtype }: Tensor): Tensor {
  const rows = shape.length === 1 ? [shape[0]!, 1] : shape;
  return new Tensor(rows, dtype === "real" ? data : Float64Array.from(data), "real");
}

function* finite(where: string, name: string, { shape, data }: Tensor): Steps<void> {
  let from = 0;
  for (; from < data.length && isFinite({ data: data.subarray(from, from + portion) }); from += portion) yield;
  if (from >= data.length) return;
  const at = from + data.subarray(from).findIndex((value) => !Number.isFinite(value));
  const width = size(shape.slice(1));
  throw new ModelError({
    code: "data-number",
    where: `${where}, ${name}`,
    given: { row: Math.floor(at / width), column: at % width, value: data[at]! },
    rule: "every number must be finite.",
  });
}
