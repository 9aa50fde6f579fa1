import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, key, permutation, uniformAt } from "../../../src/core/random.ts";
import { Tensor } from "../../../src/core/tensor.ts";
import {
  accuracy,
  calibrationCurve,
  calibrationError,
  classOutcomes,
  type Metric,
  metricNamed,
  metrics,
  metricsFor,
  numberOutcomes,
  type Outcomes,
  rocAuc,
  rocCurve,
  topK,
} from "../../../src/training/metrics/index.ts";
import { outcomesOf } from "../../../src/training/metrics/predicted.ts";
import { problemOf } from "../../data/problem.ts";

type Rows = Readonly<Record<string, readonly (number | readonly number[])[]>>;

const noise = (seed: number, i: number): number => uniformAt(key(seed), i);

/** Rows of each kind, with ties among the scores. */
function drawn(kind: "two" | "four" | "numbers", seed: number, rows: number): Rows {
  const at = Array.from({ length: rows }, (_, i) => i);
  if (kind === "numbers")
    return { truth: at.map((i) => noise(seed, i)), predicted: at.map((i) => Math.round(8 * noise(seed + 1, i)) / 8) };
  if (kind === "two")
    return {
      truth: at.map((i) => Number(noise(seed, i) < 0.5)),
      probabilities: at.map((i) => Math.round(8 * noise(seed + 1, i)) / 8),
    };
  const scores = at.map((i) => [0, 1, 2, 3].map((c) => 1 + Math.round(4 * noise(seed + 1, 4 * i + c))));
  return {
    truth: at.map((i) => Math.floor(4 * noise(seed, i))),
    probabilities: scores.map((row) => row.map((s) => s / row.reduce((a, b) => a + b))),
  };
}

const outcomes = (rows: Rows, weights?: readonly number[]): Outcomes =>
  (("predicted" in rows ? numberOutcomes : classOutcomes) as (plain: object) => Outcomes)({
    ...rows,
    ...(weights && { weights }),
  });

const taken = (rows: Rows, places: readonly number[]): Rows =>
  Object.fromEntries(Object.entries(rows).map(([name, column]) => [name, places.map((i) => column[i]!)]));

const kinds = ["two", "four", "numbers"] as const;
const seeds = fc.integer({ min: 0, max: 1e6 });

/** Sums of the same terms in another order: a few roundings of each of at most 60 terms. */
const near = (is: number, should: number): boolean =>
  Object.is(is, should) || Math.abs(is - should) <= 1e-12 * (1 + Math.abs(should));

function agree(a: Outcomes, b: Outcomes): void {
  const found = metricsFor(a);
  expect(found.length).toBeGreaterThan(6);
  for (const metric of found)
    expect(near(metric(a), metric(b)) || `${metric.label}: ${metric(a)}, ${metric(b)}`).toBe(true);
}

describe.each(kinds)("every metric of %s", (kind) => {
  it("takes a weight of n for n rows: a resample of the rows is nothing but whole weights", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 3, max: 30 }), (seed, n) => {
        const rows = drawn(kind, seed, n);
        const weights = Array.from({ length: n }, (_, i) => Math.floor(3 * noise(seed + 2, i)));
        weights[0] = 1;
        const repeated = weights.flatMap((w, i) => new Array<number>(w).fill(i));
        agree(outcomes(rows, weights), outcomes(taken(rows, repeated)));
      }),
      { numRuns: 60 },
    );
  });

  it("does not depend on the order of the rows, nor on the unit of the weights", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 3, max: 30 }), (seed, n) => {
        const rows = drawn(kind, seed, n);
        const weights = Array.from({ length: n }, (_, i) => noise(seed + 2, i));
        const order = [...permutation(fold(key(seed), 3), n)];
        const moved = outcomes(
          taken(rows, order),
          order.map((i) => 7 * weights[i]!),
        );
        agree(outcomes(rows, weights), moved);
      }),
      { numRuns: 60 },
    );
  });
});

describe("areas under ROC curves", () => {
  it("are the chance that a yes stands above a no, ties counting one half", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { truth, probabilities } = drawn("two", seed, 25) as Record<string, number[]>;
        const [yes, no] = [1, 0].map((c) => probabilities!.filter((_, i) => truth![i] === c));
        const pairs = yes!.flatMap((a) => no!.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
        const chance = pairs.reduce((a, b) => a + b, 0) / pairs.length;
        expect(near(rocAuc(outcomes({ truth: truth!, probabilities: probabilities! })), chance)).toBe(true);
      }),
    );
  });

  it("only ask for the order of the scores", () => {
    const { truth, probabilities } = drawn("two", 5, 40) as Record<string, number[]>;
    const scores = probabilities!.map((p) => Math.log(p + 0.1) * 50);
    expect(rocAuc(classOutcomes({ truth: truth!, scores }))).toBe(
      rocAuc(classOutcomes({ truth: truth!, probabilities: probabilities! })),
    );
  });

  it("are those under the curve's points", () => {
    const found = outcomes(drawn("two", 6, 40));
    const { falsePositiveRate: x, truePositiveRate: y } = rocCurve(found);
    const area = x.reduce((sum, _, i) => (i === 0 ? 0 : sum + ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2), 0);
    expect(near(rocAuc(found), area)).toBe(true);
  });
});

describe("what is not defined", () => {
  const oneClass = classOutcomes({ truth: [0, 0, 0], probabilities: [0.1, 0.9, 0.2] });
  it("is NaN: areas with one class alone, R² of a target that never changes", () => {
    expect(rocAuc(oneClass)).toBeNaN();
    expect(metrics.averagePrecision(oneClass)).toBeNaN();
    expect(metrics.r2(numberOutcomes({ truth: [2, 2], predicted: [2, 2] }))).toBeNaN();
    expect(metrics.poissonDeviance(numberOutcomes({ truth: [1, 2], predicted: [0, 2] }))).toBeNaN();
  });
  it("is 0 where nothing was taken for a class, or nothing is of it", () => {
    expect(metrics.precision(classOutcomes({ truth: [1, 0], predicted: [0, 0] }))).toBe(0);
    expect(metrics.recall(oneClass)).toBe(0);
    expect(metrics.f1(classOutcomes({ truth: [0, 0], predicted: [0, 0] }))).toBe(0);
    expect(metrics.matthews(classOutcomes({ truth: [1, 0], predicted: [0, 0] }))).toBe(0);
  });
  it("is measured over the other classes, where one has no rows", () => {
    const found = classOutcomes({
      truth: [0, 0, 1, 1],
      probabilities: [
        [0.6, 0.3, 0.1],
        [0.1, 0.2, 0.7],
        [0.1, 0.8, 0.1],
        [0.2, 0.7, 0.1],
      ],
    });
    expect(rocAuc(found)).toBe((rocArea([0.6, 0.1], [0.1, 0.2]) + 1) / 2);
    expect(metrics.balancedAccuracy(found)).toBe(0.75);
  });
  const rocArea = (yes: number[], no: number[]): number =>
    yes.flatMap((a) => no.map((b) => Number(a > b) + Number(a === b) / 2)).reduce((a, b) => a + b) /
    (yes.length * no.length);
});

describe("refusals", () => {
  it("name the metric and what it is for", async () => {
    const numbers = numberOutcomes({ truth: [1, 2], predicted: [1, 2] });
    const scores = classOutcomes({ truth: [0, 1], scores: [-3, 3] });
    expect(await problemOf(() => accuracy(numbers))).toMatchObject({ code: "metric-task", where: "metric accuracy" });
    expect(await problemOf(() => metrics.mse(scores))).toMatchObject({ code: "metric-task" });
    expect((await problemOf(() => metrics.logLoss(scores))).rule).toContain("needs probabilities");
    expect((await problemOf(() => metrics.top3(scores))).rule).toContain("more than two classes");
  });
  it("name what is wrong with the rows", async () => {
    expect(await problemOf(() => classOutcomes({ truth: [0, 1], probabilities: [0.5, 1.5] }))).toMatchObject({
      code: "data-number",
      given: { place: 1, value: 1.5 },
    });
    expect(await problemOf(() => classOutcomes({ truth: [0, 1, 1], probabilities: [0.5, 0.5] }))).toMatchObject({
      code: "data-rows",
    });
    expect(await problemOf(() => classOutcomes({ truth: [0, 2], probabilities: [0.5, 0.5] }))).toMatchObject({
      code: "data-number",
    });
    expect(await problemOf(() => classOutcomes({ truth: [0], probabilities: [[0.5, 0.4, 0.4]] }))).toMatchObject({
      code: "data-number",
      rule: "the probabilities of a row must add up to 1.",
    });
    expect(await problemOf(() => classOutcomes({ truth: [0, 1] }))).toMatchObject({ code: "option" });
    expect(await problemOf(() => numberOutcomes({ truth: [1, Number.NaN], predicted: [1, 2] }))).toMatchObject({
      code: "data-number",
    });
    expect(await problemOf(() => numberOutcomes({ truth: [1, 2], predicted: [1, 2], weights: [0, 0] }))).toMatchObject({
      code: "data-number",
      rule: "some row must have weight.",
    });
  });
  it("name the nearest metric", async () => {
    expect((await problemOf(() => metricNamed("roc-acu"))).hint).toContain("did you mean rocAuc?");
    expect(await problemOf(() => topK(0))).toMatchObject({ code: "option" });
  });
});

describe("names", () => {
  it("are found however they are written", () => {
    for (const [name, metric] of Object.entries<Metric>(metrics)) {
      expect(metric.label).toBe(name);
      expect(metricNamed(name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)).label).toBe(name);
    }
    expect(metricNamed("top-7").label).toBe("top7");
  });
});

describe("calibration", () => {
  it("is perfect where what is given a probability comes true that often", async () => {
    const p = [0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75];
    expect(calibrationError(classOutcomes({ truth: [1, 0, 0, 0, 1, 1, 1, 0], probabilities: p }))).toBe(0);
    expect(calibrationError(classOutcomes({ truth: [0, 0, 0, 0, 1, 1, 1, 1], probabilities: p }))).toBe(0.25);
  });
  it("has a curve whose gaps, weighed by shares, are the error", async () => {
    const found = outcomes(drawn("four", 3, 60));
    const bins = calibrationCurve(found);
    const gaps = bins.map(({ share, said, true: came }) => (said === null ? 0 : share * Math.abs(said - came!)));
    expect(
      near(
        calibrationError(found),
        gaps.reduce((a, b) => a + b, 0),
      ),
    ).toBe(true);
    expect(bins).toHaveLength(15);
  });
});

describe("the log loss of a network", () => {
  it("is exact where its probabilities round to 0 or 1, as it is taken from the logits", async () => {
    const z = new Tensor([3, 1], Float64Array.of(800, -800, 50));
    const output = new Tensor([3, 1], z.data.map((x) => 1 / (1 + Math.exp(-x))) as Float64Array);
    const targets = new Tensor([3, 1], Float64Array.of(0, 1, 1));
    const predicted = {
      task: "binary",
      link: "sigmoid",
      output,
      targets,
      raw: z,
      threshold: 0.5,
      probable: true,
    } as const;
    expect(metrics.logLoss(outcomesOf(predicted)!)).toBe((800 + 800 + Math.log1p(Math.exp(-50))) / 3);
  });
});
