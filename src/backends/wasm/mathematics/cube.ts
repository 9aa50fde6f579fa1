import type { V } from "../lanes.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { power2 } from "./exponential.ts";
import { normal, split } from "./logarithm.ts";

/** ∛m on √½ ≤ m ≤ √2, relative error 2⁻¹⁹·⁶ (Remez in 60 digits); lowest power first. */
// biome-ignore format: coefficients
const start = [0.42168968780472872411, 1.0560155067555808347, -0.83607060395576697599, 0.5109666727914417973,
               -0.17955724761906004888, 0.026954997419970379762];

/** `a` where k is −1, `b` where it is 0, `c` where it is 1. */
const byThird = (a: Arithmetic, k: V, [below, none, above]: readonly [number, number, number]): V => {
  const zero = a.number(0);
  return a.select(a.less(k, zero), a.number(below), a.select(a.less(zero, k), a.number(above), a.number(none)));
};

/**
 * ∛x = 2ʲ·∛z with |x| = 2^(3j + r)·m, z = 2ʳ·m: from t ≈ ∛z by a polynomial, cut so that t² is exact, one step of Halley,
 * t + t·(z/t² − t)/(2t + z/t²), which leaves ⅔ of the cube of t's error, below 2⁻⁵⁹.
 */
export function cbrt(a: Arithmetic, x: V): V {
  const { bias, shifter } = a.format;
  const size = a.abs(x);
  const { x: lifted, shift: up } = normal(a, size);
  const { k: exponent, m } = split(a, lifted);
  const k = a.sub(exponent, up);
  const shift = a.number(shifter + bias);
  const u = a.madd(k, a.number(1 / 3), shift);
  const r = a.sub(k, a.mul(a.sub(u, shift), a.number(3)));
  const z = a.mul(m, byThird(a, r, [0.5, 1, 2]));
  const rough = a.mul(a.polynomial(m, start), byThird(a, r, [2 ** (-1 / 3), 1, 2 ** (1 / 3)]));
  const t = a.and(rough, a.bits(-(1n << 28n)));
  const q = a.div(z, a.mul(t, t));
  const root = a.madd(t, a.div(a.sub(q, t), a.add(a.add(t, t), q)), t);
  const ordinary = a.and(a.less(a.number(0), size), a.less(size, a.number(Number.POSITIVE_INFINITY)));
  return a.select(ordinary, a.signed(a.mul(root, power2(a, u)), x), x); // ±0, ±∞ and NaN are their own
}
