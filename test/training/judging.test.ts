import { describe, expect, it } from "vitest";
import { key, uniformAt } from "../../src/core/random.ts";
import { mlp } from "../../src/nn/index.ts";
import { type EpochRow, fit } from "../../src/training/index.ts";
import {
  accuracy,
  classOutcomes,
  f1,
  logLoss,
  mae,
  maxError,
  medianAbsoluteError,
  metricsFor,
  mse,
  numberOutcomes,
  r2,
  rmse,
  rocAuc,
} from "../../src/training/metrics/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, roundoff32 } from "../numbers/close.ts";

const at = Array.from({ length: 90 }, (_, i) => i);
const x = at.map((i) => [uniformAt(key(1), 2 * i), uniformAt(key(1), 2 * i + 1)]);
const noise = at.map((i) => uniformAt(key(2), i));
const two = x.map(([a, b], i) => Number(a! + b! + 0.6 * noise[i]! > 1.3));
const three = Int32Array.from(x, ([a, b], i) => Math.min(2, Math.floor(a! + b! + 1.2 * noise[i]!)));
const number = x.map(([a, b], i) => 3 * a! - b! + noise[i]!);
const network = (outputs: number) => mlp({ inputs: 2, hidden: [6], outputs, activation: "tanh" });
const some = { epochs: 3, learningRate: 0.05, validation: { x: x.slice(60), y: two.slice(60) } } as const;
const training = { x: x.slice(0, 60), y: two.slice(0, 60) };

describe("metrics that fit is asked for", () => {
  it("are measured after every epoch on both parts, beside the task's own", async () => {
    const result = await fit(network(1), training, { ...some, loss: "logisticLoss", metrics: [f1, rocAuc, logLoss] });
    const last = result.history.at(-1) as EpochRow;
    expect(Object.keys(last.metrics)).toEqual(["accuracy", "f1", "rocAuc", "logLoss"]);
    for (const [part, rows] of [
      ["train", training],
      ["validation", some.validation],
    ] as const) {
      const probabilities = [...result.predict(rows.x, { as: "probabilities" }).data];
      const outcomes = classOutcomes({ truth: rows.y, probabilities });
      expect(last.metrics["f1"]![part]).toBe(f1(outcomes));
      expect(last.metrics["rocAuc"]![part]).toBe(rocAuc(outcomes));
    }
    // The loss of the validation part is the log loss, from logits in float32 there and in float64 here.
    expectClose([last.metrics["logLoss"]!.validation!], [last.loss.validation!], { relative: 100 * roundoff32 });
  });

  it("may be what early stopping watches, whichever direction is better", async () => {
    const options = { ...some, loss: "logisticLoss", epochs: 40, metrics: [rocAuc, logLoss] } as const;
    const high = await fit(network(1), training, { ...options, earlyStopping: { metric: "rocAuc", patience: 5 } });
    const values = high.history.map(({ metrics }) => metrics["rocAuc"]!.validation!);
    expect(high.best).toMatchObject({ metric: "rocAuc", part: "validation", value: Math.max(...values) });
    const low = await fit(network(1), training, { ...options, earlyStopping: { metric: "logLoss", patience: 5 } });
    const losses = low.history.map(({ metrics }) => metrics["logLoss"]!.validation!);
    expect(low.best?.value).toBe(Math.min(...losses));
  });

  it("are not measured twice when the task has them, nor change what is learnt", async () => {
    const plain = await fit(network(1), training, { ...some, loss: "logisticLoss" });
    const asked = await fit(network(1), training, { ...some, loss: "logisticLoss", metrics: [accuracy] });
    expect(asked.history.map(({ metrics }) => metrics)).toEqual(plain.history.map(({ metrics }) => metrics));
    expect(asked.parameters).toEqual(plain.parameters);
  });

  it("are refused before training when they are not for the task, or not metrics", async () => {
    const wrong = fit(network(1), training, { loss: "logisticLoss", metrics: [maxError] });
    expect(await problemOf(() => wrong)).toMatchObject({ code: "metric-task", where: "metric maxError" });
    const name = fit(network(1), training, { metrics: ["f1" as never] });
    expect(await problemOf(() => name)).toMatchObject({ code: "option", where: "metrics" });
    const scores = fit(network(1), training, { loss: "hinge", metrics: [logLoss] });
    expect(await problemOf(() => scores)).toMatchObject({ code: "metric-task", where: "metric logLoss" });
  });
});

/** Both ways sum at most 90 terms, in float32 in the program and in float64 here. */
const tolerance = { relative: 200 * roundoff32, absolute: 200 * roundoff32 };

describe("metrics that are sums in the compiled program", () => {
  it("agree with those that are measured from predictions", async () => {
    const regression = await fit(network(1), { x, y: number }, { epochs: 5, learningRate: 0.05 });
    const numbers = numberOutcomes({ truth: number, predicted: [...regression.predict(x).data] });
    const own = regression.evaluate().metrics;
    for (const metric of [r2, mse, rmse, mae]) expectClose([metric(numbers)], [own[metric.label]!], tolerance);

    const classifier = await fit(network(3), { x, y: three }, { epochs: 5, learningRate: 0.05 });
    const classes = classOutcomes({ truth: three, probabilities: classifier.predict(x, { as: "probabilities" }) });
    expectClose([accuracy(classes)], [classifier.evaluate().metrics["accuracy"]!], tolerance);
  });

  it("agree for several outputs, each about its own mean", async () => {
    const y = x.map(([a, b], i) => [a! + noise[i]!, 100 + 5 * b!]);
    const result = await fit(network(2), { x, y }, { epochs: 5, learningRate: 0.05 });
    const numbers = numberOutcomes({ truth: y, predicted: result.predict(x) });
    const own = result.evaluate().metrics;
    for (const metric of [r2, mse, rmse, mae]) expectClose([metric(numbers)], [own[metric.label]!], tolerance);
  });

  it("agree for labels", async () => {
    const y = x.map(([a, b]) => [Number(a! > 0.5), Number(b! > 0.3)]);
    const options = { epochs: 5, learningRate: 0.05, loss: "logisticLoss", metrics: [f1] } as const;
    const result = await fit(network(2), { x, y }, options);
    expect(result.history.at(-1)!.metrics["f1"]!.train).toBeGreaterThan(0);
    expect(Object.keys(result.evaluate().metrics)).toEqual(["accuracy", "exactMatch"]);
  });
});

it("all of them can be measured on outcomes of their kind, and are finite on ordinary ones", () => {
  const numbers = numberOutcomes({ truth: number, predicted: number.map((y, i) => y + 10 + noise[i]!) });
  expect(metricsFor(numbers)).toContain(medianAbsoluteError);
  for (const metric of metricsFor(numbers).filter(({ label }) => label !== "poissonDeviance"))
    expect(metric(numbers)).not.toBeNaN();
});
