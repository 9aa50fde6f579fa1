import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions } from "../core/names.ts";
import { size } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { type Lifted, liftTree } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import { add, div, mean, mul, sqrt, square, sub } from "../ops/index.ts";
import { type Context, type Layer, predicting } from "./layers.ts";

/** What a normalisation learns, each `[features]`: y = scale · x̂ + shift. */
export interface Rescaling {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** Running estimates of mean and variance of each feature, `[features]`: what batch normalisation predicts with. */
export interface RunningStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

const filled = (features: number, number: number): Tensor =>
  new Tensor([features], new Float64Array(features).fill(number));

const unscaled = (features: number): Rescaling => ({ scale: filled(features, 1), shift: filled(features, 0) });

/** scale · (x − mean) / √(variance + ε) + shift, where x − mean is there already. */
function rescaled({ scale, shift }: Lifted<Rescaling>, centred: Value, variance: Value, ε: number): Value {
  return add(mul(centred, div(scale, sqrt(add(variance, ε)))), shift);
}

function checkFeatures(where: string, x: Value, features: number): void {
  if (x.shape.length >= 2 && x.shape.at(-1) === features) return;
  throw new ModelError({
    code: "shape-mismatch",
    where,
    given: { x: x.shape, features },
    rule: `x must have ${features} columns.`,
    hint: `what comes in has ${x.shape.at(-1) ?? 1}: give { features: ${x.shape.at(-1) ?? 1} }`,
  });
}

export interface BatchNormOptions {
  /** Columns of what comes in. */
  readonly features: number;
  /** Share μ of the newest batch in the running statistics, from 0 to 1. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Batch normalisation: while training each feature is brought to mean 0 and variance 1 over the rows of the batch,
 *
 *   x̂ = (x − m) / √(v + ε),   m = mean x,   v = mean (x − m)²,   y = scale · x̂ + shift
 *
 * and running statistics follow with  M ← (1 − μ) M + μ m,  V ← (1 − μ) V + μ v n/(n − 1),  which take the place of m and v
 * when predicting. The gradient passes through m and v. Conventions are PyTorch's.
 *
 * @param options features, momentum μ, epsilon ε
 * @returns layer mapping `[batch, …, features]` to the same shape, with θ = { scale, shift } and state = { mean, variance },
 *          each `[features]`
 * @throws  `batch-one` while training on a batch of one row; `layer-state` when predicting without a state;
 *          `shape-mismatch`, `option`
 * @see Ioffe & Szegedy (2015), Batch normalization, algorithms 1 and 2
 */
export function batchNorm(options: BatchNormOptions): Layer<Rescaling> {
  knownOptions("batchNorm(options)", options, ["features", "momentum", "epsilon"]);
  const { features, momentum: μ = 0.1, epsilon: ε = 1e-5 } = options;
  checkedNumber("batchNorm({ features })", features, { least: 1, integer: true });
  checkedNumber("batchNorm({ momentum })", μ, { least: 0, most: 1 });
  checkedNumber("batchNorm({ epsilon })", ε, { above: 0 });
  const initialState = (): RunningStatistics => ({ mean: filled(features, 0), variance: filled(features, 1) });
  const forward: Layer<Rescaling>["forward"] = (θ, x, context = predicting) => {
    checkFeatures("batchNorm", x, features);
    if (!context.training) {
      const { mean: m, variance: v } = stateOf(context);
      return { y: rescaled(θ, sub(x, m), v, ε), state: context.state };
    }
    const n = size(x.shape) / features;
    if (n < 2) throw oneRow(x);
    const rows = x.shape.slice(0, -1).map((_, axis) => axis);
    const m = mean(x, rows);
    const centred = sub(x, m);
    const v = mean(square(centred), rows);
    const { mean: M, variance: V } = liftTree(context.state ?? initialState()) as Lifted<RunningStatistics>;
    const next = {
      mean: add(mul(1 - μ, M), mul(μ, m)),
      variance: add(mul(1 - μ, V), mul((μ * n) / (n - 1), v)),
    };
    return { y: rescaled(θ, centred, v, ε), state: next };
  };
  return {
    name: `batchNorm(${features})`,
    init: () => unscaled(features),
    initialState,
    forward,
    apply: (θ, x, context) => forward(θ, x, context).y,
  };
}

export interface LayerNormOptions {
  /** Columns of what comes in. */
  readonly features: number;
  /** Added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Layer normalisation: each row by itself is brought to mean 0 and variance 1 over its features,
 *
 *   x̂ = (x − m) / √(v + ε),   m = mean x,   v = mean (x − m)²,   y = scale · x̂ + shift
 *
 * in training and when predicting alike. The gradient passes through m and v.
 *
 * @param options features, epsilon ε
 * @returns layer mapping `[batch, …, features]` to the same shape, with θ = { scale, shift }, each `[features]`
 * @throws  `shape-mismatch`, `option`
 * @see Ba, Kiros & Hinton (2016), Layer normalization
 */
export function layerNorm(options: LayerNormOptions): Layer<Rescaling> {
  knownOptions("layerNorm(options)", options, ["features", "epsilon"]);
  const { features, epsilon: ε = 1e-5 } = options;
  checkedNumber("layerNorm({ features })", features, { least: 1, integer: true });
  checkedNumber("layerNorm({ epsilon })", ε, { above: 0 });
  return {
    name: `layerNorm(${features})`,
    init: () => unscaled(features),
    apply: ({ scale, shift }, x) => {
      checkFeatures("layerNorm", x, features);
      const over = { axis: -1, keepAxes: true } as const;
      const centred = sub(x, mean(x, over));
      const v = mean(square(centred), over);
      return add(mul(div(centred, sqrt(add(v, ε))), scale), shift);
    },
  };
}

function stateOf({ state }: Context): Lifted<RunningStatistics> {
  if (state) return liftTree(state) as Lifted<RunningStatistics>;
  throw new ModelError({
    code: "layer-state",
    where: "batchNorm",
    rule: "predicts with running statistics, and was given none.",
    hint: "pass them on: model.apply(θ, x, { training: false, state }), with the state that training gave",
  });
}

const oneRow = (x: Value): ModelError =>
  new ModelError({
    code: "batch-one",
    where: "batchNorm",
    given: { x: x.shape },
    rule: "a batch of one row has no variance, so it cannot be normalised.",
    hint: "choose a batch size that leaves no single row for the last batch",
  });
