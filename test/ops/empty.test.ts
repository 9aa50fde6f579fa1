import { describe, expect, it } from "vitest";
import type { Shape } from "../../src/core/shape.ts";
import { Tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { evaluate, grad } from "../../src/transform/index.ts";
import { codeOf } from "../numeric.ts";

const zeros = (shape: Shape): Tensor => new Tensor(shape, new Float64Array(shape.reduce((n, d) => n * d, 1)));
const shapeOf = (x: Value): Shape => {
  const y = evaluate(x);
  return y instanceof Tensor ? y.shape : [];
};

type Case = readonly [name: string, f: (x: Value) => Value, from: Shape, to: Shape];
const cases: readonly Case[] = [
  ["reshape", (x) => ops.reshape(x, [3, 0]), [0, 3], [3, 0]],
  ["transpose", (x) => ops.transpose(x), [0, 3], [3, 0]],
  ["transpose of ones", (x) => ops.transpose(x), [1, 1, 3], [3, 1, 1]],
  ["broadcastTo", (x) => ops.broadcastTo(x, [2, 0]), [0], [2, 0]],
  ["broadcastTo to nothing", (x) => ops.broadcastTo(x, [0, 3]), [1, 3], [0, 3]],
  ["sumTo", (x) => ops.sumTo(x, [1, 3]), [0, 3], [1, 3]],
  ["flip", (x) => ops.flip(x), [0, 3], [0, 3]],
  ["slice to nothing", (x) => ops.slice(x, [[2, 2]]), [3, 2], [0, 2]],
  ["slice of nothing", (x) => ops.slice(x, [null, [0, 2]]), [0, 3], [0, 2]],
  ["pad", (x) => ops.pad(x, [[1, 1]]), [0], [2]],
  ["pad by a number", (x) => ops.pad(x, [[1, 1]], 7), [0], [2]],
  ["concat", (x) => ops.concat([x, zeros([2, 3])]), [0, 3], [2, 3]],
  ["stack", (x) => ops.stack([x, x]), [0], [2, 0]],
  ["take none", (x) => ops.take(x, new Tensor([0], new Int32Array(0))), [2, 3], [0, 3]],
  ["cumsum", (x) => ops.cumsum(x), [0, 3], [0, 3]],
  ["sum over nothing", (x) => ops.sum(x, 0), [0, 3], [3]],
  ["sum along nothing", (x) => ops.sum(x, 1), [0, 3], [0]],
  ["sum of all", (x) => ops.sum(x), [0, 3], []],
  ["mean of ones", (x) => ops.mean(x, { axis: [0, 1], keepAxes: true }), [1, 1], [1, 1]],
  ["prod", (x) => ops.prod(x, 0), [0, 3], [3]],
  ["max along nothing", (x) => ops.max(x, 1), [0, 3], [0]],
  ["logSumExp", (x) => ops.logSumExp(x, 1), [0, 3], [0]],
  ["softmax", (x) => ops.softmax(x), [0, 3], [0, 3]],
  ["logSoftmax", (x) => ops.logSoftmax(x), [3, 0], [3, 0]],
  ["variance along nothing", (x) => ops.variance(x, 1), [0, 3], [0]],
  ["matmul without rows", (x) => ops.matmul(x, zeros([3, 2])), [0, 3], [0, 2]],
  ["matmul without columns", (x) => ops.matmul(x, zeros([3, 0])), [2, 3], [2, 0]],
  ["matmul over nothing", (x) => ops.matmul(x, zeros([0, 4])), [2, 0], [2, 4]],
  ["matmul of ones", (x) => ops.matmul(x, zeros([1, 1])), [1, 1], [1, 1]],
  ["dot of nothing", (x) => ops.matmul(x, zeros([0])), [0], []],
  ["where", (x) => ops.where(true, x, 1), [0, 3], [0, 3]],
  ["add", (x) => ops.add(x, zeros([1, 3])), [0, 3], [0, 3]],
];

describe.each(cases)("%s", (_name, f, from, to) => {
  it("works without numbers or along axes of size 1", () => expect(shapeOf(f(ops.add(zeros(from), 0)))).toEqual(to));
  it("has a gradient of the right shape there", () =>
    expect((grad((x) => ops.sum(f(x)))(zeros(from)) as Tensor).shape).toEqual(from));
});

it("has neutral elements: Σ of nothing is 0, Π is 1, ln Σ exp is −∞, the mean is NaN", () => {
  const nothing = zeros([0]);
  expect([ops.sum, ops.prod, ops.logSumExp, ops.mean].map((f) => evaluate(f(nothing)))).toEqual([
    0,
    1,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]);
});

it("has no greatest of nothing", () => {
  for (const f of [ops.max, ops.min, ops.argmax, ops.argmin])
    expect(codeOf(() => f(zeros([2, 0]), 1))).toBe("shape-size");
});
