import { type BackendName, backendOf } from "../backends/index.ts";
import type { BackendOptions, Precision } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions, named } from "../core/names.ts";
import { size } from "../core/shape.ts";
import type { Task } from "../core/task.ts";
import { Tensor } from "../core/tensor.ts";
import { type Data, tensorOf } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import { type Loss, type LossName, loss, losses, meanPerRow } from "../nn/index.ts";
import { mean } from "../ops/index.ts";
import { type Optimizer, type OptimizerName, optimizers } from "../optim/index.ts";
import type { EpochRow } from "./history.ts";
import { type Metric, metricsOf } from "./metrics.ts";
import type { Part } from "./objective.ts";
import { checkTask } from "./targets.ts";

/**
 * A loss by name, one of the library's, or any function of prediction and target that gives a scalar, the mean over the
 * batch, or an array with one row for each of the batch, which is averaged.
 */
export type LossLike = LossName | ((prediction: Value, target: Value) => Value);

/** Rows to learn from: x `[rows, …]`, y `[rows]` or `[rows, outputs]`; class numbers as integers. */
export interface Rows {
  readonly x: Exclude<Data, Value>;
  readonly y: Exclude<Data, Value>;
}

export interface TrainOptions<Θ = unknown> {
  /** What is minimised. Default: cross-entropy for integer class numbers, mean squared error otherwise. */
  readonly loss?: LossLike;
  /** The update rule, or its name. Default `"adam"`. */
  readonly optimizer?: Optimizer | OptimizerName;
  /** In place of the optimizer's own. */
  readonly learningRate?: number;
  /** Passes over the training rows, from 0 on. Default 100. */
  readonly epochs?: number;
  /** Rows a step; more than there are means all of them. Default 32. */
  readonly batchSize?: number;
  /** Rows of their own, or for `fit` a share of the rows to set aside, drawn by the seed (0: none). Default 0. */
  readonly validation?: number | Rows;
  /** Strength λ₁ of the penalty λ₁ Σ|W|. Default 0. */
  readonly l1?: number;
  /** Strength λ₂ of the penalty ½ λ₂ Σ W². Default 0. */
  readonly l2?: number;
  /** Seed of everything random: starting weights, split, order of rows. Default 0. */
  readonly seed?: number;
  /** Of every number in training. Default `"f32"`. */
  readonly precision?: Precision;
  /** The engine. Default: the fastest there is. */
  readonly backend?: BackendName;
  /** The same bits on every machine and in every runtime, at some cost in speed. Default false. */
  readonly reproducible?: boolean;
  /** What is measured beside the loss. Default: those of the task that the loss implies. */
  readonly task?: Task;
  /** Stops training, keeping what was learnt so far. */
  readonly signal?: AbortSignal;
  /** Called after every epoch. */
  readonly onEpoch?: (row: EpochRow) => void;
  /** Parameters to start from, instead of fresh ones; they stay as they are. */
  readonly parameters?: Θ;
}

const known = [
  ...["loss", "optimizer", "learningRate", "epochs", "batchSize", "validation", "l1", "l2", "seed", "precision"],
  ...["backend", "reproducible", "task", "signal", "onEpoch", "parameters"],
];

/** Options with every choice made and checked. */
export interface Settings {
  readonly loss: Loss;
  readonly task: Task;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly l1: number;
  readonly l2: number;
  readonly seed: number;
  readonly engine: BackendOptions & { readonly backend: ReturnType<typeof backendOf> };
}

/**
 * Defaults filled in, names looked up, numbers checked.
 *
 * @throws `option` for an unknown name or a number out of bounds, `loss-task` when loss and targets do not fit
 */
export function settingsOf<Θ>(where: string, targets: Tensor, options: TrainOptions<Θ>): Settings {
  knownOptions(`${where}(…, options)`, options, known);
  const { loss: wanted, epochs = 100, batchSize = 32, l1 = 0, l2 = 0, seed = 0, precision = "f32" } = options;
  if (precision !== "f32" && precision !== "f64")
    throw new ModelError({
      code: "option",
      where: "precision",
      given: { given: precision },
      rule: 'must be "f32" or "f64".',
    });
  const chosen = lossOf(wanted ?? (targets.dtype === "integer" ? "crossEntropy" : "meanSquaredError"));
  const task = options.task === undefined ? taskOf(chosen, targets) : named("task", options.task, metricsOf);
  checkTask(chosen, task);
  return {
    loss: chosen,
    task,
    optimizer: optimizerOf(options),
    metrics: metricsOf[task],
    epochs: checkedNumber("epochs", epochs, { least: 0, integer: true }),
    batchSize: checkedNumber("batchSize", batchSize, { least: 1, integer: true }),
    l1: checkedNumber("l1", l1, { least: 0 }),
    l2: checkedNumber("l2", l2, { least: 0 }),
    seed: checkedNumber("seed", seed, { integer: true }),
    engine: { backend: backendOf(options.backend), precision, reproducible: options.reproducible === true },
  };
}

function lossOf(wanted: LossLike): Loss {
  if (typeof wanted === "string") return losses[named("loss", wanted, losses)];
  if ("rows" in wanted) return wanted as Loss;
  const label = wanted.name || "loss";
  const rows = (y: Value, t: Value): Value => {
    const value = wanted(y, t);
    return value.shape.length === 0 ? value.reshape([1]).broadcastTo([y.shape[0] ?? 1]) : meanPerRow(value);
  };
  const plain = loss({ label, tasks: ["regression", "binary", "multiclass"], rows });
  return Object.assign((y: Value, t: Value): Value => mean(wanted(y, t)), plain) as Loss;
}

const taskOf = ({ tasks }: Loss, targets: Tensor): Task =>
  tasks.length === 1
    ? tasks[0]!
    : targets.dtype === "integer" && tasks.includes("multiclass")
      ? "multiclass"
      : tasks[0]!;

function optimizerOf<Θ>({ optimizer = "adam", learningRate }: TrainOptions<Θ>): Optimizer {
  if (learningRate !== undefined) checkedNumber("learningRate", learningRate, { above: 0 });
  if (typeof optimizer === "string") {
    const make = optimizers[named("optimizer", optimizer, optimizers)];
    return make(learningRate === undefined ? {} : { learningRate });
  }
  if (typeof optimizer.update !== "function")
    throw new ModelError({
      code: "option",
      where: "optimizer",
      given: { given: typeof optimizer },
      rule: "must be the name of an optimizer, or one with its options.",
      hint: 'write "adam" or adam({ learningRate: 0.001 }), not adam.',
    });
  return learningRate === undefined ? optimizer : { ...optimizer, learningRate };
}

/**
 * Plain rows as tensors, checked: as many targets as rows, at least one row, finite numbers.
 *
 * @throws `data-rows`, `data-number`
 */
export function partOf(where: string, { x, y }: Rows): Part {
  const refuse = (rule: string, given: Record<string, readonly number[]>): ModelError =>
    new ModelError({ code: "data-rows", where, given, rule });
  if (x === undefined || y === undefined) throw refuse("data must have the form { x, y }.", {});
  const part = { x: tensorOf(x), y: tensorOf(y) };
  const shapes = { x: part.x.shape, y: part.y.shape };
  if (part.x.shape.length < 1 || part.x.shape[0] !== part.y.shape[0])
    throw refuse("x and y must have the same number of rows, at least one.", shapes);
  if (size(part.x.shape) === 0) throw refuse("there must be at least one row and one column.", shapes);
  const features = inputsOf(part.x);
  finite(where, "x", features);
  finite(where, "y", part.y);
  return { x: features, y: part.y };
}

/** Inputs as real numbers, one row each: `[rows]` is `[rows, 1]`. */
export function inputsOf({ shape, data, dtype }: Tensor): Tensor {
  const rows = shape.length === 1 ? [shape[0]!, 1] : shape;
  return new Tensor(rows, dtype === "real" ? data : Float64Array.from(data), "real");
}

function finite(where: string, name: string, { shape, data }: Tensor): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  const width = size(shape.slice(1));
  throw new ModelError({
    code: "data-number",
    where: `${where}, ${name}`,
    given: { row: Math.floor(at / width), column: at % width, value: data[at]! },
    rule: "every number must be finite.",
  });
}
