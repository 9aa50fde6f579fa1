import type { Outcome, Runner, Stop, Workshop } from "../compile/index.ts";
import { fold, type Key, key, permutation } from "../core/random.ts";
import { isTensor, Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves, mapLeaves } from "../core/tree.ts";
import type { Closure } from "../graph/closure.ts";
import { isData } from "../graph/lifted.ts";
import { isValue, type Value } from "../graph/value.ts";
import { initialStateOf, type Layer } from "../nn/index.ts";
import { initialState, type Reacting, type Reaction } from "../optim/index.ts";
import { severalPrograms } from "./allrows.ts";
import { Carried, isFinite } from "./carried.ts";
import type { Training } from "./course.ts";
import type { Divergence, Failure } from "./divergence.ts";
import type { Learnt, Part, Stepwise } from "./objective.ts";
import {
  type Batches,
  batchesOf,
  type Engine,
  type EpochArguments,
  type EpochResult,
  epochProgram,
  keyTensor,
  stepsOf,
  type Traced,
  tensorsOf,
} from "./programs.ts";
import { normalised, partRows } from "./weights.ts";

/** Where training stands after an epoch. */
export interface Snapshot {
  readonly epoch: number;
  readonly carry: Carried["tree"];
  readonly best: Learnt | null;
}

/** What a training asks of its session. */
export type TrainingSession<Θ> = Pick<Session<Θ>, keyof Session<Θ>>;

/** Figures of the steps of an epoch, one number each. */
type Figures = EpochResult<Tensor>["figures"];

export interface EpochEnd {
  readonly figures: Figures | null;
  readonly interrupted: boolean;
}

/** What training starts from, where it is not given: fresh parameters, and the layers' state before training. */
export const startOf = <Θ>(
  model: Layer<Θ>,
  { seed, parameters, state }: { readonly seed: number; readonly parameters?: Θ; readonly state?: unknown },
): Learnt<Θ> => ({
  θ: parameters ?? model.init(fold(key(seed), 0)),
  running: state ?? initialStateOf(model),
});

/**
 * Training in progress: the compiled epoch, what it carries, and enough of the past to go back to the last good step.
 * Everything random comes from the seed by name: fold(seed, 0) starts weights, fold(fold(seed, 1), epoch) orders rows,
 * fold(fold(seed, 2), t) is the key of update t.
 */
export class Session<Θ> {
  readonly batches: Batches;
  /** Epochs completed. */
  epoch = 0;
  readonly finished: boolean = false; // never known here
  readonly #objective: Stepwise<Θ>;
  readonly #data: Part;
  readonly #engine: Engine;
  /** The key of the orders of rows. */
  readonly #orders: Key;
  /** Arguments that are the same in every epoch: the key of the updates, and the rows. */
  readonly #given: Pick<EpochArguments<Tensor>, "key" | "data">;
  readonly #givenTensors: readonly Tensor[];
  readonly #start: Learnt<Θ>;
  /** An epoch as it was traced. */
  closure!: Closure;
  #runner!: Runner;
  /** Figures of the steps as the traced epoch gives them, behind what it carries. */
  #figures!: EpochResult<Value>["figures"];
  /** What goes from epoch to epoch. */
  #carry: Carried;
  /** What is shown: the same, the steps of an epoch that was broken off, or the best. */
  #shown: Carried;
  #before: { readonly epoch: number; readonly carry: Carried } | null = null;
  #best: Learnt | null = null;

  /** Traces an epoch, and has it compiled. */
  static async begin<Θ>(
    objective: Stepwise<Θ>,
    data: Part,
    { engine, workshop }: { readonly engine: Engine; readonly workshop: Workshop },
    options: { seed: number; batchSize: number; start: Learnt<Θ> },
  ): Promise<Session<Θ>> {
    const session = new Session(objective, data, engine, options);
    const traced = session.#traced();
    session.closure = traced.closure;
    session.#runner = await workshop.compile(traced.closure, engine);
    session.#figures = (traced.form as EpochResult<Value>).figures;
    return session;
  }

  /** An epoch as it is traced for a training. */
  static closureOf<Θ>({ objective, training, settings, start }: Training<Θ>): Closure {
    const { optimizer } = objective;
    const { seed, batchSize, engine } = settings;
    if (!("update" in optimizer)) throw severalPrograms(optimizer.name);
    return new Session({ ...objective, optimizer }, training, engine, { seed, batchSize, start }).#traced().closure;
  }

  #traced(): Traced<EpochResult<Tensor>> {
    const example = { carry: this.#carry.tree, ...this.#given, order: this.#orderOf(1) };
    return epochProgram(this.#objective, example, this.batches);
  }

  private constructor(
    objective: Stepwise<Θ>,
    data: Part,
    engine: Engine,
    options: { seed: number; batchSize: number; start: Learnt<Θ> },
  ) {
    const { θ, running } = fillLeaves(options.start, isData, tensorsOf(options.start)) as Learnt;
    this.#start = options.start;
    this.#objective = objective;
    this.#data = normalised(data);
    this.#engine = engine;
    const seed = key(options.seed);
    this.#orders = fold(seed, 1);
    this.#given = { key: keyTensor(fold(seed, 2)), data: this.#data };
    this.#givenTensors = tensorsOf(this.#given);
    this.batches = batchesOf(data.x.shape[0]!, options.batchSize);
    const reacting = reactingOf(objective);
    this.#carry = Carried.of({
      ...{ θ, running, state: initialState(objective.optimizer, θ), t: new Tensor([], Int32Array.of(0)) },
      ...(reacting && { reaction: reactionTensors(reacting.start) }),
    });
    this.#shown = this.#carry;
  }

  /** What has been learnt so far: tensors, but a number where the start has one. */
  get learnt(): Learnt<Θ> {
    return this.moment();
  }

  /** What has been learnt until now, for those who ask for it later. */
  get moment(): () => Learnt<Θ> {
    const shown = this.#shown;
    let given: Learnt<Θ> | null = null;
    return () => (given ??= this.#asGiven(shown.tree));
  }

  /** Remembers what is learnt now as the best. */
  keep(): void {
    const { θ, running } = this.#carry.tree;
    this.#best = { θ, running };
  }

  /** Goes back to the best, if any was kept. */
  settle(): void {
    if (this.#best) this.#shown = Carried.of({ ...this.#shown.tree, ...this.#best });
  }

  /** All that training needs to go on after the last epoch. */
  get snapshot(): Snapshot {
    return { epoch: this.epoch, carry: this.#carry.tree, best: this.#best };
  }

  /** Goes to where a snapshot was taken. */
  restore({ epoch, carry, best }: Snapshot): void {
    this.#carry = Carried.of(carry);
    this.#shown = this.#carry;
    this.#best = best;
    this.epoch = epoch;
  }

  #asGiven({ θ, running }: Learnt): Learnt<Θ> {
    const now = leaves({ θ, running }, isTensor)[Symbol.iterator]();
    return mapLeaves(this.#start, isData, (given) => {
      const { value } = now.next() as { value: Tensor };
      return typeof given === "number" ? value.item() : value;
    }) as Learnt<Θ>;
  }

  /** An update as the next one would begin: what is carried, and the key of all updates. */
  get beginning(): Pick<EpochArguments<Tensor>, "carry" | "key"> {
    return { carry: this.#carry.tree, key: this.#given.key };
  }

  /** Updates made so far. */
  get steps(): number {
    return this.#shown.steps;
  }

  /** Lets a schedule that reacts to the loss of an epoch know it: an input of the next epoch, no other program. */
  react(loss: number): void {
    const reacting = reactingOf(this.#objective);
    if (!reacting) return;
    const before = mapLeaves(this.#carry.tree.reaction, isTensor, (t) => t.item()) as Reaction;
    this.#carry = Carried.of({ ...this.#carry.tree, reaction: reactionTensors(reacting.after(before, loss)) });
  }

  /** The order in which rows are visited in an epoch. */
  #orderOf(epoch: number): Tensor {
    const order = permutation(fold(this.#orders, epoch), this.#data.x.shape[0]!);
    return new Tensor([order.length], order);
  }

  /** Runs an epoch, or its first turns, from what is carried into it. */
  #run(carry: Carried, epoch: number, stop: Stop): Promise<Outcome> {
    return this.#runner.run([...carry.tensors, ...this.#givenTensors, this.#orderOf(epoch)], stop);
  }

  /**
   * Runs one epoch.
   *
   * @throws `diverged` when a loss, a parameter or a number of the optimizer's state is not finite
   */
  async runEpoch(signal: AbortSignal | undefined): Promise<EpochEnd> {
    const outcome = await this.#run(this.#carry, this.epoch + 1, { signal });
    return "outputs" in outcome ? this.#finish(outcome.outputs) : this.#interrupt(outcome.stopped);
  }

  #interrupt(state: readonly Tensor[]): EpochEnd {
    if (state.every(isFinite)) this.#shown = this.#carry.with(state);
    return { figures: null, interrupted: true };
  }

  async #finish(outputs: readonly Tensor[]): Promise<EpochEnd> {
    const after = this.#carry.with(outputs);
    const figures = fillLeaves(this.#figures, isValue, outputs.slice(after.tensors.length)) as Figures;
    if (!outputs.every(isFinite)) {
      const losses = figures.loss.data;
      const bad = losses.findIndex((loss, i) => !Number.isFinite(loss + figures.penalty.data[i]!));
      if (bad !== -1) throw await this.#diverged(bad);
      if (!after.tensors.every(isFinite)) throw await this.#diverged(losses.length);
    }
    this.#before = { epoch: this.epoch, carry: this.#carry };
    this.#carry = after;
    this.#shown = after;
    this.epoch++;
    return { figures, interrupted: false };
  }

  /** What to throw when the loss of step `bad` (from 0) of the present epoch is not finite; one past the last: what it left. */
  async #diverged(bad: number): Promise<Divergence<Θ>> {
    const { culpritOf, Divergence } = await import("./seldom.ts");
    const { size } = this.batches;
    const at = (await this.#replay(this.#carry, this.epoch, bad)).tree;
    const order = this.#orderOf(this.epoch + 1).data as Int32Array;
    const seen = bad * size < order.length ? order.slice(bad * size, (bad + 1) * size) : order.slice(0, size);
    const turn = keyTensor(fold(keyOf(this.#given.key), at.t.item()));
    const batch = partRows(this.#data, seen);
    const failure: Failure = {
      epoch: this.epoch + 1,
      step: Math.min(bad + 1, stepsOf(this.batches)),
      culprit: culpritOf(
        this.#objective,
        { learnt: { θ: at.θ, running: at.running }, data: batch, key: turn },
        this.#engine,
      ),
    };
    this.#shown = await this.#lastGood(bad);
    const facts = { "learning rate": rateOf(this.#objective), optimizer: this.#objective.optimizer.name };
    const rule = "the loss is no longer finite: training diverged.";
    return new Divergence(failure, this.kept(this.learnt), facts, rule);
  }

  /** What is kept of a training that diverged: the best, or, where none is kept, the last that was good. */
  kept(lastGood: Learnt<Θ>): Learnt<Θ> {
    return this.#best ? this.#asGiven(this.#best) : lastGood;
  }

  /** The carry before the last update that followed from a finite loss. */
  async #lastGood(bad: number): Promise<Carried> {
    if (bad > 0) return this.#replay(this.#carry, this.epoch, bad - 1);
    if (!this.#before) return this.#carry;
    return this.#replay(this.#before.carry, this.#before.epoch, stepsOf(this.batches) - 1);
  }

  /** The carry after `steps` updates of an epoch that began with `carry`. */
  async #replay(carry: Carried, epoch: number, steps: number): Promise<Carried> {
    if (steps === 0) return carry;
    const outcome = await this.#run(carry, epoch + 1, { turns: steps });
    return carry.with("outputs" in outcome ? outcome.outputs : outcome.stopped);
  }
}

const keyOf = ({ data }: Tensor): Key => [data[0]!, data[1]!];

const reactingOf = <Θ>({ optimizer: { learningRate } }: Stepwise<Θ>): Reacting | undefined =>
  typeof learningRate === "function" ? learningRate.reacting : undefined;

const reactionTensors = (reaction: Reaction): unknown =>
  mapLeaves(
    reaction,
    (x): x is number => typeof x === "number",
    (x) => new Tensor([], Float64Array.of(x)),
  );

const rateOf = <Θ>({ optimizer }: Stepwise<Θ>): number | string =>
  typeof optimizer.learningRate === "number" ? optimizer.learningRate : "scheduled";
