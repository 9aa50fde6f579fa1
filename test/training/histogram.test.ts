import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mlp } from "../../src/nn/index.ts";
import { histogramOf } from "../../src/training/histogram.ts";
import { fit } from "../../src/training/index.ts";

describe("a histogram", () => {
  it("counts every finite number once, between the least and the greatest", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.double({ min: -1e100, max: 1e100 }))), (arrays) => {
        const finite = arrays.flat().filter(Number.isFinite);
        const found = histogramOf(arrays);
        if (finite.length === 0) {
          expect(found).toBeUndefined();
          return;
        }
        expect(found!.counts).toHaveLength(24);
        expect(found!.counts.reduce((a, b) => a + b, 0)).toBe(finite.length);
        expect(found!.from).toBe(Number(Math.min(...finite).toPrecision(5)));
        expect(found!.to).toBe(Number(Math.max(...finite).toPrecision(5)));
      }),
    );
  });

  it("sets aside what is not finite, and puts equal numbers into one bin", () => {
    expect(histogramOf([[NaN, Infinity]])).toBeUndefined();
    expect(
      histogramOf([
        [3, 3],
        [NaN, 3],
      ]),
    ).toMatchObject({ from: 3, to: 3, counts: [3, ...new Array(23).fill(0)] });
  });
});

it("histograms of a layer's outputs and weights are recorded in epochs 1, 2, 4, 8, … and no others", async () => {
  const x = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(i)]);
  const model = mlp({ inputs: 2, hidden: [3], outputs: 1, activation: "tanh" });
  const { history } = await fit(model, { x, y: x.map(([a = 0]) => [a]) }, { record: true, batchSize: 1, epochs: 9 });
  const recorded = history.filter(({ layers }) => layers?.some(({ outputs }) => outputs));
  expect(recorded.map(({ epoch }) => epoch)).toEqual([1, 2, 4, 8]);
  const [first, tanh, last] = recorded[0]!.layers!;
  const count = (h: { readonly counts: readonly number[] } | undefined) => h?.counts.reduce((a, b) => a + b, 0);
  expect([count(first!.outputs), count(tanh!.outputs), count(last!.outputs)]).toEqual([3, 3, 1]); // a batch of one row
  expect([count(first!.weights), tanh!.weights, count(last!.weights)]).toEqual([2 * 3 + 3, undefined, 3 + 1]);
  expect(Math.abs(tanh!.outputs!.to)).toBeLessThanOrEqual(1);
});
