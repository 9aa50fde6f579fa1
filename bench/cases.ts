// The cases, and how a participant answers them: one JSON object a line on standard input and output.

export type Precision = "f32" | "f64";

/** One training step: forward, backward, Adam. */
export interface StepCase {
  readonly id: string;
  readonly kind: "step";
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly precision: Precision;
  /** So small that a long measurement never converges: numbers stay ordinary numbers. */
  readonly learningRate: number;
  /** Batches in an epoch of gradus: as many as such a data set has, or as a test can wait for. */
  readonly batches: number;
}

/** A product of two square matrices. */
export interface ProductCase {
  readonly id: string;
  readonly kind: "product";
  readonly n: number;
  readonly precision: Precision;
  /** Numbers go in and out at every call; otherwise the product is taken in a loop inside the program. */
  readonly call?: boolean;
  /** Of gradus; one where nothing is said, as NumPy has. */
  readonly threads?: number;
}

/** A function of every element of a vector. */
export interface MapCase {
  readonly id: string;
  readonly kind: "map";
  readonly name: "exp" | "log" | "tanh" | "sigmoid";
  readonly n: number;
  readonly precision: Precision;
}

/** One row through a network, at a call. */
export interface InferenceCase {
  readonly id: string;
  readonly kind: "inference";
  readonly sizes: readonly number[];
}

export type Case = StepCase | ProductCase | MapCase | InferenceCase;

export interface Request {
  readonly case: Case;
  /** How long to measure. */
  readonly seconds: number;
}

export type Answer = { readonly microseconds: number } | { readonly error: string };

export const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)]!;

/** The same stream of numbers in [0, 1) for every participant (a linear congruential generator, good enough for data). */
export function numbers(length: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** Class numbers, or 0 and 1 where there is one output. */
export const labels = (rows: number, outputs: number): Int32Array =>
  Int32Array.from(numbers(rows), (u) => Math.floor(u * Math.max(2, outputs)));

/** Microseconds a call: the median over blocks of at least 10 ms, of the later half. */
export async function timed(run: () => void | Promise<void>, seconds: number): Promise<number> {
  await run();
  const blocks: number[] = [];
  const end = performance.now() + seconds * 1000;
  for (let count = 1; ; ) {
    const began = performance.now();
    for (let i = 0; i < count; i++) {
      const waiting = run();
      if (waiting) await waiting;
    }
    const now = performance.now();
    blocks.push(((now - began) / count) * 1000);
    if (now - began < 10) count *= 2;
    if (now >= end) return median(blocks.slice(blocks.length >> 1));
  }
}
