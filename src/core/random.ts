import { type Rational, ratio } from "./rational.ts";

/**
 * Randomness as a value. A key stands for an endless table of random words; nothing is hidden, nothing is shared, so the
 * same key gives the same numbers on every machine, in any order, in any number of threads. The words come from
 * Threefry-2x32 with 20 rounds, and only + − × ÷ √ are used on the way to real numbers, so the bits agree everywhere.
 *
 * @see Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3
 * @see Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution
 */
export type Key = readonly [high: number, low: number];

/** A key from a seed: any integer from −2⁵³ to 2⁵³. */
export const key = (seed: number): Key => [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0];

/** An independent key for each label: `fold(key, epoch)`, `fold(key, layer)`. */
export const fold = (key: Key, label: number): Key => threefry(key, [label >>> 0, 0x666f6c64]);

/** `count` independent keys. */
export const split = (key: Key, count = 2): Key[] => Array.from({ length: count }, (_, i) => fold(key, i));

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Threefry-2x32-20: one block of two 32-bit words from a key and a counter. */
export function threefry([k0, k1]: Key, [c0, c1]: readonly [number, number]): [number, number] {
  const schedule = [k0 | 0, k1 | 0, k0 ^ k1 ^ 0x1bd11bda] as const;
  let x0 = (c0 + schedule[0]) | 0;
  let x1 = (c1 + schedule[1]) | 0;
  for (let group = 0; group < 5; group++) {
    for (let i = 0; i < 4; i++) {
      x0 = (x0 + x1) | 0;
      x1 = rotate(x1, rotations[(group % 2) * 4 + i]!) ^ x0;
    }
    x0 = (x0 + schedule[((group + 1) % 3) as 0 | 1 | 2]) | 0;
    x1 = (x1 + schedule[((group + 2) % 3) as 0 | 1 | 2] + group + 1) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** Word number `i` of a key's table, from 0 to 2³² − 1: half a block each. */
export const word = (key: Key, i: number): number => threefry(key, [Math.floor(i / 2), 0])[(i & 1) as 0 | 1];

/** Number `i` of a key's uniform numbers, in (0, 1): 52 random bits and a half, so neither 0 nor 1 comes up. */
export function uniformAt(key: Key, i: number): number {
  const [a, b] = threefry(key, [i >>> 0, 1]);
  return ((a >>> 6) * 2 ** 26 + (b >>> 6) + 0.5) / 2 ** 52;
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

/** The numbers 0 … n − 1 in random order, every order equally likely (Fisher and Yates). */
export function permutation(key: Key, n: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const next = uniform(key);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    const swap = order[i]!;
    order[i] = order[j]!;
    order[j] = swap;
  }
  return order;
}

/** The x below which a standard normal number falls with probability p, ±∞ for 0 and 1; relative error about 1e-16 (AS 241, PPND16). */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(central, 0.180625 - q * q);
  const outside = q < 0 ? p : 1 - p;
  if (!(outside > 0)) return outside === 0 ? Math.sign(q) * Number.POSITIVE_INFINITY : Number.NaN;
  const r = Math.sqrt(-log(outside));
  const x = r <= 5 ? ratio(middle, r - 1.6) : ratio(tail, r - 5);
  return q < 0 ? -x : x;
}

// biome-ignore format: coefficients of AS 241, lowest power first
const central: Rational = [
  [3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
   4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3],
  [1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
   2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3]];
// biome-ignore format: coefficients of AS 241, lowest power first
const middle: Rational = [
  [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
   1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4],
  [1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
   1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9]];
// biome-ignore format: coefficients of AS 241, lowest power first
const tail: Rational = [
  [6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
   2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7],
  [1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
   7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15]];

/** ln x for 0 < x < 1 by ln m = 2 artanh((m − 1)/(m + 1)), m in [√½, √2): the same bits on every machine. */
function log(x: number): number {
  let m = x;
  let exponent = 0;
  for (; m < Math.SQRT1_2; m *= 2) exponent--;
  const s = (m - 1) / (m + 1);
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * s * s + 1 / k;
  return 2 * s * sum + exponent * Math.LN2;
}
