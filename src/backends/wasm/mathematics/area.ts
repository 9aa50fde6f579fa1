import type { V } from "../lanes.ts";
import { type Arithmetic, ordered, type Twofold } from "./arithmetic.ts";
import { normal, split } from "./logarithm.ts";
import { constant, over, plus, product, root, sum, times } from "./twofold.ts";

/** (artanh(s)/s − 1 − s²/3 − s⁴/5)/s⁶ in s², |s| ≤ 3 − 2√2; relative to the whole 2⁻⁷⁷ (Remez in 60 digits). */
// biome-ignore format: coefficients, lowest power first
const tail = [0.14285714285714284349, 0.11111111111113101917, 0.090909090900525116359, 0.076923078592659325034,
              0.066666492930446646863, 0.058833830402588099511, 0.052283383994533850685, 0.053820633897136012736];

/**
 * log(x·2ᵉ) in two parts, with a relative error below 2⁻⁶⁵ also where it is near 0:
 * k·ln 2 + 2·artanh s with s = (m − 1)/(m + 1), and artanh s = s + s³(1/3 + s²/5 + s⁴·tail), all but the tail twofold.
 *
 * @param x normal and > 0
 */
export function logTwofold(a: Arithmetic, x: Twofold, e?: V): Twofold {
  const { k, m } = split(a, x.high);
  const scale = a.div(m, x.high); // a power of two, exactly
  const one = a.number(1);
  const low = a.mul(x.low, scale);
  const below = a.sub(m, one);
  const f = sum(a, below, low);
  const s = over(a, f, plus(a, { high: a.number(2), low: a.number(0) }, f));
  const z = times(a, s, s);
  const rest = a.mul(a.mul(z.high, z.high), a.polynomial(z.high, tail));
  const fifth = times(a, z, constant(a, 0.2, -1.1102230246251566e-17));
  const third = constant(a, 1 / 3, 1.850371707708594e-17);
  const series = plus(a, third, plus(a, fifth, { high: rest, low: a.number(0) }));
  const log = plus(a, s, times(a, s, times(a, z, series)));
  const exponent = e ? a.add(k, e) : k;
  const { high, low: less } = a.format.ln2;
  const whole = ordered(a, a.mul(exponent, a.number(high)), a.mul(exponent, a.number(less)));
  return plus(a, whole, { high: a.add(log.high, log.high), low: a.add(log.low, log.low) });
}

/** log |x| of any finite x ≠ 0, twofold. */
export function logOf(a: Arithmetic, x: V): Twofold {
  const { x: lifted, shift } = normal(a, x);
  return logTwofold(a, { high: lifted, low: a.number(0) }, a.neg(shift));
}

const rounded = (a: Arithmetic, x: Twofold): V => a.add(x.high, x.low);
const huge = 2 ** 60;

/** arsinh x = log(|x| + √(x² + 1)), with the sign of x; log 2|x| where x² would only round to itself or overflow. */
export function asinh(a: Arithmetic, x: V): V {
  const size = a.abs(x);
  const far = a.less(a.number(huge), size);
  const near = a.andNot(size, far);
  const square = plus(a, { high: a.number(1), low: a.number(0) }, product(a, near, near));
  const r = root(a, square);
  const total = plus(a, r, { high: near, low: a.number(0) });
  const u = { high: a.select(far, size, total.high), low: a.andNot(total.low, far) };
  const y = rounded(a, logTwofold(a, u, a.and(far, a.number(1))));
  const tiny = a.less(size, a.number(2 ** -40)); // x − x³/6 rounds to x
  const ended = a.select(a.less(size, a.number(Number.POSITIVE_INFINITY)), y, size);
  return a.signed(a.select(tiny, size, ended), x);
}

/** arcosh x = log(x + √(x² − 1)); NaN below 1. */
export function acosh(a: Arithmetic, x: V): V {
  const far = a.less(a.number(huge), x);
  const one = a.number(1);
  const near = a.select(far, one, x);
  const r = root(a, times(a, ordered(a, near, a.neg(one)), sum(a, near, one)));
  const total = plus(a, { high: near, low: a.number(0) }, r);
  const u = { high: a.select(far, x, total.high), low: a.andNot(total.low, far) };
  const y = rounded(a, logTwofold(a, u, a.and(far, one)));
  const inside = a.select(a.less(x, one), a.number(Number.NaN), y);
  return a.select(a.less(x, a.number(Number.POSITIVE_INFINITY)), inside, x);
}

/** artanh x = ½ log((1 + x)/(1 − x)); ±∞ at ±1, NaN beyond. */
export function atanh(a: Arithmetic, x: V): V {
  const size = a.abs(x);
  const one = a.number(1);
  const q = over(a, ordered(a, one, size), ordered(a, one, a.neg(size)));
  const log = logTwofold(a, q);
  const y = a.mul(a.number(0.5), rounded(a, log));
  const outside = a.select(a.equal(size, one), a.number(Number.POSITIVE_INFINITY), a.number(Number.NaN));
  const inside = a.select(a.less(size, one), y, outside);
  return a.signed(a.select(a.less(size, a.number(2 ** -40)), size, inside), x);
}
