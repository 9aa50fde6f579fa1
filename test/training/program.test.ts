import { expect, it, vi } from "vitest";
import { lean } from "../../src/backends/wasm/lean.ts";
import { key } from "../../src/core/random.ts";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { losses, mlp } from "../../src/nn/index.ts";
import { adam, chainRules, clipByGlobalNorm, cosine, initialState } from "../../src/optim/index.ts";
import { fit, metricsOf, trainingProgram } from "../../src/training/index.ts";
import { step } from "../../src/training/objective.ts";
import { programText, trace } from "../../src/transform/index.ts";
import { inPage } from "../numeric.ts";

const model = mlp({ inputs: 2, hidden: [3], outputs: 2, activation: "tanh" });
const objective = {
  model,
  loss: losses.crossEntropy,
  optimizer: adam(),
  metrics: metricsOf.multiclass,
  l1: 0,
  l2: 0.1,
};

it("the program of a training step can be printed, each equation with the part of the step that it belongs to", () => {
  const θ = model.init(key(0));
  const carry = { θ, state: initialState(objective.optimizer, θ), t: new Tensor([], Int32Array.of(0)) };
  const data = { x: tensor([[1, 2], [3, 4], [5, 6]]), y: tensor(Int32Array.of(0, 1, 0)) }; // biome-ignore format: rows
  const batch = { rows: tensor(Int32Array.of(2, 0)), key: tensor(Int32Array.of(1, 2)) };
  type Batch = { rows: Value; key: Value };
  const lines = programText(
    trace(
      (c: never, d: never, b: Batch) => step(objective as never, c, d, { ...b, stepsPerEpoch: 2 }),
      [carry, data, batch],
    ),
  ).split("\n");
  const where = (scope: string): string[] => lines.filter((line) => line.endsWith(scope));

  expect(lines[0]).toMatch(/^inputs {2}/);
  expect(lines.at(-1)).toMatch(/^outputs /);
  for (const scope of ["batch", "crossEntropy", "penalty", "metrics", "update"]) expect(where(scope)).not.toEqual([]);
  // Forward once; backward for the weights, and in the second layer for its input too.
  const products = (scope: string): number => where(scope).filter((line) => line.includes("matmul(")).length;
  expect(products("layer 1 of 3, dense(2 → 3)")).toBe(2);
  expect(products("layer 3 of 3, dense(3 → 2)")).toBe(3);
  expect(where("layer 2 of 3, tanh").length).toBeGreaterThan(1); // tanh and its slope
  const nowhere = lines.slice(1, -1).filter((line) => / {3}$/.test(line) || !/ {3}\S/.test(line));
  expect(nowhere.filter((line) => !/= -?[\d.e-]+$/.test(line))).toEqual([]); // constants may belong to no part
});

it("batch normalisation, dropout, clipping and a schedule are parts of the one program that is an epoch", async () => {
  const regularised = mlp({ inputs: 2, hidden: [3], outputs: 2, batchNorm: true, dropout: 0.5 });
  const x = Array.from({ length: 10 }, (_, i) => [i, i * i]);
  const data = { x, y: tensor(Int32Array.from({ length: 10 }, (_, i) => i % 2)) };
  const optimizer = chainRules(clipByGlobalNorm(1), adam({ learningRate: cosine(1e-3) }));
  const options = { optimizer, batchSize: 4, epochs: 3 };
  const compile = vi.spyOn(lean, "compile");
  await fit(regularised, data, options);
  if (!inPage) expect(compile).toHaveBeenCalledTimes(1); // nothing else was compiled, and so nothing else was run
  compile.mockRestore();

  const program = programText(await trainingProgram(regularised, data, options));
  const [loop, ...more] = program.split("\n").filter((line) => / = scan\(/.test(line));
  expect(more).toEqual([]);
  expect(loop).toContain("length: 2"); // two full batches of 4; the last of 2 stands behind the loop
  const inLoop = program.split("\n").filter((line) => line.startsWith("    ") && line.includes(" = "));
  for (const op of ["randomBits", "foldKey", "matmul", "cos", "sqrt"])
    expect(inLoop.some((line) => line.includes(` = ${op}(`))).toBe(true);
  expect(program).toContain("layer 2 of 5, batchNorm(3)");
  expect(program).toContain("layer 4 of 5, dropout(0.5)");
});
