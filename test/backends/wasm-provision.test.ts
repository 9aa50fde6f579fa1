import { beforeEach, describe, expect, it, vi } from "vitest";

/** Modules of their own: what was loaded before counts for the whole process. */
const fresh = async () => ({
  provision: await import("../../src/backends/wasm/provision.ts"),
  ...(await import("../../src/training/index.ts")),
  ...(await import("../../src/nn/index.ts")),
  ...(await import("../../src/ops/index.ts")),
  ...(await import("../../src/backends/wasm/assemble.ts")),
  ...(await import("../../src/compile/index.ts")),
  ...(await import("../../src/graph/value.ts")),
});
type Fresh = Awaited<ReturnType<typeof fresh>>;

const data = { x: [[0, 1], [1, 0], [1, 1], [0, 0]], y: [1, 1, 0, 0] }; // biome-ignore format: a table

/** Ops that the host interprets in a program of sin. */
function interpreted({ assemble, lower, input, sin }: Fresh): string[] {
  const x = input({ shape: [2], dtype: "real" });
  const assembly = assemble(lower({ inputs: [x], outputs: [sin(x)] }), { precision: "f64" });
  return assembly.host.filter((line) => line.always).map((line) => line.op.name);
}

beforeEach(() => {
  vi.resetModules();
});

describe("the code of rarely used ops", () => {
  it("is not loaded by a training that has none, and the host would interpret them", async () => {
    const it = await fresh();
    await it.fit(it.mlp({ inputs: 2, hidden: [3], outputs: 1, activation: "tanh" }), data, { epochs: 1 });
    expect(it.provision.hasCode("sin")).toBe(false);
    expect(interpreted(it)).toEqual(["sin"]);
  });

  it("is loaded by a training that has some, in the loop's body too", async () => {
    const it = await fresh();
    await it.fit(it.mlp({ inputs: 2, hidden: [3], outputs: 1, dropout: 0.5 }), data, { epochs: 1 });
    expect(it.provision.hasCode("sin")).toBe(true);
    expect(interpreted(it)).toEqual([]);
  });

  it("is loaded for predicting, which is done at once, when training has none", async () => {
    const it = await fresh();
    const dense = it.dense({ inputs: 2, outputs: 1 });
    const model: typeof dense = {
      name: "waves when it predicts",
      init: dense.init,
      apply: (θ, x, context) => {
        const y = dense.apply(θ, x, context);
        return context?.training ? y : it.sin(y);
      },
    };
    const { predict } = await it.fit(model, data, { epochs: 1 });
    expect(it.provision.hasCode("sin")).toBe(true);
    expect(Math.abs(predict([[0, 1]]).data[0]!)).toBeLessThanOrEqual(1);
  });

  it("comes at once with a function compiled at once", async () => {
    const it = await fresh();
    const { compile } = await import("../../src/transform/index.ts");
    expect(compile(it.sin)(1)).toBeCloseTo(Math.sin(1), 15);
    expect(it.provision.hasCode("sin")).toBe(true);
  });
});
