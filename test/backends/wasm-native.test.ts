import { describe, expect, it, vi } from "vitest";
import { pullback } from "../../src/autodiff/index.ts";
import { assemble } from "../../src/backends/wasm/assemble.ts";
import { lean } from "../../src/backends/wasm/lean.ts";
import { provide } from "../../src/backends/wasm/provision.ts";
import { provision } from "../../src/backends/wasm/rare.ts";
import type { Program } from "../../src/graph/program.ts";
import { fill, type Value } from "../../src/graph/value.ts";
import {
  type ActivationName,
  activations,
  chain,
  dense,
  dropout,
  type Layer,
  type Loss,
  losses,
  mlp,
  type OptimizerName,
  optimizers,
  Tensor,
} from "../../src/index.ts";
import * as ops from "../../src/ops/index.ts";
import { type TrainRows, train } from "../../src/training/train.ts";
import { inPage } from "../numeric.ts";
import { booleans, type F, integers, numbers, programOf } from "./cases.ts";

provide(provision);

const precisions = ["f64", "f32"] as const;
const interpreted = (program: Program): string[] =>
  precisions
    .flatMap((precision) => assemble(program, { precision }).host)
    .filter((line) => line.always)
    .map((line) => line.op.name);

describe("no line of a program is left to the reference rules:", () => {
  it.each(
    ops.examples.map((example, i) => ({ name: `${example.op.name} ${i}`, ...example })),
  )("$name, its value and gradient", ({ shapes, call }) => {
    const f: F = (...xs) => {
      const y = call(...xs);
      return [y, ...pullback([y], xs, [fill(y, 1)])];
    };
    expect(
      interpreted(
        programOf(
          f,
          shapes.map((shape) => numbers(shape)),
        ),
      ),
    ).toEqual([]);
  });

  it.each(
    Object.entries(ops).filter(([, f]) => typeof f === "function" && "op" in f),
  )("%s of real numbers, integers and booleans", (_name, f) => {
    const op = f as ops.Unary & ops.Binary;
    for (const x of [numbers([9]), integers([9], (i) => i - 4), booleans([9])])
      expect(interpreted(programOf((x) => op(x!, x!), [x]))).toEqual([]);
  });

  const reductions: Record<string, (x: Value, axis?: number) => Value> = {
    ...{ sum: ops.sum, mean: ops.mean, variance: ops.variance, prod: ops.prod, max: ops.max, min: ops.min },
    ...{ argmax: ops.argmax, argmin: ops.argmin, logSumExp: ops.logSumExp, softmax: ops.softmax },
    ...{ standardDeviation: ops.standardDeviation, logSoftmax: ops.logSoftmax, cumsum: ops.cumsum },
  };
  it.each(Object.entries(reductions))("%s of real numbers, integers and booleans along every axis", (_name, f) => {
    for (const x of [numbers([3, 4, 5]), integers([3, 4, 5], (i) => i - 4), booleans([3, 4, 5])])
      for (const axis of [0, 1, 2]) {
        expect(interpreted(programOf((x) => f(x!, axis), [x]))).toEqual([]);
        expect(interpreted(programOf((x) => f(ops.transpose(x!), axis), [x]))).toEqual([]);
      }
  });

  it.each([
    ["take along an axis, of a view, by a matrix", (x, i) => ops.take(ops.flip(ops.transpose(x!)), ops.reshape(i!, [2, 3]), 1)],
    ["take by a view of indices", (x, i) => ops.take(x!, ops.transpose(ops.reshape(i!, [2, 3])), 0)],
    ["oneHot of a view", (_, i) => ops.oneHot(ops.transpose(ops.reshape(i!, [2, 3])), 4)],
    ["scatterAdd", (x, i) => ops.scatterAdd([3, 9, 5], i!, ops.broadcastTo(ops.sum(x!), [3, 6, 5]), 1)],
    ["random numbers and keys", (_, i) => {
      const key = ops.foldKey(ops.slice(i!, [[1, 3]]), 3);
      return [ops.randomBits(key, [9]), ops.randomUniform(key, [9]), ops.randomNormal(key, [9]), ops.randomBernoulli(key, [3, 3], 0.5)];
    }],
  ] as readonly [string, F][])("%s", (_name, f) => {
    expect(interpreted(programOf(f, [numbers([3, 4, 5]), integers([6], (i) => i % 3)]))).toEqual([]);
  }); // biome-ignore format: one line a case
});

const rows = 7;
const x = numbers([rows, 3]);
const targets = {
  regression: new Tensor([rows, 2], Float64Array.from(numbers([rows, 2]).data, Math.abs)),
  binary: integers([rows, 2], (i) => ((i * i) % 3) & 1),
  multilabel: integers([rows, 2], (i) => ((i * i) % 3) & 1),
  multiclass: integers([rows], (i) => i % 2),
} as const;

/** The programs that training compiles: an epoch with a smaller last batch, and one that measures rows (of each part, where these differ in shape). */
async function programsOf(model: Layer<unknown>, options: Partial<TrainRows<unknown>>): Promise<Program[]> {
  const compile = vi.spyOn(lean, "compile");
  const y = targets.regression;
  await train(model, { x, y, batchSize: 3, epochs: 1, validation: { x, y, ...options }, ...options }).next();
  const programs = compile.mock.calls.map(([program]) => program);
  compile.mockRestore();
  return programs;
}

async function expectNative(model: Layer<unknown>, options: Partial<TrainRows<unknown>>): Promise<void> {
  const programs = await programsOf(model, options);
  expect(programs.length).toBeGreaterThanOrEqual(2);
  expect(programs.flatMap(interpreted)).toEqual([]);
}

// a page's training is compiled elsewhere, with the same rules
describe.skipIf(inPage)("training leaves nothing to the reference rules, with", () => {
  const model = mlp({ inputs: 3, hidden: [4], outputs: 2, activation: "tanh" }) as Layer<unknown>;
  const cases = Object.values<Loss>(losses).flatMap((loss) => loss.tasks.map((task) => ({ loss, task })));
  it.each(cases)("the loss $loss.label for $task", async ({ loss, task }) => {
    const y = loss.heads.length > 0 ? numbers([rows, 1]) : targets[task];
    await expectNative(model, { loss, task, y });
  });

  it("shares of classes as targets", async () => {
    await expectNative(model, { loss: "crossEntropy", y: new Tensor([rows, 2], new Float64Array(2 * rows).fill(0.5)) });
  });

  it.each(Object.keys(optimizers))("the optimizer %s, with penalties", async (optimizer) => {
    await expectNative(model, { optimizer: optimizer as OptimizerName, l1: 0.1, l2: 0.1 });
  });

  it.each(Object.keys(activations))("the activation %s", async (name) => {
    await expectNative(mlp({ inputs: 3, hidden: [4], outputs: 2, activation: name as ActivationName }) as never, {});
  });

  it("dropout", async () => {
    await expectNative(
      chain(dense({ inputs: 3, outputs: 8 }), dropout(), dense({ inputs: 8, outputs: 2 })) as never,
      {},
    );
  });
});
