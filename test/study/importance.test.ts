import { describe, expect, it } from "vitest";
import { key, uniformAt } from "../../src/core/random.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { dense, mlp } from "../../src/nn/index.ts";
import { partialDependence, permutationImportance } from "../../src/study/index.ts";
import { fit, mse } from "../../src/training/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose } from "../numbers/close.ts";
import numbers from "../numbers/dependence.json" with { type: "json" };

const rows = 60;
const x = Array.from({ length: rows }, (_, i) => [0, 1, 2].map((j) => uniformAt(key(7), 3 * i + j) * 4 - 2));
const W = [[2], [-0.5], [0]];
const y = x.map(([a = 0, b = 0]) => [2 * a - 0.5 * b + 1]);
const exact = await fit(
  dense({ inputs: 3, outputs: 1 }),
  { x, y },
  { epochs: 0, precision: "f64", parameters: { W, b: [1] } as never },
);

describe("permutation importance", () => {
  it("of an exact linear model is 2 w² σ² of squared error, within what chance allows", () => {
    const { value, metric, features } = permutationImportance(exact, { x, y }, { metric: mse, repeats: 400, seed: 1 });
    expect({ value, metric }).toEqual({ value: 0, metric: "mse" });
    for (const [j, { mean, deviation, each }] of features.entries()) {
      const column = x.map((row) => row[j]!);
      const middle = column.reduce((a, b) => a + b) / rows;
      const variance = column.reduce((sum, v) => sum + (v - middle) ** 2, 0) / rows;
      // The mean of (v_π(i) − v_i)² over all permutations is that over all pairs: 2 σ². Five standard errors of the mean.
      expect(Math.abs(mean - 2 * W[j]![0]! ** 2 * variance)).toBeLessThanOrEqual((5 * deviation) / Math.sqrt(400));
      expect(each).toHaveLength(400);
    }
  });

  it("is nothing for a feature that is not used, and the same for the same seed", () => {
    const options = { metric: "r2", repeats: 3, seed: 5 } as const;
    const { features } = permutationImportance(exact, { x, y }, options);
    expect(features[2]).toEqual({ mean: 0, deviation: 0, each: [0, 0, 0] });
    expect(features[0]!.mean).toBeGreaterThan(features[1]!.mean);
    expect(permutationImportance(exact, { x, y }, options).features).toEqual(features);
    expect(permutationImportance(exact, { x, y }, { ...options, seed: 6 }).features).not.toEqual(features);
  });

  it("shuffles the columns of a group together", () => {
    const twice = x.map(([a = 0, b = 0]) => [a, a, b]);
    const half = { W: [[1], [1], [-0.5]], b: [1] };
    const groups = [[0, 1], [2]];
    const options = { metric: mse, repeats: 200, seed: 2 };
    const split = permutationImportance(
      { ...exact, predict: predictWith(half) },
      { x: twice, y },
      { ...options, groups },
    );
    const whole = permutationImportance(exact, { x, y }, options);
    // The same weight on the same column, shuffled by the same orders.
    expectClose([split.features[0]!.mean], [whole.features[0]!.mean], { relative: 1e-12 });
    expect(split.features).toHaveLength(2);
  });

  it("measures accuracy unless it is told otherwise, and rows by their weight", async () => {
    const classes = x.map(([a = 0]) => Number(a > 0));
    const result = await fit(
      mlp({ inputs: 3, hidden: [4], outputs: 1 }),
      { x, y: classes },
      { loss: "logisticLoss", epochs: 60, learningRate: 0.05 },
    );
    const { metric, value, features } = permutationImportance(result, { x, y: classes }, { repeats: 20 });
    expect(metric).toBe("accuracy");
    expect(value).toBe(result.evaluate().metrics["accuracy"]);
    expect(features[0]!.mean).toBeGreaterThan(10 * Math.abs(features[2]!.mean));
    const weights = x.map((_, i) => Number(i < 20));
    const some = permutationImportance(result, { x, y: classes }, { repeats: 1, weights });
    expect(some.value).toBe(
      permutationImportance(result, { x: x.slice(0, 20), y: classes.slice(0, 20) }, { repeats: 1 }).value,
    );
  });

  it("refuses a column that is not there, no repeats, and an unknown option", async () => {
    const refused = (options: object) => problemOf(() => permutationImportance(exact, { x, y }, options));
    expect((await refused({ groups: [[0, 3]] })).rule).toBe("must hold numbers of columns, from 0 to 2.");
    expect((await refused({ repeats: 0 })).code).toBe("option");
    expect((await refused({ repeat: 3 })).code).toBe("option");
    expect((await problemOf(() => permutationImportance(exact, { x: [1, 2], y: [1, 2] }))).rule).toMatch(
      /\[rows, features\]/,
    );
  });
});

function predictWith({ W, b }: { W: number[][]; b: number[] }): typeof exact.predict {
  return (given) => {
    const { data, shape } = given as unknown as { data: Float64Array; shape: number[] };
    const [count = 0, width = 0] = shape;
    const out = Float64Array.from({ length: count }, (_, i) =>
      W.reduce((sum, [w = 0], j) => sum + w * data[i * width + j]!, b[0]!),
    );
    return new Tensor([count, 1], out);
  };
}

describe("partial dependence", () => {
  it("of a linear model is the line itself", () => {
    const { values, means } = partialDependence(exact, x, { feature: 0, values: [-1, 0, 3] });
    const middle = x.reduce((sum, [, b = 0]) => sum + b, 0) / rows;
    expect(values).toEqual([-1, 0, 3]);
    expectClose(
      means.flat(),
      values.map((v) => 2 * v - 0.5 * middle + 1),
      { relative: 1e-13, absolute: 1e-13 },
    );
  });

  it.each(["regression", "classes"] as const)("is what scikit-learn gives for the same network: %s", async (task) => {
    const { W, b, features } = numbers[task];
    const outputs = b[1]!.length;
    const parameters = [{ W: W[0], b: b[0] }, {}, { W: W[1], b: b[1] }];
    const model = mlp({ inputs: 3, hidden: [4], outputs, activation: "tanh" });
    const y = task === "classes" ? Int32Array.from(numbers.x, (_, i) => i % 3) : numbers.x.map(() => [0]);
    const options = { epochs: 0, precision: "f64", parameters: parameters as never } as const;
    const result = await fit(model, { x: numbers.x, y }, options);
    for (const [feature, expected] of features.entries()) {
      const { means } = partialDependence(result, numbers.x, { feature, values: expected.values });
      // Sums of forty terms of order one, in float64.
      expectClose(means.flat(), expected.means.flat(), { relative: 1e-11, absolute: 1e-12 });
    }
  });

  it("asks a feature of few values at those", () => {
    const coarse = x.map(([a = 0, b = 0], i) => [a, b, i % 3]);
    expect(partialDependence(exact, coarse, { feature: 2 }).values).toEqual([0, 1, 2]);
    expect(partialDependence(exact, coarse, { feature: 0 }).values).toHaveLength(20);
  });

  it("refuses a feature that is not there, and no values", async () => {
    expect((await problemOf(() => partialDependence(exact, x, { feature: 3 }))).code).toBe("option");
    expect((await problemOf(() => partialDependence(exact, x, { feature: 0, values: [] }))).code).toBe("option");
  });
});
