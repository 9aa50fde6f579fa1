import { as241 } from "../../../core/normal.ts";
import type { Rational } from "../../../core/rational.ts";
import type { Func, Kind, Module } from "../emitter.ts";
import { lanes, type V } from "../lanes.ts";
import { Arithmetic } from "./arithmetic.ts";
import { split } from "./logarithm.ts";

const ratio = (a: Arithmetic, [n, d]: Rational, x: V): V => a.div(a.polynomial(x, n), a.polynomial(x, d));

/** ln x = 2 artanh s + k ln 2, s = (m − 1)/(m + 1), for normal x < 1. */
function log(a: Arithmetic, x: V): V {
  const { k, m } = split(a, x);
  const one = a.number(1);
  const s = a.div(a.sub(m, one), a.add(m, one));
  let sum: V = a.number(1 / 23);
  for (let n = 21; n >= 1; n -= 2) sum = a.add(a.mul(a.mul(sum, s), s), a.number(1 / n));
  return a.add(a.mul(a.mul(a.number(2), s), sum), a.mul(k, a.number(Math.LN2)));
}

/** The quantile at p where |p − ½| > 0.425, elsewhere the number given. */
function outside(a: Arithmetic, p: V, near: V): V {
  const q = a.sub(p, a.number(0.5));
  const r = a.sqrt(a.neg(log(a, a.min(p, a.sub(a.number(1), p)))));
  const far = a.select(
    a.less(a.number(5), r),
    ratio(a, as241.tail, a.sub(r, a.number(5))),
    ratio(a, as241.middle, a.sub(r, a.number(1.6))),
  );
  return a.select(a.less(a.number(0.425), a.abs(q)), a.signed(far, q), near);
}

/** A function of vectors of f64, no step of it fused. */
const exactly = (module: Module, arity: 1 | 2, formula: (a: Arithmetic, x: V, y: V) => V): Func =>
  module.func(new Array<Kind>(arity).fill("v128"), ["v128"], (body) => {
    const a = new Arithmetic(body, lanes("f64"), { fused: false, constants: new Map() });
    body.give(formula(a, body.param(0, "v128"), body.param(1, "v128")));
  });

/** Standard normal numbers for two probabilities in (0, 1), step by step as `core/normal.ts` has them, so with its bits. */
export function normalQuantiles(module: Module): Func {
  const rare = exactly(module, 2, outside);
  return exactly(module, 1, (a, p) => {
    const q = a.named(a.sub(p, a.number(0.5)));
    const near = a.mul(q, ratio(a, as241.central, a.sub(a.number(0.180625), a.mul(q, q))));
    return a.rarely(a.less(a.number(0.425), a.abs(q)), rare, p, near);
  });
}
