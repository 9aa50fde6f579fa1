import { type Key, word } from "../core/random.ts";

/**
 * A stream of whole numbers from 0 to 2³² − 1 from a key, for where many millions are drawn: xoshiro128**, which costs a
 * fifth of a word of Threefry and has a period of 2¹²⁸ − 1. Whole-number operations only: the same on every machine.
 *
 * @see Blackman & Vigna (2021), Scrambled linear pseudorandom number generators
 */
export const words = (key: Key): (() => number) =>
  xoshiro([word(key, 0), word(key, 1), word(key, 2), word(key, 3) | 1]);

/** The generator from its state, of which one word at least must not be 0. */
export function xoshiro(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const x = Math.imul(b, 5);
    const out = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return out;
  };
}

/** Rows by stratum: those of stratum s stand in `order` from `starts[s]` to `starts[s + 1]`. */
export interface Strata {
  readonly order: Int32Array;
  readonly starts: Int32Array;
}

/** Strata from a number for each row; one stratum of all rows without. */
export function strataOf(rows: number, labels: Int32Array | null): Strata {
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  if (!labels) return { order, starts: Int32Array.of(0, rows) };
  const strata = labels.reduce((a, b) => Math.max(a, b), 0) + 1;
  const starts = new Int32Array(strata + 1);
  for (const label of labels) starts[label + 1]!++;
  for (let s = 0; s < strata; s++) starts[s + 1]! += starts[s]!;
  const next = starts.slice();
  for (let i = 0; i < rows; i++) order[next[labels[i]!]!++] = i;
  return { order, starts };
}

/**
 * Draws as many rows as there are, with replacement, from each stratum for itself, and writes how much each then weighs:
 * as often as it was drawn times its own weight.
 *
 * @param weights how much each row counts, `[rows]`
 * @param next    whole numbers from 0 to 2³² − 1
 * @param into    the weights of the resample, `[rows]`
 */
export function resample(
  weights: Float64Array,
  { order, starts }: Strata,
  next: () => number,
  into: Float64Array,
): void {
  into.fill(0);
  for (let s = 0; s + 1 < starts.length; s++) {
    const from = starts[s]!;
    const count = starts[s + 1]! - from;
    const scale = count / 2 ** 32;
    for (let i = 0; i < count; i++) {
      const row = order[from + Math.floor(next() * scale)]!;
      into[row]! += weights[row]!;
    }
  }
}
