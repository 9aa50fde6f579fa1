import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../src/core/normal.ts";
import {
  fold,
  type Key,
  key,
  normal,
  permutation,
  split,
  threefry,
  uniform,
  uniformAt,
  word,
} from "../../src/core/random.ts";
import { Tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { lift } from "../../src/graph/value.ts";
import { cast, foldKey, randomBernoulli, randomBits, randomNormal, randomUniform } from "../../src/ops/index.ts";
import { compile, evaluate } from "../../src/transform/index.ts";

describe("Threefry-2x32 with 20 rounds", () => {
  const ones = 0xffffffff;
  // known answers of Random123 (Salmon et al. 2011): kat_vectors, "threefry2x32 20": counter, key, result
  it.each<[counter: [number, number], key: Key, result: [number, number]]>([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [ones, ones],
      [ones, ones],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])("maps counter %j under key %j to %j", (counter, k, result) => expect(threefry(k, counter)).toEqual(result));
});

import { codeOf } from "../numeric.ts";

const keys = fc.integer({ min: -(2 ** 52), max: 2 ** 52 }).map(key);
const draws = (next: () => number, n: number): number[] => Array.from({ length: n }, next);

describe("keys", () => {
  it.each([
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "3" as unknown as number,
  ])("come from no seed like %s", (seed) => {
    expect(codeOf(() => key(seed))).toBe("option");
  });
  it("differ for different seeds, negative and large ones among them", () => {
    const seeds = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, -(2 ** 40), 2 ** 53];
    expect(new Set(seeds.map((s) => key(s).join())).size).toBe(seeds.length);
  });
  it("give independent streams when folded and split: no word in common", () => {
    fc.assert(
      fc.property(keys, (k) => {
        const streams = [k, fold(k, 0), fold(k, 1), fold(fold(k, 0), 1), fold(fold(k, 1), 0), ...split(fold(k, 2), 3)];
        const words = streams.flatMap((s) => Array.from({ length: 8 }, (_, i) => word(s, i)));
        expect(new Set(words).size).toBeGreaterThanOrEqual(words.length - 1); // one chance meeting in 2³² is allowed
      }),
      { numRuns: 50 },
    );
  });
  it("give uncorrelated numbers to neighbouring labels", () => {
    const n = 4000;
    const [a, b] = [7, 8].map((label) => draws(uniform(fold(key(3), label)), n));
    const correlation = a!.reduce((s, x, i) => s + (x - 0.5) * (b![i]! - 0.5), 0) / (n / 12);
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(n)); // four standard deviations
  });
});

describe("uniform numbers", () => {
  it("fill 64 cells evenly: χ² within four standard deviations", () => {
    const [cells, n] = [64, 64000];
    const counts = new Array<number>(cells).fill(0);
    for (const u of draws(uniform(key(1)), n)) counts[Math.floor(u * cells)]!++;
    const χ2 = counts.reduce((s, c) => s + (c - n / cells) ** 2 / (n / cells), 0);
    expect(Math.abs(χ2 - (cells - 1))).toBeLessThan(4 * Math.sqrt(2 * (cells - 1)));
  });
  it("lie strictly between 0 and 1, and number i does not depend on those before it", () => {
    fc.assert(
      fc.property(keys, fc.nat({ max: 50 }), (k, i) => {
        const u = uniformAt(k, i);
        expect(u > 0 && u < 1).toBe(true);
        expect(draws(uniform(k), i + 1)[i]).toBe(u);
      }),
    );
  });
  it("use all 52 bits", () => {
    const fine = draws(uniform(key(2)), 200).map((u) => (u * 2 ** 52 - 0.5) % 4);
    expect(new Set(fine)).toEqual(new Set([0, 1, 2, 3]));
  });
});

describe("the normal quantile", () => {
  // scipy.stats.norm.ppf, version 1.17.1
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.84, 0.994457883209753],
    [0.025, -1.9599639845400545],
    [0.001, -3.090232306167813],
    [1e-10, -6.361340902404056],
    [1e-100, -21.273453560965322],
  ])("of %d is %d", (p, x) => expect(Math.abs(normalQuantile(p) - x)).toBeLessThanOrEqual(1e-15 * Math.abs(x) + 1e-16));
  it("is odd about one half", () => {
    for (const p of [0.01, 0.1, 0.25, 0.4]) expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 14);
  });
  it("is infinite at 0 and 1, and no number outside", () => {
    const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
    expect([0, 1, -0.1, 1.1, nan].map(normalQuantile)).toEqual([-inf, inf, nan, nan, nan]);
  });
});

it("gives normal numbers with mean 0, variance 1 and no skew, within four standard errors", () => {
  const n = 20000;
  const x = draws(normal(key(5)), n);
  const moment = (p: number): number => x.reduce((s, v) => s + v ** p, 0) / n;
  expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / n));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
});

describe("a permutation", () => {
  it("holds every number once", () => {
    fc.assert(
      fc.property(keys, fc.nat({ max: 200 }), (k, n) => {
        expect([...permutation(k, n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });
  it("takes every order equally often", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = permutation(key(i), 3).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const χ2 = [...counts.values()].reduce((s, c) => s + (c - 1000) ** 2 / 1000, 0);
    expect(χ2).toBeLessThan(5 + 4 * Math.sqrt(10));
  });
});

describe("random operations", () => {
  const k = key(11);
  const numbers = (v: Value): number[] => [...(evaluate(v) as Tensor).data];
  it("give what the streams give", () => {
    expect(numbers(randomUniform(k, [2, 3]))).toEqual(draws(uniform(k), 6));
    expect(numbers(randomNormal(k, [5]))).toEqual(draws(normal(k), 5));
    expect(numbers(randomBits(k, [4])).map((b) => b >>> 0)).toEqual([0, 1, 2, 3].map((i) => word(k, i)));
  });
  it("take traced keys and labels", () => {
    const f = compile((base: Value, step: Value) => randomUniform(foldKey(base, step), [2]));
    const base = new Tensor([2], Int32Array.of(k[0] | 0, k[1] | 0));
    expect([...(f(base, 3) as Tensor).data]).toEqual(draws(uniform(fold(k, 3)), 2));
  });
  it.each(["a number", "a traced value"])("toss coins with the probability asked for, %s", (way) => {
    const share = (p: number): number => {
      const toss = (p: Value | number): Value => cast(randomBernoulli(k, [4000], p), "real");
      return numbers(way === "a number" ? toss(p) : lift(compile(toss)(p))).reduce((a, b) => a + b, 0) / 4000;
    };
    expect([-1, 0, 1, 2].map(share)).toEqual([0, 0, 1, 1]);
    for (const p of [0.001, 0.3, 0.999])
      expect(Math.abs(share(p) - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 4000));
  });
});
