import type { Runner, Workshop } from "../../compile/index.ts";
import { Tensor } from "../../core/tensor.ts";
import { fromProducts, type Layout } from "../../optim/index.ts";
import type { Objective } from "../objective.ts";
import { type Engine, type Traced, tensorsOf } from "../programs.ts";
import type { Question } from "./methods.ts";
import { type Loss, linearProgram, lossProgram, productProgram, type Whole } from "./programs.ts";

/** What was seen of a point beside what was asked. */
export type Seen = Pick<Loss<Tensor>, "figures" | "running"> & { readonly value: number };

/** Thrown through a method when training is to stop in the middle of its step. */
export const interrupted: unique symbol = Symbol("interrupted");

interface Ready<Y> {
  readonly runner: Runner;
  readonly traced: Traced<Y>;
}

interface Place {
  readonly engine: Engine;
  readonly workshop: Workshop;
}

/** Programs over all rows, each compiled when it is first wanted, that answer a method's questions. */
export class Oracle<Θ> {
  /** Points that were looked at in this step. */
  readonly seen = new Map<Float64Array, Seen>();
  readonly #objective: Objective<Θ>;
  readonly #layout: Layout;
  readonly #place: Place;
  readonly #ready = new Map<string, Promise<Ready<unknown>>>();
  /** Numbers in all targets, and for each parameter what it adds to JᵀJ by the penalty. */
  readonly #least: { readonly count: number; readonly ridge: Float64Array; readonly dense: boolean };
  /** Everything but the point. */
  given!: Omit<Whole<Tensor>, "v">;
  #here: Float64Array = new Float64Array(0);
  signal: AbortSignal | undefined;

  constructor(objective: Objective<Θ>, layout: Layout, place: Place, count: number, dense: boolean) {
    this.#objective = objective;
    this.#layout = layout;
    this.#place = place;
    this.#least = { count, ridge: layout.weights.map((w) => (w * count * objective.l2) / 2), dense };
  }

  /** Loss and figures at a point. */
  async look(x: Float64Array, wanted: "value" | "gradient" = "value"): Promise<Seen & { readonly gradient?: Tensor }> {
    const known = this.seen.get(x);
    if (known && wanted === "value") return known;
    const { value, gradient, ...rest } = await this.#run(wanted, x, (whole) =>
      lossProgram(this.#objective, this.#layout, whole, wanted),
    );
    const seen = { ...rest, value: value.item() };
    this.seen.set(x, seen);
    return { ...seen, ...(gradient && { gradient }) };
  }

  async answer(question: Question): Promise<unknown> {
    if (question.want === "evaluation") {
      const { value, gradient } = await this.look(question.x, "gradient");
      return { value, gradient: Float64Array.from(gradient!.data) };
    }
    if (question.want === "squares") return this.#least.count * (await this.look(question.x)).value;
    if (question.want === "product") return this.#product(question.v);
    this.#here = question.x;
    return this.#linear(question.x);
  }

  /** The sum of squares linearised, the penalty ½ λ Σ W² among them as so many more residuals √(½ λ count)·W. */
  async #linear(x: Float64Array): Promise<unknown> {
    const { ridge, dense } = this.#least;
    const wanted = dense ? "product" : "gradient";
    const found = await this.#run(`linear ${wanted}`, x, (whole) =>
      linearProgram(this.#objective, this.#layout, whole, wanted),
    );
    const gradient = Float64Array.from(found.gradient.data, (g, j) => g + ridge[j]! * x[j]!);
    const squares = found.squares.item() + x.reduce((sum, v, j) => sum + ridge[j]! * v * v, 0);
    if (!found.product) return { squares, gradient };
    const n = x.length;
    const A = Float64Array.from(found.product.data, (a, k) => (k % (n + 1) === 0 ? a + ridge[k / (n + 1)]! : a));
    return fromProducts(A, gradient, squares);
  }

  async #product(d: Float64Array): Promise<Float64Array> {
    const direction = new Tensor([d.length], d);
    const product = await this.#run(
      "product",
      this.#here,
      (whole) => productProgram(this.#objective, this.#layout, { ...whole, d: direction }),
      direction,
    );
    return Float64Array.from(product.data, (p, j) => p + this.#least.ridge[j]! * d[j]!);
  }

  /** Runs a program of this name at a point. */
  async #run<Y>(name: string, x: Float64Array, trace: (whole: Whole<Tensor>) => Traced<Y>, more?: Tensor): Promise<Y> {
    const whole = { v: new Tensor([x.length], x), ...this.given };
    const { engine, workshop } = this.#place;
    let ready = this.#ready.get(name) as Promise<Ready<Y>> | undefined;
    if (!ready) {
      const traced = trace(whole);
      ready = workshop.compile(traced.closure, engine).then((runner) => ({ runner, traced }));
      this.#ready.set(name, ready);
    }
    const { runner, traced } = await ready;
    const outcome = await runner.run(tensorsOf(more ? { ...whole, d: more } : whole), { signal: this.signal });
    if ("stopped" in outcome) throw interrupted;
    return traced.result(outcome.outputs);
  }
}
