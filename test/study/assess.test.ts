import { describe, expect, it } from "vitest";
import { key, uniformAt } from "../../src/core/random.ts";
import { mlp } from "../../src/nn/index.ts";
import { assess, outcomesFor } from "../../src/study/index.ts";
import { fit } from "../../src/training/index.ts";
import { confusionMatrix, f1, rocCurve } from "../../src/training/metrics/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, roundoff32 } from "../numbers/close.ts";

const at = Array.from({ length: 120 }, (_, i) => i);
const x = at.map((i) => [uniformAt(key(1), 2 * i), uniformAt(key(1), 2 * i + 1)]);
const noise = at.map((i) => uniformAt(key(2), i));
const two = x.map(([a, b], i) => Number(a! + b! + 0.6 * noise[i]! > 1.3));
const three = Int32Array.from(x, ([a, b], i) => Math.min(2, Math.floor(a! + b! + 1.2 * noise[i]!)));
const number = x.map(([a, b], i) => 3 * a! - b! + noise[i]!);
const network = (outputs: number) => mlp({ inputs: 2, hidden: [6], outputs, activation: "tanh" });
const some = { epochs: 10, learningRate: 0.05 };

describe("assess", () => {
  it("measures the task's own metrics, and those asked for by name or as they are", async () => {
    const result = await fit(network(1), { x, y: two }, { ...some, loss: "logisticLoss" });
    const own = result.evaluate();
    const { rows, loss, metrics, intervals } = assess(result, { x, y: two }, { metrics: ["rocAuc", "logLoss", f1] });
    expect(Object.keys(metrics)).toEqual(["accuracy", "rocAuc", "logLoss", "f1"]);
    expect({ rows, loss, intervals }).toEqual({ rows: 120, loss: own.loss, intervals: {} });
    expect(metrics["accuracy"]).toBe(own.metrics["accuracy"]);
    expectClose([metrics["logLoss"]!], [own.loss], { relative: 100 * roundoff32 });
  });

  it("gives an interval of that level for every metric, which holds what was measured", async () => {
    for (const [y, outputs, options] of [
      [two, 1, { loss: "logisticLoss" }],
      [three, 3, {}],
      [number, 1, {}],
    ] as const) {
      const result = await fit(network(outputs), { x, y }, { ...some, ...options });
      const { metrics, intervals } = assess(result, { x, y }, { confidence: 0.9 });
      expect(Object.keys(intervals)).toEqual(Object.keys(metrics));
      for (const [name, { low, high, level, estimate }] of Object.entries(intervals)) {
        expect({ level, estimate }).toEqual({ level: 0.9, estimate: metrics[name] });
        expect(low < estimate && estimate < high).toBe(true);
      }
    }
  });

  it("weighs rows as it is told", async () => {
    const result = await fit(network(1), { x, y: two }, { ...some, loss: "logisticLoss" });
    const weights = at.map((i) => Number(i < 50));
    const part = assess(result, { x: x.slice(0, 50), y: two.slice(0, 50) }, { metrics: ["f1"] });
    expect(assess(result, { x, y: two }, { metrics: ["f1"], weights }).metrics).toEqual(part.metrics);
  });

  it("decides at another threshold", async () => {
    const result = await fit(network(1), { x, y: two }, { ...some, loss: "logisticLoss" });
    const { metrics } = assess(result, { x, y: two }, { metrics: ["recall"], threshold: 0 });
    expect(metrics["recall"]).toBe(1);
    const answers = result.predict(x, { threshold: 0.3 }).data;
    const right = two.filter((t, i) => t === answers[i]).length / two.length;
    expect(assess(result, { x, y: two }, { threshold: 0.3 }).metrics["accuracy"]).toBe(right);
  });

  it("refuses what it does not know", async () => {
    const result = await fit(network(1), { x, y: two }, { ...some, loss: "logisticLoss" });
    const rows = { x, y: two };
    const asked = (options: object) => problemOf(() => assess(result, rows, options));
    expect(await asked({ metrics: ["roc"] })).toMatchObject({ code: "option" });
    expect(await asked({ metrics: ["mse"] })).toMatchObject({ code: "metric-task" });
    expect(await asked({ level: 0.9 })).toMatchObject({ code: "option" });
    expect(await asked({ weights: [1, 2] })).toMatchObject({ code: "data-rows" });
    expect(await problemOf(() => assess(result, { x, y: two.map((t) => t + 3) }))).toMatchObject({
      code: "loss-task",
    });
  });
});

describe("outcomes of a network", () => {
  it("are what matrices and curves are made from", async () => {
    const result = await fit(network(1), { x, y: two }, { ...some, loss: "logisticLoss" });
    const outcomes = outcomesFor(result, { x, y: two });
    expect(outcomes.kind).toBe("classes");
    if (outcomes.kind !== "classes") return;
    const [[a, b], [c, d]] = confusionMatrix(outcomes) as [[number, number], [number, number]];
    expect(a + b + c + d).toBe(120);
    expect((a + d) / 120).toBe(result.evaluate().metrics["accuracy"]);
    expect(rocCurve(outcomes).truePositiveRate.at(-1)).toBe(1);
  });

  it("of distributions hold their central number", async () => {
    const result = await fit(network(2), { x, y: number }, { ...some, loss: "gaussian" });
    const outcomes = outcomesFor(result, { x, y: number });
    expect(outcomes.kind === "numbers" && outcomes.outputs).toBe(1);
    expectClose([assess(result, { x, y: number }).metrics["mse"]!], [result.evaluate().metrics["mse"]!], {
      relative: 200 * roundoff32,
    });
  });
});
