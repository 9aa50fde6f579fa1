import { checkedNumber } from "./names.ts";
import { normalQuantile } from "./normal.ts";

/**
 * Randomness as a value. A key stands for an endless table of random words; nothing is hidden, nothing is shared, so the
 * same key gives the same numbers on every machine, in any order, in any number of threads. The words come from
 * Threefry-2x32 with 20 rounds, and only + − × ÷ √ are used on the way to real numbers, so the bits agree everywhere.
 *
 * @see Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3
 */
export type Key = readonly [high: number, low: number];

/**
 * A key from a seed: any integer from −2⁵³ to 2⁵³.
 *
 * @throws `option` for anything else, of which many would have the same key
 */
export function key(seed: number): Key {
  checkedNumber("key(seed)", seed, { integer: true });
  return [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0];
}

/** The second counter of every block that makes a key: "fold". */
export const foldLabel = 0x666f6c64;

/** An independent key for each label: `fold(key, epoch)`, `fold(key, layer)`. */
export const fold = (key: Key, label: number): Key => threefry(key, [label >>> 0, foldLabel]);

/** `count` independent keys. */
export const split = (key: Key, count = 2): Key[] => Array.from({ length: count }, (_, i) => fold(key, i));

/** Of Threefry-2x32, round after round: those of one group of four, and those of the next. */
export const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const [a0, a1, a2, a3, b0, b1, b2, b3] = rotations; // looked up in the array, they would take as long as all the rest

/** Threefry-2x32-20: one block of two 32-bit words from a key and a counter. */
export function threefry(key: Key, counter: readonly [number, number]): [number, number] {
  let s0 = key[0] | 0; // one by one: taken from an array they would cost more than a round until V8 has optimised this
  let s1 = key[1] | 0;
  let s2 = s0 ^ s1 ^ 0x1bd11bda;
  let x0 = (counter[0] + s0) | 0;
  let x1 = (counter[1] + s1) | 0;
  for (let group = 0; group < 5; group++) {
    const even = (group & 1) === 0;
    let by: number = even ? a0 : b0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << by) | (x1 >>> (32 - by))) ^ x0;
    by = even ? a1 : b1;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << by) | (x1 >>> (32 - by))) ^ x0;
    by = even ? a2 : b2;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << by) | (x1 >>> (32 - by))) ^ x0;
    by = even ? a3 : b3;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << by) | (x1 >>> (32 - by))) ^ x0;
    const next = s2;
    s2 = s0;
    s0 = s1;
    s1 = next;
    x0 = (x0 + s0) | 0;
    x1 = (x1 + s1 + group + 1) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** Word number `i` of a key's table, from 0 to 2³² − 1: half a block each. */
export const word = (key: Key, i: number): number => threefry(key, [Math.floor(i / 2), 0])[(i & 1) as 0 | 1];

/** Number `i` of a key's uniform numbers, in (0, 1): 52 random bits and a half, so neither 0 nor 1 comes up. */
export function uniformAt(key: Key, i: number): number {
  const words = threefry(key, [i >>> 0, 1]);
  return ((words[0] >>> 6) * 2 ** 26 + (words[1] >>> 6) + 0.5) / 2 ** 52;
}

/** A stream of uniform numbers in (0, 1). */
export function uniform(key: Key): () => number {
  let i = 0;
  return () => uniformAt(key, i++);
}

/** A stream of numbers from the standard normal distribution, one uniform number each. */
export function normal(key: Key): () => number {
  const next = uniform(key);
  return () => normalQuantile(next());
}

/** The numbers 0 … n − 1 in their order. */
export function numbersUpTo(n: number): Int32Array {
  const numbers = new Int32Array(n);
  for (let i = 0; i < n; i++) numbers[i] = i;
  return numbers;
}

/** The numbers 0 … n − 1 in random order, every order equally likely (Fisher and Yates). */
export function permutation(key: Key, n: number): Int32Array {
  const order = numbersUpTo(n);
  for (let i = n - 1, draw = 0; i > 0; i--, draw++) {
    const j = Math.floor(uniformAt(key, draw) * (i + 1));
    const swap = order[i]!;
    order[i] = order[j]!;
    order[j] = swap;
  }
  return order;
}
