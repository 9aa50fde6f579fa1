import { describe, expect, it } from "vitest";
import { key } from "../../src/core/random.ts";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { chain, dense, dropout, gaussianNoise, mlp } from "../../src/nn/index.ts";
import { keyValue } from "../../src/ops/index.ts";
import { sgd } from "../../src/optim/index.ts";
import { fit } from "../../src/training/index.ts";
import { compile } from "../../src/transform/index.ts";

const x = tensor(new Float64Array(10_000).fill(1), [100, 100]);
const context = (seed: number, training = true) => ({ training, key: keyValue(key(seed)) });
const masked = (seed: number, training = true): Tensor =>
  compile((v: Value) => dropout({ rate: 0.25 }).apply({}, v, context(seed, training)))(x) as Tensor;

describe("dropout", () => {
  it("drops a share of `rate` and keeps the mean", () => {
    const dropped = masked(1).data.filter((v) => v === 0).length;
    // 10⁴ draws with p = ¼: standard deviation √(10⁴·¼·¾) = 43; 5 of them.
    expect(Math.abs(dropped - 2500)).toBeLessThan(5 * 43.4);
    expect(new Set(masked(1).data)).toEqual(new Set([0, 1 / 0.75]));
  });

  it("does nothing when predicting, and draws by the key", () => {
    expect(masked(1, false).data).toEqual(x.data);
    expect(masked(1).data).toEqual(masked(1).data);
    expect(masked(1).data).not.toEqual(masked(2).data);
  });

  it("draws anew for each layer of a chain", () => {
    const twice = chain(dropout(), dropout());
    const both = compile((v: Value) => twice.apply([{}, {}], v, context(3)))(x) as Tensor;
    const kept = both.data.filter((v) => v > 0).length;
    // Independent masks keep ¼ (standard deviation 43 of 10⁴); one mask used twice would keep ½.
    expect(Math.abs(kept - 2500)).toBeLessThan(5 * 43.4);
  });

  it("draws anew for each step of a fit", async () => {
    const model = chain(dense({ inputs: 1, outputs: 8 }), dropout(), dense({ inputs: 8, outputs: 1 }));
    const options = { optimizer: sgd({ learningRate: 1e-12 }), epochs: 20, precision: "f64" } as const;
    const { history } = await fit(model, { x: [[1]], y: [[2]] }, options);
    // The parameters hardly move, so the losses differ by the masks of 8 units alone.
    expect(new Set(history.map((row) => row.loss.train)).size).toBeGreaterThan(10);
  });

  it("refuses a rate of 1", () => {
    expect(() => dropout({ rate: 1 })).toThrow("dropout({ rate }): must be a number from 0 on less than 1.");
  });
});

describe("Gaussian noise", () => {
  const noisy = (seed: number, training = true): Tensor =>
    compile((v: Value) => gaussianNoise({ deviation: 0.5 }).apply({}, v, context(seed, training)))(x) as Tensor;

  it("adds numbers of mean 0 and the given deviation, drawn by the key, and nothing when predicting", () => {
    const data = Float64Array.from(noisy(1).data);
    const mean = data.reduce((a, b) => a + b) / data.length;
    const variance = data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length;
    // 10⁴ draws: the mean has deviation σ/100, the variance σ²·√2/100; 5 of them.
    expect(Math.abs(mean - 1)).toBeLessThan((5 * 0.5) / 100);
    expect(Math.abs(variance - 0.25)).toBeLessThan((5 * 0.25 * Math.SQRT2) / 100);
    expect(noisy(1).data).toEqual(noisy(1).data);
    expect(noisy(2).data).not.toEqual(data);
    expect(noisy(1, false).data).toEqual(x.data);
  });

  it("refuses a negative deviation", () => {
    expect(() => gaussianNoise({ deviation: -1 })).toThrow("gaussianNoise({ deviation }): must be a number from 0 on.");
  });
});

describe("mlp", () => {
  const names = (options: object): string => mlp({ inputs: 2, hidden: [4, 3], outputs: 1, ...options }).name;

  it("puts noise, dropout and normalisation where they belong", () => {
    expect(names({ inputNoise: 0.2, inputDropout: 0.1, dropout: [0.5, 0], batchNorm: true })).toBe(
      "gaussianNoise(0.2) | dropout(0.1) | dense(2 → 4) | batchNorm(4) | relu | dropout(0.5) | " +
        "dense(4 → 3) | batchNorm(3) | relu | dense(3 → 1)",
    );
    expect(names({ layerNorm: "after", dropout: 0.5 })).toBe(
      "dense(2 → 4) | relu | layerNorm(4) | dropout(0.5) | dense(4 → 3) | relu | layerNorm(3) | dropout(0.5) | dense(3 → 1)",
    );
  });

  it("leaves out biases that a batch normalisation takes out again, and only those", () => {
    const biases = (options: object): boolean[] =>
      (mlp({ inputs: 2, hidden: [4], outputs: 1, ...options }).init(key(0)) as object[]).flatMap((θ) =>
        "W" in θ ? ["b" in θ] : [],
      );
    expect(biases({ batchNorm: true })).toEqual([false, true]);
    expect(biases({ batchNorm: "after" })).toEqual([true, true]);
    expect(biases({ layerNorm: true })).toEqual([true, true]);
  });

  it("starts the same dense weights, with noise or without", () => {
    const plain = dense({ inputs: 2, outputs: 3 }).init(key(1));
    expect(plain.W.data).toEqual(dense({ inputs: 2, outputs: 3, bias: false }).init(key(1)).W.data);
  });

  it("refuses unknown options, places, rates, and lists of another length", () => {
    expect(() => names({ dropOut: 0.5 })).toThrow(/there is no option dropOut/);
    expect(() => names({ batchNorm: "behind" })).toThrow(/mlp\(\{ batchNorm \}\)/);
    expect(() => names({ dropout: [0.5] })).toThrow(/a list must have one entry for each hidden layer/);
    expect(() => names({ dropout: 1 })).toThrow("dropout({ rate })");
    expect(() => names({ inputNoise: -1 })).toThrow("gaussianNoise({ deviation })");
  });
});
