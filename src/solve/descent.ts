import { ModelError } from "../core/errors.ts";
import { Tensor } from "../core/tensor.ts";
import { leaves, mapLeaves } from "../core/tree.ts";
import { type Data, isData, type PlainData, tensorOf } from "../graph/lifted.ts";
import { isValue, lift, type Value } from "../graph/value.ts";
import { abs, add, cast, max, maximum } from "../ops/index.ts";
import { initialState, type Layout, type Optimizer, rateAt, update } from "../optim/index.ts";
import { compile, valueAndGrad } from "../transform/index.ts";
import type { MinimizeOptions, Minimum } from "./minimize.ts";

/** A step: value and gradient where it begins, and where it leads. */
type Step = (at: { θ: unknown; state: unknown; t: Tensor }) => {
  value: number;
  norm: number;
  next: [unknown, unknown];
};

/** A minimum by the update rule of an optimizer; a schedule of its rate is spread over all steps. */
export function byRule(
  f: (x: never) => Data,
  layout: Layout,
  optimizer: Optimizer,
  options: MinimizeOptions,
): Minimum<unknown> {
  const { iterations = 1000, gradientTolerance = 1e-5, onIteration } = options;
  if (typeof optimizer.learningRate === "function" && optimizer.learningRate.reacting) throw withoutEpochs();
  const step = stepOf(f, optimizer, options);
  let θ = layout.plain(layout.start);
  let state: unknown = initialState(
    optimizer,
    mapLeaves(θ, isData, (leaf) => tensorOf(leaf as PlainData)),
  );
  for (let iteration = 0; ; iteration++) {
    const { value, norm, next } = step({ θ, state, t: new Tensor([], Int32Array.of(iteration)) });
    if (!Number.isFinite(value + norm)) throw diverged(iteration, value, norm);
    if (iteration > 0) onIteration?.({ iteration, value, gradientNorm: norm });
    const found = norm <= gradientTolerance;
    if (found || iteration === iterations)
      return {
        ...{ x: θ, value, gradientNorm: norm, iterations: iteration, evaluations: iteration + 1 },
        ...{ reason: found ? "gradient" : "iterations", converged: found },
      };
    [θ, state] = next;
  }
}

function stepOf(f: (x: never) => Data, optimizer: Optimizer, options: MinimizeOptions): Step {
  const { iterations = 1000, precision, backend, reproducible, threads } = options;
  const both = valueAndGrad(f as never) as unknown as (θ: unknown) => [Value, unknown];
  const course = { steps: iterations, stepsPerEpoch: 1, level: lift(1) };
  const traced = ({ θ, state, t }: { θ: unknown; state: never[]; t: Value }): unknown => {
    const [value, gradient] = both(θ);
    const norm = leaves(gradient, isValue)
      .map((g) => max(abs(g)))
      .reduce((a, b) => maximum(a, b));
    const at = { t: cast(add(t, 1), "real"), η: rateAt(optimizer, t, course) };
    return { value, norm, next: update(optimizer, { θ, gradient, state }, at) };
  };
  const chosen = {
    ...(precision && { precision }),
    ...(backend && { backend }),
    ...(reproducible && { reproducible }),
    ...(threads !== undefined && { threads }),
  };
  return compile(traced as never, chosen) as unknown as Step;
}

const diverged = (iteration: number, value: number, norm: number): ModelError =>
  new ModelError({
    code: "not-finite",
    where: `minimize(f, start), step ${iteration}`,
    given: { value, "greatest component of the gradient": norm },
    rule: "the function and its gradient must be finite where the search goes.",
    hint: iteration === 0 ? "choose another start." : "choose a smaller learning rate.",
  });

const withoutEpochs = (): ModelError =>
  new ModelError({
    code: "option",
    where: "minimize(f, start, { method })",
    given: { schedule: "reduceOnPlateau" },
    rule: "this schedule reacts to the loss of epochs, and there are none here.",
    hint: "choose a schedule of the steps, such as cosine.",
  });
