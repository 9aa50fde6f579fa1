import type { Workshop } from "../../compile/index.ts";
import { ModelError } from "../../core/errors.ts";
import { fold, key } from "../../core/random.ts";
import { isTensor, Tensor } from "../../core/tensor.ts";
import { fillLeaves, leaves, mapLeaves } from "../../core/tree.ts";
import { type Closure, dependents } from "../../graph/closure.ts";
import { isData } from "../../graph/lifted.ts";
import { constant } from "../../graph/value.ts";
import { type Layout, layoutOf, ratesOf, type WholeBatch } from "../../optim/index.ts";
import { allRows } from "../allrows.ts";
import { culpritOf, Divergence } from "../divergence.ts";
import type { Learnt, Objective, Part } from "../objective.ts";
import { type Batches, batchesOf, type Engine, keyTensor, tensorsOf } from "../programs.ts";
import type { EpochEnd, Snapshot, TrainingSession } from "../session.ts";
import { normalised } from "../weights.ts";
import { type Kept, type Walker, walkerOf } from "./methods.ts";
import { interrupted, Oracle } from "./oracle.ts";
import { lossProgram } from "./programs.ts";

interface Place {
  readonly engine: Engine;
  readonly workshop: Workshop;
}

interface Options<Θ> {
  readonly seed: number;
  readonly start: Learnt<Θ>;
}

/** An objective whose optimizer looks at all rows at once. */
type AtOnce<Θ> = Objective<Θ> & { readonly optimizer: WholeBatch };

/** Training by an optimizer that looks at all rows at once: an epoch is one step. */
export class WholeBatchSession<Θ> implements TrainingSession<Θ> {
  readonly batches: Batches;
  epoch = 0;
  finished = false;
  readonly closure: Closure;
  readonly #objective: AtOnce<Θ>;
  readonly #place: Place;
  readonly #data: Part;
  readonly #layout: Layout;
  readonly #oracle: Oracle<Θ>;
  readonly #seed: number;
  #walker: Walker;
  #running: unknown;
  /** Steps made. */
  #t = 0;
  #best: Learnt | null = null;

  /** Traces what is to be minimised; programs are compiled when they are first wanted. */
  static async begin<Θ>(
    objective: AtOnce<Θ>,
    data: Part,
    place: Place,
    options: Options<Θ>,
  ): Promise<WholeBatchSession<Θ>> {
    return new WholeBatchSession(objective, data, place, options);
  }

  private constructor(objective: AtOnce<Θ>, data: Part, place: Place, { seed, start }: Options<Θ>) {
    this.#objective = objective;
    this.#place = place;
    this.#data = normalised(data);
    this.#seed = seed;
    const rows = data.x.shape[0]!;
    this.batches = batchesOf(rows, rows);
    this.#layout = movingIn(objective.optimizer, start.θ);
    this.#running = fillLeaves(start.running, isData, tensorsOf(start.running));
    const { v } = { v: new Tensor([this.#layout.start.length], this.#layout.start) };
    const traced = lossProgram(objective, this.#layout, { v, ...this.#given }, "value");
    this.closure = withOptions(traced.closure, objective.optimizer);
    const { options, dense, count } = fittingOf(objective, this.#data, this.#layout);
    const [value] = traced.closure.outputs;
    const keyAt = traced.closure.inputs[1 + this.#layout.still.length + leaves(this.#running, isTensor).length]!;
    const changing = dependents([value!], [keyAt]).has(value!);
    const roundoff = place.engine.precision === "f32" ? 2 ** -24 : 2 ** -53;
    this.#oracle = new Oracle(objective, this.#layout, place, count, dense);
    this.#walker = walkerOf(objective.optimizer, this.#layout.start, { ...options, changing, roundoff, dense });
  }

  get #given(): Oracle<Θ>["given"] {
    const turn = keyTensor(fold(fold(key(this.#seed), 2), this.#t));
    return { still: this.#layout.still, running: this.#running, key: turn, data: this.#data };
  }

  get learnt(): Learnt<Θ> {
    return this.moment();
  }

  get moment(): () => Learnt<Θ> {
    const { x } = this.#walker;
    const running = this.#running;
    return () => this.#asGiven({ θ: this.#layout.plain(x), running });
  }

  keep(): void {
    this.#best = { θ: this.#tensors(this.#walker.x), running: this.#running };
  }

  settle(): void {
    if (!this.#best) return;
    this.#walker = this.#walker.at(this.#layout.vector(this.#best.θ), this.#walker.kept);
    this.#running = this.#best.running;
  }

  get snapshot(): Snapshot {
    const { kept, x } = this.#walker;
    const memory = mapLeaves(
      kept,
      isData,
      (array) => new Tensor([(array as Float64Array).length], array as Float64Array),
    );
    const over = new Tensor([], Int32Array.of(this.finished ? 1 : 0));
    const carry = {
      θ: this.#tensors(x),
      running: this.#running,
      state: [{ memory, over }],
      t: new Tensor([], Int32Array.of(this.#t)),
    };
    return { epoch: this.epoch, carry, best: this.#best };
  }

  restore({ epoch, carry, best }: Snapshot): void {
    const [{ memory, over }] = carry.state as [{ memory: Record<string, Tensor>; over: Tensor }];
    const kept = Object.fromEntries(Object.entries(memory).map(([name, { data }]) => [name, Float64Array.from(data)]));
    this.#walker = this.#walker.at(this.#layout.vector(carry.θ), kept as Kept);
    this.#running = carry.running;
    this.#t = carry.t.item();
    this.finished = over.item() === 1;
    this.#best = best;
    this.epoch = epoch;
  }

  get beginning(): TrainingSession<Θ>["beginning"] {
    return { carry: this.snapshot.carry, key: this.#given.key };
  }

  get steps(): number {
    return this.#t;
  }

  react(): void {}

  kept(lastGood: Learnt<Θ>): Learnt<Θ> {
    return this.#best ? this.#asGiven(this.#best) : lastGood;
  }

  /** All parameters as tensors, in f64. */
  #tensors(x: Float64Array): unknown {
    return mapLeaves(this.#layout.plain(x), isData, (leaf) =>
      typeof leaf === "number" ? new Tensor([], Float64Array.of(leaf)) : leaf,
    );
  }

  /** In the precision of the training. */
  #asGiven(learnt: Learnt): Learnt<Θ> {
    if (this.#place.engine.precision === "f64") return learnt as Learnt<Θ>;
    const single = ({ shape, data }: Tensor): Tensor => new Tensor(shape, Float32Array.from(data));
    return mapLeaves(learnt, isTensor, single) as Learnt<Θ>;
  }

  /** @throws `diverged` when the loss is not finite where the step begins */
  async runEpoch(signal: AbortSignal | undefined): Promise<EpochEnd> {
    this.#oracle.given = this.#given;
    this.#oracle.signal = signal;
    this.#oracle.seen.clear();
    try {
      const { walker, over, rate } = await this.#walked();
      const { figures, running } = await this.#oracle.look(walker.x);
      if (walker.x !== this.#walker.x) this.#t++;
      this.#walker = walker;
      this.#running = running;
      this.finished = over;
      this.epoch++;
      const one = (t: Tensor): Tensor => new Tensor([1], t.data);
      const learningRate = new Tensor([1], Float64Array.of(rate));
      return {
        figures: { ...(mapLeaves(figures, isTensor, one) as typeof figures), learningRate },
        interrupted: false,
      };
    } catch (error) {
      if (error !== interrupted) throw error;
      return { figures: null, interrupted: true };
    }
  }

  async #walked(): Promise<ReturnType<Walker["step"]> extends Generator<unknown, infer R> ? R : never> {
    const asking = this.#walker.step();
    let first = true;
    let turn = asking.next();
    while (!turn.done) {
      const answer = (await this.#oracle.answer(turn.value)) as { readonly value?: number; readonly squares?: number };
      if (first && !Number.isFinite(answer.value ?? answer.squares)) throw this.#diverged();
      first = false;
      turn = asking.next(answer);
    }
    return turn.value;
  }

  #diverged(): Divergence<Θ> {
    const { engine } = this.#place;
    const learnt = { θ: this.#tensors(this.#walker.x), running: this.#running };
    const culprit = culpritOf(this.#objective, { learnt, data: this.#data, key: this.#given.key }, engine);
    const failure = { epoch: this.epoch + 1, step: 1, culprit };
    const facts = { optimizer: this.#objective.optimizer.name };
    return new Divergence(failure, this.kept(this.learnt), facts, "the loss is not finite where training begins.");
  }
}

/** The parameters that move, in a vector. */
function movingIn<Θ>(optimizer: WholeBatch, θ: Θ): Layout {
  const rates = ratesOf(optimizer, fillLeaves(θ, isData, tensorsOf(θ)), isTensor);
  const odd = rates.find((rate) => rate !== 0 && rate !== 1);
  if (odd !== undefined) throw allRows(optimizer.name, { "layer rates": odd });
  const layout = layoutOf(θ, (leaf) => rates[leaf] !== 0);
  if (layout.start.length > 0) return layout;
  throw new ModelError({
    code: "option",
    where: `optimizer ${optimizer.name}`,
    rule: "there must be parameters that move.",
    hint: "a network without parameters has nothing to learn; neither has one that is all frozen.",
  });
}

/** The traced loss, with the options of the optimizer beside it: together they are what is done. */
function withOptions({ inputs, outputs }: Closure, optimizer: WholeBatch): Closure {
  const numbers =
    "method" in optimizer
      ? { ...optimizer.method.conditions, ...optimizer.method.tolerances }
      : { ...optimizer.tolerances, solver: ["auto", "dense", "iterative"].indexOf(optimizer.solver) };
  const options = Float64Array.from(Object.values(numbers));
  return { inputs, outputs: [...outputs, constant(new Tensor([options.length], options))] };
}

/** JᵀJ is formed up to so many parameters, and as long as that takes no more than so many multiplications. */
const mostDense = { parameters: 600, products: 1e10 };

/**
 * What the method of Levenberg and Marquardt needs to know of the targets.
 *
 * @throws `loss-task` for another loss than the mean squared error, `option` for the penalty λ₁ Σ|W|
 */
function fittingOf<Θ>(
  { loss, l1, optimizer }: AtOnce<Θ>,
  { y, weights }: Part,
  { start }: Layout,
): { options: { magnitude: number }; dense: boolean; count: number } {
  const count = y.data.length;
  if ("method" in optimizer) return { options: { magnitude: 0 }, dense: false, count };
  if (loss.label !== "meanSquaredError")
    throw new ModelError({
      code: "loss-task",
      where: `loss ${loss.label}`,
      given: { optimizer: optimizer.name },
      rule: "the method of Levenberg and Marquardt minimises sums of squares.",
      hint: "take the loss meanSquaredError, or the optimizer lbfgs.",
    });
  if (l1 > 0) throw allRows(optimizer.name, { l1 });
  const width = count / y.shape[0]!;
  const weight = (i: number): number => weights?.data[Math.floor(i / width)] ?? 1;
  const magnitude = Math.sqrt(Float64Array.from(y.data, (t, i) => weight(i) * t * t).reduce((a, b) => a + b, 0));
  const cheap = start.length <= mostDense.parameters && count * start.length ** 2 <= mostDense.products;
  return { options: { magnitude }, dense: optimizer.solver === "auto" ? cheap : optimizer.solver === "dense", count };
}
