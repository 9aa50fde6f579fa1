import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import { crossEntropy, type Layer, mlp } from "../../src/nn/index.ts";
import { mean, square, sub } from "../../src/ops/index.ts";
import { sgd } from "../../src/optim/index.ts";
import { assess } from "../../src/study/index.ts";
import { byClass, classWeightsOf } from "../../src/training/classweights.ts";
import { f1, fit, train } from "../../src/training/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose } from "../numbers/close.ts";
import recorded from "../numbers/more-losses.json" with { type: "json" };
import { classes } from "./examples.ts";

const x = [[0.1, 2], [1, -1], [0.5, 0.3], [-2, 1], [0.7, 0.9], [-0.4, -0.6]]; // biome-ignore format: rows
const y = classes(0, 2, 1, 1, 0, 1);
const model = mlp({ inputs: 2, hidden: [4], outputs: 3, activation: "tanh" });
/** One step a whole part, so that the order of rows changes nothing but the rounding of sums. */
const whole = { batchSize: 100, epochs: 4, precision: "f64", optimizer: sgd({ learningRate: 0.3 }) } as const;
const close = { relative: 1e-12, absolute: 1e-14 };

describe.each(["reference", "wasm"] as const)("on the engine %s", (backend) => {
  it("a row of weight 3 counts as the row three times, and one of weight 0 not at all", async () => {
    const weights = [1, 3, 0, 2, 1, 1];
    const repeated = weights.flatMap((w, i) => new Array<number>(w).fill(i));
    const rows = { x: repeated.map((i) => x[i]!), y: classes(...repeated.map((i) => y.data[i]!)) };
    const options = { ...whole, backend };
    const one = await fit(model, { x, y, weights }, options);
    const other = await fit(model, rows, options);
    expectClose(one.parameters, other.parameters, close);
    expectClose(one.history[3]!.loss.train, other.history[3]!.loss.train, close);
    expectClose(one.evaluate().loss, other.evaluate().loss, close);
    const scaled = await fit(model, { x, y, weights: weights.map((w) => 7 * w) }, options);
    expectClose(scaled.parameters, one.parameters, close); // only ratios matter
  });

  it("weights of classes are those of PyTorch's cross-entropy", async () => {
    const { weights, z, t, value } = recorded["weighted crossEntropy"];
    const given: Layer<object> = { name: "given", init: () => ({}), apply: (_θ, x) => x };
    const data = { x: z, y: classes(...t) };
    const { evaluate } = await fit(given, data, { classWeights: weights, epochs: 0, precision: "f64", backend });
    expectClose(evaluate().loss, value, close);
  });
});

describe("weights of rows in metrics", () => {
  const weights = [1, 3, 0, 2, 1, 1];
  const repeated = weights.flatMap((w, i) => new Array<number>(w).fill(i));
  const untrained = { epochs: 0, precision: "f64" } as const;

  it("count as in scikit-learn: accuracy, R², errors, and any metric that is asked for", async () => {
    // sample_weight = i % 4 in scikit-learn 1.2.1, float64: x = sin 3i, y = cos 2i + x/2, prediction x/2
    const given: Layer<object> = { name: "given", init: () => ({}), apply: (_θ, x) => x };
    const i = Array.from({ length: 12 }, (_, i) => i);
    const half = i.map((i) => [Math.sin(3 * i) / 2]);
    const t = i.map((i) => [Math.cos(2 * i) + Math.sin(3 * i) / 2]);
    const weights = i.map((i) => i % 4);
    const numbers = { x: half, y: t, weights };
    const regression = await fit(given, numbers, untrained);
    const { r2, mse, mae } = regression.evaluate().metrics;
    expectClose([r2, mse, mae], [-0.1326057035769641, 0.5414786327298464, 0.6676277416913987], close);
    const more = assess(regression, numbers, { metrics: ["explainedVariance"] }).metrics["explainedVariance"];
    expectClose(more, -0.12746300090369833, close);
    const classes = { x: half, y: t.map(([y = 0]) => [Number(y > 0)]), weights };
    const binary = await fit(given, classes, { ...untrained, loss: "hinge" });
    expectClose(binary.evaluate().metrics["accuracy"], 0.6111111111111112, close);
    const found = assess(binary, classes, { metrics: ["f1", "rocAuc", "matthews"] }).metrics;
    expectClose([found["f1"], found["rocAuc"], found["matthews"]], [0.6666666666666666, 0.5308641975308642, 0.2357022603955158], close); // biome-ignore format: one line
  });

  it("make a row of weight 3 count as the row three times, in every epoch, on both parts, and for metrics of whole parts", async () => {
    const rows = { x: repeated.map((i) => x[i]!), y: classes(...repeated.map((i) => y.data[i]!)) };
    const options = { ...whole, metrics: [f1] };
    const one = await fit(model, { x, y, weights }, { ...options, validation: { x, y, weights } });
    const other = await fit(model, rows, { ...options, validation: rows });
    for (const [e, row] of one.history.entries()) expectClose(row.metrics, other.history[e]!.metrics, close);
    expectClose(one.evaluate().metrics, other.evaluate().metrics, close);
    const plain = await fit(model, { x, y }, { ...options, validation: { x, y } });
    expect(plain.history[0]!.metrics).not.toEqual(one.history[0]!.metrics);
  });

  it("are not those of classes, which count in the loss alone", async () => {
    const options = { ...untrained, classWeights: [1, 10, 5] };
    const { evaluate } = await fit(model, { x, y, weights }, options);
    const without = await fit(model, { x, y, weights }, untrained);
    expect(evaluate().metrics).toEqual(without.evaluate().metrics);
    expect(evaluate().loss).not.toBe(without.evaluate().loss);
  });
});

describe("class weights", () => {
  const of = (targets: number[][] | number[], task: "binary" | "multiclass", k: number): readonly number[] =>
    classWeightsOf("balanced", { task, classes: k }, tensor(targets));

  it("balanced, give every class the same total, and rows a mean of 1", () => {
    expect(of([0, 0, 0, 1], "binary", 2)).toEqual([4 / 6, 2]);
    expect(of([0, 2, 2, 1, 2, 2], "multiclass", 3)).toEqual([2, 2, 0.5]);
    expect(of([[1, 0], [1, 0], [0, 1]], "multiclass", 2)).toEqual([0.75, 1.5]); // biome-ignore format: rows
    const { weights } = byClass({ x: tensor(x), y }, classWeightsOf("balanced", { task: "multiclass", classes: 3 }, y));
    const total = (c: number): number => [...y.data].reduce((s, t, i) => s + (t === c ? weights!.data[i]! : 0), 0);
    expectClose([total(0), total(1), total(2)], [2, 2, 2], close);
  });

  it("multiply with the weights of rows", async () => {
    const rows = [1, 2, 1, 0.5, 1, 3];
    const byClass = [1, 4, 2];
    const options = { ...whole, epochs: 2 };
    const both = await fit(model, { x, y, weights: rows }, { ...options, classWeights: byClass });
    const product = rows.map((w, i) => w * byClass[y.data[i]!]!);
    const one = await fit(model, { x, y, weights: product }, options);
    expectClose(both.parameters, one.parameters, close);
  });

  it("reach the validation loss, learnt on the training part, and what is evaluated afterwards", async () => {
    const validation = { x: x.slice(0, 3), y: classes(0, 1, 1) };
    const options = { ...whole, epochs: 1, validation, classWeights: "balanced" } as const;
    const { history, evaluate, predict } = await fit(model, { x, y }, options);
    expectClose(evaluate(validation).loss, history[0]!.loss.validation!, close);
    const p = predict(validation.x, { as: "probabilities" });
    const [zero, one] = [1, 2 / 3]; // 6 / (3 · 2) and 6 / (3 · 3)
    const loss =
      -(zero * Math.log(p.data[0]!) + one * Math.log(p.data[4]!) + one * Math.log(p.data[7]!)) / (zero + 2 * one);
    expectClose(history[0]!.loss.validation!, loss, close);
  });

  it("help a rare class", async () => {
    // One in twenty, overlapping: without weights the rare class is never predicted.
    const rows = Array.from({ length: 400 }, (_, i) => ({ x: [((i * 37) % 100) / 100 + (i % 20 === 0 ? 0.3 : 0)], y: Number(i % 20 === 0) })); // biome-ignore format: a row
    const data = { x: rows.map((r) => r.x), y: rows.map((r) => r.y) };
    const line = mlp({ inputs: 1, hidden: [], outputs: 1 });
    const found = async (classWeights?: "balanced"): Promise<number> => {
      const options = {
        loss: "logisticLoss",
        epochs: 60,
        learningRate: 0.05,
        ...(classWeights && { classWeights }),
      } as const;
      const { predict } = await fit(line, data, options);
      return [...predict(data.x).data].filter((c, i) => c === 1 && data.y[i] === 1).length;
    };
    expect(await found()).toBe(0);
    expect(await found("balanced")).toBeGreaterThan(10);
  });
});

describe("weights are refused", () => {
  const refused = (data: object, options: object = {}): Promise<unknown> =>
    problemOf(() => fit(model, { x, y, ...data }, { ...whole, ...options }));

  it.each([
    [[1, 2], { code: "data-rows", where: "fit(model, data), weights", given: { weights: [2], rows: 6 } }],
    [[1, 1, -1, 1, 1, 1], { code: "data-number", given: { row: 2, value: -1 } }],
    [[1, 1, 1, 1, 1, Number.POSITIVE_INFINITY], { code: "data-number", given: { row: 5 } }],
    [[0, 0, 0, 0, 0, 0], { code: "data-rows", where: "weights" }],
  ])("rows %j", async (weights, problem) => {
    expect(await refused({ weights })).toMatchObject(problem);
  });

  it.each([[[1, 2]], [[1, 2, -1]], [[0, 0, 0]], ["even"]])("classes %j", async (classWeights) => {
    expect(await refused({}, { classWeights })).toMatchObject({ code: "option", where: "classWeights" });
  });

  it("for numbers, which have no classes", async () => {
    const problem = await problemOf(() => fit(model, { x, y: x.map(() => [1, 2, 3]) }, { classWeights: "balanced" }));
    expect(problem).toMatchObject({ code: "option", hint: "weight rows instead: { x, y, weights }" });
  });

  it("with a loss of one's own that is one number for the whole batch; one number a row will do", async () => {
    const data = { x, y: [1, 2, 3, 4, 5, 6], weights: [1, 2, 1, 1, 1, 1] };
    const line = mlp({ inputs: 2, hidden: [], outputs: 1 });
    const problem = await problemOf(() => fit(line, data, { ...whole, loss: (p, t) => mean(square(sub(p, t))) })); // biome-ignore format: a call
    expect(problem).toMatchObject({
      code: "loss-task",
      rule: expect.stringContaining("cannot be weighted row by row"),
    });
    const own = await fit(line, data, { ...whole, loss: (p, t) => square(sub(p, t)) });
    const known = await fit(line, data, { ...whole, loss: "meanSquaredError" });
    expectClose(own.parameters, known.parameters, close);
  });
});

it("weights reach the steps of train, batch by batch", async () => {
  const losses: number[] = [];
  for await (const row of train(model, {
    x,
    y,
    weights: [1, 1, 1, 1, 1, 5],
    epochs: 2,
    batchSize: 4,
    precision: "f64",
  }))
    losses.push(row.loss.train);
  const plain = await fit(model, { x, y }, { epochs: 2, batchSize: 4, precision: "f64", loss: crossEntropy });
  expect(losses).not.toEqual(plain.history.map((row) => row.loss.train));
});
