import { traceNonFinite } from "../backends/reference.ts";
import { lower } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { isTensor, type Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import type { Lifted } from "../graph/lifted.ts";
import { input, isValue, type Value } from "../graph/value.ts";
import { batchLoss, type Learnt, type Objective, type Part } from "./objective.ts";
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
  declare readonly parameters: Θ;
  /** What the layers kept besides, at the same time. */
  declare readonly state: unknown;
  readonly failure: Failure;
  /** Threads that worked at the same time. */
  threads = 1;

  constructor(failure: Failure, learnt: Learnt<Θ>, facts: Readonly<Record<string, string | number>>, rule: string) {
    super({
      code: "diverged",
      where: `epoch ${failure.epoch}, step ${failure.step}`,
      given: { ...(failure.culprit && { "first at": failure.culprit }), ...facts },
      rule,
      hint: "try a learning rate 10 times smaller, scaled inputs, or another optimizer; the last good parameters are kept.",
    });
    this.failure = failure;
    // At hand, but not listed: an error that nobody catches would print all numbers of the network.
    Object.defineProperties(this, { parameters: { value: learnt.θ }, state: { value: learnt.running } });
  }
}

/** A step as it began. */
interface Beginning<T> {
  readonly learnt: Learnt;
  readonly data: Part<T>;
  readonly key: T;
}

/** The first operation that gives a number that is not finite when the loss of these rows is computed, and its layer. */
export function culpritOf<Θ>(objective: Objective<Θ>, args: Beginning<Tensor>, engine: Engine): string {
  const odd = leaves(args.learnt, isTensor).some((t) => !t.data.every((x) => Number.isFinite(x)));
  const traced = fillLeaves(args, isTensor, leaves(args, isTensor).map(input)) as Beginning<Value>;
  const { learnt, data, key } = traced;
  const { value } = batchLoss(objective, learnt.θ as Lifted<Θ>, data, { key, state: learnt.running });
  const program = lower({ inputs: leaves(traced, isValue), outputs: [value] });
  const found = traceNonFinite(program, leaves(args, isTensor), engine);
  const place = found ? [found.scope, found.op.name].filter(Boolean).join(" › ") : "the update of the parameters";
  return odd ? `${place} (the parameters themselves are no longer finite)` : place;
}
