import type { V } from "../lanes.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { exp, expParts, scaled } from "./exponential.ts";
import { ordered, over, product, sum, type Twofold } from "./twofold.ts";

type Rational = readonly [numerator: readonly number[], denominator: readonly number[]];

/** On four intervals of |x|, with the coefficients of FreeBSD's msun (s_erf.c, © 1993 Sun Microsystems, freely usable). */
// biome-ignore format: coefficients, lowest power first
const
  small: Rational = [
    [1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3, -2.37630166566501626084e-5],
    [1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4, -3.96022827877536812320e-6]],
  middle: Rational = [
    [-2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3],
    [1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.19844998467991074170e-2]],
  large: Rational = [
    [-9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592],
    [1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2]],
  tail: Rational = [
    [-9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2],
    [1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1]];

const erfOne = 8.45062911510467529297e-1; // erf(1) cut to single precision: erf(x) − erfOne is what `middle` gives

/** Where |x| lies, and the rational function that belongs there. */
interface Piece {
  readonly size: V;
  readonly isSmall: V;
  readonly isMiddle: V;
  readonly above: V;
  readonly below: V;
}

function piece(a: Arithmetic, x: V): Piece {
  const size = a.min(a.abs(x), a.number(30));
  const square = a.mul(size, size);
  const inverse = a.div(a.number(1), square);
  const isSmall = a.less(size, a.number(0.84375));
  const isMiddle = a.less(size, a.number(1.25));
  const isLarge = a.less(size, a.number(1 / 0.35));
  const chosen = (part: 0 | 1): V => {
    const far = a.select(isLarge, a.polynomial(inverse, large[part]), a.polynomial(inverse, tail[part]));
    const near = a.select(isMiddle, a.polynomial(a.sub(size, a.number(1)), middle[part]), far);
    return a.select(isSmall, a.polynomial(square, small[part]), near);
  };
  return { size, isSmall, isMiddle, above: chosen(0), below: chosen(1) };
}

/** above/below twofold; for the middle piece with what the numerator's last step lost, which counts near |x| = 1.2. */
function exactRatio(a: Arithmetic, { size, isSmall, isMiddle, above, below }: Piece): Twofold {
  const z = a.sub(size, a.number(1));
  const [first, ...rest] = middle[0];
  const p = product(a, z, a.polynomial(z, rest));
  const s = sum(a, a.number(first!), p.high);
  const lost = a.add(a.sub(s.high, above), a.add(s.low, p.low));
  const low = a.and(lost, a.andNot(isMiddle, isSmall));
  return over(a, { high: above, low }, { high: below, low: a.number(0) });
}

/** erfc |x| = exp(−x² − 0.5625 + R(1/x²))/|x| for |x| ≥ 1.25, the exponent in two parts. */
function complement(a: Arithmetic, size: V, ratio: V): V {
  const square = product(a, size, size);
  const exponent = sum(a, a.neg(square.high), a.sub(ratio, a.number(0.5625)));
  const { high, low, u } = expParts(a, exponent.high, a.sub(exponent.low, square.low));
  const quotient = over(a, ordered(a, high, low), { high: size, low: a.number(0) });
  return scaled(a, a.add(quotient.high, quotient.low), u);
}

/** erf x = 2/√π ∫₀ˣ exp(−t²) dt. */
export function erf(a: Arithmetic, x: V): V {
  const { size, isSmall, isMiddle, above, below } = piece(a, x);
  const ratio = a.div(above, below);
  const exponent = a.nmadd(size, size, a.sub(ratio, a.number(0.5625)));
  const far = a.sub(a.number(1), a.div(exp(a, exponent), size)); // erfc ≤ 0.08 here, so that its errors hardly count
  const outer = a.select(isMiddle, a.add(a.number(erfOne), ratio), far);
  return a.signed(a.select(isSmall, a.madd(size, ratio, size), outer), x);
}

/** erfc x = 1 − erf x, without cancellation. */
export function erfc(a: Arithmetic, x: V): V {
  const place = piece(a, x);
  const { size, isSmall, isMiddle } = place;
  const { high: ratio, low: less } = exactRatio(a, place);
  const negative = a.less(x, a.number(0));
  const one = a.number(1);
  const half = a.number(0.5);
  const y = a.mul(x, ratio);
  const beyond = sum(a, a.sub(x, half), y);
  const near = a.select(
    a.less(x, a.number(0.25)),
    a.sub(one, a.add(x, y)),
    a.sub(a.sub(half, beyond.high), beyond.low),
  );
  const sign = a.signOf(x);
  const mid = a.sub(a.sub(a.sub(one, a.or(a.number(erfOne), sign)), a.xor(ratio, sign)), a.xor(less, sign));
  const far = complement(a, size, ratio);
  const outer = a.select(negative, a.sub(a.number(2), far), far);
  return a.select(isSmall, near, a.select(isMiddle, mid, outer));
}
