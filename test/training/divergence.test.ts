import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import { lift, type Value } from "../../src/graph/value.ts";
import { activation, chain, dense, type Layer } from "../../src/nn/index.ts";
import { equal, less, matmul, where } from "../../src/ops/index.ts";
import { adam, type Schedule, sgd } from "../../src/optim/index.ts";
import { Divergence, fit, type TrainOptions } from "../../src/training/index.ts";
import { flat } from "../numbers/close.ts";

/** y = w·x: six rows, three steps an epoch. */
const slope: Layer<{ w: Tensor }> = {
  name: "slope",
  init: () => ({ w: tensor([[1]]) }),
  apply: ({ w }, x) => matmul(x, w),
};
const rows = { x: [[1], [2], [3], [1], [2], [3]], y: [20, 40, 60, 20, 40, 60] };
/** A learning rate of 1e-3, but another one in the update after `t` others. */
const bump =
  (t: number, rate: number): Schedule =>
  (now: Value) =>
    where(equal(now, t), rate, lift(1e-3));

async function divergenceOf<Θ>(model: Layer<Θ>, data: typeof rows, options: TrainOptions<Θ>): Promise<Divergence<Θ>> {
  try {
    await fit(model, data, { batchSize: 2, epochs: 4, precision: "f64", ...options });
  } catch (error) {
    if (error instanceof Divergence) return error as Divergence<Θ>;
    throw error;
  }
  throw new Error("training was expected to diverge");
}

/** The parameters after that many good updates, for the learning rate is 0 from then on. */
async function goodAfter(updates: number): Promise<number[]> {
  const optimizer = sgd({ learningRate: (t) => where(less(t, updates), 1e-3, lift(0)) });
  const { parameters } = await fit(slope, rows, { batchSize: 2, epochs: 4, precision: "f64", optimizer });
  return flat(parameters);
}

describe("a training that diverges", () => {
  // At η = 1e200 the weight becomes some −1e202, whose squared error is infinite: the step after the bad update fails.
  const cases: [string, number, { epoch: number; step: number }][] = [
    ["in the second step", 0, { epoch: 1, step: 2 }],
    ["in the last step of an epoch", 1, { epoch: 1, step: 3 }],
    ["in the first step of epoch 2", 2, { epoch: 2, step: 1 }],
    ["in the middle of epoch 3", 6, { epoch: 3, step: 2 }],
  ];
  it.each(cases)("%s names it, and keeps the parameters before the update that spoilt them", async (_, t, failure) => {
    const optimizer = sgd({ learningRate: bump(t, 1e200) });
    const error = await divergenceOf(slope, rows, { optimizer });
    expect(error.failure).toMatchObject(failure);
    expect(error.problem).toMatchObject({ code: "diverged", where: `epoch ${failure.epoch}, step ${failure.step}` });
    expect(flat(error.parameters)).toEqual(await goodAfter(t));
    const { evaluate } = await fit(slope, rows, { epochs: 0, parameters: error.parameters, precision: "f64" });
    expect(Number.isFinite(evaluate().loss)).toBe(true);
  });

  it("in the very first step keeps the starting parameters", async () => {
    const error = await divergenceOf(slope, { ...rows, x: rows.x.map(([x]) => [x! * 1e200]) }, { optimizer: sgd() });
    expect(error.failure).toMatchObject({ epoch: 1, step: 1 });
    expect(flat(error.parameters)).toEqual([1]);
  });

  it("only in its parameters, after the last loss of an epoch, is found out too", async () => {
    for (const [t, epoch] of [
      [2, 1],
      [11, 4],
    ] as const) {
      // biome-ignore format: pairs
      const error = await divergenceOf(slope, rows, { optimizer: sgd({ learningRate: bump(t, Number.MAX_VALUE) }) });
      expect(error.failure).toMatchObject({ epoch, step: 3 });
      expect(error.failure.culprit).toMatch(/parameters/);
      expect(flat(error.parameters)).toEqual(await goodAfter(t));
    }
  });

  it("only in the optimizer's state, which would never learn again, is found out too", async () => {
    // In f32 the square of a gradient of 1e20 is infinite, and Adam's step 0 from then on.
    const huge = { x: rows.x.map(([x]) => [x! * 1e-10]), y: rows.y.map((y) => y * 1e18) };
    const flatLoss = { loss: "meanAbsoluteError", precision: "f32" } as const;
    const steep: Layer<{ w: Tensor }> = { ...slope, apply: ({ w }, x) => matmul(x, w).mul(1e31) };
    const error = await divergenceOf(steep, huge, { optimizer: adam(), ...flatLoss });
    expect(error.failure).toMatchObject({ epoch: 1 });
    expect(flat(error.parameters).every(Number.isFinite)).toBe(true);
  });

  it("names the layer and the operation in which the first infinite number appears", async () => {
    const network = chain(dense({ inputs: 1, outputs: 2 }), activation("relu"), dense({ inputs: 2, outputs: 1 }));
    const parameters = [
      { W: tensor([[1e200, 1]]), b: tensor([0, 0]) },
      {},
      { W: tensor([[1e200], [1]]), b: tensor([0]) },
    ] as const;
    const error = await divergenceOf(network, rows, { parameters });
    expect(error.failure.culprit).toBe("layer 3 of 3, dense(2 → 1) › matmul");
    expect(error.message).toContain("first at");
    expect(error.message).toContain("layer 3 of 3, dense(2 → 1) › matmul");
    expect(flat(error.parameters)).toEqual(flat(parameters));
  });

  it("by a loss a thousand times the first one is stopped, though every number is still finite", async () => {
    const error = await divergenceOf(slope, rows, { optimizer: sgd({ learningRate: bump(3, 1e6) }) });
    expect(error.failure).toMatchObject({ epoch: 2, step: 3 });
    expect(error.problem.rule).toMatch(/^the loss is a thousand times/);
    expect(flat(error.parameters)).toEqual(await goodAfter(3)); // those before that epoch
  });

  it("is told what to try, and the facts", async () => {
    const { problem } = await divergenceOf(slope, rows, { optimizer: sgd({ learningRate: 1e200 }) });
    expect(problem.given).toMatchObject({ "learning rate": 1e200, optimizer: "sgd" });
    expect(problem.hint).toMatch(/learning rate 10 times smaller/);
  });

  it("keeps the numbers of the network at hand, but out of what is printed when nobody catches it", async () => {
    const error = await divergenceOf(slope, rows, { optimizer: sgd({ learningRate: 1e200 }) });
    expect(flat(error.parameters)).toHaveLength(1);
    expect(inspect(error)).not.toMatch(/Tensor|parameters:/);
  });
});
