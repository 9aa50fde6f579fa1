import type { V } from "../lanes.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { power2, scaled } from "./exponential.ts";
import { expParts } from "./twofold.ts";

/** (sinh x − x)/x³, in x², on |x| ≤ 1, of least maximal error (2⁻⁶²·³, 2⁻³³·³), by Remez' algorithm in 60 digits. */
// biome-ignore format: coefficients, lowest power first
const series = {
  f64: [0.16666666666666667156, 0.0083333333333331719594, 0.00019841269841426135474, 2.7557319156425656252e-6,
        2.5052123522837884141e-8, 1.6057213404142020054e-10, 7.7605256591661642817e-13],
  f32: [0.16666666506922018032, 0.0083333508774925655439, 0.00019835860571172078939, 2.8190929670692654099e-6],
};

/** sinh x = x + x³P(x²) for |x| < 1, else (exp |x| − exp(−|x|))/2 with the sign of x. */
export function sinh(a: Arithmetic, x: V): V {
  const size = a.abs(x);
  const square = a.mul(x, x);
  const near = a.madd(a.mul(size, square), a.polynomial(square, series[a.lanes.precision]), size);
  return a.signed(a.select(a.less(size, a.number(1)), near, halfSum(a, size, -0.5)), x);
}

/** cosh x = (exp |x| + exp(−|x|))/2. */
export const cosh = (a: Arithmetic, x: V): V => halfSum(a, a.abs(x), 0.5);

/** ½·exp x + c·exp(−x) for x ≥ 0, with c = ±½: exp is halved before it is scaled, so that it overflows no sooner. */
function halfSum(a: Arithmetic, x: V, c: number): V {
  const { exponent, bias } = a.format;
  const { high, low, u } = expParts(a, a.min(x, a.number(exponent.most + 1)));
  const less = a.subBits(u, a.bits(1n));
  const whole = scaled(a, a.add(high, low), less);
  const inverse = a.div(a.number(c / 2), whole); // c·exp(−x), for whole = ½·exp x
  const short = a.less(x, a.number(bias === 1023 ? 40 : 20));
  const factor = power2(a, a.subBits(less, a.bits(BigInt(bias))));
  const near = a.madd(factor, high, a.madd(factor, low, inverse));
  return a.select(short, near, whole);
}
