import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import type { Loss } from "../../src/nn/index.ts";
import {
  crossEntropy,
  gaussian,
  hinge,
  labelSmoothing,
  logisticLoss,
  meanSquaredError,
  mlp,
  poisson,
  quantileLoss,
} from "../../src/nn/index.ts";
import { fit } from "../../src/training/index.ts";
import { checkGradients, compile, grad } from "../../src/transform/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, flat, roundoff } from "../numbers/close.ts";
import recorded from "../numbers/more-losses.json" with { type: "json" };

interface Case {
  readonly z: number[][];
  readonly t: number[] | number[][];
  readonly value: number;
  readonly gradient: number[][];
}
const targetsOf = ({ t }: Case): Tensor => (Array.isArray(t[0]) ? tensor(t) : tensor(Int32Array.from(t as number[])));
const cases: readonly (readonly [string, Loss, Case])[] = [
  ["gaussian", gaussian, recorded.gaussian],
  ["three quantiles", quantileLoss({ tau: recorded.quantile.tau }), recorded.quantile],
  ["poisson", poisson, recorded.poisson],
  ["smoothed crossEntropy", labelSmoothing(crossEntropy, recorded.crossEntropy.share), recorded.crossEntropy],
  ["smoothed logisticLoss", labelSmoothing(logisticLoss, recorded.logisticLoss.share), recorded.logisticLoss],
];

describe.each(["reference", "wasm"] as const)("on the engine %s", (backend) => {
  const options = { backend, precision: "f64" } as const;
  it.each(cases)("%s and its gradient are what PyTorch has", (_, loss, numbers) => {
    const run = compile((z: Value, t: Value) => loss(z, t), options);
    const slope = compile((z: Value, t: Value) => grad((at: Value) => loss(at, t))(z), options);
    // Means of at most a dozen terms of a few rounded operations, some of which cancel.
    const close = { relative: 64 * roundoff, absolute: 16 * roundoff };
    expectClose(run(numbers.z, targetsOf(numbers)), numbers.value, close);
    expectClose(slope(numbers.z, targetsOf(numbers)), numbers.gradient, close);
  });
});

describe("the Gaussian likelihood", () => {
  it("has the gradient that differences give", () => {
    const { forward, adjoint } = checkGradients((z: Value) => gaussian(z, [[1], [-2]]), [[0.3, 0.5], [-1, -0.7]]); // biome-ignore format: a table
    expect(forward).toBeLessThan(1e-10); // as for every loss: step 1e-3, fourth order
    expect(adjoint).toBeLessThan(64 * roundoff);
  });

  it("is, with variance 1, half the squared error", () => {
    fc.assert(
      fc.property(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true }), (μ, t) => {
        const value = flat(compile((z: Value) => gaussian(z, [[t]]))([[μ, 0]]))[0]!;
        const squares = flat(compile((z: Value) => meanSquaredError(z, [[t]]))([[μ]]))[0]!;
        expectClose(value, 0.5 * squares, { relative: 2 * roundoff });
      }),
    );
  });

  it("predicts mean and deviation, and answers with the mean", async () => {
    const { z, deviation } = recorded.gaussian;
    const p = compile((v: Value) => gaussian.predict(v))(z) as Tensor;
    const wanted = z.map(([a, b], i) => [a!, b!, ...deviation[i]!]);
    expectClose(p, wanted, { relative: 8 * roundoff });
    const model = mlp({ inputs: 1, hidden: [], outputs: 2 });
    const { predict, history } = await fit(model, { x: [1, 2, 3], y: [1, 2, 2.5] }, { loss: "gaussian", epochs: 2 });
    expect(predict([1, 2]).shape).toEqual([2, 1]);
    const both = predict([1, 2], { as: "probabilities" });
    expect(both.shape).toEqual([2, 2]);
    expect(predict([1, 2]).data[1]).toBe(both.data[2]);
    expect(Object.keys(history[0]!.metrics)).toContain("r2");
  });

  it("learns where the noise is", async () => {
    // y = x + noise of deviation 0.1 for x < 0 and 1 for x > 0, drawn as quantiles so that nothing is left to chance.
    const normal = [-1.28, -0.84, -0.52, -0.25, 0, 0.25, 0.52, 0.84, 1.28];
    const rows = Array.from({ length: 180 }, (_, i) => {
      const x = (i % 20) / 10 - 0.95;
      return { x, y: x + normal[Math.floor(i / 20)]! * (x < 0 ? 0.1 : 1) };
    });
    const model = mlp({ inputs: 1, hidden: [16], outputs: 2, activation: "tanh" });
    const data = { x: rows.map(({ x }) => [x]), y: rows.map(({ y }) => y) };
    const { predict } = await fit(model, data, { loss: "gaussian", learningRate: 0.01, epochs: 200, seed: 1 });
    const [, quiet, , loud] = predict([[-0.6], [0.6]], { as: "probabilities" }).data;
    // The drawn quantiles have deviation 0.79.
    expect(quiet!).toBeLessThan(0.2);
    expect(loud!).toBeGreaterThan(0.5);
  });

  it("asks for two outputs a target", async () => {
    const problem = await problemOf(() => compile((z: Value) => gaussian(z, [[1]]))([[1, 2, 3]]));
    expect(problem).toMatchObject({ code: "shape-mismatch", given: { prediction: [1, 3], "numbers a target": 2 } });
  });
});

describe("several quantiles", () => {
  const three = quantileLoss({ tau: [0.1, 0.5, 0.9] });

  it("are the mean of their pinball losses, and answer with the one nearest the median", () => {
    const [z, t] = [[[-1, 0.5, 2]], [[1]]];
    const each = [0.1, 0.5, 0.9].map(
      (tau, i) => flat(compile((v: Value) => quantileLoss({ tau })(v, t))([[z[0]![i]!]]))[0]!,
    );
    expectClose(compile((v: Value) => three(v, t))(z), each.reduce((a, b) => a + b) / 3, { relative: 8 * roundoff });
    expect(three.heads[three.central]).toBe("q0.5");
    expect(quantileLoss({ tau: [0.2, 0.7] }).central).toBe(1);
  });

  it("are put in order where they cross, each target by itself", () => {
    const p = compile((v: Value) => quantileLoss({ tau: recorded.quantile.tau }).predict(v))(recorded.quantile.z);
    expectClose(p, recorded.quantile.sorted, { relative: 0 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 5, maxLength: 5 }), (z) => {
        const five = quantileLoss({ tau: [0.1, 0.2, 0.3, 0.4, 0.5] });
        const sorted = compile((v: Value) => five.predict(v))([z]) as Tensor;
        expect([...sorted.data]).toEqual([...z].sort((a, b) => a - b));
      }),
    );
  });

  it("refuse disorder and repetition", async () => {
    for (const tau of [[0.9, 0.1], [0.5, 0.5], [], [0, 0.5]]) // biome-ignore format: one line
      expect(await problemOf(() => quantileLoss({ tau }))).toMatchObject({
        code: "option",
        where: "quantileLoss({ tau })",
      });
  });
});

describe("label smoothing", () => {
  it("by 0 changes nothing", () => {
    const { z, t } = recorded.crossEntropy;
    const value = (loss: Loss): number => flat(compile((v: Value) => loss(v, tensor(Int32Array.from(t))))(z))[0]!;
    expect(value(labelSmoothing(crossEntropy, 0))).toBe(value(crossEntropy));
  });

  it("is least where a class has probability 1 − ε + ε/k", () => {
    const ε = 0.3;
    const z = Math.log((1 - ε + ε / 3) / (ε / 3));
    const slope = grad((v: Value) => labelSmoothing(crossEntropy, ε)(v, tensor(Int32Array.of(0))))([[z, 0, 0]]);
    for (const s of flat(slope)) expect(Math.abs(s)).toBeLessThan(8 * roundoff);
  });

  it("is refused for losses that are not of classes on logits, and for shares out of bounds", () => {
    expect(() => labelSmoothing(meanSquaredError, 0.1)).toThrow(/softens targets that are classes/);
    expect(() => labelSmoothing(hinge, 0.1)).toThrow(/crossEntropy, klDivergence and logisticLoss/);
    expect(() => labelSmoothing(crossEntropy, 1)).toThrow("labelSmoothing(loss, share)");
  });
});

describe("labels", () => {
  const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // biome-ignore format: a table
  const y = x.map(([a = 0, b = 0]) => [a | b, a & b, a ^ b]);
  const model = mlp({ inputs: 2, hidden: [8], outputs: 3, activation: "tanh" });

  it("are a task of their own: several yes-or-no answers a row", async () => {
    const options = { loss: "logisticLoss", learningRate: 0.1, epochs: 300 } as const;
    const { predict, evaluate, history } = await fit(model, { x, y }, options);
    expect(predict(x).toArray()).toEqual(y);
    expect(evaluate().metrics).toEqual({ accuracy: 1, exactMatch: 1 });
    const { metrics } = history[0]!;
    expect(metrics["exactMatch"]!.train).toBeLessThanOrEqual(metrics["accuracy"]!.train);
  });

  it("count a row as matched only when all of them are right", async () => {
    const { evaluate, predict } = await fit(model, { x, y }, { loss: "logisticLoss", epochs: 0, seed: 3 });
    const answers = predict(x).toArray() as number[][];
    const right = answers.flatMap((row, i) => row.map((a, j) => Number(a === y[i]![j])));
    const rows = answers.map((row, i) => Number(row.every((a, j) => a === y[i]![j])));
    const mean = (list: number[]): number => list.reduce((a, b) => a + b) / list.length;
    const { metrics } = evaluate();
    expect(metrics["accuracy"]).toBeCloseTo(mean(right), 6);
    expect(metrics["exactMatch"]).toBeCloseTo(mean(rows), 6);
    expect(mean(right)).toBeGreaterThan(mean(rows));
  });
});
