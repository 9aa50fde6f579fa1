import { describe, expect, it } from "vitest";
import { fold, key, permutation } from "../../src/core/random.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { mlp } from "../../src/nn/index.ts";
import { cast, mul, pow } from "../../src/ops/index.ts";
import { lbfgs, type Schedule, sgd } from "../../src/optim/index.ts";
import { checkRunFile } from "../../src/run/index.ts";
import { prepare } from "../../src/run/prepare.ts";
import { findLearningRate, fit, type LearningRateSearch } from "../../src/training/index.ts";
import { suggestionFrom } from "../../src/training/suggestion.ts";
import { problemOf } from "../data/problem.ts";

const digits = async (): Promise<{ x: Tensor; y: Tensor }> => {
  const { training } = await prepare(checkRunFile("test", { data: { source: "digits" } }));
  return { x: training.x, y: training.y };
};

describe("the search for a learning rate", () => {
  const model = mlp({ inputs: 64, hidden: [32], outputs: 10 });

  it("finds one with which digits are learnt in a few epochs, better than with a hundredth of it or a hundred times as much", async () => {
    const { x, y } = await digits();
    const { suggestion, minimum, reason, gain } = await findLearningRate(model, { x, y });
    expect(suggestion).toBeCloseTo(minimum!.rate / 10, 12);
    expect(reason).toContain("a tenth");
    expect(gain).toBeGreaterThan(0.4);
    const loss = async (learningRate: number): Promise<number> =>
      fit(model, { x, y }, { learningRate, epochs: 5 }).then(
        ({ evaluate }) => evaluate().loss,
        () => Number.POSITIVE_INFINITY, // it may diverge
      );
    const found = await loss(suggestion!);
    expect(found).toBeLessThan(0.1); // a constant answer has ln 10 = 2.3
    expect(found).toBeLessThan(await loss(suggestion! / 100));
    expect(found).toBeLessThan(await loss(suggestion! * 100));
  });

  it("finds none where the targets have nothing to do with the inputs", async () => {
    const { x, y } = await digits();
    const order = permutation(key(3), y.shape[0]!);
    const shuffled = new Tensor(
      y.shape,
      Int32Array.from(order, (row) => y.data[row]!),
    );
    const { suggestion, reason, rates, gain } = await findLearningRate(model, { x, y: shuffled });
    expect(suggestion).toBeNull();
    expect(gain).toBeLessThan(0.05);
    expect(reason).toContain("constant answer");
    expect(rates.length).toBeGreaterThan(20);
  });

  it("starts at the least rate, multiplies it by the same factor, and breaks off where training diverges", async () => {
    const x = Array.from({ length: 64 }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)]);
    const y = x.map(([a = 0, b = 0]) => a - 2 * b);
    const line = mlp({ inputs: 2, hidden: [], outputs: 1 });
    const options = { optimizer: sgd(), batchSize: 16, from: 1e-3, to: 1e3, steps: 61 };
    const { rates, losses, smoothed, diverged } = await findLearningRate(line, { x, y }, options);
    expect(diverged).toBe(true);
    expect(rates.length).toBeLessThan(61);
    expect([losses.length, smoothed.length]).toEqual([rates.length, rates.length]);
    rates.forEach((rate, i) => {
      expect(rate / (1e-3 * 10 ** (i / 10))).toBeCloseTo(1, 6); // seven digits of it are kept
    });
  });

  it("takes the very steps that training takes with that schedule", async () => {
    const x = Array.from({ length: 40 }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)]);
    const y = x.map(([a = 0, b = 0]) => a * b);
    const net = mlp({ inputs: 2, hidden: [4], outputs: 1, activation: "tanh" });
    const options = { batchSize: 10, seed: 5, precision: "f64" } as const;
    const search = await findLearningRate(net, { x, y }, { ...options, from: 1e-4, to: 1e-4 * 2 ** 39, steps: 40 });
    const doubling: Schedule = (t) => mul(1e-4, pow(2, cast(t, "real")));
    const { history } = await fit(net, { x, y }, { ...options, learningRate: doubling, epochs: 2 });
    const mean = (from: number): number => search.losses.slice(from, from + 4).reduce((a, b) => a + b, 0) / 4;
    expect(history[0]!.loss.train).toBeCloseTo(mean(0), 12);
    expect(history[1]!.loss.train).toBeCloseTo(mean(4), 12);
  });

  it("is the same for the same seed, and leaves the data alone", async () => {
    const x = Array.from({ length: 30 }, (_, i) => [i / 30]);
    const y = x.map(([a = 0]) => Math.sin(6 * a));
    const net = mlp({ inputs: 1, hidden: [8], outputs: 1 });
    const search = (seed: number): Promise<LearningRateSearch> => findLearningRate(net, { x, y }, { seed, steps: 30 });
    expect(await search(1)).toEqual(await search(1));
    expect((await search(1)).losses).not.toEqual((await search(2)).losses);
    expect(x[3]).toEqual([0.1]);
  });

  it("works for losses below 0, rows of different weight and normalisation over batches", async () => {
    const x = Array.from({ length: 200 }, (_, i) => [Math.sin(3 * i)]);
    const y = x.map(([a = 0]) => a);
    const net = mlp({ inputs: 1, hidden: [16], outputs: 2, batchNorm: true, inputNoise: 0.01 });
    const weights = x.map((_, i) => i % 3);
    const { suggestion, losses, gain } = await findLearningRate(
      net,
      { x, y, weights },
      { loss: "gaussian", steps: 300 },
    );
    expect(Math.min(...losses)).toBeLessThan(0);
    expect(suggestion).not.toBeNull();
    expect(gain).toBeGreaterThan(0.05);
  });

  it("refuses optimizers that find their own step, a learning rate, and impossible rates", async () => {
    const data = { x: [[0], [1]], y: [0, 1] };
    const net = mlp({ inputs: 1, hidden: [], outputs: 1 });
    const rejected = (options: object) => problemOf(() => findLearningRate(net, data, options));
    expect(await rejected({ optimizer: lbfgs() })).toMatchObject({ code: "option", where: "optimizer lbfgs" });
    expect(await rejected({ learningRate: 0.1 })).toMatchObject({ code: "option" });
    expect(await rejected({ from: 1, to: 0.1 })).toMatchObject({ code: "option" });
    expect(await rejected({ steps: 3 })).toMatchObject({ code: "option" });
    expect(await rejected({ batchsize: 3 })).toMatchObject({ code: "option" });
  });

  it("ends with the reason of its signal", async () => {
    const stop = AbortSignal.abort(new Error("enough"));
    const net = mlp({ inputs: 1, hidden: [4], outputs: 1 });
    await expect(findLearningRate(net, { x: [[0], [1]], y: [0, 1] }, { signal: stop })).rejects.toThrow("enough");
  });
});

describe("the suggestion of a sweep", () => {
  const rates = Array.from({ length: 81 }, (_, i) => 1e-7 * 10 ** (i / 10));
  const valley = (rate: number): number => 1 + 0.3 * (Math.log10(rate) + 2) ** 2; // least at 0.01
  const constants = rates.map(() => 5);

  it("is a tenth of where a valley is deepest, and the steepest place is on its left side", () => {
    const { suggestion, minimum, steepest } = suggestionFrom({ rates, losses: rates.map(valley), constants });
    expect(minimum!.rate).toBeCloseTo(0.01, 10);
    expect(suggestion).toBeCloseTo(0.001, 10);
    expect(steepest!.rate).toBeLessThan(minimum!.rate);
  });

  it("is not led astray by noise of single batches", () => {
    const noise = rates.map((_, i) => ((fold(key(1), i)[0] >>> 0) / 2 ** 32 - 0.5) * 0.8);
    const { minimum } = suggestionFrom({ rates, losses: rates.map((r, i) => valley(r) + noise[i]!), constants });
    // 0.4/√12 · (weights of ten neighbours) is 0.1, as much as the valley rises in a factor of 4
    expect(Math.abs(Math.log10(minimum!.rate) + 2)).toBeLessThan(Math.log10(4));
  });

  it("ignores what comes after training has diverged", () => {
    const losses = rates.map((r) => (r > 0.1 ? 1e6 : valley(r)));
    const found = suggestionFrom({ rates, losses: losses.map((x, i) => (i > 75 ? Number.NaN : x)), constants });
    expect(found.smoothed.length).toBe(rates.filter((r) => r <= 0.1 * 1.0001).length);
    expect(found.suggestion).toBeCloseTo(0.001, 10);
  });

  it("is none where all is lost at once, or the first loss is not finite", () => {
    const gone = suggestionFrom({ rates, losses: rates.map(() => Number.NaN), constants });
    expect(gone).toMatchObject({ suggestion: null, minimum: null, steepest: null, smoothed: [] });
  });
});
