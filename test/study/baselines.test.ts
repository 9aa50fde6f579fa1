import { describe, expect, it } from "vitest";
import { key, normal } from "../../src/core/random.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { baselines } from "../../src/study/index.ts";
import { logLoss, mse } from "../../src/training/metrics/index.ts";

const next = normal(key(1));
const rows = 300;
const x = new Tensor([rows, 2], Float64Array.from({ length: 2 * rows }, next));
const row = (i: number): [number, number] => [x.data[2 * i]!, x.data[2 * i + 1]!];
const named = (found: ReturnType<typeof baselines>) =>
  Object.fromEntries(found.map(({ name, values }) => [name, values]));

describe("simple rules", () => {
  it("of numbers are the mean, and linear regression, which is exact for a line, in the target's unit", () => {
    const y = new Tensor(
      [rows, 1],
      Float64Array.from({ length: rows }, (_, i) => 2 * row(i)[0] - row(i)[1] + 3),
    );
    const unit = { shift: 10, scale: 5 };
    const found = named(baselines({ x, y }, { x, y }, { task: "regression", unit }));
    expect(found["constant predictor"]!["r2"]).toBeCloseTo(0, 12);
    expect(found["constant predictor"]!["rmse"]).toBeGreaterThan(5);
    expect(found["linear regression"]!["r2"]).toBeCloseTo(1, 9);
  });

  it("of linear regression leave errors that no input explains", () => {
    const y = new Tensor(
      [rows, 1],
      Float64Array.from({ length: rows }, (_, i) => row(i)[0] + next()),
    );
    const best = named(baselines({ x, y }, { x, y }, { task: "regression", metrics: [mse] }))["linear regression"]![
      "mse"
    ]!;
    // Normal equations by hand for any other line: never better on the rows it was fitted to.
    for (const [a, b, c] of [
      [1, 0, 0],
      [1.05, 0, 0],
      [1, 0.05, 0],
      [1, 0, 0.05],
    ] as const) {
      const other = Array.from({ length: rows }, (_, i) => (a * row(i)[0] + b * row(i)[1] + c - y.data[i]!) ** 2);
      expect(best).toBeLessThanOrEqual(other.reduce((sum, e) => sum + e) / rows + 1e-9);
    }
  });

  it("of classes are their shares, and logistic regression, near the least log loss of all straight lines", () => {
    const y = new Tensor(
      [rows, 1],
      Float64Array.from({ length: rows }, (_, i) => Number(row(i)[0] + 0.5 * row(i)[1] + next() > 0.5)),
    );
    const ones = Array.from(y.data).reduce((a, b) => a + b) / rows;
    const options = { task: "binary", metrics: [logLoss] } as const;
    const found = named(baselines({ x, y }, { x, y }, options));
    const entropy = -ones * Math.log(ones) - (1 - ones) * Math.log(1 - ones);
    expect(found["constant predictor"]!["logLoss"]).toBeCloseTo(entropy, 9);
    // Gradient descent until nothing moves any more, as the judge.
    const w = [0, 0, 0];
    const p = (i: number): number => 1 / (1 + Math.exp(-(w[0]! + w[1]! * row(i)[0] + w[2]! * row(i)[1])));
    for (let step = 0; step < 3000; step++) {
      const g = [0, 0, 0];
      for (let i = 0; i < rows; i++)
        for (const [j, v] of [1, ...row(i)].entries()) g[j]! += ((y.data[i]! - p(i)) * v) / rows;
      for (const j of [0, 1, 2]) w[j]! += g[j]!;
    }
    const least =
      Array.from({ length: rows }, (_, i) => -Math.log(y.data[i] ? p(i) : 1 - p(i))).reduce((a, b) => a + b) / rows;
    expect(found["logistic regression"]!["logLoss"]!).toBeLessThan(least + 1e-4);
    expect(found["logistic regression"]!["logLoss"]!).toBeGreaterThan(least - 1e-9);
  });

  it("of several classes tell apart what straight lines can", () => {
    const classes = Int32Array.from({ length: rows }, (_, i) => (row(i)[0] > 0.4 ? 2 : row(i)[1] > 0 ? 1 : 0));
    const y = new Tensor([rows], classes);
    const found = named(baselines({ x, y }, { x, y }, { task: "multiclass", classes: 3 }));
    expect(found["logistic regression"]!["accuracy"]).toBeGreaterThan(0.95);
    expect(found["constant predictor"]!["accuracy"]).toBeLessThan(0.5);
  });

  it("leave out what would take long, and labels", () => {
    const wide = new Tensor([rows, 2000], new Float64Array(rows * 2000));
    const y = new Tensor([rows, 1], Float64Array.from({ length: rows }, next));
    expect(baselines({ x: wide, y }, { x: wide, y }, { task: "regression" }).map(({ name }) => name)).toEqual([
      "constant predictor",
    ]);
    const labels = new Tensor([rows, 2], new Float64Array(2 * rows));
    expect(baselines({ x, y: labels }, { x, y: labels }, { task: "multilabel" })).toEqual([]);
  });
});
