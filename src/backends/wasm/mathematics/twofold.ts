import type { V } from "../lanes.ts";
import { type Arithmetic, ordered, type Twofold } from "./arithmetic.ts";
import { reduced } from "./exponential.ts";

/** x + y exactly. */
export function sum(a: Arithmetic, x: V, y: V): Twofold {
  const high = a.add(x, y);
  const part = a.sub(high, x);
  return { high, low: a.add(a.sub(x, a.sub(high, part)), a.sub(y, part)) };
}

/** The upper half of the bits of x, by Veltkamp, and the rest; |x| < 2⁹⁹⁵. */
function halves(a: Arithmetic, x: V): Twofold {
  const wide = a.mul(x, a.number(2 ** 27 + 1));
  const high = a.sub(wide, a.sub(wide, x));
  return { high, low: a.sub(x, high) };
}

/** x·y exactly, where neither overflows and the product is far from the subnormal numbers. */
export function product(a: Arithmetic, x: V, y: V): Twofold {
  const [p, q] = [halves(a, x), x === y ? null : halves(a, y)];
  const r = q ?? p;
  const high = a.mul(x, y);
  const cross = a.add(a.sub(a.mul(p.high, r.high), high), a.mul(p.high, r.low));
  return { high, low: a.add(a.add(cross, a.mul(p.low, r.high)), a.mul(p.low, r.low)) };
}

/** x + y with a relative error near 2⁻¹⁰⁴, if they do not cancel. */
export function plus(a: Arithmetic, x: Twofold, y: Twofold): Twofold {
  const s = sum(a, x.high, y.high);
  return ordered(a, s.high, a.add(s.low, a.add(x.low, y.low)));
}

/** x·y with a relative error near 2⁻¹⁰⁴. */
export function times(a: Arithmetic, x: Twofold, y: Twofold): Twofold {
  const p = product(a, x.high, y.high);
  return ordered(a, p.high, a.add(p.low, a.add(a.mul(x.high, y.low), a.mul(x.low, y.high))));
}

/** x/y with a relative error near 2⁻¹⁰⁰. */
export function over(a: Arithmetic, x: Twofold, y: Twofold): Twofold {
  const q = a.div(x.high, y.high);
  const p = product(a, q, y.high);
  const rest = a.sub(a.add(a.sub(a.sub(x.high, p.high), p.low), x.low), a.mul(q, y.low));
  return ordered(a, q, a.div(rest, y.high));
}

/** √x with a relative error near 2⁻¹⁰⁰; 0 gives 0. */
export function root(a: Arithmetic, x: Twofold): Twofold {
  const r = a.sqrt(x.high);
  const p = product(a, r, r);
  const rest = a.add(a.sub(a.sub(x.high, p.high), p.low), x.low);
  const step = a.div(rest, a.add(r, r));
  return ordered(a, r, a.andNot(step, a.equal(r, a.number(0))));
}

/** A constant in two parts. */
export const constant = (a: Arithmetic, high: number, low: number): Twofold => ({
  high: a.number(high),
  low: a.number(low),
});

/** exp(x + c) = 2ᵏ·(high + low) for c ≪ 1, with `high` = 1 + r rounded: nearly half as many digits again. */
export function expParts(a: Arithmetic, x: V, c?: V): { high: V; low: V; u: V } {
  const { u, r: first } = reduced(a, x, 2 * a.format.bias);
  const { high: r, low: lost } = c ? ordered(a, first, c) : { high: first, low: null };
  const { high, low } = ordered(a, a.number(1), r);
  const tail = lost ? a.add(low, lost) : low;
  return { high, low: a.madd(a.mul(r, r), a.polynomial(r, a.format.exp), tail), u };
}
