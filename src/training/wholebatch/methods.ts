import {
  type Asking,
  advance,
  begun,
  conjugateStep,
  dampedStep,
  type Evaluation,
  improve,
  type LevenbergMarquardt,
  type Progress,
  type QuasiNewton,
  type Region,
  type Sketch,
  type Stepper,
  started,
  type Wanted,
  type WholeBatch,
} from "../../optim/index.ts";

/** What a method wants to know: value and gradient at a point, or what least squares needs. */
export type Question = Wanted | { readonly want: "evaluation"; readonly x: Float64Array };

/** A computation that asks, and gives where it has come to. */
export type Questions<T> = Generator<Question, T, unknown>;

/** Arrays and numbers of fixed sizes. */
export type Kept = Readonly<Record<string, Float64Array>>;

/** A method on its way: what it remembers, besides where it is, is plain data that can be kept and given back. */
export interface Walker {
  /** The point where it is. */
  readonly x: Float64Array;
  /** One step. */
  step(): Questions<Walked>;
  readonly kept: Kept;
  /** The same method where it was when something was kept. */
  at(x: Float64Array, kept: Kept): Walker;
}

/** Where a step has led. */
export interface Walked {
  readonly walker: Walker;
  /** Length of the step over that of the direction. */
  readonly rate: number;
  readonly over: boolean;
}

export interface WalkOptions {
  /** Relative rounding error of the values. */
  readonly roundoff: number;
  /** Whether values change with every step (dropout, noise), so that they must be asked for anew. */
  readonly changing: boolean;
  /** Least squares: length of the targets, and whether JᵀJ is formed. */
  readonly magnitude: number;
  readonly dense: boolean;
}

/** A method at its start. */
export const walkerOf = (optimizer: WholeBatch, x: Float64Array, options: WalkOptions): Walker =>
  "method" in optimizer
    ? descending(optimizer, begun(optimizer.method, unknown(x)), options)
    : fitting(optimizer, started(x), options);

const unknown = (x: Float64Array): Progress["at"] => ({ x, value: Number.NaN, gradient: new Float64Array(x.length) });

function descending({ name, method }: QuasiNewton, progress: Progress, options: WalkOptions): Walker {
  const { at, memory, steps, gain } = progress;
  return {
    x: at.x,
    *step() {
      const known = Number.isNaN(at.value) || options.changing ? yield* asked(at.x) : at;
      const here = { ...progress, at: { x: at.x, value: known.value, gradient: known.gradient } };
      const next = yield* evaluated(advance(method, here, options.roundoff));
      const over = next.reason !== null && !(options.changing && next.reason === "precision");
      return { walker: descending({ name, method }, next.progress, options), over, rate: next.rate };
    },
    kept: { ...memory, gradient: at.gradient, numbers: Float64Array.of(at.value, steps, gain) },
    at(x, { gradient, numbers, ...memory }) {
      const [value = 0, steps = 0, gain = 0] = numbers!;
      return descending({ name, method }, { at: { x, value, gradient: gradient! }, memory, steps, gain }, options);
    },
  };
}

const asked = function* (x: Float64Array): Questions<Evaluation> {
  return (yield { want: "evaluation", x }) as Evaluation;
};

/** The same questions, by name. */
function* evaluated<T>(asking: Asking<T>): Questions<T> {
  let turn = asking.next();
  while (!turn.done) turn = asking.next(yield* asked(turn.value));
  return turn.value;
}

function fitting(optimizer: LevenbergMarquardt, region: Region, options: WalkOptions): Walker {
  const { x, squares, radius, μ, scales, long } = region;
  return {
    x,
    *step() {
      const step = (options.dense ? dampedStep : conjugateStep) as Stepper<Sketch>;
      const tolerances = { ...optimizer.tolerances, magnitude: options.magnitude };
      const next = yield* improve(region, step, tolerances);
      return { walker: fitting(optimizer, next.region, options), over: next.reason !== null, rate: 1 };
    },
    kept: { scales, numbers: Float64Array.of(squares, radius, μ, long) },
    at(x, { scales, numbers }) {
      const [squares = 0, radius = 0, μ = 0, long = 0] = numbers!;
      return fitting(optimizer, { x, squares, radius, μ, scales: scales!, long }, options);
    },
  };
}
