import { applyOne, type Op, type Operand, type Value } from "../graph/value.ts";
import { add, div, equal, logicalAnd, mul, neg, sub, where } from "./arithmetic.ts";
import { type Binary, example, flat, named, real, sameTypes, single, smooth, sumOf, zipInto } from "./define.ts";
import * as special from "./erf.ts";
import { matched } from "./matched.ts";

const twoOverRootPi = 1.1283791670955126; // 2/√π

// biome-ignore format: the table is the documentation
export const
  //                           y = f(x)                       dy/dx, from x and y               sampled where
  exp        = smooth("exp",        Math.exp,                      (_x, y) => y),
  expm1      = smooth("expm1",      Math.expm1,                    (x)     => exp(x)),
  log        = smooth("log",        Math.log,                      (x)     => reciprocal(x),                  { domain: [0.5, 3] }),
  log1p      = smooth("log1p",      Math.log1p,                    (x)     => reciprocal(add(1, x)),          { domain: [-0.5, 3] }),
  sqrt       = smooth("sqrt",       Math.sqrt,                     (_x, y) => div(0.5, y),                    { domain: [0.5, 3] }),
  cbrt       = smooth("cbrt",       Math.cbrt,                     (_x, y) => reciprocal(mul(3, square(y))),  { domain: [0.5, 3] }),
  square     = smooth("square",     (x) => x * x,                  (x)     => mul(2, x)),
  reciprocal = smooth("reciprocal", (x) => 1 / x,                  (_x, y) => neg(square(y)),                 { domain: [0.5, 3] }),
  sin        = smooth("sin",        Math.sin,                      (x)     => cos(x)),
  cos        = smooth("cos",        Math.cos,                      (x)     => neg(sin(x))),
  tan        = smooth("tan",        Math.tan,                      (_x, y) => add(1, square(y)),              { domain: [-1, 1] }),
  asin       = smooth("asin",       Math.asin,                     (x)     => reciprocal(sqrt(mul(sub(1, x), add(1, x)))),      { domain: [-0.8, 0.8] }),
  acos       = smooth("acos",       Math.acos,                     (x)     => neg(reciprocal(sqrt(mul(sub(1, x), add(1, x))))), { domain: [-0.8, 0.8] }),
  atan       = smooth("atan",       Math.atan,                     (x)     => reciprocal(add(1, square(x)))),
  sinh       = smooth("sinh",       Math.sinh,                     (x)     => cosh(x)),
  cosh       = smooth("cosh",       Math.cosh,                     (x)     => sinh(x)),
  asinh      = smooth("asinh",      Math.asinh,                    (x)     => reciprocal(sqrt(add(1, square(x))))),
  acosh      = smooth("acosh",      Math.acosh,                    (x)     => reciprocal(sqrt(mul(sub(x, 1), add(x, 1)))),      { domain: [1.5, 4] }),
  atanh      = smooth("atanh",      Math.atanh,                    (x)     => reciprocal(mul(sub(1, x), add(1, x))),            { domain: [-0.8, 0.8] }),
  tanh       = smooth("tanh",       Math.tanh,                     (x)     => sechSquared(x)),              // 1 − y² loses all digits at large |x|
  sigmoid    = smooth("sigmoid",    stableSigmoid,                 (x, y)  => mul(y, sigmoid(neg(x)))),     // so does y(1 − y)
  softplus   = smooth("softplus",   stableSoftplus,                (x)     => sigmoid(x)),
  erf        = smooth("erf",        special.erf,                   (x)     => mul(twoOverRootPi, exp(neg(square(x))))),
  erfc       = smooth("erfc",       special.erfc,                  (x)     => mul(-twoOverRootPi, exp(neg(square(x))))),
  relu       = smooth("relu",       (x) => (x <= 0 ? 0 : x),       (_x, y) => step(y),                        { kinks: [0] }), // relu′(0) = 0
  abs        = smooth("abs",        Math.abs,                      (x)     => sign(x),                        { kinks: [0] }), // |·|′(0) = 0
  step       = flat("step",  (x) => (x > 0 ? 1 : x <= 0 ? 0 : x)),
  sign       = flat("sign",  Math.sign),
  floor      = flat("floor", Math.floor),
  ceil       = flat("ceil",  Math.ceil),
  round      = flat("round", roundHalfEven),
  isFinite   = flat("isFinite", (x) => (Number.isFinite(x) ? 1 : 0), "boolean"),
  isNaN      = flat("isNaN",    (x) => (Number.isNaN(x) ? 1 : 0),    "boolean");

/** sech² x = 4 σ(2x) σ(−2x): to full relative accuracy for every x; its own derivative to that of its greatest, near 0. */
const sechSquared = (x: Value): Value => mul(4, mul(sigmoid(mul(2, x)), sigmoid(mul(-2, x))));

/** 1/(1 + e⁻ˣ), in the form that cannot overflow. */
function stableSigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** ln(1 + eˣ) without overflow; a primitive because its stable form is made of kinked pieces. */
function stableSoftplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** To the nearest integer, halves to the even one: the rounding of IEEE 754 and NumPy. */
function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : Math.ceil(x);
}

const powOp: Op = single({
  name: "pow",
  type: ([x, y]) => sameTypes("pow")(x!, y!),
  evaluate: ([x, y], z) => zipInto(x!, y!, z, power),
  jvp: ([dx, dy], [x, y], z) => {
    const zero = equal(x!, 0); // the base is replaced, not the result: no 0·∞ appears, in derivatives of any order
    const byX = dx && mul(dx, mul(y!, pow(where(logicalAnd(zero, equal(y!, 0)), 1, x!), sub(y!, 1))));
    const byY = dy && mul(dy, mul(z, log(where(zero, 1, x!))));
    return sumOf(byX, byY);
  },
});

/** IEEE 754's power: 1 to any exponent is 1, and so is −1 to an infinite one, where JavaScript says NaN. */
const power = (x: number, y: number): number =>
  x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y;

/**
 * z = xʸ.  ∂z/∂x = y·xʸ⁻¹ (0 for 0⁰),  ∂z/∂y = xʸ·ln x (0 where x = 0).
 * A negative base with an exponent that is not whole gives NaN.
 */
export const pow: Binary = named(powOp, (x: Operand, y: Operand) => applyOne(powOp, matched("pow", real(x), real(y))));
example(powOp, [[2, 3], [3]], (x, y) => pow(x!, y!), { domain: [0.5, 3] });
