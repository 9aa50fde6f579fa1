import { describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import { constant, type Operand, type Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { evaluate, grad } from "../../src/transform/index.ts";

const { NaN: nan, POSITIVE_INFINITY: inf, MIN_VALUE: tiny } = Number;
const at = [-inf, -800, -1, -tiny, -0, 0, tiny, 1, 800, inf, nan] as const;
const { E: e, PI: π } = Math;
const [half, big] = [0.5, 1.3631996675366e347]; // big is e⁸⁰⁰: beyond float64, so ∞

type Row = readonly [op: (x: Operand) => Value, ...values: number[]];

/** What IEEE 754 and NumPy give, at: −∞, −800, −1, −tiny, −0, 0, tiny, 1, 800, ∞, NaN. */
// biome-ignore format: a table
const rows: Readonly<Record<string, Row>> = {
  neg:        [ops.neg,        inf, 800, 1, tiny, 0, -0, -tiny, -1, -800, -inf, nan],
  exp:        [ops.exp,        0, 0, 1 / e, 1, 1, 1, 1, e, big, inf, nan],
  expm1:      [ops.expm1,      -1, -1, 1 / e - 1, -tiny, -0, 0, tiny, e - 1, inf, inf, nan],
  log:        [ops.log,        nan, nan, nan, nan, -inf, -inf, Math.log(tiny), 0, Math.log(800), inf, nan],
  log1p:      [ops.log1p,      nan, nan, -inf, -tiny, -0, 0, tiny, Math.LN2, Math.log1p(800), inf, nan],
  sqrt:       [ops.sqrt,       nan, nan, nan, nan, -0, 0, Math.sqrt(tiny), 1, Math.sqrt(800), inf, nan],
  square:     [ops.square,     inf, 640000, 1, 0, 0, 0, 0, 1, 640000, inf, nan],
  reciprocal: [ops.reciprocal, -0, -1 / 800, -1, -inf, -inf, inf, inf, 1, 1 / 800, 0, nan],
  sin:        [ops.sin,        nan, Math.sin(-800), Math.sin(-1), -tiny, -0, 0, tiny, Math.sin(1), Math.sin(800), nan, nan],
  cos:        [ops.cos,        nan, Math.cos(800), Math.cos(1), 1, 1, 1, 1, Math.cos(1), Math.cos(800), nan, nan],
  tan:        [ops.tan,        nan, Math.tan(-800), Math.tan(-1), -tiny, -0, 0, tiny, Math.tan(1), Math.tan(800), nan, nan],
  asin:       [ops.asin,       nan, nan, -π / 2, -tiny, -0, 0, tiny, π / 2, nan, nan, nan],
  acos:       [ops.acos,       nan, nan, π, π / 2, π / 2, π / 2, π / 2, 0, nan, nan, nan],
  atan:       [ops.atan,       -π / 2, Math.atan(-800), -π / 4, -tiny, -0, 0, tiny, π / 4, Math.atan(800), π / 2, nan],
  sinh:       [ops.sinh,       -inf, -inf, Math.sinh(-1), -tiny, -0, 0, tiny, Math.sinh(1), inf, inf, nan],
  cosh:       [ops.cosh,       inf, inf, Math.cosh(1), 1, 1, 1, 1, Math.cosh(1), inf, inf, nan],
  asinh:      [ops.asinh,      -inf, Math.asinh(-800), Math.asinh(-1), -tiny, -0, 0, tiny, Math.asinh(1), Math.asinh(800), inf, nan],
  acosh:      [ops.acosh,      nan, nan, nan, nan, nan, nan, nan, 0, Math.acosh(800), inf, nan],
  atanh:      [ops.atanh,      nan, nan, -inf, -tiny, -0, 0, tiny, inf, nan, nan, nan],
  tanh:       [ops.tanh,       -1, -1, Math.tanh(-1), -tiny, -0, 0, tiny, Math.tanh(1), 1, 1, nan],
  sigmoid:    [ops.sigmoid,    0, 0, 1 / (1 + e), half, half, half, half, 1 / (1 + 1 / e), 1, 1, nan],
  softplus:   [ops.softplus,   0, 0, Math.log1p(1 / e), Math.LN2, Math.LN2, Math.LN2, Math.LN2, 1 + Math.log1p(1 / e), 800, inf, nan],
  erf:        [ops.erf,        -1, -1, -0.8427007929497149, -tiny, -0, 0, tiny, 0.8427007929497149, 1, 1, nan],
  erfc:       [ops.erfc,       2, 2, 1.842700792949715, 1, 1, 1, 1, 0.1572992070502851, 0, 0, nan],
  relu:       [ops.relu,       0, 0, 0, 0, 0, 0, tiny, 1, 800, inf, nan],
  abs:        [ops.abs,        inf, 800, 1, tiny, 0, 0, tiny, 1, 800, inf, nan],
  step:       [ops.step,       0, 0, 0, 0, 0, 0, 1, 1, 1, 1, nan],
  sign:       [ops.sign,       -1, -1, -1, -1, -0, 0, 1, 1, 1, 1, nan],
  floor:      [ops.floor,      -inf, -800, -1, -1, -0, 0, 0, 1, 800, inf, nan],
  ceil:       [ops.ceil,       -inf, -800, -1, -0, -0, 0, 1, 1, 800, inf, nan],
  round:      [ops.round,      -inf, -800, -1, -0, -0, 0, 0, 1, 800, inf, nan],
  isFinite:   [ops.isFinite,   0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0],
  isNaN:      [ops.isNaN,      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
};

const numbers = (x: Value): number[] => {
  const y = evaluate(x);
  return y instanceof Tensor ? [...y.data] : [y];
};

describe.each(Object.entries(rows))("%s", (_name, [op, ...expected]) => {
  it.each(at.map((x, i) => [x, expected[i]!] as const))("of %d is %d", (x, y) => {
    const [value] = numbers(op(tensor([x])));
    // libm's are correct to 1 ulp or so; zeros, infinities and NaN must be exact, signs of zero too
    if (y === 0 || !Number.isFinite(y)) expect(value).toBe(y);
    else expect(Math.abs(value! - y)).toBeLessThanOrEqual(4e-16 * Math.abs(y));
  });
});

describe("every elementwise function, with a row above or without", () => {
  const unary = ops.examples.filter((x) => x.shapes.length === 1 && x.shapes[0]!.join() === "3");
  it.each(
    unary.map((x) => [x.op.name, x] as const),
  )("%s takes extremes without an exception, and passes NaN on", (_name, x) => {
    const values = numbers(x.call(constant(tensor([...at]))));
    expect(values).toHaveLength(at.length);
    expect(values.at(-1)).toBeNaN();
  });
});

it("keeps NaN in max, min, maximum, minimum and their reductions", () => {
  for (const f of [ops.maximum, ops.minimum]) {
    expect(numbers(f([nan, 1, nan], [1, nan, nan]))).toEqual([nan, nan, nan]);
    expect(numbers(f(-0, 0))).toEqual([f === ops.maximum ? 0 : -0]);
  }
  expect(numbers(ops.max([[1, nan], [inf, 2]], 1))).toEqual([nan, inf]); // biome-ignore format: a matrix
  expect(numbers(ops.argmax([1, nan, 3]))).toEqual([1]);
});

it("raises to powers as IEEE 754 says", () => {
  const cases = [
    [0, 0, 1],
    [nan, 0, 1],
    [1, nan, 1],
    [1, inf, 1],
    [-1, -inf, 1],
    [-8, 1 / 3, nan],
    [-2, 3, -8],
    [0, -1, inf],
    [-0, -1, -inf],
    [inf, -1, 0],
  ] as const;
  for (const [x, y, z] of cases) expect(numbers(ops.pow(x, y))).toEqual([z]);
});

it("divides and compares as IEEE 754 says", () => {
  expect(numbers(ops.div([1, -1, 0, inf, nan], [0, 0, 0, inf, 1]))).toEqual([inf, -inf, nan, nan, nan]);
  expect(numbers(ops.equal([nan, 0, inf], [nan, -0, inf]))).toEqual([0, 1, 1]);
  expect(numbers(ops.less([nan, 1], [1, nan]))).toEqual([0, 0]);
  expect(numbers(ops.notEqual(nan, nan))).toEqual([1]);
});

it("rounds halves to even, and keeps the sign of zero", () => {
  expect(numbers(ops.round([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]))).toEqual([-2, -2, -0, 0, 2, 2]);
});

it("converts to integers towards zero, within 32 bits", () => {
  const x = ops.cast([2.9, -2.9, 1e12, -inf, nan], "integer");
  expect(numbers(x)).toEqual([2, -2, 2 ** 31 - 1, -(2 ** 31), 0]);
});

it("wraps integers around at 32 bits, in sums too", () => {
  const top = new Tensor([2], Int32Array.of(2 ** 31 - 1, 1));
  expect(numbers(ops.sum(top))).toEqual([-(2 ** 31)]);
  expect(numbers(ops.cumsum(top))).toEqual([2 ** 31 - 1, -(2 ** 31)]);
  expect(numbers(ops.add(top, 1))).toEqual([-(2 ** 31), 2]);
});

it("works on logits of any size", () => {
  expect(numbers(ops.logSumExp([800, 800]))).toEqual([800 + Math.LN2]);
  expect(numbers(ops.logSumExp([[-inf, -inf], [-inf, 3]], 1))).toEqual([-inf, 3]); // biome-ignore format: a matrix
  expect(numbers(ops.logSumExp([inf, 1]))).toEqual([inf]);
  expect(numbers(ops.softmax([1e300, 0, -1e300]))).toEqual([1, 0, 0]);
  expect(numbers(ops.softmax([-inf, 0]))).toEqual([0, 1]);
  expect(numbers(ops.logSoftmax([800, 0]))).toEqual([0, -800]);
  expect(numbers(ops.softmax([-inf, -inf]))).toEqual([nan, nan]); // no number can be right
});

it("keeps derivatives exact where 1 − y² or y(1 − y) would lose all digits", () => {
  const slope = (f: (x: Value) => Value, x: number): number => grad(f)(x);
  for (const x of [5, 20, 40, 300]) {
    const q = Math.exp(-2 * x);
    expect(slope(ops.tanh, x) / ((4 * q) / (1 + q) ** 2)).toBeCloseTo(1, 13);
    expect(slope(ops.tanh, -x)).toBe(slope(ops.tanh, x));
    const p = Math.exp(-x);
    expect(slope(ops.sigmoid, x) / (p / (1 + p) ** 2)).toBeCloseTo(1, 13);
    expect(slope(ops.softplus, -x) / (p / (1 + p))).toBeCloseTo(1, 13);
  }
});

it.each([-1e5, -800, -0, 0, 800, 1e5])("has finite derivatives up to the fourth at %d", (x) => {
  for (const f of [ops.tanh, ops.sigmoid, ops.softplus, ops.erf, ops.erfc, ops.atan, ops.asinh, ops.relu, ops.abs]) {
    const orders = [grad(f), grad(grad(f)), grad(grad(grad(f))), grad(grad(grad(grad(f))))];
    for (const g of orders) expect(Number.isFinite(g(x))).toBe(true);
  }
});
