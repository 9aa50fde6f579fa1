import { workshopOf } from "../backends/paced.ts";
import type { Workshop } from "../compile/index.ts";
import { fold, key, permutation } from "../core/random.ts";
import { Tensor } from "../core/tensor.ts";
import { fillLeaves } from "../core/tree.ts";
import { isData } from "../graph/lifted.ts";
import { isValue } from "../graph/value.ts";
import { cast, div, mul, pow } from "../ops/index.ts";
import { initialState, isWholeBatch, type Optimizer, type Schedule } from "../optim/index.ts";
import { allRows } from "./allrows.ts";
import { type ConstantAnswer, constantAnswer } from "./constantanswer.ts";
import type { Training } from "./course.ts";
import type { Part, Stepwise } from "./objective.ts";
import { type EpochArguments, type EpochResult, epochProgram, keyTensor, tensorsOf } from "./programs.ts";

import { normalised } from "./weights.ts";

/** The learning rates that are tried: `steps` of them, each by the same factor greater, the ends among them. */
export interface SweepSpan {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** A step for each learning rate. */
export interface Swept {
  readonly rates: readonly number[];
  /** Loss of the step's batch before its update. */
  readonly losses: readonly number[];
  /** What the best answer that is the same for every row loses on the same batch. */
  readonly constants: readonly number[];
}

/** What a sweep needs of a training. */
export type Sweepable<Θ> = Pick<Training<Θ>, "settings" | "objective" | "training" | "start">;

/** ηₜ = η₀ (η₁/η₀)^(t/(n − 1)) */
const rising =
  ({ from, to, steps }: SweepSpan): Schedule =>
  (t) =>
    mul(from, pow(to / from, div(cast(t, "real"), steps - 1)));

/**
 * Trains for `steps` mini-batches while the learning rate rises, which is one call of one compiled program. What was learnt
 * is thrown away.
 *
 * @throws `option` for an optimizer that finds its own step; the signal's reason when it is stopped
 */
export async function swept<Θ>(training: Sweepable<Θ>, span: SweepSpan, signal?: AbortSignal): Promise<Swept> {
  const { optimizer } = training.objective;
  if (isWholeBatch(optimizer)) throw allRows(optimizer.name, { "learning rate": "to be found" });
  const workshop = workshopOf(training.settings.engine.backend);
  try {
    const data = normalised(training.training);
    const answer = await constantAnswer(training, data, workshop);
    return await sweep({ ...training, data, answer, optimizer }, span, { workshop, signal });
  } finally {
    workshop.close();
  }
}

type Ready<Θ> = Sweepable<Θ> & {
  readonly data: Part;
  readonly answer: ConstantAnswer;
  readonly optimizer: Optimizer;
};

async function sweep<Θ>(
  { settings, objective, start, data, answer, optimizer }: Ready<Θ>,
  span: SweepSpan,
  { workshop, signal }: { readonly workshop: Workshop; readonly signal: AbortSignal | undefined },
): Promise<Swept> {
  const { engine, batchSize } = settings;
  const { from, to, steps } = span;
  const rule = { ...objective, optimizer: { ...optimizer, learningRate: rising(span) } };
  const size = Math.min(batchSize, data.x.shape[0]!);
  const args = beginning(rule, { start, data, seed: settings.seed, visits: steps * size });
  const traced = epochProgram(rule, args, { size, full: steps, rest: 0 });
  const runner = await workshop.compile(traced.closure, engine);
  const outcome = await runner.run(tensorsOf(args), { signal });
  if (!("outputs" in outcome)) throw signal!.reason;
  const { figures } = fillLeaves(traced.form, isValue, outcome.outputs) as EpochResult<Tensor>;
  const order = args.order.data as Int32Array;
  return {
    rates: Array.from({ length: steps }, (_, i) => Number((from * (to / from) ** (i / (steps - 1))).toPrecision(7))),
    losses: Array.from(figures.loss.data),
    constants: Array.from({ length: steps }, (_, i) => answer.mean(order.subarray(i * size, (i + 1) * size))),
  };
}

/** Everything that the first step needs, and the rows of all steps: one order of all rows after another. */
function beginning<Θ>(
  { optimizer }: Stepwise<Θ>,
  about: Pick<Ready<Θ>, "start" | "data"> & { readonly seed: number; readonly visits: number },
): EpochArguments<Tensor> {
  const { start, data, visits } = about;
  const seed = key(about.seed);
  const { θ, running } = fillLeaves(start, isData, tensorsOf(start)) as typeof start;
  const rows = data.x.shape[0]!;
  const order = new Int32Array(visits);
  for (let at = 0, epoch = 1; at < visits; at += rows, epoch++)
    order.set(permutation(fold(fold(seed, 1), epoch), rows).subarray(0, visits - at), at);
  return {
    carry: { θ, running, state: initialState(optimizer, θ), t: new Tensor([], Int32Array.of(0)) },
    key: keyTensor(fold(seed, 2)),
    data,
    order: new Tensor([visits], order),
  };
}
