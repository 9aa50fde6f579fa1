import { describe, expect, it } from "vitest";
import { prepare } from "../../src/run/prepare.ts";
import { checkRunFile } from "../../src/run/runfile.ts";

/** Mean and variance of a column of `[rows, columns]`. */
function moments(
  { shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  column: number,
) {
  const [rows, width] = shape as [number, number];
  const values = Array.from({ length: rows }, (_, i) => data[i * width + column]!);
  const mean = values.reduce((a, b) => a + b) / rows;
  return { mean, variance: values.reduce((s, x) => s + (x - mean) ** 2, 0) / rows };
}

describe("what a run learns about the data before training", () => {
  it("is learnt on the training part alone: it, and no other part, has mean 0 and variance 1", async () => {
    const file = checkRunFile("file", { data: { source: "breast-cancer", scale: "standard" }, precision: "f64" });
    const { training, validation } = await prepare(file);
    for (let column = 0; column < 30; column++) {
      const { mean, variance } = moments(training.x, column);
      // Sums of 364 numbers of size 1: rounding below 364·2⁻⁵³ each, in mean and variance.
      expect(Math.abs(mean)).toBeLessThan(1e-13);
      expect(Math.abs(variance - 1)).toBeLessThan(1e-12);
    }
    // 91 rows of other tumours: their mean differs from 0 by a tenth or so, never by rounding alone.
    const apart = Array.from({ length: 30 }, (_, column) => Math.abs(moments(validation!.x, column).mean));
    expect(Math.min(...apart)).toBeGreaterThan(1e-6);
  });

  it("is learnt on the training part alone: min-max spans [0, 1] there exactly", async () => {
    const file = checkRunFile("file", { data: { source: "breast-cancer", scale: "minmax" }, precision: "f64" });
    const { training } = await prepare(file);
    const [rows, width] = training.x.shape as [number, number];
    const column = (j: number): number[] => Array.from({ length: rows }, (_, i) => training.x.data[i * width + j]!);
    for (let j = 0; j < width; j++) expect([Math.min(...column(j)), Math.max(...column(j))]).toEqual([0, 1]);
  });
});
