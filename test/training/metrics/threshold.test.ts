import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, uniformAt } from "../../../src/core/random.ts";
import { mlp } from "../../../src/nn/index.ts";
import { assess, outcomesFor } from "../../../src/study/index.ts";
import { fit } from "../../../src/training/index.ts";
import {
  chooseThreshold,
  classOutcomes,
  f1,
  labelOutcomes,
  type Outcomes,
  recall,
  type ThresholdRule,
} from "../../../src/training/metrics/index.ts";
import { problemOf } from "../../data/problem.ts";

const at = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Rows with ties among probabilities, some of them 0 and 1. */
function drawn(seed: number, n: number) {
  const truth = at(n).map((i) => Number(i > 0 && (i === 1 || uniformAt(key(seed), i) < 0.4)));
  const probabilities = at(n).map((i) => Math.round(8 * uniformAt(key(seed + 1), i)) / 8);
  const weights = at(n).map((i) => 0.1 + uniformAt(key(seed + 2), i));
  return { truth, probabilities, weights };
}

/** What a rule makes of deciding at a threshold, from its definition. */
function worth(by: ThresholdRule, outcomes: Outcomes): number {
  if (by === "f1") return f1(outcomes);
  if (outcomes.kind !== "classes") throw new Error("classes");
  const { truth, predicted, weights } = outcomes;
  const weigh = (t: number, p: number): number =>
    weights.reduce((sum, w, i) => sum + (truth[i] === t && predicted[i] === p ? w : 0), 0);
  const [tp, fn, fp, tn] = [weigh(1, 1), weigh(1, 0), weigh(0, 1), weigh(0, 0)];
  if (by === "youden") return tp / (tp + fn) - fp / (fp + tn);
  const { falsePositive, falseNegative } = by as Exclude<ThresholdRule, string>;
  return (falsePositive * fp + falseNegative * fn) / (tp + fn + fp + tn);
}

describe.each<[string, ThresholdRule]>([
  ["Youden's index", "youden"],
  ["F1", "f1"],
  ["costs", { falsePositive: 1, falseNegative: 5 }],
])("a threshold chosen by %s", (_, by) => {
  it("is worth what it says, and no other is worth more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 2, max: 30 }), (seed, n) => {
        const rows = drawn(seed, n);
        const chosen = chooseThreshold(classOutcomes(rows), by);
        const at = (threshold: number): number => worth(by, classOutcomes({ ...rows, threshold }));
        // Sums of at most 30 weights, in two orders.
        expect(Math.abs(at(chosen.threshold) - chosen.value)).toBeLessThan(1e-12);
        for (let threshold = -0.03; threshold < 1.05; threshold += 1 / 16) {
          const gain = typeof by === "string" ? at(threshold) - chosen.value : chosen.value - at(threshold);
          expect(gain).toBeLessThan(1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });
});

it("of equally good thresholds is the nearest to one half, and half-way between scores", () => {
  const outcomes = classOutcomes({ truth: [0, 0, 1, 1], probabilities: [0.1, 0.2, 0.8, 0.9] });
  expect(chooseThreshold(outcomes, "youden")).toEqual({ threshold: 0.5, by: "youden", value: 1 });
  const scores = classOutcomes({ truth: [0, 1, 1], scores: [-3, 1, 4] });
  expect(chooseThreshold(scores, "f1").threshold).toBe(-1);
});

it("separates neighbouring floats", () => {
  const low = 0.3;
  const high = 0.3 + 2 ** -54;
  expect(high).toBeGreaterThan(low);
  const { threshold } = chooseThreshold(classOutcomes({ truth: [0, 1], probabilities: [low, high] }), "f1");
  expect(low > threshold).toBe(false);
  expect(high > threshold).toBe(true);
});

it("takes everything, or nothing, where that is cheapest", () => {
  const outcomes = classOutcomes({ truth: [0, 1, 0], probabilities: [0, 0, 1] });
  const all = chooseThreshold(outcomes, { falsePositive: 0, falseNegative: 1 });
  expect(all.threshold).toBeLessThan(0);
  const none = chooseThreshold(outcomes, { falsePositive: 1, falseNegative: 0 });
  expect([all.value, none.value]).toEqual([0, 0]);
  expect(classOutcomes({ truth: [0], probabilities: [1], threshold: none.threshold }).predicted[0]).toBe(0);
});

it("is refused where there is nothing to choose", async () => {
  const oneClass = classOutcomes({ truth: [1, 1], probabilities: [0.2, 0.9] });
  const three = classOutcomes({ truth: [0, 1, 2], predicted: [0, 1, 2] });
  const labels = labelOutcomes({ truth: [[0, 1]], probabilities: [[0.2, 0.3]] });
  for (const outcomes of [oneClass, three, labels])
    expect(await problemOf(() => chooseThreshold(outcomes, "f1"))).toMatchObject({ code: "metric-task" });
  const two = classOutcomes({ truth: [0, 1], probabilities: [0.2, 0.9] });
  expect(await problemOf(() => chooseThreshold(two, "auc" as never))).toMatchObject({ code: "option" });
  expect(await problemOf(() => chooseThreshold(two, { falsePositive: -1, falseNegative: 1 }))).toMatchObject({
    code: "option",
  });
});

describe("a network that decides at a threshold", () => {
  const x = at(100).map((i) => [uniformAt(key(1), 2 * i), uniformAt(key(1), 2 * i + 1)]);
  const y = x.map(([a, b], i) => Number(a! * b! + 0.3 * uniformAt(key(2), i) > 0.5));
  const rows = { x, y };
  const trained = () =>
    fit(mlp({ inputs: 2, hidden: [4], outputs: 1 }), rows, { epochs: 10, learningRate: 0.02, loss: "logisticLoss" });

  it("predicts, measures and is saved by it", async () => {
    const plain = await trained();
    const { threshold } = chooseThreshold(outcomesFor(plain, rows), { falsePositive: 1, falseNegative: 20 });
    const result = plain.decidingAt(threshold);
    expect(plain.threshold).toBe(0.5);
    expect(result.threshold).toBe(threshold);
    const answers = [...result.predict(x).data];
    expect(answers).toEqual([...plain.predict(x, { threshold }).data]);
    expect(answers).not.toEqual([...plain.predict(x).data]);
    const right = y.filter((t, i) => t === answers[i]).length / 100;
    expect(result.evaluate().metrics["accuracy"]).toBe(right);
    expect(assess(result, rows).metrics["accuracy"]).toBe(right);
    expect(assess(result, rows, { metrics: [recall] }).metrics["recall"]).toBeGreaterThan(
      assess(plain, rows, { metrics: [recall] }).metrics["recall"]!,
    );
    let description = "";
    await result.save((name, bytes) => {
      if (name === "model.json") description = new TextDecoder().decode(bytes);
    });
    expect(JSON.parse(description)).toMatchObject({ threshold });
  });

  it("is refused where none is needed", async () => {
    const regression = await fit(
      mlp({ inputs: 2, hidden: [2], outputs: 1 }),
      { x, y: y.map((t) => t / 2) },
      { epochs: 1 },
    );
    expect(await problemOf(() => regression.decidingAt(0.3))).toMatchObject({ code: "option", where: "threshold" });
  });
});
