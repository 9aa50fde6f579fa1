import { erfOne, large, middle, small, tail } from "../../../ops/erf.ts";
import type { V } from "../lanes.ts";
import { type Arithmetic, ordered, type Twofold } from "./arithmetic.ts";
import { exp, scaled } from "./exponential.ts";
import { expParts, over, product, sum } from "./twofold.ts";

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
