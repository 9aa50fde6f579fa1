import type { Slice } from "../compile/index.ts";
import { fold, key, permutation } from "../core/random.ts";
import { isTensor, Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves, mapLeaves } from "../core/tree.ts";
import { isData } from "../graph/lifted.ts";
import type { Layer } from "../nn/index.ts";
import { initialState } from "../optim/index.ts";
import { culpritOf, Divergence, type Failure, rowsOf } from "./divergence.ts";
import type { Objective, Part } from "./objective.ts";
import {
  type Batches,
  batchesOf,
  type Compiled,
  type Engine,
  type EpochArguments,
  type EpochResult,
  epochProgram,
  stepsOf,
  tensorsOf,
} from "./programs.ts";

type Carry = EpochArguments<Tensor>["carry"];

/** Figures of the steps of an epoch, one number each. */
type Figures = EpochResult<Tensor>["figures"];

export interface EpochEnd {
  readonly figures: Figures | null;
  readonly interrupted: boolean;
}

/** Fresh parameters. */
export const startOf = <Θ>(model: Layer<Θ>, seed: number): Θ => model.init(fold(key(seed), 0));

/** Milliseconds that training may go on before it lets others have a turn. */
const patience = 40;

/**
 * Training in progress: the compiled epoch, what it carries, and enough of the past to go back to the last good step.
 * Everything random comes from the seed by name: fold(seed, 0) starts weights, fold(fold(seed, 1), epoch) orders rows.
 */
export class Session<Θ> {
  readonly batches: Batches;
  /** Epochs completed. */
  epoch = 0;
  private readonly objective: Objective<Θ>;
  private readonly data: Part;
  private readonly engine: Engine;
  private readonly seed: number;
  private readonly start: Θ;
  private readonly program: Compiled<EpochResult<Tensor>>;
  private carry: Carry;
  private before: { readonly epoch: number; readonly carry: Carry } | null = null;
  private lastTurn = performance.now();

  constructor(
    objective: Objective<Θ>,
    data: Part,
    engine: Engine,
    options: { seed: number; batchSize: number; parameters: Θ },
  ) {
    const θ = fillLeaves(options.parameters, isData, tensorsOf(options.parameters));
    this.start = options.parameters;
    this.objective = objective;
    this.data = data;
    this.engine = engine;
    this.seed = options.seed;
    this.batches = batchesOf(data.x.shape[0]!, options.batchSize);
    this.carry = { θ, state: initialState(objective.optimizer, θ), t: new Tensor([], Int32Array.of(0)) };
    this.program = epochProgram(objective, this.argumentsAt(this.carry, 1), this.batches, engine);
  }

  /** The parameters now: tensors, but a number where the start has one. */
  get parameters(): Θ {
    const trained = leaves(this.carry.θ, isTensor)[Symbol.iterator]();
    return mapLeaves(this.start, isData, (given) => {
      const { value } = trained.next() as { value: Tensor };
      return typeof given === "number" ? value.item() : value;
    }) as Θ;
  }

  /** Updates made so far. */
  get steps(): number {
    return this.carry.t.item();
  }

  private argumentsAt(carry: Carry, epoch: number): EpochArguments<Tensor> {
    const [high, low] = fold(key(this.seed), 2);
    const order = permutation(fold(fold(key(this.seed), 1), epoch), this.data.x.shape[0]!);
    return {
      carry,
      key: new Tensor([2], Int32Array.of(high | 0, low | 0)),
      data: this.data,
      order: new Tensor([order.length], order),
    };
  }

  /**
   * Runs one epoch, letting others have a turn every few hundredths of a second.
   *
   * @throws `diverged` when a loss, a parameter or a number of the optimizer's state is not finite
   */
  async runEpoch(signal: AbortSignal | undefined): Promise<EpochEnd> {
    const args = this.argumentsAt(this.carry, this.epoch + 1);
    const slices = this.program.executable.slices(this.program.inputs(args));
    let whole = false; // the loop over full batches is done: any other is one of the model's own, in the smaller last batch
    for (let turn = slices.next(); ; turn = slices.next()) {
      if (turn.done) return this.finish(this.program.result(turn.value));
      await this.rest();
      if (signal?.aborted && !whole) return this.interrupt(turn.value);
      whole ||= turn.value.done === this.batches.full;
    }
  }

  /** Gives way to the event loop when enough time has passed since the last turn. */
  private async rest(): Promise<void> {
    if (performance.now() - this.lastTurn < patience) return;
    await new Promise((resume) => setTimeout(resume, 0));
    this.lastTurn = performance.now();
  }

  private interrupt(slice: Slice): EpochEnd {
    const state = slice.carries();
    if (state.every(isFinite)) this.carry = fillLeaves(this.carry, isTensor, state) as Carry;
    return { figures: null, interrupted: true };
  }

  private finish({ carry, figures }: EpochResult<Tensor>): EpochEnd {
    const losses = figures.loss.data;
    const bad = losses.findIndex((loss, i) => !Number.isFinite(loss + figures.penalty.data[i]!));
    if (bad !== -1) throw this.diverged(bad);
    if (!leaves(carry, isTensor).every(isFinite)) throw this.diverged(losses.length);
    this.before = { epoch: this.epoch, carry: this.carry };
    this.carry = carry;
    this.epoch++;
    return { figures, interrupted: false };
  }

  /** What to throw when the loss of step `bad` (from 0) of the present epoch is not finite; one past the last: what it left. */
  private diverged(bad: number): Divergence<Θ> {
    const { size } = this.batches;
    const args = this.argumentsAt(this.carry, this.epoch + 1);
    const at = this.replay(this.carry, this.epoch, bad);
    const order = args.order.data as Int32Array;
    const seen = bad * size < order.length ? order.slice(bad * size, (bad + 1) * size) : order.slice(0, size);
    const batch = { x: rowsOf(this.data.x, seen), y: rowsOf(this.data.y, seen) };
    const failure: Failure = {
      epoch: this.epoch + 1,
      step: Math.min(bad + 1, stepsOf(this.batches)),
      culprit: culpritOf(this.objective, at.θ, batch, this.engine),
    };
    this.carry = this.lastGood(bad);
    const facts = { "learning rate": rateOf(this.objective), optimizer: this.objective.optimizer.name };
    return new Divergence(failure, this.parameters, facts, "the loss is no longer finite: training diverged.");
  }

  /** The carry before the last update that followed from a finite loss. */
  private lastGood(bad: number): Carry {
    if (bad > 0) return this.replay(this.carry, this.epoch, bad - 1);
    if (!this.before) return this.carry;
    return this.replay(this.before.carry, this.before.epoch, stepsOf(this.batches) - 1);
  }

  /** The carry after `steps` updates of an epoch that began with `carry`. */
  private replay(carry: Carry, epoch: number, steps: number): Carry {
    if (steps === 0) return carry;
    const args = this.argumentsAt(carry, epoch + 1);
    const slices = this.program.executable.slices(this.program.inputs(args), 1);
    for (let turn = slices.next(); ; turn = slices.next()) {
      if (turn.done) return this.program.result(turn.value).carry;
      if (turn.value.done === steps) return fillLeaves(carry, isTensor, turn.value.carries()) as Carry;
    }
  }
}

const rateOf = <Θ>({ optimizer }: Objective<Θ>): number | string =>
  typeof optimizer.learningRate === "number" ? optimizer.learningRate : "scheduled";

/** Whether all numbers are finite: 0·x is 0 for those, and NaN for the others. */
function isFinite({ data }: Tensor): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += 0 * data[i]!;
  return sum === 0;
}
