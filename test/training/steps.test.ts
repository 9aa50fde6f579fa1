import { describe, expect, it } from "vitest";
import { portion, type Steps } from "../../src/core/steps.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { checkedPart, partOf } from "../../src/training/options.ts";
import { partRows, takingRows } from "../../src/training/weights.ts";
import { problemOf } from "../data/problem.ts";

const columns = 1024;
const rows = (3 * portion) / columns + 5; // three portions and a bit
const numbers = Float64Array.from({ length: rows * columns }, (_, i) => i % 1009);
const x = new Tensor([rows, columns], numbers);
const y = new Tensor([rows], new Float64Array(rows));

function countSteps<T>(work: Steps<T>): [steps: number, result: T] {
  for (let steps = 0; ; steps++) {
    const { done, value } = work.next();
    if (done) return [steps, value];
  }
}

describe("rows of many numbers", () => {
  it("are checked in steps, so that a page goes on meanwhile", () => {
    const [steps, part] = countSteps(checkedPart("data", { x, y }));
    expect(steps).toBeGreaterThanOrEqual(numbers.length / portion);
    expect(part.x.data).toBe(numbers);
  });

  it("are checked to the last", async () => {
    for (const at of [0, portion - 1, portion, numbers.length - 1]) {
      const spoilt = new Tensor(x.shape, Float64Array.from(numbers));
      spoilt.data[at] = Number.NaN;
      const given = { row: Math.floor(at / columns), column: at % columns, value: Number.NaN };
      expect(await problemOf(() => partOf("data", { x: spoilt, y }))).toMatchObject({ code: "data-number", given });
    }
  });

  it("are taken in steps, and all of them", () => {
    const backwards = Int32Array.from({ length: rows }, (_, i) => rows - 1 - i);
    const [steps, taken] = countSteps(takingRows({ x, y, weights: y }, backwards));
    expect(steps).toBeGreaterThanOrEqual(Math.floor(numbers.length / portion) - 1);
    expect(Object.keys(taken)).toEqual(["x", "y", "weights"]);
    for (const row of [0, 1, 300, rows - 1])
      expect(taken.x.data.slice(row * columns, (row + 1) * columns)).toEqual(
        numbers.slice(backwards[row]! * columns, (backwards[row]! + 1) * columns),
      );
  });

  it("keep their kind of number", () => {
    const single = new Tensor([3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));
    const classes = new Tensor([3], Int32Array.of(7, 8, 9));
    const taken = partRows({ x: single, y: classes }, Int32Array.of(2, 2, 0));
    expect(taken).toEqual({
      x: new Tensor([3, 2], Float32Array.of(5, 6, 5, 6, 1, 2)),
      y: new Tensor([3], Int32Array.of(9, 9, 7)),
    });
  });
});
