import type { V } from "../lanes.ts";
import type { Arithmetic } from "./arithmetic.ts";

/** Coefficients and reductions of FreeBSD's msun (e_asin.c, e_acos.c, s_atan.c, © 1993 Sun Microsystems, freely usable). */
// biome-ignore format: coefficients, lowest power first
const
  above = [1.66666666666666657415e-1, -3.25565818622400915405e-1, 2.01212532134862925881e-1,
           -4.00555345006794114027e-2, 7.91534994289814532176e-4, 3.47933107596021167570e-5],
  below = [1, -2.40339491173441421878, 2.02094576023350569471, -6.88283971605453293030e-1, 7.70381505559019352791e-2],
  tangent = [3.33333333333329318027e-1, -1.99999999998764832476e-1, 1.42857142725034663711e-1,
             -1.11111104054623557880e-1, 9.09088713343650656196e-2, -7.69187620504482999495e-2,
             6.66107313738753120669e-2, -5.83357013379057348645e-2, 4.97687799461593236017e-2,
             -3.65315727442169155270e-2, 1.62858201153657823623e-2];

const halfPi = { high: Math.PI / 2, low: 6.123233995736766e-17 } as const;

/** The parts that arcsine and arccosine share: arcsin t = t + t·R(t²) for t = |x| ≤ ½, else for t = √((1 − |x|)/2). */
function arc(a: Arithmetic, x: V): { isNear: V; root: V; rest: V; ratio: V } {
  const size = a.abs(x);
  const half = a.number(0.5);
  const isNear = a.less(size, half);
  const far = a.mul(a.sub(a.number(1), size), half);
  const z = a.select(isNear, a.mul(x, x), far);
  const ratio = a.div(a.mul(z, a.polynomial(z, above)), a.polynomial(z, below));
  const s = a.sqrt(far);
  const root = a.and(s, a.bits(-(1n << 32n))); // the upper half of √, so that root² is exact
  const positive = a.max(a.add(s, root), a.number(2 ** -1000)); // for 0/0 at |x| = 1
  const rest = a.div(a.sub(far, a.mul(root, root)), positive); // √far − root
  const inner = a.madd(s, ratio, rest);
  return { isNear, root, rest: inner, ratio };
}

/** arcsin x = x + x·R(x²) for |x| < ½, else π/2 − 2·arcsin √((1 − |x|)/2) with the sign of x; NaN beyond ±1. */
export function asin(a: Arithmetic, x: V): V {
  const { isNear, root, rest, ratio } = arc(a, x);
  const size = a.abs(x);
  const quarter = a.number(Math.PI / 4);
  const less = a.sub(a.add(rest, rest), a.number(halfPi.low));
  const outer = a.sub(quarter, a.sub(less, a.sub(quarter, a.add(root, root))));
  return a.signed(a.select(isNear, a.madd(size, ratio, size), outer), x);
}

/** arccos x = π/2 − arcsin x for |x| < ½; 2·arcsin √((1 − x)/2) above, π − 2·arcsin √((1 + x)/2) below; NaN beyond ±1. */
export function acos(a: Arithmetic, x: V): V {
  const { isNear, root, rest, ratio } = arc(a, x);
  const middle = a.sub(a.number(halfPi.high), a.sub(x, a.nmadd(x, ratio, a.number(halfPi.low))));
  const twice = a.add(a.add(root, rest), a.add(root, rest));
  const mirrored = a.add(a.sub(a.number(halfPi.high), root), a.sub(a.number(halfPi.low), rest));
  const outer = a.select(a.less(x, a.number(0)), a.add(mirrored, mirrored), twice);
  return a.select(isNear, middle, outer);
}

/** Breakpoints c of the arctangent: above `from`, arctan x = arctan c + arctan((x − c)/(1 + c·x)). */
// biome-ignore format: a table
const turns = [
  { from: 7 / 16,  c: 0.5, high: 4.63647609000806093515e-1, low: 2.26987774529616870924e-17 },
  { from: 11 / 16, c: 1,   high: 7.85398163397448278999e-1, low: 3.06161699786838301793e-17 },
  { from: 19 / 16, c: 1.5, high: 9.82793723247329054082e-1, low: 1.39033110312309984516e-17 },
] as const;

/** arctan x = arctan c + t − t³P(t²), by the breakpoint c below |x|; above 39/16 c = ∞ and t = −1/x. */
export function atan(a: Arithmetic, x: V): V {
  const size = a.abs(x);
  const [one, zero] = [a.number(1), a.number(0)];
  let [above, below, high, low]: [V, V, V, V] = [size, one, zero, zero];
  for (const turn of turns) {
    const here = a.less(a.number(turn.from), size);
    above = a.select(here, a.sub(size, a.number(turn.c)), above);
    below = a.select(here, a.add(one, a.mul(size, a.number(turn.c))), below);
    high = a.select(here, a.number(turn.high), high);
    low = a.select(here, a.number(turn.low), low);
  }
  const last = a.less(a.number(39 / 16), size);
  const t = a.div(a.select(last, a.number(-1), above), a.select(last, size, below));
  const z = a.mul(t, t);
  const cubic = a.mul(a.mul(t, z), a.polynomial(z, tangent));
  const start = a.select(last, a.number(halfPi.high), high);
  const less = a.select(last, a.number(halfPi.low), low);
  return a.signed(a.add(start, a.sub(t, a.sub(cubic, less))), x);
}
