import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/index.ts";
import { fitScaler, minMax, type ScalerData, scalerFrom, standardize } from "../../src/data/index.ts";
import { problemOf } from "./problem.ts";

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const matrix = fc
  .tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 4 }))
  .chain(([rows, columns]) =>
    fc
      .array(number, { minLength: rows * columns, maxLength: rows * columns })
      .map((data) => tensor(data, [rows, columns])),
  );
const fits = [standardize, minMax, (x: Parameters<typeof minMax>[0]) => fitScaler("none", x)];

describe("scalers", () => {
  it("undo what they do", () => {
    // Two roundings each way of numbers up to 2e6 in the unscaled unit: 4 · 2⁻⁵³ · 2e6 < 1e-9.
    fc.assert(
      fc.property(matrix, (x) => {
        for (const learn of fits) {
          const scaler = learn(x);
          const back = scaler.invert(scaler.apply(x));
          back.data.forEach((value, i) => {
            expect(Math.abs(value - x.data[i]!)).toBeLessThan(1e-9);
          });
        }
      }),
    );
  });

  it("come back from JSON the same", () => {
    fc.assert(
      fc.property(matrix, (x) => {
        for (const learn of fits) {
          const scaler = learn(x);
          const copy = scalerFrom(JSON.parse(JSON.stringify(scaler)) as ScalerData);
          expect(copy.apply(x).data).toEqual(scaler.apply(x).data);
        }
      }),
    );
  });

  it("bring every column that varies to [0, 1], end to end", () => {
    fc.assert(
      fc.property(matrix, (x) => {
        const [, columns] = x.shape as [number, number];
        const y = minMax(x).apply(x);
        for (let j = 0; j < columns; j++) {
          const before = [...x.data].filter((_, i) => i % columns === j);
          const after = [...y.data].filter((_, i) => i % columns === j);
          const constant = before.every((value) => value === before[0]);
          expect(Math.min(...after) + 0).toBe(0); // −0 will do
          expect(Math.max(...after) + 0).toBe(constant ? 0 : 1);
        }
      }),
    );
  });

  it("give mean 0 and population deviation 1, also for a small spread on a large offset", () => {
    const x = tensor([[1e9 + 1], [1e9 + 2], [1e9 + 3], [1e9 + 4]]);
    const { shift, scale, apply } = standardize(x);
    expect(shift).toEqual([1e9 + 2.5]);
    expect(scale[0]).toBeCloseTo(Math.sqrt(1.25), 15);
    const y = [...apply(x).data];
    expect(y.reduce((a, b) => a + b)).toBeCloseTo(0, 14);
    expect(y.reduce((a, b) => a + b * b, 0)).toBeCloseTo(4, 14);
  });

  it("turn a constant column into zeros, and leave out missing values", () => {
    for (const learn of [standardize, minMax]) {
      expect([...learn(tensor([[0.1], [0.1], [0.1]])).apply(tensor([[0.1], [0.1]])).data]).toEqual([0, 0]);
      expect(learn(tensor([[1], [Number.NaN], [3]]))).toMatchObject(
        learn === minMax ? { shift: [1], scale: [2] } : { shift: [2], scale: [1] },
      );
    }
  });

  it("apply what the training part taught to other rows", () => {
    const scaler = minMax(
      tensor([
        [0, 10],
        [4, 30],
      ]),
    );
    expect(scaler.apply(tensor([[2, 50]])).toArray()).toEqual([[0.5, 2]]);
    expect(scaler.kind).toBe("minmax");
  });

  it("work at the ends of float64, or say that they cannot", async () => {
    expect(standardize(tensor([[1e300], [-1e300]])).scale).toEqual([1e300]);
    expect(standardize(tensor([[1e-300], [-1e-300]])).scale).toEqual([1e-300]);
    expect((await problemOf(() => minMax(tensor([[1.7e308], [-1.7e308]])))).code).toBe("data-number");
  });

  it("refuse other columns than they were fitted to, and what is not a matrix", async () => {
    const scaler = standardize(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    expect((await problemOf(() => scaler.apply(tensor([[1, 2, 3]])))).code).toBe("shape-inner");
    expect((await problemOf(() => standardize(tensor([1, 2])))).code).toBe("shape-rank");
  });
});
