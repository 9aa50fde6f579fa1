import { describe, expect, it } from "vitest";
import { Tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { fingerprint } from "../../src/interchange/index.ts";
import { mlp } from "../../src/nn/index.ts";
import { matmul, sum, tanh } from "../../src/ops/index.ts";
import { fit } from "../../src/training/index.ts";
import { compile, grad } from "../../src/transform/index.ts";
import { bits, inPage } from "../numeric.ts";

/** Hundredths between −1 and 1. */
const hundredths = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => (((i * i * 37 + 11 * i) % 201) - 100) / 100);

const rows = 330; // a smaller last batch, too
const data = {
  x: new Tensor([rows, 64], hundredths(64 * rows)),
  y: new Tensor(
    [rows],
    Int32Array.from({ length: rows }, (_, i) => (i * i) % 10),
  ),
};
const wide = mlp({ inputs: 64, hidden: [400, 100], outputs: 10, activation: "relu" }); // worth dividing
const options = { epochs: 3, batchSize: 100, learningRate: 0.01 } as const;

describe.each(["f32", "f64"] as const)("a network trained in %s", (precision) => {
  it("has the same bits with one thread, with two, and with three", async () => {
    const results = [];
    for (const threads of [1, 2, 3]) results.push(await fit(wide, data, { ...options, precision, threads }));
    const prints = results.map(({ parameters }) => fingerprint(parameters));
    expect(new Set(prints).size).toBe(1);
    // in a page threads start while others work, if they may share memory at all
    if (!inPage) expect(results.map(({ threads }) => threads)).toEqual([1, 2, 3]);
    const [one, two] = results.map(({ history }) => history.map(({ loss, metrics }) => ({ loss, metrics })));
    expect(two).toEqual(one);
  });
});

it("a small network uses one thread by itself, and even where more may work", async () => {
  const xor = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] }; // biome-ignore format: a table
  const network = mlp({ inputs: 2, hidden: [4], outputs: 1, activation: "tanh" });
  for (const threads of ["auto", 2] as const)
    expect((await fit(network, xor, { epochs: 2, loss: "logisticLoss", threads })).threads).toBe(1);
});

it("a compiled function has the same bits with one thread and with two", () => {
  const f = grad((w: Value) => sum(tanh(matmul(w, w))));
  const w = new Tensor([90, 90], hundredths(8100));
  const [one, two] = [compile(f, { threads: 1 }), compile(f, { threads: 2 })].map((g) => g(w) as Tensor);
  expect(bits(two!.data)).toEqual(bits(one!.data));
});

it.each([0, -1, 1.5, Number.NaN, 65, "2", "all"])("threads: %s is refused", async (threads) => {
  const wrong = { ...options, threads: threads as number };
  await expect(fit(wide, data, wrong)).rejects.toMatchObject({ problem: { code: "option", where: "threads" } });
  expect(() => compile((x: Value) => x, { threads: wrong.threads })(1)).toThrow(
    'compile(f, { threads }): must be "auto", or a whole number from 1 to 64.',
  );
});
