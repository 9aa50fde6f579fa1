import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import type { Operand } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { evaluate } from "../../src/transform/index.ts";
import { codeOf, tensors } from "../numeric.ts";

const shown = (x: Operand): unknown => {
  const y = evaluate(ops.cast(x, "real"));
  return y instanceof Tensor ? y.toArray() : y;
};
const x = tensor([[1, 2, 3], [4, 5, 6]]); // biome-ignore format: a matrix
const count = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [2, 2, 3]);

// what NumPy gives for the same call
// biome-ignore format: a table
const cases: [name: string, is: Operand, should: unknown][] = [
  ["sum(x)", ops.sum(x), 21],
  ["sum(x, 0)", ops.sum(x, 0), [5, 7, 9]],
  ["sum(x, −1)", ops.sum(x, -1), [6, 15]],
  ["sum(x, [0, 1])", ops.sum(x, [0, 1]), 21],
  ["sum(x, [])", ops.sum(x, []), [[1, 2, 3], [4, 5, 6]]],
  ["sum(x, { axis: 1, keepAxes: true })", ops.sum(x, { axis: 1, keepAxes: true }), [[6], [15]]],
  ["sum(count, [0, −1])", ops.sum(count, [0, -1]), [24, 42]],
  ["sum of booleans", ops.sum([true, false, true]), 2],
  ["mean(x, 0)", ops.mean(x, 0), [2.5, 3.5, 4.5]],
  ["mean of integers", ops.mean(tensor(Int32Array.of(1, 2))), 1.5],
  ["variance(x, 1)", ops.variance(x, 1), [2 / 3, 2 / 3]],
  ["standardDeviation", ops.standardDeviation([1, 3]), 1],
  ["max(x, 0)", ops.max(x, 0), [4, 5, 6]],
  ["min(x, { axis: −1, keepAxes: true })", ops.min(x, { axis: -1, keepAxes: true }), [[1], [4]]],
  ["prod(x, 1)", ops.prod(x, 1), [6, 120]],
  ["prod(count + 1)", ops.prod(ops.add(x, 1)), 5040],
  ["argmax(x)", ops.argmax([[1, 9, 9], [4, 3, 2]]), [1, 0]],
  ["argmin(x, 0)", ops.argmin([[1, 9], [4, 3]], 0), [0, 1]],
  ["cumsum(x)", ops.cumsum(x), [[1, 3, 6], [4, 9, 15]]],
  ["cumsum(x, 0)", ops.cumsum(x, 0), [[1, 2, 3], [5, 7, 9]]],
  ["reshape(x, [3, −1])", ops.reshape(x, [3, -1]), [[1, 2], [3, 4], [5, 6]]],
  ["transpose(x)", ops.transpose(x), [[1, 4], [2, 5], [3, 6]]],
  ["transpose(count, [1, 2, 0])", ops.transpose(count, [1, 2, 0]), [[[0, 6], [1, 7], [2, 8]], [[3, 9], [4, 10], [5, 11]]]],
  ["transpose(count, [0, −1, 1])", ops.sum(ops.transpose(count, [0, -1, 1]), 0), [[6, 12], [8, 14], [10, 16]]],
  ["broadcastTo([1, 2], [2, 2])", ops.broadcastTo([1, 2], [2, 2]), [[1, 2], [1, 2]]],
  ["flip(x)", ops.flip(x), [[4, 5, 6], [1, 2, 3]]],
  ["flip(x, −1)", ops.flip(x, -1), [[3, 2, 1], [6, 5, 4]]],
  ["slice(x, [1])", ops.slice(x, [1]), [4, 5, 6]],
  ["slice(x, [null, −1])", ops.slice(x, [null, -1]), [3, 6]],
  ["slice(x, [[0, 1], [−2, 9]])", ops.slice(x, [[0, 1], [-2, 9]]), [[2, 3]]],
  ["slice(x, [null, [0, 3, 2]])", ops.slice(x, [null, [0, 3, 2]]), [[1, 3], [4, 6]]],
  ["pad", ops.pad([1, 2], [[1, 2]]), [0, 1, 2, 0, 0]],
  ["pad by a number", ops.pad([[1]], [[0, 1], [1, 0]], 7), [[7, 1], [7, 7]]],
  ["concat", ops.concat([x, [[7, 8, 9]]]), [[1, 2, 3], [4, 5, 6], [7, 8, 9]]],
  ["concat along −1", ops.concat([x, [[7], [8]]], -1), [[1, 2, 3, 7], [4, 5, 6, 8]]],
  ["stack", ops.stack([[1, 2], [3, 4]]), [[1, 2], [3, 4]]],
  ["stack along −1", ops.stack([[1, 2], [3, 4]], -1), [[1, 3], [2, 4]]],
  ["take(x, [1, 1])", ops.take(x, [1, 1]), [[4, 5, 6], [4, 5, 6]]],
  ["take(x, [[2, 0]], 1)", ops.take(x, [[2, 0]], 1), [[[3, 1]], [[6, 4]]]],
  ["take(x, 0, −1)", ops.take(x, 0, -1), [1, 4]],
  ["scatterAdd", ops.scatterAdd([3], [0, 2, 0], [1, 10, 100]), [101, 0, 10]],
  ["oneHot", ops.oneHot([2, 0], 3), [[0, 0, 1], [1, 0, 0]]],
  ["identity", ops.identity(2), [[1, 0], [0, 1]]],
  ["range", ops.range(3), [0, 1, 2]],
  ["matmul of matrices", ops.matmul(x, ops.transpose(x)), [[14, 32], [32, 77]]],
  ["matmul of vectors", ops.matmul([1, 2], [3, 4]), 11],
  ["matmul row by matrix", ops.matmul([1, 1], x), [5, 7, 9]],
  ["matmul matrix by column", ops.matmul(x, [1, 0, 1]), [4, 10]],
  ["matmul of batches", ops.matmul(count, [[1], [0], [0]]), [[[0], [3]], [[6], [9]]]],
  ["where", ops.where([true, false], [1, 2], 0), [1, 0]],
  ["where of three shapes", ops.where([[true], [false]], [1, 2], [[3], [4]]), [[1, 2], [4, 4]]],
  ["clip", ops.clip([-1, 0.5, 2], 0, 1), [0, 0.5, 1]],
  ["add column and row", ops.add([[1], [2]], [10, 20]), [[11, 21], [12, 22]]],
  ["a typed array in a formula", ops.mul(Float32Array.of(1, 2), 3), [3, 6]],
  ["logicalOr", ops.logicalOr([true, false, false], [false, false, true]), [1, 0, 1]],
  ["logicalNot", ops.logicalNot([0, 2]), [1, 0]],
];

describe("operations give what NumPy's do", () => {
  it.each(cases)("%s", (_name, is, should) => expect(shown(is)).toEqual(should));
});

describe("kinds of numbers", () => {
  const integer = tensor(Int32Array.of(3, 4));
  it("stay integers among integers and whole numbers, and become real otherwise", () => {
    const kinds = [
      ops.add(integer, 1),
      ops.mul(2, integer),
      ops.add(integer, 0.5),
      ops.div(integer, 2),
      ops.sum(integer),
      ops.max(integer),
      ops.less(integer, 4),
      ops.add([true], [true]),
    ];
    expect(kinds.map((v) => v.dtype)).toEqual([
      "integer",
      "integer",
      "real",
      "real",
      "integer",
      "integer",
      "boolean",
      "real",
    ]);
    expect(ops.add(2, 3).dtype).toBe("real");
  });
  it("are cast where functions are of real numbers", () =>
    expect(shown(ops.sqrt(tensor(Int32Array.of(4))))).toEqual([2]));
});

describe("identities of arrays", () => {
  const matrix = tensors([3, 4]);
  const same = (f: (x: Tensor) => [Operand, Operand]): void =>
    fc.assert(
      fc.property(matrix, (m) => {
        const [a, b] = f(m).map(shown);
        expect(a).toEqual(b);
      }),
      { numRuns: 30 },
    );
  it("transposing twice, reversing twice", () => {
    same((m) => [ops.transpose(ops.transpose(m)), m]);
    same((m) => [ops.flip(ops.flip(m, 1), 1), m]);
  });
  it("cutting in two and joining", () => {
    same((m) => [ops.concat([ops.slice(m, [null, [0, 1]]), ops.slice(m, [null, [1, 4]])], 1), m]);
  });
  it("the greatest is minus the least of the negative", () =>
    same((m) => [ops.max(m, 0), ops.neg(ops.min(ops.neg(m), 0))]));
  it("taking by one-hot products", () =>
    same((m) => [ops.add(ops.take(m, [2, 0]), 0), ops.matmul(ops.oneHot([2, 0], 3), m)]));
  it("the last running sum is the sum in the same order", () =>
    same((m) => [ops.slice(ops.cumsum(m), [null, -1]), ops.sum(m, -1)]));
});

it("says what is wrong with axes, ranges, widths and shapes", () => {
  expect(codeOf(() => ops.sum(x, 2))).toBe("shape-axis");
  expect(codeOf(() => ops.sum(1, 0))).toBe("shape-axis");
  expect(codeOf(() => ops.sum(x, { keepdims: true } as object))).toBe("option");
  expect(codeOf(() => ops.standardDeviation(x, { correction: 1 } as object))).toBe("option");
  expect(codeOf(() => ops.max(x, { dim: 0 } as object))).toBe("option");
  expect(codeOf(() => ops.concat([x, [[1]]]))).toBe("shape-mismatch");
  expect(codeOf(() => ops.concat([]))).toBe("shape-size");
  expect(codeOf(() => ops.slice(x, [2]))).toBe("index-range");
  expect(codeOf(() => ops.slice(x, [null, null, null]))).toBe("index-range");
  expect(codeOf(() => ops.slice(x, [[0, 2, 0]]))).toBe("index-range");
  expect(codeOf(() => ops.pad(x, [[-1, 0]]))).toBe("index-range");
  expect(codeOf(() => ops.broadcastTo([1, 2], [3]))).toBe("shape-mismatch");
  expect(codeOf(() => ops.sumTo(x, [3, 3]))).toBe("shape-mismatch");
  expect(codeOf(() => ops.scatterAdd([3], [0, 1], [1]))).toBe("shape-mismatch");
  expect(codeOf(() => evaluate(ops.oneHot([3], 3)))).toBe("index-range");
  expect(codeOf(() => ops.matmul([[[1]], [[1]]], [[[1]], [[1]], [[1]]]))).toBe("shape-mismatch");
});
