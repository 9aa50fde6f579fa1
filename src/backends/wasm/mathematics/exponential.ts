import type { V } from "../lanes.ts";
import { type Arithmetic, ordered } from "./arithmetic.ts";

/** x = k·ln 2 + r with |r| ≤ ½ ln 2; the lowest bits of `u` are k + offset. */
interface Reduced {
  readonly u: V;
  readonly k: V;
  readonly r: V;
}

/** Cody and Waite: ln 2 in two parts, the first of which times k is exact; |x/ln 2| must stay below 2¹². */
export function reduced(a: Arithmetic, x: V, offset: number): Reduced {
  const { shifter, ln2 } = a.format;
  const shift = a.number(shifter + offset);
  const u = a.madd(x, a.number(Math.LOG2E), shift);
  const k = a.sub(u, shift);
  const r = a.nmadd(k, a.number(ln2.low), a.nmadd(k, a.number(ln2.high), x));
  return { u, k, r };
}

/** 2ᵏ of an exponent k with `u` = k + bias in its low bits, −bias < k ≤ bias. */
export const power2 = (a: Arithmetic, u: V): V => a.shiftLeft(u, a.format.fraction);

/** y·2ᵏ with k + 2·bias in the low bits of u, in two steps of which only the second rounds: subnormals and ∞ come right. */
export function scaled(a: Arithmetic, y: V, u: V): V {
  const half = a.shiftRight(u, 1);
  return a.mul(a.mul(y, power2(a, half)), power2(a, a.subBits(u, half)));
}

/** x within what `scaled` can scale by; beyond, exp is 0 or ∞ anyway. NaN stays. */
export const bounded = (a: Arithmetic, x: V): V =>
  a.max(a.min(x, a.number(a.format.exponent.most)), a.number(a.format.exponent.least));

/** exp r on |r| ≤ ½ ln 2. Where every step rounds, 1 + (r + r²P) is no longer than Horner's rule and loses less. */
function series(a: Arithmetic, r: V): V {
  if (a.fused) return a.polynomial(r, [1, 1, ...a.format.exp]);
  return a.add(a.number(1), a.madd(a.mul(r, r), a.polynomial(r, a.format.exp), r));
}

/** exp x = 2ᵏ·exp r. */
export function exp(a: Arithmetic, x: V): V {
  const { u, r } = reduced(a, bounded(a, x), 2 * a.format.bias);
  return scaled(a, series(a, r), u);
}

/** exp(x) for x ≤ 0, at the bottom as exact as `exp`. */
const decaying = (a: Arithmetic, x: V): V => {
  const { u, r } = reduced(a, a.max(x, a.number(a.format.exponent.least)), 2 * a.format.bias);
  return scaled(a, series(a, r), u);
};

/** exp(−|x|) ∈ [0, 1]. */
export const decay = (a: Arithmetic, x: V): V => decaying(a, a.or(x, a.number(-0)));

/**
 * exp x − 1 = 2ᵏ·((1 − 2⁻ᵏ) + r + r²P(r)), where the first sum keeps its rounding error. 2ᵏ is applied as 2·2ᵏ⁻¹, for k
 * may be 1024 and subnormal results must stay exact.
 */
export function expm1(a: Arithmetic, x: V): V {
  const { bias, fraction, saturation, exponent } = a.format;
  const within = a.max(a.min(x, a.number(exponent.most)), a.number(saturation.expm1));
  const { u, r } = reduced(a, within, bias - 1);
  const inverse = a.subBits(a.bits(BigInt(2 * bias) << BigInt(fraction)), power2(a, u)); // 2¹⁻ᵏ
  const whole = a.nmadd(inverse, a.number(0.5), a.number(1));
  const { high, low } = ordered(a, whole, r);
  const sum = a.add(high, a.madd(a.mul(r, r), a.polynomial(r, a.format.exp), low));
  return a.or(a.mul(a.add(sum, sum), power2(a, u)), a.signOf(x));
}

/**
 * σ(x) = 1/(1 + exp(−x)), for x < 0 as e/(1 + e), so that nothing overflows and small values keep their digits.
 * In f64 what the rounding of d = 1 + e lost, δ, is made good: n/(d + δ) ≈ q − q·δ/d with q = n/d, where 1/d may be taken as 1: it counts only where e ≪ 1.
 */
export function sigmoid(a: Arithmetic, x: V): V {
  const e = decay(a, x);
  const { high: d, low: δ } = ordered(a, a.number(1), e);
  const q = a.div(a.select(a.less(x, a.number(0)), e, a.number(1)), d);
  return a.lanes.precision === "f32" ? q : a.nmadd(δ, q, q);
}

/**
 * exp 2x + 1 for x ≥ 0.6, as a divisor of tanh: its errors are damped there by 2e/(e + 1)², so that ln 2 in one part will do.
 */
function tanhDivisor(a: Arithmetic, x: V): V {
  const { saturation, bias, shifter } = a.format;
  const top = a.min(x, a.number(saturation.tanh));
  const twice = a.add(top, top);
  const shift = a.number(shifter + bias);
  const u = a.madd(twice, a.number(Math.LOG2E), shift);
  const r = a.nmadd(a.sub(u, shift), a.number(Math.LN2), twice);
  return a.madd(series(a, r), power2(a, u), a.number(1));
}

/**
 * tanh x = x + x³R(x²) for |x| ≤ 0.625, else 1 − 2/(exp 2|x| + 1) with the sign of x. In f64 R is a fraction, and the one
 * division serves both.
 */
export function tanh(a: Arithmetic, x: V): V {
  const { numerator, denominator } = a.format.tanh;
  const size = a.abs(x);
  const [one, square] = [a.number(1), a.mul(x, x)];
  const [cube, series] = [a.mul(size, square), a.polynomial(square, numerator)];
  const isNear = a.less(size, a.number(0.625));
  const far = tanhDivisor(a, size);
  if (denominator.length === 1) {
    const near = a.madd(cube, series, size);
    return a.signed(a.select(isNear, near, a.sub(one, a.div(a.number(2), far))), x);
  }
  const below = a.select(isNear, a.polynomial(square, denominator), far);
  const ratio = a.div(a.select(isNear, a.mul(cube, series), a.number(-2)), below);
  return a.signed(a.add(a.select(isNear, size, one), ratio), x);
}
