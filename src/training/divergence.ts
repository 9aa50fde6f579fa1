import { traceNonFinite } from "../backends/index.ts";
import { lower } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { isTensor, Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import type { Lifted } from "../graph/lifted.ts";
import { input, isValue, type Value, within } from "../graph/value.ts";
import { predicting } from "../nn/index.ts";
import { add } from "../ops/index.ts";
import { type Objective, type Part, penaltyOf } from "./objective.ts";
import type { Engine } from "./programs.ts";

/** Where training stopped making sense. */
export interface Failure {
  readonly epoch: number;
  /** Step within the epoch, from 1. */
  readonly step: number;
  /** The first operation whose result is not finite, with its layer. */
  readonly culprit: string;
}

/** The error of a training that diverged; it holds the last parameters with which the loss was still finite. */
export class Divergence<Θ = unknown> extends ModelError {
  readonly parameters: Θ;
  readonly failure: Failure;

  constructor(failure: Failure, parameters: Θ, facts: Readonly<Record<string, string | number>>, rule: string) {
    super({
      code: "diverged",
      where: `epoch ${failure.epoch}, step ${failure.step}`,
      given: { ...(failure.culprit && { "first at": failure.culprit }), ...facts },
      rule,
      hint: "try a learning rate 10 times smaller, scaled inputs, or another optimizer; the last good parameters are kept.",
    });
    this.failure = failure;
    this.parameters = parameters;
  }
}

/** The first operation that gives a number that is not finite when the loss of these rows is computed, and its layer. */
export function culpritOf<Θ>(objective: Objective<Θ>, θ: unknown, data: Part, engine: Engine): string {
  const odd = leaves(θ, isTensor).some((t) => !t.data.every((x) => Number.isFinite(x)));
  const args = { θ, data };
  const traced = fillLeaves(args, isTensor, leaves(args, isTensor).map(input)) as { θ: Lifted<Θ>; data: Part<Value> };
  const z = objective.model.apply(traced.θ, traced.data.x, predicting);
  const loss = within(objective.loss.label, () => objective.loss(z, traced.data.y));
  const objectiveValue = within("penalty", () => add(loss, penaltyOf(objective, traced.θ)));
  const program = lower({ inputs: leaves(traced, isValue), outputs: [objectiveValue] });
  const found = traceNonFinite(program, leaves(args, isTensor), engine);
  const place = found ? [found.scope, found.op.name].filter(Boolean).join(" › ") : "the update of the parameters";
  return odd ? `${place} (the parameters themselves are no longer finite)` : place;
}

/** Rows of a tensor by number, as a tensor. */
export function rowsOf({ shape, data, dtype }: Tensor, rows: Int32Array): Tensor {
  const width = data.length / shape[0]!;
  const out = data.slice(0, rows.length * width);
  rows.forEach((row, i) => {
    out.set(data.subarray(row * width, (row + 1) * width), i * width);
  });
  return new Tensor([rows.length, ...shape.slice(1)], out, dtype);
}
