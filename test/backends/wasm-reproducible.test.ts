import { describe, expect, it } from "vitest";
import { Tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { fingerprint } from "../../src/interchange/index.ts";
import { mlp } from "../../src/nn/index.ts";
import { softmax, sum, tanh } from "../../src/ops/index.ts";
import { fit, type Rows } from "../../src/training/index.ts";
import { compile, grad } from "../../src/transform/index.ts";
import { bits } from "../numeric.ts";

/** Hundredths between −1 and 1: no function of the runtime's own takes part. */
const hundredths = (n: number): number[] =>
  Array.from({ length: n }, (_, i) => (((i * i * 37 + 11 * i) % 201) - 100) / 100);

const xor: Rows = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [[0], [1], [1], [0]] }; // biome-ignore format: a table
const table: Rows = {
  x: new Tensor([50, 3], Float64Array.from(hundredths(150))),
  y: new Tensor(
    [50],
    Int32Array.from({ length: 50 }, (_, i) => (i * i) % 3),
  ),
};

/**
 * Recorded with V8 of Node 24 on x64: the same in every runtime, or the promise of `reproducible` is broken. A new order of
 * sums in the engine gives new ones, which is worth a line in CHANGELOG.md.
 */
const trainings = [
  { name: "xor", data: xor, model: mlp({ inputs: 2, hidden: [4], outputs: 1 }), loss: "logisticLoss", f32: "fa367d700217f73b", f64: "fabf1293b7dbbff0" },
  { name: "three layers", data: table, model: mlp({ inputs: 3, hidden: [17, 5], outputs: 3, activation: "tanh" }), loss: "crossEntropy", f32: "a0482e8ccda21fbc", f64: "b0e903b3e9f331f1" },
] as const; // biome-ignore format: a table

describe.each(trainings)("a reproducible training: $name", ({ data, model, loss, ...recorded }) => {
  it.each(["f32", "f64"] as const)("has the recorded bits in %s", async (precision) => {
    const options = { loss, precision, epochs: 20, batchSize: 16, seed: 1, reproducible: true } as const;
    const { parameters } = await fit(model, data, options);
    expect(fingerprint(parameters)).toBe(recorded[precision]);
  });

  it.each([
    "f32",
    "f64",
  ] as const)("has the same bits again without it, on the same machine, in %s", async (precision) => {
    const options = { loss, precision, epochs: 5, batchSize: 16 } as const;
    const prints = [await fit(model, data, options), await fit(model, data, options)].map((r) =>
      fingerprint(r.parameters),
    );
    expect(prints[0]).toBe(prints[1]);
  });
});

it.each([true, false])("a compiled function gives the same bits again, reproducible: %s", (reproducible) => {
  const f = grad((w: Value) => sum(tanh(softmax(w.matmul(w)))));
  const w = new Tensor([17, 17], Float64Array.from(hundredths(289)));
  const [one, two] = [compile(f, { reproducible }), compile(f, { reproducible })];
  const first = bits((one(w) as Tensor).data);
  expect(bits((one(w) as Tensor).data)).toEqual(first);
  expect(bits((two(w) as Tensor).data)).toEqual(first);
});
