import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
import { activation, batchNorm, chain, dense, dropout, mlp } from "../../src/nn/index.ts";
import { bfgs, lbfgs, levenbergMarquardt, type WholeBatch } from "../../src/optim/index.ts";
import { Divergence, fit, type Rows, type TrainOptions, train } from "../../src/training/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, flat } from "../numbers/close.ts";
import recorded from "../numbers/solve.json" with { type: "json" };
import { blobs, line, x, y } from "./examples.ts";

const optimizers: readonly [string, () => WholeBatch][] = [
  ["lbfgs", () => lbfgs()],
  ["bfgs", () => bfgs()],
  ["levenbergMarquardt", () => levenbergMarquardt()],
  ["levenbergMarquardt by products", () => levenbergMarquardt({ solver: "iterative" })],
];

/** A curve for a small network. */
const waves = {
  x: Array.from({ length: 30 }, (_, i) => [i / 15 - 1]),
  y: Array.from({ length: 30 }, (_, i) => Math.sin(3 * (i / 15 - 1))),
};
const small = chain(dense({ inputs: 1, outputs: 6 }), activation("tanh"), dense({ inputs: 6, outputs: 1 }));
const losses = ({ history }: { history: readonly { loss: { train: number } }[] }): number[] =>
  history.map((row) => row.loss.train);

describe.each(optimizers)("%s in fit", (_name, optimizer) => {
  it("finds the straight line, and stops there", async () => {
    const result = await fit(line, { x, y }, { optimizer: optimizer(), epochs: 100 });
    expect(result.stopped).toBe("converged");
    expect(result.steps).toBeLessThan(20);
    expectClose(flat(result.parameters), [2, 1], { relative: 0, absolute: 1e-6 });
  });

  it("never goes up, and learns a curve as update rules do not in as many epochs", async () => {
    const result = await fit(small, waves, { optimizer: optimizer(), epochs: 60, l2: 1e-6 });
    const fell = result.history.map((row) => row.objective.train);
    for (let i = 1; i < fell.length; i++) expect(fell[i]!).toBeLessThanOrEqual(fell[i - 1]! * (1 + 1e-12));
    expect(losses(result).at(-1)).toBeLessThan(1e-3);
    const adam = await fit(small, waves, { epochs: 60, batchSize: 30 });
    expect(losses(result).at(-1)).toBeLessThan(losses(adam).at(-1)! / 100);
  });

  it("tells the loss and the metrics of the parameters that an epoch leaves", async () => {
    const { history, evaluate } = await fit(small, waves, { optimizer: optimizer(), epochs: 3, l2: 1e-3 });
    const { loss, penalty, metrics } = evaluate();
    expectClose(history.at(-1)!.loss.train, loss, { relative: 1e-12 });
    expectClose(history.at(-1)!.objective.train, loss + penalty, { relative: 1e-12 });
    for (const [name, pair] of Object.entries(history.at(-1)!.metrics))
      expectClose(pair.train, metrics[name]!, { relative: 1e-10 });
  });

  it("does not depend on how rows fall into bands", async () => {
    const numbers = Array.from({ length: 2500 }, (_, i) => i); // two bands of 1024, and a smaller one
    const rows = (order: readonly number[]): Rows => ({
      x: order.map((i) => [Math.sin(i)]),
      y: order.map((i) => Math.cos(2 * Math.sin(i)) + (i < 200 ? 1 : 0)),
    });
    const start = (await fit(small, rows(numbers), { epochs: 0, precision: "f64" })).parameters;
    const run = (order: readonly number[]) =>
      fit(small, rows(order), { optimizer: optimizer(), epochs: 3, parameters: start });
    const [a, b] = [await run(numbers), await run(numbers.toReversed())];
    // Sums in another order: roundings of 2500 terms, and what three steps make of them.
    expectClose(flat(a.parameters), flat(b.parameters), { relative: 1e-8, absolute: 1e-9 });
    expectClose(losses(a).at(-1), a.evaluate().loss, { relative: 1e-11 });
  });

  it("counts rows by their weights: twice the weight is the row twice", async () => {
    const weighted = { x: [[0], [1], [2]], y: [1, 0, 4], weights: [1, 2, 1] };
    const repeated = { x: [[0], [1], [1], [2]], y: [1, 0, 0, 4] };
    const options = { optimizer: optimizer(), epochs: 60 };
    const [a, b] = [await fit(line, weighted, options), await fit(line, repeated, options)];
    expectClose(flat(a.parameters), flat(b.parameters), { relative: 1e-6 });
    expectClose(flat(a.parameters), [1.5, -0.25], { relative: 1e-6 }); // Σw = 4, x̄ = 1, ȳ = 1.25, slope 3/2
  });

  it("minimises with the penalty: ridge regression has a formula", async () => {
    const { parameters } = await fit(line, { x, y }, { optimizer: optimizer(), epochs: 60, l2: 0.5 });
    // Centred: slope = Σ(x − x̄)(y − ȳ)/n / (Σ(x − x̄)²/n + λ/2) = 4 / (2 + 0.25); the intercept is free.
    const slope = 4 / 2.25;
    expectClose(flat(parameters), [slope, 5 - 2 * slope], { relative: 1e-6 });
  });

  it("leaves frozen layers as they are", async () => {
    const start = (await fit(small, waves, { epochs: 0, precision: "f64" })).parameters;
    const options = { optimizer: optimizer(), epochs: 5, frozen: ["0.W", "2.b"], parameters: start };
    const { parameters, history } = await fit(small, waves, options);
    expect(parameters[0].W).toEqual(start[0].W);
    expect(parameters[2].b).toEqual(start[2].b);
    expect(parameters[0].b).not.toEqual(start[0].b);
    expect(history.at(-1)!.loss.train).toBeLessThan(history[0]!.loss.train);
  });

  it("goes on from a checkpoint, bit by bit", async () => {
    const files = new Map<string, Uint8Array>();
    const checkpoint = { to: (name: string, bytes: Uint8Array) => void files.set(name, bytes), every: 1 };
    const from = (name: string): Uint8Array | null => files.get(name) ?? null;
    const options = (epochs: number): TrainOptions<never> => ({ optimizer: optimizer(), epochs, seed: 3 });
    const whole = await fit(small, waves, options(12) as object);
    await fit(small, waves, { ...options(5), checkpoint } as object);
    const rest = await fit(small, waves, { ...options(12), checkpoint: { ...checkpoint, from } } as object);
    expect(flat(rest.parameters)).toEqual(flat(whole.parameters));
    expect(losses(rest)).toEqual(losses(whole));
  });

  it("works in single precision, and gives such parameters", async () => {
    const { parameters, history } = await fit(line, { x, y }, { optimizer: optimizer(), epochs: 30, precision: "f32" });
    for (const t of leaves(parameters, (t): t is ReturnType<typeof tensor> => typeof t === "object" && "shape" in t!))
      expect(t.data).toBeInstanceOf(Float32Array);
    expectClose(flat(parameters), [2, 1], { relative: 1e-3 });
    expect(history.length).toBeLessThan(30); // it notices that nothing more is to be had
  });

  it("is interrupted between its programs, with what was learnt before", async () => {
    const stop = new AbortController();
    const onEpoch = ({ epoch }: { epoch: number }): void => (epoch === 2 ? stop.abort() : undefined);
    const result = await fit(small, waves, { optimizer: optimizer(), epochs: 50, signal: stop.signal, onEpoch });
    expect([result.stopped, result.history.length]).toEqual(["interrupted", 2]);
    expectClose(result.evaluate().loss, losses(result).at(-1)!, { relative: 1e-12 });
  });

  it("keeps the best parameters where stopping is early", async () => {
    const options = { optimizer: optimizer(), epochs: 40, validation: { x: [[0], [1]], y: [3, -2] }, earlyStopping: 2 };
    const { best, history, evaluate } = await fit(small, waves, options);
    expectClose(evaluate(options.validation).loss, best!.value, { relative: 1e-10 });
    expect(best!.value).toBe(Math.min(...history.map((row) => row.loss.validation!)));
  });

  it("trains with dropout and batch normalisation, too", async () => {
    const model = chain(
      dense({ inputs: 1, outputs: 8 }),
      batchNorm({ features: 8 }),
      activation("tanh"),
      dropout({ rate: 0.1 }),
      dense({ inputs: 8, outputs: 1 }),
    );
    const { history, state, evaluate } = await fit(model, waves, { optimizer: optimizer(), epochs: 30 });
    expect(history.length).toBe(30); // chance goes on
    expect(evaluate().loss).toBeLessThan((await fit(model, waves, { epochs: 0 })).evaluate().loss);
    expect(flat(state).some((s) => s !== 0 && s !== 1)).toBe(true);
  });

  it("is the same on both engines, as far as rounding goes", async () => {
    const run = (backend: "wasm" | "reference") =>
      fit(small, waves, { optimizer: optimizer(), epochs: 6, backend, parameters: undefined as never });
    expectClose(losses(await run("wasm")), losses(await run("reference")), { relative: 1e-6 });
  });

  it("says where the loss is not finite", async () => {
    const huge = { x: [[1e200], [-1e200]], y: [1e200, 3] };
    const error = await fit(line, huge, { optimizer: optimizer() }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Divergence);
    expect((error as Divergence).problem.rule).toBe("the loss is not finite where training begins.");
  });
});

describe("quasi-Newton methods", () => {
  it("on a network reach the minimum that SciPy reaches", async () => {
    const [problem] = recorded.networks;
    const { hidden: h, l2, x, y, start } = problem!;
    const W = tensor(start.slice(0, 2 * h), [2, h]);
    const parameters = [
      { W, b: tensor(start.slice(2 * h, 3 * h)) },
      {},
      { W: tensor(start.slice(3 * h, 4 * h), [h, 1]), b: tensor(start.slice(4 * h)) },
    ];
    const model = mlp({ inputs: 2, hidden: [h], outputs: 1, activation: "tanh" });
    const { history } = await fit(model, { x, y }, { optimizer: lbfgs(), l2, epochs: 1000, parameters } as object);
    expectClose(history.at(-1)!.objective.train, problem!.lbfgs.value, { relative: 1e-5 });
  });

  it("learn classes", async () => {
    const model = mlp({ inputs: 2, hidden: [4], outputs: 3, activation: "tanh" });
    const { evaluate, history } = await fit(model, blobs, { optimizer: bfgs(), epochs: 60, l2: 1e-4 });
    expect(evaluate().metrics["accuracy"]).toBe(1);
    expect(history.at(-1)!.learningRate).toBeGreaterThan(0); // the length of a step over that of its direction
  });
});

describe("what makes no sense is refused before training", () => {
  const cases: [string, TrainOptions, string][] = [
    ["batches", { optimizer: lbfgs(), batchSize: 2 }, "batch size"],
    ["a learning rate", { optimizer: bfgs(), learningRate: 0.1 }, "learning rate"],
    ["rates by layer", { optimizer: lbfgs(), layerRates: { "0": 0.5 } }, "layer rates"],
    ["Levenberg-Marquardt with λ₁", { optimizer: levenbergMarquardt(), l1: 0.1 }, "l1"],
  ];
  it.each(cases)("%s", async (_what, options, given) => {
    const problem = await problemOf(() => fit(line, { x, y }, options as object));
    expect(problem).toMatchObject({ code: "option", where: `optimizer ${(options.optimizer as WholeBatch).name}` });
    expect(Object.keys(problem.given!)).toContain(given);
  });

  it("Levenberg-Marquardt with another loss", async () => {
    const options = { optimizer: levenbergMarquardt(), loss: "huber" } as const;
    expect(await problemOf(() => fit(line, { x, y }, options))).toMatchObject({ code: "loss-task" });
  });

  it("a network that is all frozen, an unknown option, a name that is a function", async () => {
    const optimizer = lbfgs();
    expect(await problemOf(() => fit(line, { x, y }, { optimizer, frozen: ["0"] }))).toMatchObject({ code: "option" });
    expect(await problemOf(() => lbfgs({ memoy: 3 } as never))).toMatchObject({ given: { option: "memoy" } });
    expect(await problemOf(() => levenbergMarquardt({ solver: "qr" as never }))).toMatchObject({ code: "option" });
    expect(await problemOf(() => fit(line, { x, y }, { optimizer: lbfgs as never }))).toMatchObject({ code: "option" });
  });
});

it("a training by steps of its own can be watched epoch by epoch", async () => {
  const rows: number[] = [];
  for await (const { loss } of train(line, { x, y, optimizer: lbfgs(), epochs: 50 })) rows.push(loss.train);
  expect(rows.length).toBeLessThan(20);
});
