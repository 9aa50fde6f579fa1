import { describe, expect, it } from "vitest";
import { key, normal, uniformAt } from "../../src/core/random.ts";
import { bootstrap } from "../../src/study/bootstrap.ts";
import { intervalFrom, quantileOf, sharesOf } from "../../src/study/interval.ts";
import { resample, strataOf, words, xoshiro } from "../../src/study/resample.ts";
import {
  accuracy,
  classOutcomes,
  logLoss,
  type Metric,
  mae,
  maxError,
  metricsFor,
  mse,
  numberOutcomes,
  r2,
  rmse,
  rocAuc,
} from "../../src/training/metrics/index.ts";
import { problemOf } from "../data/problem.ts";
import recorded from "../numbers/bootstrap.json" with { type: "json" };
import { expectClose, roundoff } from "../numbers/close.ts";

const at = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const zeros = (n: number): number[] => new Array<number>(n).fill(0);
/** The mean of given numbers, as a mean absolute error. */
const meanOf = (numbers: readonly number[]) => numberOutcomes({ truth: zeros(numbers.length), predicted: numbers });

const truth = at(200).map((i) => Number(uniformAt(key(1), i) < 0.2));
const probabilities = truth.map((t, i) => 0.3 * t + 0.7 * uniformAt(key(2), i));
const classifier = classOutcomes({ truth, probabilities });

describe("the stream of words", () => {
  it("is xoshiro128**", () => {
    for (const [state, expected] of [
      [recorded.xoshiro.state, recorded.xoshiro.words],
      [recorded.xoshiro.nextState, recorded.xoshiro.next],
    ]) {
      const next = xoshiro(state as never);
      expect(expected!.map(() => next())).toEqual(expected);
    }
  });
});

describe("a resample", () => {
  it("keeps the number of rows of each stratum, and takes every row alike often", () => {
    const labels = Int32Array.from(at(60), (i) => (i % 5 === 0 ? 2 : 0));
    const strata = strataOf(60, labels);
    const next = words(key(3));
    const [drawn, all] = [new Float64Array(60), new Float64Array(60)];
    const draws = 4000;
    for (let b = 0; b < draws; b++) {
      resample(new Float64Array(60).fill(1), strata, next, drawn);
      const inStratum = (label: number): number => drawn.reduce((sum, w, i) => sum + (labels[i] === label ? w : 0), 0);
      expect([inStratum(0), inStratum(1), inStratum(2)]).toEqual([48, 0, 12]);
      drawn.forEach((w, i) => {
        all[i]! += w;
      });
    }
    // Each count is nearly Poisson with mean 4000; 5 deviations leave one in a million, times 60.
    for (const count of all) expect(Math.abs(count - draws)).toBeLessThan(5 * Math.sqrt(draws));
  });

  it("carries the rows' own weights", () => {
    const weights = Float64Array.of(0.5, 0, 3);
    const drawn = new Float64Array(3);
    resample(weights, strataOf(3, null), words(key(4)), drawn);
    drawn.forEach((w, i) => {
      expect(weights[i] === 0 ? w === 0 : Number.isInteger(w / weights[i]!)).toBe(true);
    });
  });
});

describe("intervals from replicates", () => {
  const replicates = Float64Array.from(recorded.replicates);
  const estimate = recorded.errors.reduce((a, b) => a + b, 0) / recorded.errors.length;

  it.each(recorded.cases)("are those of SciPy at level $level", ({
    level,
    acceleration,
    shares,
    bounds,
    percentile,
  }) => {
    // Φ and its inverse are within some ten units in the last place; shares multiply that by their slope, at most 1.
    const tolerance = { relative: 1e4 * roundoff, absolute: 1e4 * roundoff };
    expectClose(sharesOf(replicates, estimate, { level, acceleration }), shares, tolerance);
    const { low, high } = intervalFrom(replicates, estimate, { level, acceleration });
    expectClose([low, high], bounds, { relative: 1e6 * roundoff });
    const plain = intervalFrom(replicates, estimate, { level, acceleration: null });
    expectClose([plain.low, plain.high], percentile, tolerance);
  });

  it("leave out replicates that are not defined, and have no bounds when most are not", () => {
    const some = Float64Array.of(1, Number.NaN, 3, 2);
    expect(intervalFrom(some, 2, { level: 0.9, acceleration: null })).toMatchObject({ resamples: 3 });
    const few = Float64Array.of(1, Number.NaN, Number.NaN, Number.NaN);
    expect(intervalFrom(few, 2, { level: 0.9, acceleration: 0 })).toMatchObject({ low: Number.NaN, resamples: 1 });
  });

  it("interpolate between sorted numbers", () => {
    expect([0, 0.125, 0.5, 1, 2].map((p) => quantileOf(Float64Array.of(0, 10, 20, 30, 40), p))).toEqual([
      0, 5, 20, 40, 40,
    ]);
  });
});

describe("the bootstrap", () => {
  it("gives the intervals of SciPy, to what chance leaves open", () => {
    const outcomes = meanOf(recorded.errors);
    for (const method of ["percentile", "bca"] as const) {
      const [low, high, error] = recorded.whole[method] as [number, number, number];
      const found = bootstrap(outcomes, [mae], { method, level: 0.9, resamples: 40_000 })["mae"]!;
      // A quantile at p of n resamples of a nearly normal figure has the error √(p(1 − p)/n)/φ(z) σ: 2.1 σ/√n for p = 5 %,
      // and half as much again where the tail is longer; 4 of those.
      const chance = (4 * 1.5 * 2.1 * error) / Math.sqrt(40_000);
      expect(Math.abs(found.low - low)).toBeLessThan(chance);
      expect(Math.abs(found.high - high)).toBeLessThan(chance);
      expectClose([found.standardError], [error], { relative: 4 / Math.sqrt(2 * 40_000) + 0.01 });
    }
  });

  it("covers the true figure about as often as its level says", () => {
    const trials = 200;
    const covered = { bca: 0, percentile: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const next = normal(key(trial));
      const outcomes = meanOf(at(40).map(next));
      for (const method of ["bca", "percentile"] as const) {
        const { low, high } = bootstrap(outcomes, [mse], { method, level: 0.9, resamples: 300, seed: trial })["mse"]!;
        if (low <= 1 && 1 <= high) covered[method]++;
      }
    }
    // The bootstrap falls a little short of 0.9 for 40 skewed numbers (0.86 is known for χ²); ±4 deviations of 200 trials.
    for (const hits of Object.values(covered)) expect(Math.abs(hits / trials - 0.86)).toBeLessThan(4 * 0.025);
    expect(covered.bca).toBeGreaterThanOrEqual(covered.percentile - 5);
  });

  it("is the same for the same seed, alone or beside other metrics, and another for another", () => {
    const alone = bootstrap(classifier, [rocAuc], { seed: 5 });
    expect(bootstrap(classifier, [accuracy, logLoss, rocAuc], { seed: 5 })["rocAuc"]).toEqual(alone["rocAuc"]);
    expect(bootstrap(classifier, [rocAuc], { seed: 6 })["rocAuc"]).not.toEqual(alone["rocAuc"]);
  });

  it("holds the estimate and narrows with more rows", () => {
    const wide = bootstrap(classifier, metricsFor(classifier));
    for (const [name, { low, estimate, high, standardError }] of Object.entries(wide)) {
      if (name === "calibrationError") continue; // is biased upwards: its corrected interval need not hold the estimate
      expect((low <= estimate && estimate <= high) || name).toBe(true);
      expect(standardError).toBeGreaterThan(0);
    }
    const more = classOutcomes({
      truth: [...truth, ...truth, ...truth, ...truth],
      probabilities: [...probabilities, ...probabilities, ...probabilities, ...probabilities],
    });
    const { standardError } = bootstrap(more, [accuracy])["accuracy"]!;
    expect(wide["accuracy"]!.standardError / standardError).toBeCloseTo(2, 0);
  });

  it("keeps the number of rows of each class: with five rows of one, its area is defined on every resample", () => {
    const rare = classOutcomes({ truth: truth.map((_, i) => Number(i < 3)), probabilities });
    expect(bootstrap(rare, [rocAuc])["rocAuc"]!.resamples).toBe(2000);
    expect(bootstrap(rare, [rocAuc], { stratify: false })["rocAuc"]!.resamples).toBeLessThan(2000);
  });

  it("is a point where nothing varies, and NaN where nothing is defined", () => {
    const perfect = classOutcomes({ truth: [0, 1, 0, 1], predicted: [0, 1, 0, 1] });
    expect(bootstrap(perfect, [accuracy])["accuracy"]).toMatchObject({
      low: 1,
      estimate: 1,
      high: 1,
      standardError: 0,
    });
    const constant = numberOutcomes({ truth: [1, 1, 1], predicted: [1, 2, 3] });
    expect(bootstrap(constant, [r2])["r2"]).toMatchObject({ low: Number.NaN, estimate: Number.NaN, resamples: 0 });
    const single = numberOutcomes({ truth: [1], predicted: [3] });
    expect(bootstrap(single, [mae])["mae"]).toMatchObject({ low: 2, high: 2 });
  });

  it("takes metrics that share their sums to the same place", () => {
    const outcomes = meanOf(recorded.errors);
    const { mse: squared, rmse: root } = bootstrap(outcomes, [mse, rmse, maxError as Metric], { method: "percentile" });
    expectClose([root!.low ** 2, root!.estimate ** 2], [squared!.low, squared!.estimate], { relative: 1e-3 });
  });

  it("refuses what it cannot do", async () => {
    expect(await problemOf(() => bootstrap(classifier, [mae]))).toMatchObject({ code: "metric-task" });
    expect(await problemOf(() => bootstrap(classifier, [], { level: 1 }))).toMatchObject({ code: "option" });
    expect(await problemOf(() => bootstrap(classifier, [], { method: "normal" as never }))).toMatchObject({
      code: "option",
    });
    expect(await problemOf(() => bootstrap(classifier, [], { confidence: 0.9 } as never))).toMatchObject({
      code: "option",
    });
  });
});
