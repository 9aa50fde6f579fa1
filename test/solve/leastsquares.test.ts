import { describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { add, exp, mul, neg, sqrt, sub } from "../../src/ops/index.ts";
import { leastSquares } from "../../src/solve/index.ts";
import { studentHalfWidth } from "../../src/solve/student.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, flat, roundoff } from "../numbers/close.ts";
import nist from "../numbers/nist.json" with { type: "json" };
import recorded from "../numbers/solve.json" with { type: "json" };
import { measured, models } from "./nist.ts";

/** b₁, b₂, … out of one array. */
const each = (b: Value): Value[] => Array.from({ length: b.shape[0]! }, (_, i) => b.slice([[i, i + 1]]).reshape([]));

describe("NIST's certified regressions", () => {
  const problems = Object.entries(nist.problems).flatMap(([name, problem]) =>
    problem.starts.map((start, i) => [name, i + 1, start, problem] as const),
  );

  it.each(
    problems,
  )("%s from start %i: eight digits, and of the standard errors seven", (name, _i, start, certified) => {
    const data = { x: certified.x as number[], y: measured(name, certified.y) };
    const fit = leastSquares((x, b) => models[name]!(x, each(b)), data, { start: [...start] });
    expect(fit.converged).toBe(true);
    expectClose(fit.parameters, certified.parameters, { relative: 1e-8 });
    expect(fit.degreesOfFreedom).toBe(certified.y.length - start.length);
    if (name === "Lanczos1") return; // residuals of 1e-13: what is left is the rounding of y
    expectClose(fit.standardErrors, certified.errors, { relative: 1e-7 });
    expectClose(fit.sumOfSquares, certified.sumOfSquares, { relative: 1e-9 });
    expectClose(fit.residualDeviation, certified.residualDeviation, { relative: 1e-9 });
  });
});

const { fits } = recorded;
type Curve = { a: Value; b: Value; c: Value };
const curve = (x: Value, { a, b, c }: Curve): Value => add(mul(a, exp(neg(mul(b, x)))), c);
const data = { x: fits.x, y: fits.y };
const start = { a: 1, b: 1, c: 0 };

describe("recorded numbers of SciPy", () => {
  it.each(["plain", "weights", "deviations"] as const)("curve_fit: %s", (kind) => {
    const weights = fits.sigmas.map((d) => 1 / (d * d));
    const more = { plain: {}, weights: { weights }, deviations: { deviations: fits.sigmas } }[kind];
    const fit = leastSquares(curve, { ...data, ...more }, { start });
    const { parameters, covariance } = fits[kind];
    expectClose(fit.parameters, parameters, { relative: 1e-8 });
    expectClose(fit.covariance, covariance, { relative: 1e-6 }); // curve_fit has its derivatives from differences
    expectClose(
      Object.values(fit.standardErrors),
      covariance.map((row, i) => Math.sqrt(row[i]!)),
      { relative: 1e-6 },
    );
  });

  it("bands of confidence and of prediction", () => {
    const { band } = fits;
    const { y, standardError, confidence, prediction } = leastSquares(curve, data, { start }).predict(band.x, {
      level: band.level,
    });
    expectClose(y, band.y, { relative: 1e-7 });
    expectClose(standardError, band.standardError, { relative: 1e-6 });
    expectClose([confidence.lower, confidence.upper].flatMap(flat), band.confidence, { relative: 1e-6 });
    expectClose([prediction!.lower, prediction!.upper].flatMap(flat), band.prediction, { relative: 1e-6 });
  });

  it("Student's distribution", () => {
    // SciPy inverts the incomplete beta function, to 1e-9 or so.
    for (const { degrees, level, t } of recorded.students)
      expectClose(studentHalfWidth(level, degrees), t, { relative: 1e-8 });
    expectClose(studentHalfWidth(0.95, 1), Math.tan(0.475 * Math.PI), { relative: 1e-14 }); // Cauchy's
    expectClose(studentHalfWidth(0.9, 2), 0.9 * Math.sqrt(2 / (1 - 0.81)), { relative: 1e-14 });
  });
});

describe("a straight line", () => {
  const x = [0, 1, 2, 3, 4];
  const y = [1.1, 2.9, 5.2, 7.1, 8.7];
  const line = (x: Value, { slope, at }: { slope: Value; at: Value }): Value => add(mul(slope, x), at);
  const fit = leastSquares(line, { x, y }, { start: { slope: 0, at: 0 } });
  /** Sums of the textbook. */
  const mean = 2;
  const spread = 10; // Σ (x − x̄)²
  const slope = x.reduce((s, a, i) => s + (a - mean) * y[i]!, 0) / spread;
  const at = 5 - slope * mean;
  const s = Math.sqrt(x.reduce((sum, a, i) => sum + (y[i]! - slope * a - at) ** 2, 0) / 3);

  it("has the parameters, errors and bands of the textbook", () => {
    expectClose(fit.parameters, { slope, at }, { relative: 1e-12 });
    expectClose(fit.residualDeviation, s, { relative: 1e-12 });
    expectClose(fit.standardErrors, [s / Math.sqrt(spread), s * Math.sqrt(1 / 5 + 4 / spread)], { relative: 1e-12 });
    expectClose(fit.correlation.toArray(), [[1, -Math.sqrt(4 / 6)], [-Math.sqrt(4 / 6), 1]], { relative: 1e-12 }); // biome-ignore format: a matrix
    const { standardError, prediction } = fit.predict([10], { level: 0.9 });
    const error = s * Math.sqrt(1 / 5 + 64 / spread);
    expectClose(standardError, error, { relative: 1e-12 });
    const half = studentHalfWidth(0.9, 3) * Math.hypot(error, s);
    expectClose(flat(prediction!.upper), 10 * slope + at + half, { relative: 1e-12 });
  });

  it("has intervals of the structure of its parameters, and residuals of that of y", () => {
    const { lower, upper } = fit.intervals(0.5);
    const half = studentHalfWidth(0.5, 3);
    expectClose(upper.slope - lower.slope, 2 * half * fit.standardErrors.slope, { relative: 1e-12 });
    expectClose(
      fit.residuals,
      x.map((a, i) => slope * a + at - y[i]!),
      { relative: 1e-11 },
    );
  });

  it("is found at once: a linear problem takes one step within the region", () => {
    expect(leastSquares(line, { x, y }, { start: { slope: 1.5, at: 1.5 } }).iterations).toBeLessThan(6);
  });

  it("with as many points as parameters fits exactly, and says nothing of errors", () => {
    const two = leastSquares(line, { x: [0, 1], y: [1, 3] }, { start: { slope: 1, at: 1 } });
    expectClose(two.parameters, { slope: 2, at: 1 }, { relative: 1e-12 });
    expect([two.residualDeviation, two.standardErrors.slope, two.degreesOfFreedom]).toEqual([
      Number.NaN,
      Number.NaN,
      0,
    ]);
  });

  it("with known deviations has errors that do not depend on how well it fits", () => {
    const { standardErrors, predict } = leastSquares(line, { x, y, deviations: 2 }, { start: { slope: 0, at: 0 } });
    expectClose(standardErrors.slope, 2 / Math.sqrt(spread), { relative: 1e-12 });
    expect(predict([1]).prediction).toBe(null);
    expect(predict([1], { deviation: 2 }).prediction).not.toBe(null);
  });

  it("takes weights as repetitions of a point", () => {
    const weighted = leastSquares(line, { x, y, weights: [1, 1, 3, 1, 0] }, { start: { slope: 0, at: 0 } });
    const repeated = leastSquares(
      line,
      { x: [0, 1, 2, 2, 2, 3], y: [1.1, 2.9, 5.2, 5.2, 5.2, 7.1] },
      { start: { slope: 0, at: 0 } },
    );
    expectClose(weighted.parameters, Object.values(repeated.parameters), { relative: 1e-12 });
  });
});

describe("models", () => {
  it("take any tree of inputs and of parameters", () => {
    const plane = ({ u, v }: { u: Value; v: Value }, { slopes, at }: { slopes: Value; at: Value }): Value => {
      const [p, q] = each(slopes) as [Value, Value];
      return add(add(mul(p, u), mul(q, v)), at);
    };
    const [u, v] = [[0, 1, 2, 3], [1, 0, 4, 2]]; // biome-ignore format: columns
    const y = u!.map((a, i) => 2 * a - 3 * v![i]! + 0.5);
    const fit = leastSquares(plane, { x: { u: u!, v: v! }, y }, { start: { slopes: [0, 0], at: 0 } });
    expect(fit.parameters.slopes).toBeInstanceOf(Tensor);
    expectClose([fit.parameters.slopes, fit.parameters.at], [2, -3, 0.5], { relative: 1e-10 });
    expectClose(fit.sumOfSquares, 0, { relative: 0, absolute: 1e-20 });
  });

  it("give several numbers a row", () => {
    const both = (x: Value, b: Value): Value => mul(x.reshape([3, 1]), b.reshape([1, 2]));
    const fit = leastSquares(both, { x: [1, 2, 3], y: [[2, -1], [4, -2], [6, -3]] }, { start: [1, 1] }); // biome-ignore format: rows
    expectClose(fit.parameters, [2, -1], { relative: 1e-12 });
    expect([fit.residuals.shape, fit.degreesOfFreedom]).toEqual([[3, 2], 4]);
  });

  it("that do not depend on a parameter leave it where it is, with an infinite error", () => {
    const fit = leastSquares(
      (x, { a, idle: _ }) => mul(a, x),
      { x: [1, 2, 3], y: [2, 4.1, 6] },
      { start: { a: 1, idle: 7 } },
    );
    expectClose(fit.parameters.idle, 7, { relative: 1e-14 });
    expectClose(fit.parameters.a, 28.2 / 14, { relative: 1e-12 });
    expect(fit.standardErrors.idle).toBe(Number.POSITIVE_INFINITY);
  });

  it("come back from where they are not finite", () => {
    const x = [0, 1, 2, 3, 4];
    let outside = 0;
    const model = (x: Value, { at, height }: { at: Value; height: Value }): Value => mul(height, sqrt(sub(at, x)));
    const y = x.map((t) => 0.5 * Math.sqrt(4.01 - t));
    const fit = leastSquares(model, { x, y }, { start: { at: 30, height: 5 } }); // the first steps lead beyond at = 4
    expectClose(fit.parameters, { at: 4.01, height: 0.5 }, { relative: 1e-9 });
    if (fit.evaluations.model > fit.iterations) outside++;
    expect(outside).toBe(1);
  });

  it("with many parameters and numbers go by products, without a matrix", () => {
    const n = 3000;
    const x = tensor(Float64Array.from({ length: 3 * n }, (_, i) => 1 + Math.sin(i)));
    const y = tensor(
      Float64Array.from({ length: 3 * n }, (_, i) => x.data[i]! * (1 + (i % n) / n) + (i < n ? 1e-3 : 0)),
    );
    const model = (x: Value, b: Value): Value => mul(x.reshape([3, n]), exp(b)).reshape([3 * n]);
    const fit = leastSquares(model, { x, y }, { start: new Float64Array(n), stepTolerance: 1e-9, iterations: 60 });
    const slope = (j: number): number => {
      let [xx, xy] = [0, 0];
      for (let i = j; i < 3 * n; i += n) [xx, xy] = [xx + x.data[i]! ** 2, xy + x.data[i]! * y.data[i]!];
      return Math.log(xy / xx);
    };
    expectClose(
      fit.parameters,
      Array.from({ length: n }, (_, j) => slope(j)),
      { relative: 1e-6, absolute: 1e-7 },
    );
  });
});

describe("what is wrong is said", () => {
  const line = (x: Value, b: Value): Value => mul(b, x);
  it.each([
    [
      "fewer numbers than parameters",
      () => leastSquares((x, b) => mul(b, x), { x: [1], y: [1] }, { start: [1, 2] }),
      "data-rows",
    ],
    ["another number of values", () => leastSquares(line, { x: [1, 2], y: [1, 2, 3] }, { start: 1 }), "shape-mismatch"],
    [
      "a model that is not finite",
      () => leastSquares((x, b) => sqrt(sub(b, x)), { x: [1, 2], y: [1, 2] }, { start: 0 }),
      "not-finite",
    ],
    ["an unknown option", () => leastSquares(line, { x: [1], y: [1] }, { start: 1, iteration: 3 } as never), "option"],
    [
      "both weights and deviations",
      () => leastSquares(line, { x: [1], y: [1], weights: [1], deviations: [1] }, { start: 1 }),
      "option",
    ],
    ["a deviation of 0", () => leastSquares(line, { x: [1], y: [1], deviations: [0] }, { start: 1 }), "option"],
    [
      "weights of another shape",
      () => leastSquares(line, { x: [1, 2], y: [1, 2], weights: [1, 1, 1] }, { start: 1 }),
      "option",
    ],
    [
      "whole numbers to start from",
      () => leastSquares(line, { x: [1], y: [1] }, { start: Int32Array.of(1) }),
      "autodiff-integer",
    ],
  ] as const)("%s", async (_what, run, code) => {
    expect(await problemOf(run)).toMatchObject({ code });
  });

  it("an impossible level of a band", async () => {
    const fit = leastSquares(line, { x: [1, 2], y: [1, 2] }, { start: 1 });
    for (const level of [0, 1, 95]) {
      expect(await problemOf(() => fit.intervals(level))).toMatchObject({ code: "option" });
      expect(await problemOf(() => fit.predict([1], { level }))).toMatchObject({ code: "option" });
    }
  });
});

it("the same on both engines", () => {
  const [a, b] = (["wasm", "reference"] as const).map((backend) => leastSquares(curve, data, { start, backend }));
  expectClose(a!.parameters, Object.values(b!.parameters), { relative: 1e7 * roundoff });
});
