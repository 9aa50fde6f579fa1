import type { V } from "../lanes.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { decay } from "./exponential.ts";

/** Bits of √½ rounded, and of the fraction of a number. */
const root = { f64: 0x3fe6a09e667f3bcdn, f32: 0x3f3504f3n } as const;

/** x = 2ᵏ·m with √½ ≤ m < √2, for normal x > 0: subtracting the bits of √½ moves the step of the exponent there. */
export function split(a: Arithmetic, x: V): { k: V; m: V } {
  const { fraction, bias } = a.format;
  const width = BigInt(fraction);
  const start = root[a.lanes.precision];
  const moved = a.addBits(x, a.bits((BigInt(bias) << width) - start)); // k + bias in the exponent's place
  const carrier = 2 ** fraction;
  const k = a.sub(a.or(a.shiftRight(moved, fraction), a.number(carrier)), a.number(carrier + bias));
  const m = a.addBits(a.and(moved, a.bits((1n << width) - 1n)), a.bits(start));
  return { k, m };
}

/**
 * k·ln 2 + log(1 + f) + c, summed from small to large. log(1 + f) = f − D(f), where D is s·(f − s²R(s²)) with
 * s = f/(2 + f) in f64 (fdlibm), f²·(½ − f·P(f)) in f32.
 */
function logSum(a: Arithmetic, k: V, f: V, c?: V): V {
  const { ln2, log: series } = a.format;
  const low = c ? a.madd(k, a.number(ln2.low), c) : a.mul(k, a.number(ln2.low));
  let rest: V; // low − D
  if (a.lanes.precision === "f64") {
    const s = a.div(f, a.add(a.number(2), f));
    const z = a.mul(s, s);
    rest = a.nmadd(s, a.nmadd(z, a.polynomial(z, series), f), low);
  } else rest = a.nmadd(a.mul(f, f), a.nmadd(f, a.polynomial(f, series), a.number(0.5)), low);
  return a.madd(k, a.number(ln2.high), a.add(f, rest));
}

/** y, but −∞ where x is the pole, NaN below it, x itself where x is ∞ or NaN. */
function ended(a: Arithmetic, x: V, pole: number, y: V): V {
  const end = a.number(pole);
  const outside = a.select(a.equal(x, end), a.number(Number.NEGATIVE_INFINITY), a.number(Number.NaN));
  const inside = a.select(a.less(end, x), y, outside);
  return a.select(a.less(x, a.number(Number.POSITIVE_INFINITY)), inside, x);
}

/** x > 0 made normal, and the power of two that it was multiplied by (0 or fraction + 2), as a number. */
export function normal(a: Arithmetic, x: V): { x: V; shift: V } {
  const { fraction, leastNormal } = a.format;
  const small = a.less(x, a.number(leastNormal));
  const up = fraction + 2;
  return { x: a.select(small, a.mul(x, a.number(2 ** up)), x), shift: a.and(small, a.number(up)) };
}

/** log x = k·ln 2 + log m. */
export function log(a: Arithmetic, x: V): V {
  const { x: lifted, shift } = normal(a, x);
  const { k, m } = split(a, lifted);
  return ended(a, x, 0, logSum(a, a.sub(k, shift), a.sub(m, a.number(1))));
}

/** log(u + c) for c ≪ u, u normal: log u + c/u. */
function logNear(a: Arithmetic, u: V, c: V): V {
  const { k, m } = split(a, u);
  return logSum(a, k, a.sub(m, a.number(1)), a.div(c, u));
}

/** log(1 + x) = log u + c/u with u = 1 + x rounded and c what the rounding lost. */
export function log1p(a: Arithmetic, x: V): V {
  const one = a.number(1);
  const u = a.add(one, x);
  const part = a.sub(u, one);
  const c = a.add(a.sub(one, a.sub(u, part)), a.sub(x, part));
  return a.or(ended(a, x, -1, logNear(a, u, c)), a.signOf(x));
}

/** softplus x = log(1 + exp x) = max(x, 0) + log(1 + exp(−|x|)). */
export function softplus(a: Arithmetic, x: V): V {
  const e = decay(a, x);
  const one = a.number(1);
  const u = a.add(one, e);
  return a.add(a.max(x, a.number(0)), logNear(a, u, a.sub(e, a.sub(u, one))));
}
