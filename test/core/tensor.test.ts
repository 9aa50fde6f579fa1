import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sameShape, show, size, strides } from "../../src/core/shape.ts";
import { isNested, type Nested, Tensor, tensor } from "../../src/core/tensor.ts";
import { codeOf } from "../numeric.ts";

describe("a tensor", () => {
  it("reads its shape off the nesting", () => {
    expect(tensor(3).shape).toEqual([]);
    expect(tensor([1, 2]).shape).toEqual([2]);
    expect(tensor([[[1], [2]]]).shape).toEqual([1, 2, 1]);
    expect(tensor([[]]).shape).toEqual([1, 0]);
  });
  it("comes back as the nested arrays that it was made of", () => {
    const nested = fc.array(fc.array(fc.double({ noNaN: true }), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(fc.property(nested, (rows) => void expect(tensor(rows).toArray()).toEqual(rows)));
    expect(tensor([[true, false]]).toArray()).toEqual([[true, false]]);
    expect(tensor(2).toArray()).toBe(2);
  });
  it("is real for numbers, boolean for booleans, integer for integer arrays, pixels among them", () => {
    expect(
      [tensor([1]), tensor([true]), tensor(Int32Array.of(1)), tensor(Uint8Array.of(200))].map((t) => t.dtype),
    ).toEqual(["real", "boolean", "integer", "integer"]);
    expect([...tensor(Uint8Array.of(200)).data]).toEqual([200]);
    expect(tensor(Uint32Array.of(2 ** 32 - 1)).item()).toBe(2 ** 32 - 1);
    expect(tensor([1, true]).dtype).toBe("real");
    expect(tensor(new Float32Array(2)).data).toBeInstanceOf(Float32Array);
  });
  it("refuses what does not fit", () => {
    expect(codeOf(() => tensor([1, 2, 3], [2, 2]))).toBe("shape-size");
    expect(codeOf(() => new Tensor([2], new Float64Array(3)))).toBe("shape-size");
    expect(codeOf(() => tensor([[1], [1, 2]]))).toBe("shape-ragged");
    expect(codeOf(() => tensor([[1], 2]))).toBe("shape-ragged");
    expect(codeOf(() => tensor([1, 2]).item())).toBe("shape-size");
    // @ts-expect-error: 64-bit integers do not fit
    expect(codeOf(() => tensor(BigInt64Array.of(1n)))).toBe("dtype");
  });
});

it("knows nested numbers from trees", () => {
  const yes: Nested[] = [1, true, [1], [[1, 2], [3]]];
  expect(yes.every(isNested)).toBe(true);
  expect([[], [[]], ["a"], [1, "a"], { a: 1 }, null, undefined, "1", [tensor(1)]].some(isNested)).toBe(false);
});

describe("a shape", () => {
  it("has a size, and strides that multiply up to it", () => {
    expect([size([]), size([2, 3]), size([2, 0, 3])]).toEqual([1, 6, 0]);
    const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(shape, (s) => void expect(strides(s)[0]! * s[0]!).toBe(size(s))));
    expect(strides([2, 3, 4])).toEqual([12, 4, 1]);
  });
  it("is the same only with the same rank", () => {
    expect([sameShape([2], [2]), sameShape([2], [2, 1]), sameShape([], []), sameShape([1, 2], [2, 1])]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(show([2, 3])).toBe("[2, 3]");
  });
});
