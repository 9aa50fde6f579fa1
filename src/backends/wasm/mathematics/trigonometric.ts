import { type Expr, expr, type Func, type Module, operation } from "../emitter.ts";
import type { Lanes, V } from "../lanes.ts";
import { Arithmetic, ordered, type Twofold } from "./arithmetic.ts";
import { constant, over, sum, times } from "./twofold.ts";

/** sin r = r + r³·S(r²), cos r = 1 − r²/2 + r⁴·C(r²) on |r| ≤ π/4: FreeBSD's msun (k_sin.c, k_cos.c, © 1993 Sun). */
// biome-ignore format: coefficients, lowest power first
const
  sineFirst = -1.66666666666666324348e-1,
  sine = [8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6,
          -2.50507602534068634195e-8, 1.58969099521155010221e-10],
  cosine = [4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
            -2.75573143513906633035e-7, 2.08757232129817482790e-9, -1.13596475577881948265e-11];

/** π/2 in parts of 33 bits, whose products with k < 2²⁰ are exact, and the rest. */
const halfPi = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32] as const;

/** Above this Cody and Waite's k needs more than 20 bits. */
const limit = 2 ** 20 * 1.5;

/** x = k·π/2 + r, |r| ≤ π/4; `quarters` holds k modulo 4 in its lowest bits. */
interface Turned {
  readonly quarters: V;
  readonly r: Twofold;
}

/** Cody and Waite, in four parts and with the rounding errors, so that r is right also next to a multiple of π/2. */
function turned(a: Arithmetic, size: V): Turned {
  const shift = a.number(a.format.shifter);
  const quarters = a.madd(size, a.number(2 / Math.PI), shift);
  const k = a.sub(quarters, shift);
  const first = a.sub(size, a.mul(k, a.number(halfPi[0])));
  const second = sum(a, first, a.neg(a.mul(k, a.number(halfPi[1]))));
  const third = sum(a, second.high, a.neg(a.mul(k, a.number(halfPi[2]))));
  const low = a.add(second.low, a.nmadd(k, a.number(halfPi[3]), third.low));
  return { quarters, r: ordered(a, third.high, low) };
}

/** 32 unsigned bits in a 64-bit lane, as a number. */
const natural = (a: Arithmetic, bits: V): V => a.sub(a.or(bits, a.number(2 ** 52)), a.number(2 ** 52));

/** Two words of a fraction, the upper one signed, as a number in two parts, times π/2. */
function angle(a: Arithmetic, upper: V, lower: V): Twofold {
  const low32 = a.bits(0xffffffffn);
  const biased = natural(a, a.shiftRight(a.xor(upper, a.number(-0)), 32));
  const parts = [
    a.sub(biased, a.number(2 ** 31)),
    natural(a, a.and(upper, low32)),
    natural(a, a.shiftRight(lower, 32)),
    natural(a, a.and(lower, low32)),
  ].map((part, i) => a.mul(part, a.number(2 ** (-32 * (i + 1)))));
  const [p0, p1, p2, p3] = parts as [V, V, V, V];
  const first = sum(a, p0, p1);
  const second = sum(a, first.high, p2);
  const third = sum(a, second.high, p3);
  const low = a.add(first.low, a.add(second.low, third.low));
  return times(a, ordered(a, third.high, low), constant(a, Math.PI / 2, 6.123233995736766e-17));
}

/** What becomes of a reduced argument. */
type Reading = (a: Arithmetic, turned: Turned) => V;

/** sin r and cos r as (1 or r) and the rest, smaller. */
function parts(a: Arithmetic, { high: x, low: y }: Twofold): { sine: Twofold; cosine: Twofold } {
  const half = a.number(0.5);
  const z = a.mul(x, x);
  const cube = a.mul(z, x);
  const inner = a.sub(a.mul(z, a.nmadd(cube, a.polynomial(z, sine), a.mul(half, y))), y);
  const quarterRound = a.mul(half, z);
  const whole = a.sub(a.number(1), quarterRound);
  const lost = a.sub(a.sub(a.number(1), whole), quarterRound);
  const bend = a.nmadd(x, y, a.mul(a.mul(z, z), a.polynomial(z, cosine)));
  return {
    sine: { high: x, low: a.sub(a.mul(cube, a.number(sineFirst)), inner) },
    cosine: { high: whole, low: a.add(lost, bend) },
  };
}

/** All ones where a quarter-turn count is odd. */
const odd = (a: Arithmetic, quarters: V): V => a.subBits(a.bits(0n), a.and(quarters, a.bits(1n)));

const readings: Readonly<Record<"sin" | "cos" | "tan", Reading>> = {
  sin: wave,
  cos: (a, { quarters, r }) => wave(a, { quarters: a.addBits(quarters, a.bits(1n)), r }),
  tan: (a, { quarters, r }) => {
    const { sine, cosine } = parts(a, r);
    const swap = odd(a, quarters);
    const [s, c] = [ordered(a, sine.high, sine.low), ordered(a, cosine.high, cosine.low)];
    const above = { high: a.select(swap, c.high, s.high), low: a.select(swap, c.low, s.low) };
    const below = { high: a.select(swap, s.high, c.high), low: a.select(swap, s.low, c.low) };
    const ratio = over(a, above, below);
    return a.xor(a.add(ratio.high, ratio.low), a.and(swap, a.number(-0)));
  },
};

function wave(a: Arithmetic, { quarters, r }: Turned): V {
  const { sine, cosine } = parts(a, r);
  const swap = odd(a, quarters);
  const value = a.add(a.select(swap, cosine.high, sine.high), a.select(swap, cosine.low, sine.low));
  return a.xor(value, a.shiftLeft(a.and(quarters, a.bits(2n)), 62));
}

/** sin, cos or tan of x in f64: by Cody and Waite, and by a call of `huge` where a lane is too large for that. */
export function circular(a: Arithmetic, name: "sin" | "cos" | "tan", x: V, huge: Func): V {
  const size = a.abs(x);
  const value = readings[name](a, turned(a, size));
  const near = a.less(size, a.number(limit));
  const far = a.xor(near, a.bits(-1n));
  const tiny = a.less(size, a.number(2 ** -30)); // tan of the smallest numbers, whose products would vanish
  const signed = name === "cos" ? value : a.signed(a.select(tiny, size, value), x);
  return a.rarely(far, huge, x, signed);
}

/** One 64-bit lane of a vector put in. */
const replacedBits = (vector: V, lane: number, bits: Expr<"i64">): V =>
  expr("v128", (out) => {
    vector.emit(out);
    bits.emit(out);
    out.bytes(0xfd, 0x1e, lane);
  });

/** (x, y) → sin, cos or tan of x in the lanes where |x| is too large for Cody and Waite, y in the others. */
export function hugeCircular(module: Module, lanes: Lanes, name: "sin" | "cos" | "tan", quarterTurns: Func): Func {
  return module.func(["v128", "v128"], ["v128"], (body) => {
    const [x, y] = [body.param(0, "v128"), body.param(1, "v128")];
    const [quarters, upper, lower] = [body.local("v128"), body.local("v128"), body.local("v128")];
    for (const lane of [0, 1]) {
      const results = [body.local("i64"), body.local("i64"), body.local("i64")] as const;
      body.call(quarterTurns, operation("f64", [0x99], lanes.extract(x, lane))); // f64.abs
      for (const result of results.toReversed()) body.run((out) => out.code(0x21, result.index));
      for (const [i, word] of [quarters, upper, lower].entries()) body.set(word, replacedBits(word, lane, results[i]!));
    }
    const a = new Arithmetic(body, lanes, { fused: false, constants: new Map() });
    const value = readings[name](a, { quarters, r: angle(a, upper, lower) });
    const signed = name === "cos" ? value : a.signed(value, x);
    const size = a.abs(x);
    const finite = a.select(a.less(size, a.number(Number.POSITIVE_INFINITY)), signed, a.number(Number.NaN));
    body.give(a.select(a.less(size, a.number(limit)), y, finite));
  });
}
