import { applyOne, lift, type Op, type Operand, type Type, type Value } from "../graph/value.ts";
import {
  addOp,
  type Binary,
  cast,
  countable,
  example,
  type Linear,
  linear,
  named,
  plus,
  product,
  sameTypes,
  single,
  sumOf,
  type Unary,
  zipInto,
} from "./define.ts";
import { broadcastShape, matched } from "./matched.ts";
import { broadcastTo } from "./movement.ts";

/** z = x + y */
export const add: Binary = named(addOp, (x: Operand, y: Operand) => plus(...matched("add", x, y)));
/** z = x·y, element by element */
export const mul: Binary = named(product.op, (x: Operand, y: Operand) => product(...matched("mul", x, y)));
/** z = x − y; exact: x + (−y) rounds as x − y. */
export const sub = (x: Operand, y: Operand): Value => add(x, neg(y));

const negation: Linear<Record<never, never>> = linear<Record<never, never>>({
  name: "neg",
  shape: (x) => x,
  evaluate: (x, y) => {
    for (let i = 0; i < y.data.length; i++) y.data[i] = y.dtype === "integer" ? -x.data[i]! | 0 : -x.data[i]!;
  },
  transpose: (yBar) => neg(yBar),
  example: [[3], {}],
});
/** y = −x */
export const neg: Unary = named(negation.op, (x: Operand): Value => negation(countable(x), {}));

const divOp: Op = single({
  name: "div",
  type: ([x, y]) => sameTypes("div")(x!, y!),
  evaluate: ([x, y], z) => zipInto(x!, y!, z, (a, b) => a / b),
  jvp: ([dx, dy], [, y], z) => div(sumOf(dx, dy && neg(product(z, dy)))!, y!), // ż = (ẋ − z·ẏ) / y
  transpose: (zBar, [, y]) => [div(zBar, y!), null],
});
/** z = x / y, correctly rounded; integers are divided as real numbers. */
export const div: Binary = named(divOp, (x: Operand, y: Operand) =>
  applyOne(divOp, matched("div", cast(x, "real"), cast(y, "real"))),
);
example(divOp, [[2, 3], [3]], (x, y) => div(x!, y!), { domain: [0.5, 3] });

/** max(x, y) or min(x, y): NaN if either is; where they are equal, each has half of the derivative. */
function extremum(name: string, f: (a: number, b: number) => number, wins: (x: Value, y: Value) => Value): Binary {
  const op = single({
    name,
    type: ([x, y]) => sameTypes(name)(x!, y!),
    evaluate: ([x, y], z) => zipInto(x!, y!, z, f),
    jvp: ([dx, dy], [x, y]) => {
      const share = where(equal(x!, y!), 0.5, cast(wins(x!, y!), "real"));
      return sumOf(dx && product(share, dx), dy && product(sub(1, share), dy));
    },
  });
  example(op, [[2, 3], [3]], (x, y) => call(x!, y!), { distinct: true });
  const call = (x: Operand, y: Operand): Value => applyOne(op, matched(name, x, y));
  return named(op, call);
}
export const maximum: Binary = extremum("maximum", Math.max, (x, y) => greater(x, y));
export const minimum: Binary = extremum("minimum", Math.min, (x, y) => less(x, y));

function comparison(name: string, f: (a: number, b: number) => boolean): Binary {
  const op = single({
    name,
    type: ([x, y]) => ({ ...sameTypes(name)(x!, y!), dtype: "boolean" }),
    evaluate: ([x, y], z) => zipInto(x!, y!, z, (a, b) => Number(f(a, b))),
    jvp: () => null,
  });
  return named(op, (x: Operand, y: Operand) => applyOne(op, matched(name, x, y)));
}
// biome-ignore format: the table is the documentation
export const
  less         = comparison("less",         (a, b) => a < b),
  lessEqual    = comparison("lessEqual",    (a, b) => a <= b),
  greater      = comparison("greater",      (a, b) => a > b),
  greaterEqual = comparison("greaterEqual", (a, b) => a >= b),
  equal        = comparison("equal",        (a, b) => a === b),
  notEqual     = comparison("notEqual",     (a, b) => a !== b);

function connective(name: string, f: (a: number, b: number) => number): Binary {
  const op = single({
    name,
    type: ([x, y]) => sameTypes(name)(x!, y!),
    evaluate: ([x, y], z) => zipInto(x!, y!, z, f),
    jvp: () => null,
  });
  const truth = (name: string, x: Operand, y: Operand): [Value, Value] => {
    const [a, b] = [cast(x, "boolean"), cast(y, "boolean")];
    const shape = broadcastShape(name, a.shape, b.shape);
    return [broadcastTo(a, shape), broadcastTo(b, shape)];
  };
  return named(op, (x: Operand, y: Operand) => applyOne(op, truth(name, x, y)));
}
export const logicalAnd: Binary = connective("logicalAnd", (a, b) => a & b);
export const logicalOr: Binary = connective("logicalOr", (a, b) => a | b);
export const logicalXor: Binary = connective("logicalXor", (a, b) => a ^ b);
export const logicalNot = (x: Operand): Value => logicalXor(x, true);

/** z = c ? x : y, element by element. Linear in x and y: each side gets z̄ where it was chosen, and exactly 0 elsewhere. */
const whereOp: Op = single({
  name: "where",
  type: ([c, x, y]) => sameTypes("where")(sameTypes("where")(x!, y!), { shape: c!.shape, dtype: x!.dtype }),
  evaluate: ([c, x, y], z) => {
    for (let i = 0; i < z.data.length; i++) z.data[i] = c!.data[i] ? x!.data[i]! : y!.data[i]!;
  },
  jvp: ([, dx, dy], [c]) => where(c!, dx ?? 0, dy ?? 0),
  transpose: (zBar, [c], [, inX, inY]) => [null, inX ? where(c!, zBar, 0) : null, inY ? where(c!, 0, zBar) : null],
});
example(whereOp, [[2, 3], [3]], (x, y) => where([true, false, true], x!, y!));

/**
 * Where the condition holds x, elsewhere y; all three are matched by NumPy's rule. Both sides are computed: where the
 * derivative of the side that is not chosen may be infinite, choose its argument with `where` too.
 */
export function where(condition: Operand, x: Operand, y: Operand): Value {
  const [a, b] = matched("where", x, y);
  const c = cast(condition, "boolean");
  const shape = broadcastShape("where", c.shape, a.shape);
  return applyOne(whereOp, [broadcastTo(c, shape), broadcastTo(a, shape), broadcastTo(b, shape)]);
}

/** x kept between `low` and `high`; the derivative is 0 outside of them, and one half on the bound. */
export const clip = (x: Operand, low: Operand, high: Operand): Value => minimum(maximum(x, low), high);

/** The value without its derivative: a constant for every transformation. */
const stopOp: Op = single({
  name: "stopGradient",
  type: ([x]): Type => ({ shape: x!.shape, dtype: x!.dtype }),
  evaluate: ([x], y) => y.data.set(x!.data),
  jvp: () => null,
});
export const stopGradient = (x: Operand): Value => applyOne(stopOp, [lift(x)]);
