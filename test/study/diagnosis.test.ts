import { describe, expect, it } from "vitest";
import { key, normal, uniformAt } from "../../src/core/random.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { diagnose, type Errors, optimalErrorRate, optimalRmse, rateError, rmseError } from "../../src/study/index.ts";
import { numberOutcomes } from "../../src/training/metrics/index.ts";

const part = (error: number, standardError = 0.002) => ({ error, standardError });
const base = { measure: "error rate", optimal: { error: 0.01, origin: "given" } } as const;
const gapNames = (errors: Errors): string[] => diagnose(errors).gaps.map(({ name }) => name);

describe("taking errors apart", () => {
  it("steps from the optimal error to that of the test part, and what the steps add up to is the difference", () => {
    const errors = {
      ...base,
      training: part(0.02),
      trainDev: part(0.05),
      validation: part(0.12),
      test: part(0.13),
    };
    const { gaps, largest } = diagnose(errors);
    expect(gaps.map(({ name }) => name)).toEqual(["bias", "variance", "mismatch", "overfitting"]);
    expect(gaps.reduce((sum, { size }) => sum + size, 0)).toBeCloseTo(0.13 - 0.01, 12);
    expect(largest).toBe("mismatch");
  });

  it("has no mismatch for data of one source, and no overfitting while the test part is sealed", () => {
    expect(gapNames({ ...base, training: part(0.02), validation: part(0.05) })).toEqual(["bias", "variance"]);
    expect(gapNames({ ...base, training: part(0.02), validation: part(0.05), test: part(0.05) })).toEqual([
      "bias",
      "variance",
      "overfitting",
    ]);
  });

  it.each([
    ["bias", { training: part(0.2), validation: part(0.21) }, "train longer"],
    ["variance", { training: part(0.011), validation: part(0.1) }, "more training rows"],
    ["mismatch", { training: part(0.02), trainDev: part(0.03), validation: part(0.2) }, "not like those that matter"],
    ["overfitting", { training: part(0.02), validation: part(0.03), test: part(0.1) }, "draw a new and larger one"],
  ] as const)("names %s as the largest, with figures and what to do", (name, parts, advice) => {
    const found = diagnose({ ...base, ...parts });
    expect(found.largest).toBe(name);
    expect(found.advice).toContain(advice);
    expect(found.words).toHaveLength(found.gaps.length);
  });

  it("calls no gap clear that is within twice its standard error", () => {
    const { gaps, largest, advice, words } = diagnose({
      ...base,
      training: part(0.012, 0.004),
      validation: part(0.02, 0.01),
    });
    expect(gaps.map(({ clear }) => clear)).toEqual([false, false]);
    expect(largest).toBeNull();
    expect(advice).toContain("more held-out rows");
    expect(words[1]).toContain("that may be chance");
  });

  it("says which way a gap goes", () => {
    const parts = { training: part(0.02), validation: part(0.03), test: part(0.01) };
    const { words } = diagnose({ ...base, optimal: { error: 0.02, origin: "given" }, ...parts });
    expect(words.map((each) => /above|below|equal to/.exec(each)?.[0])).toEqual(["equal to", "above", "below"]);
  });

  it("says that the bias is an upper limit where no optimal error is known", () => {
    const found = diagnose({
      ...base,
      optimal: { error: 0, origin: "assumed" },
      training: part(0.1),
      validation: part(0.1),
    });
    expect(found.words[0]).toContain("upper limit");
    expect(found.advice).toContain("--optimal-error");
  });
});

describe("standard errors", () => {
  it("of rates are those of the binomial, and never 0", () => {
    expect(rateError(0.3, 1000).standardError).toBeCloseTo(Math.sqrt((0.3 * 0.7) / 1000), 4);
    expect(rateError(0, 100).standardError).toBeGreaterThan(0);
  });

  it("of root mean squares are what resampling shows: σ/√(2n) for normal errors", () => {
    const next = normal(key(4));
    const truth = Array.from({ length: 4000 }, () => 0);
    const { error, standardError } = rmseError(numberOutcomes({ truth, predicted: truth.map(() => 3 * next()) }));
    expect(error).toBeCloseTo(3, 0);
    // The fourth moment of 4000 normal numbers is known to some 5 %, so the standard error to half of that.
    expect(standardError / (3 / Math.sqrt(2 * 4000))).toBeCloseTo(1, 1);
  });
});

describe("the optimal error from nearest neighbours", () => {
  const rows = 3000;
  const at = Array.from({ length: rows }, (_, i) => i);
  const x = new Tensor(
    [rows, 2],
    Float64Array.from({ length: 2 * rows }, (_, i) => uniformAt(key(1), i)),
  );

  it("is the share of wrong labels, where the classes themselves are easy to tell", () => {
    const flipped = 0.12;
    const y = at.map((i) => Number(x.data[2 * i]! > 0.5) ^ Number(uniformAt(key(2), i) < flipped));
    // 2q(1 − q) of neighbours differ, and the bound inverts that; its slope there is 1/(1 − 2q), and the rate of 3000
    // rows in pairs is known to about 0.9 %: 4 deviations.
    expect(Math.abs(optimalErrorRate(x, y, { classes: 2 }) - flipped)).toBeLessThan((4 * 0.009) / (1 - 2 * flipped));
  });

  it("is nothing where neighbours always agree, and that of guessing where they never tell", () => {
    expect(
      optimalErrorRate(
        x,
        at.map(() => 1),
        { classes: 3 },
      ),
    ).toBe(0);
    const random = at.map((i) => Math.floor(3 * uniformAt(key(3), i)));
    expect(optimalErrorRate(x, random, { classes: 3 })).toBeGreaterThan(0.5);
    expect(optimalErrorRate(x, random, { classes: 3 })).toBeLessThanOrEqual(2 / 3);
  });

  it("is the deviation of the noise for a smooth function", () => {
    const next = normal(key(5));
    const y = at.map((i) => Math.sin(2 * x.data[2 * i]!) + x.data[2 * i + 1]! + 0.2 * next());
    // Between neighbours, some 0.01 apart, the function itself moves by 0.02, which adds 0.5 % to 0.2; the deviation of
    // 3000 pairs is known to about 2 %.
    expect(Math.abs(optimalRmse(x, y) / 0.2 - 1)).toBeLessThan(0.08);
  });

  it("takes no longer for many rows and columns: some rows stand for all", () => {
    const wide = new Tensor(
      [20_000, 200],
      Float32Array.from({ length: 4_000_000 }, (_, i) => Math.sin(i * i)),
    );
    const y = Float64Array.from({ length: 20_000 }, (_, i) => i);
    expect(optimalRmse(wide, y)).toBeGreaterThan(1000);
  });
});
