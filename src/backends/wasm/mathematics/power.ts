import type { V } from "../lanes.ts";
import { logOf } from "./area.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { scaled } from "./exponential.ts";
import { expParts, product } from "./twofold.ts";

const infinity = Number.POSITIVE_INFINITY;

/** exp(y·log |x|) for finite x ≠ 0, with the logarithm and the product twofold, so that the exponent has 64 good bits. */
function magnitude(a: Arithmetic, size: V, y: V): V {
  const log = logOf(a, size);
  const limit = a.number(2 ** 65); // log |x| is 0 or at least 2⁻⁵³: beyond this it is 0, 1 or ∞ anyway
  const bounded = a.max(a.min(y, limit), a.neg(limit));
  const p = product(a, bounded, log.high);
  const exponent = a.max(a.min(p.high, a.number(800)), a.number(-800));
  const low = a.add(p.low, a.mul(bounded, log.low));
  const { high, low: rest, u } = expParts(a, exponent, a.and(low, a.equal(exponent, p.high)));
  return scaled(a, a.add(high, rest), u);
}

/** Where y is an integer, and where an odd one. */
function parity(a: Arithmetic, y: V): { whole: V; odd: V } {
  const whole = a.equal(a.trunc(y), y);
  const half = a.mul(y, a.number(0.5));
  return { whole, odd: a.and(whole, a.differ(a.trunc(half), half)) };
}

/**
 * xʸ as `Math.pow` has it: 1 for y = ±0 and any x; NaN for any other NaN, for |x| = 1 with y = ±∞, and for finite x < 0
 * with y not an integer; the sign of x stays where y is an odd integer, also at ±0 and ±∞.
 */
export function pow(a: Arithmetic, x: V, y: V): V {
  const zero = a.number(0);
  const size = a.abs(x);
  const { whole, odd } = parity(a, y);
  const isZero = a.equal(x, zero);
  const isInfinite = a.equal(size, a.number(infinity));
  const edge = a.select(a.xor(isZero, a.less(y, zero)), zero, a.number(infinity));
  const proper = a.select(a.or(isZero, isInfinite), edge, magnitude(a, size, y));
  const turned = a.xor(proper, a.and(a.signOf(x), odd));
  const imaginary = a.andNot(a.andNot(a.less(x, zero), isInfinite), whole);
  const undecided = a.and(a.equal(size, a.number(1)), a.equal(a.abs(y), a.number(infinity)));
  const unordered = a.or(a.differ(x, x), a.differ(y, y));
  const nowhere = a.or(unordered, a.or(imaginary, undecided));
  const general = a.select(nowhere, a.number(Number.NaN), turned);
  return a.select(a.equal(y, zero), a.number(1), general);
}
