import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import { backpropagate, outputBar } from "../../src/explain/backpropagation.ts";
import { crossEntropy, logisticLoss, meanSquaredError } from "../../src/nn/index.ts";
import { type RunFile, run } from "../../src/node.ts";
import { openStep } from "../../src/run/index.ts";
import { grad } from "../../src/transform/index.ts";
import { gradus } from "../cli/command.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-open-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run of a few epochs. */
async function trained(name: string, file: object): Promise<string> {
  const out = join(folder, name);
  await run({ ...file, reproducible: true } as unknown as RunFile, { out });
  return out;
}

describe("a step of a run, laid open", () => {
  // Sums of up to 64 products in another order, through at most three layers: a few dozen roundings of 1.1e-16.
  it.each([
    ["tanh", { data: { source: "xor" }, network: { hidden: [3], activation: "tanh" }, training: { epochs: 2 } }, true],
    ["classes", { data: { source: "iris" }, network: { hidden: [6, 4] }, training: { epochs: 2 } }, true],
    [
      "penalty",
      { data: { source: "franke" }, network: { hidden: [5] }, training: { epochs: 1, l1: 0.01, l2: 0.1 } },
      true,
    ],
    ["norm", { data: { source: "iris" }, network: { hidden: [6], batchNorm: true }, training: { epochs: 2 } }, true],
    ["dropout", { data: { source: "iris" }, network: { hidden: [6], dropout: 0.5 }, training: { epochs: 2 } }, true],
    ["huber", { data: { source: "franke" }, network: { hidden: [5] }, training: { epochs: 1, loss: "huber" } }, false],
  ] as const)("agrees with automatic differentiation to rounding: %s", async (name, file, byHand) => {
    const step = await openStep(await trained(name, file));
    expect([step.difference < 64 * 2 ** -53, step.outputByHand]).toEqual([true, byHand]);
  });

  it("moves every parameter by one step of the run's optimizer", async () => {
    const file = {
      data: { source: "xor" },
      network: { hidden: [2] },
      training: { optimizer: "sgd", learningRate: 0.5, epochs: 1 },
    };
    const { layers, learningRate, rows } = await openStep(await trained("sgd", file), { rows: 3 });
    expect([learningRate, rows]).toEqual([0.5, 3]);
    for (const { parameters } of layers)
      for (const { before, gradient, after } of Object.values(parameters))
        for (const [k, w] of Array.from(before.data).entries())
          expect(after!.data[k]).toBeCloseTo(w - 0.5 * gradient.data[k]!, 15);
  });

  it("shows no update of an optimizer that looks at all rows at once", async () => {
    const file = { data: { source: "xor" }, network: { hidden: [2] }, training: { optimizer: "lbfgs", epochs: 1 } };
    const { layers, learningRate } = await openStep(await trained("lbfgs", file));
    expect([learningRate, layers[0]!.parameters["W"]!.after]).toEqual([null, null]);
  });

  it("is what gradus explain prints of a run, with a picture of its network", async () => {
    await trained("shown", { data: { source: "xor" }, network: { hidden: [2] }, training: { epochs: 2 } });
    const page = await gradus(["explain", "shown", "--rows", "1", "--graph", "net.svg"], { cwd: folder });
    expect([page.status, page.stdout]).toEqual([0, expect.stringContaining("δ = ∂C/∂z")]);
    expect(page.stdout).toContain("differs from these equations by");
    const json = JSON.parse((await gradus(["explain", "shown", "--json"], { cwd: folder })).stdout);
    expect(json.layers[0]).toMatchObject({ name: "dense(2 → 2)", parameters: { W: { before: { shape: [2, 2] } } } });
    expect(json.difference).toBeLessThan(1e-14);
  });
});

describe("the equations of back-propagation", () => {
  it("give what they say for one layer: W̄ = xᵀ·ȳ, b̄ = Σ ȳ, x̄ = ȳ·Wᵀ", () => {
    const x = tensor([[1, 2], [3, 4]]); // biome-ignore format: matrices
    const W = tensor([[1, 0, 2], [0, 1, 3]]); // biome-ignore format: matrices
    const yBar = tensor([[1, 2, 3], [4, 5, 6]]); // biome-ignore format: matrices
    const [before, dense] = backpropagate(
      [
        { kind: "activation", slope: tensor([[1, 2], [1, 0]]) }, // biome-ignore format: matrices
        { kind: "dense", x, W, bias: true },
      ],
      yBar,
    );
    expect(dense!.gradients.map((t) => t.toArray())).toEqual([[[13, 17, 21], [18, 24, 30]], [5, 7, 9]]); // biome-ignore format: matrices
    expect(before!.yBar.toArray()).toEqual([[7, 11], [16, 23]]); // biome-ignore format: matrices
  });

  it.each([
    [
      "meanSquaredError",
      meanSquaredError,
      [
        [1, -2],
        [0.5, 3],
      ],
      [
        [0, 1],
        [1, 2],
      ],
    ],
    [
      "logisticLoss",
      logisticLoss,
      [
        [1, -2],
        [0.5, 30],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [
      "crossEntropy",
      crossEntropy,
      [
        [1, -2, 0],
        [0.5, 30, 29],
      ],
      [
        [0, 1, 0],
        [0, 0, 1],
      ],
    ],
  ] as const)("have ∂C/∂y of %s written out", (name, loss, y, target) => {
    const byHand = outputBar(name, { y: tensor(y), target: tensor(target) });
    const found = grad((z) => loss(z, tensor(target)))(tensor(y));
    for (const [i, g] of Array.from(found.data).entries()) expect(byHand.data[i]).toBeCloseTo(g, 15);
  });
});
