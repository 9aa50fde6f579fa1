import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import { lift } from "../../src/graph/value.ts";
import { batchNorm, chain, dense, dropout, meanSquaredError, mlp } from "../../src/nn/index.ts";
import { bfgs, lbfgs, levenbergMarquardt, sgd } from "../../src/optim/index.ts";
import { findingsOf, fit, type LayerRecord } from "../../src/training/index.ts";
import { grad } from "../../src/transform/index.ts";
import { expectClose, flat } from "../numbers/close.ts";
import { classes } from "./examples.ts";

const x = Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
const y = x.map(([a = 0, b = 0]) => [a * b]);
const model = mlp({ inputs: 2, hidden: [3], outputs: 1, activation: "tanh" });

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b) / numbers.length;
const length = (tree: unknown): number => Math.hypot(...flat(tree));

describe.each(["reference", "wasm"] as const)("what is recorded on the engine %s", (backend) => {
  const options = { backend, precision: "f64", record: true, batchSize: 24, epochs: 1 } as const;

  it("is what the layers give, and their gradient and update, at the parameters that the epoch left", async () => {
    const optimizer = sgd({ learningRate: 0.05 });
    const { parameters, history } = await fit(model, { x, y }, { ...options, optimizer });
    const [first, tanh, last] = history[0]!.layers!;
    const [θ1, , θ3] = parameters as [{ W: Tensor; b: Tensor }, object, { W: Tensor; b: Tensor }];
    const W = θ1.W.toArray() as number[][];
    const inner = x.flatMap(([a = 0, b = 0]) => [0, 1, 2].map((j) => a * W[0]![j]! + b * W[1]![j]! + θ1.b.data[j]!));
    const outer = inner.map(Math.tanh);
    const close = { relative: 1e-10, absolute: 1e-12 };
    const variance = (numbers: number[]): number => mean(numbers.map((v) => (v - mean(numbers)) ** 2));
    expectClose([first!.mean, first!.variance], [mean(inner), variance(inner)], close);
    expectClose([tanh!.mean, tanh!.variance], [mean(outer), variance(outer)], close);
    expect(tanh).toMatchObject({ layer: "tanh", dead: 0, saturated: 0 });

    const slope = grad((θ: never) => meanSquaredError(model.apply(θ, lift(x)), y))(parameters as never) as unknown[];
    expectClose([first!.gradient!, last!.gradient!], [length(slope[0]), length(slope[2])], close);
    const ratio = (i: number, θ: unknown): number => (0.05 * length(slope[i])) / length(θ);
    expectClose([first!.update!, last!.update!], [ratio(0, θ1), ratio(2, θ3)], close);
    expect(tanh!.gradient).toBeUndefined();
  });

  it.each([
    lbfgs,
    bfgs,
    levenbergMarquardt,
  ])("of an optimizer that looks at all rows at once: the same, and the step that led there (%o)", async (rule) => {
    const { batchSize: _, ...others } = options;
    const left = (epochs: number) => fit(model, { x, y }, { ...others, epochs, optimizer: rule() });
    const [one, two] = [await left(1), await left(2)];
    const bare = await fit(model, { x, y }, { ...others, record: false, epochs: 2, optimizer: rule() });
    expect(two.parameters).toEqual(bare.parameters); // recording changes nothing
    const [first, , last] = two.history[1]!.layers!;
    const [before1, , before3] = one.parameters.map(flat);
    const [θ1, , θ3] = two.parameters.map(flat);
    const ratio = (from: number[], to: number[]): number =>
      Math.hypot(...to.map((v, i) => v - from[i]!)) / Math.hypot(...from);
    const close = { relative: 1e-9, absolute: 1e-12 };
    expectClose([first!.update!, last!.update!], [ratio(before1!, θ1!), ratio(before3!, θ3!)], close);
    const slope = grad((θ: never) => meanSquaredError(model.apply(θ, lift(x)), y))(
      two.parameters as never,
    ) as unknown[];
    expectClose([first!.gradient!, last!.gradient!], [length(slope[0]), length(slope[2])], close);
  });

  it("changes nothing of what is learnt", async () => {
    const noisy = mlp({ inputs: 2, hidden: [4, 3], outputs: 1, dropout: 0.3, batchNorm: true });
    const some = { ...options, epochs: 5, batchSize: 7 };
    const recorded = await fit(noisy, { x, y }, some);
    const plain = await fit(noisy, { x, y }, { ...some, record: false });
    expect(recorded.parameters).toEqual(plain.parameters);
    expect(recorded.state).toEqual(plain.state);
    expect(plain.history.some((row) => row.layers)).toBe(false);
  });

  it("counts units that are flat for every row as dead, and flat numbers as saturated", async () => {
    const layer = async (activation: "relu" | "leakyRelu" | "sigmoid", b: number[]): Promise<LayerRecord> => {
      const one = mlp({ inputs: 2, hidden: [2], outputs: 1, activation });
      const W = [[1, 0], [0, 1]]; // biome-ignore format: a matrix
      const parameters = [{ W, b }, {}, { W: [[1], [1]], b: [0] }];
      const still = { ...options, optimizer: sgd({ learningRate: 1e-9 }), parameters: parameters as never };
      const { history } = await fit(one, { x, y }, still);
      return history[0]!.layers![1]!;
    };
    const negative = x.filter(([a = 0]) => a <= 0).length / x.length;
    expectClose((await layer("relu", [0, -100])).saturated, (negative + 1) / 2, { relative: 1e-12 });
    expect(await layer("relu", [0, -100])).toMatchObject({ dead: 0.5 });
    expect(await layer("relu", [-100, -100])).toMatchObject({ dead: 1, saturated: 1 });
    expect(await layer("leakyRelu", [-100, -100])).toMatchObject({ dead: 0, saturated: 0 });
    expect(await layer("sigmoid", [40, 0])).toMatchObject({ dead: 0.5, saturated: 0.5 });
  });

  it("covers a network that is one layer, and one that is made of others", async () => {
    const line = dense({ inputs: 2, outputs: 1 });
    const single = await fit(line, { x, y }, options);
    expect(single.history[0]!.layers!.map(({ layer }) => layer)).toEqual([line.name]);
    expect(single.history[0]!.layers![0]!.gradient).toBeGreaterThan(0);
    const nested = chain(chain(dense({ inputs: 2, outputs: 2 }), batchNorm({ features: 2 }), dropout()), line);
    const { history } = await fit(nested, { x, y }, options);
    expect(history[0]!.layers!.map(({ gradient }) => gradient! > 0)).toEqual([true, true]);
  });
});

it("is recorded in epochs 1, 2, 4, 8, … and as often as costs little beside the steps of an epoch", async () => {
  const epochsOf = async (batchSize: number): Promise<number[]> => {
    const { history } = await fit(model, { x, y }, { record: true, batchSize, epochs: 130 });
    return history.flatMap(({ epoch, layers }) => (layers ? [epoch] : []));
  };
  expect(await epochsOf(24)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]); // one step an epoch
  expect((await epochsOf(1)).slice(0, 6)).toEqual([1, 2, 4, 7, 8, 14]); // 24 steps: every seventh
});

describe("what is found wrong when training is over", () => {
  const dead = mlp({ inputs: 2, hidden: [3], outputs: 1, activation: "relu" });
  const parameters = [{ W: [[0, 0, 0], [0, 0, 0]], b: [-1, -1, -1] }, {}, { W: [[1], [1], [1]], b: [0] }]; // biome-ignore format: a network

  it("is a dead network, by layer, with what to do", async () => {
    const { findings } = await fit(dead, { x, y }, { record: true, epochs: 6, parameters: parameters as never });
    expect(findings[0]).toMatchObject({
      kind: "dead-units",
      severity: "severe",
      text: "layer 2 of 3, relu: dead. None of its units answers to any row looked at, so nothing in front of it learns",
      evidence: { figures: { "share of dead units": 1 }, series: { x: [1, 2, 4], lines: [{ y: [1, 1, 1] }] } },
      advice: "try a learning rate 10 times smaller, leakyRelu or gelu for relu, scaled inputs, or another seed",
    });
    expect(findings.map(({ kind }) => kind)).toEqual(["dead-units", "nothing-learnt"]);
  });

  it("is a loss that hardly moves, where the rate is too small", async () => {
    const { findings } = await fit(model, { x, y }, { record: true, epochs: 6, learningRate: 1e-7 });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      kind: "nothing-learnt",
      advice: expect.stringMatching(/learning rate 10 times greater/),
    });
    expect(findings[0]!.text).toMatch(/^after 6 epochs the network is no better than the mean of the targets \(loss /);
  });

  it("is a network that always names the most frequent class", async () => {
    const labels = classes(...x.map((_, i) => (i % 8 === 0 ? 1 : 0)));
    const classifier = mlp({ inputs: 2, hidden: [], outputs: 2 });
    const { findings } = await fit(classifier, { x, y: labels }, { record: true, epochs: 40, learningRate: 0.05 });
    expect(findings[0]!.text).toMatch(/no better than always answering with the most frequent class/);
  });

  it("is a target that never changes", async () => {
    const { findings } = await fit(model, { x, y: x.map(() => [3]) }, { record: true, epochs: 6 });
    expect(findings).toMatchObject([
      {
        kind: "constant-target",
        severity: "severe",
        text: "every target is 3: there is nothing to learn but that number",
        advice: "choose another target, or rows in which it differs",
      },
    ]);
  });

  it("is saturation, where sigmoids are at their ends", async () => {
    const wild = mlp({
      inputs: 2,
      hidden: [6],
      outputs: 1,
      activation: "sigmoid",
      init: (_key, [n = 1, m = 1]) => tensor(new Float64Array(n * m).fill(500), [n, m]),
    });
    const { findings } = await fit(wild, { x, y }, { record: true, epochs: 1, learningRate: 1e-9 });
    expect(findings.map(({ kind }) => kind)).toEqual(["saturated-units"]);
  });

  it("is nothing where the network learns, and nothing is looked for unless it was recorded", async () => {
    const good = await fit(model, { x, y }, { record: true, epochs: 200, learningRate: 0.03 });
    expect(good.findings).toEqual([]);
    const unseen = await fit(dead, { x, y }, { epochs: 6, parameters: parameters as never });
    expect(unseen.findings).toEqual([]);
    expect(findingsOf([], { task: "regression", targets: classes(1, 2) })).toEqual([]);
  });
});
