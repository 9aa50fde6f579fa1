import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tensor } from "../../src/core/tensor.ts";
import { lift, type Value } from "../../src/graph/value.ts";
import {
  constant,
  cosine,
  exponential,
  inverseTime,
  oneCycle,
  type PlateauOptions,
  polynomial,
  reduceOnPlateau,
  type Schedule,
  type ScheduleName,
  schedules,
  stepDecay,
  warmup,
} from "../../src/optim/index.ts";
import { compile } from "../../src/transform/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, roundoff } from "../numbers/close.ts";
import recorded from "../numbers/schedules.json" with { type: "json" };

/** The rates of a training's updates. */
function ratesOf(
  schedule: Schedule,
  { steps, stepsPerEpoch = 10, level = 1 }: { steps: number; stepsPerEpoch?: number; level?: number },
): number[] {
  const rate = compile((t: Value) => schedule(t, { steps, stepsPerEpoch, level: lift(level) }));
  return Array.from({ length: steps }, (_, t) => rate(new Tensor([], Int32Array.of(t))) as number);
}

const names = Object.keys(schedules) as ScheduleName[];
const named = (name: ScheduleName): ((rate: number, options?: object) => Schedule) => schedules[name] as never;
/** Some twenty rounded operations; cosines near their zero lose what π·x has lost. */
const close = { relative: 50 * roundoff, absolute: 1e-16 };

describe("every schedule", () => {
  it.each(names)("%s gives rates above 0 and not above the one asked for, for any length of training", (name) => {
    const lengths = fc.record({
      steps: fc.integer({ min: 1, max: 40 }),
      stepsPerEpoch: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(lengths, fc.double({ min: 1e-6, max: 10, noNaN: true }), (course, rate) => {
        for (const η of ratesOf(named(name)(rate), course)) {
          expect(η).toBeGreaterThan(0);
          expect(η).toBeLessThanOrEqual(rate * (1 + 10 * roundoff));
        }
      }),
      { numRuns: 15 },
    );
  });

  it.each(names)("%s is proportional to the rate asked for", (name) => {
    const [one, seven] = [1, 7].map((rate) => ratesOf(named(name)(rate), { steps: 23 }));
    expectClose(
      seven,
      one!.map((η) => 7 * η),
      close,
    );
  });

  it.each(names)("%s refuses an impossible rate and an unknown option", async (name) => {
    for (const rate of [0, -1, Number.NaN])
      expect(await problemOf(() => named(name)(rate))).toMatchObject({ code: "option" });
    if (name === "constant") return; // has none
    expect(await problemOf(() => named(name)(1, { epoch: 3 }))).toMatchObject({
      code: "option",
      given: { option: "epoch" },
    });
  });

  it.each([
    "stepDecay",
    "exponential",
    "cosine",
    "warmup",
    "oneCycle",
    "inverseTime",
    "polynomial",
  ] as const)("%s takes its length in epochs or in updates, not in both", async (name) => {
    const byEpoch = ratesOf(named(name)(1, { epochs: 2.5 }), { steps: 60, stepsPerEpoch: 8 });
    expect(ratesOf(named(name)(1, { steps: 20 }), { steps: 60, stepsPerEpoch: 8 })).toEqual(byEpoch);
    expect(await problemOf(() => named(name)(1, { steps: 20, epochs: 2 }))).toMatchObject({
      rule: "a length is given in epochs or in steps, not in both.",
    });
    expect(await problemOf(() => named(name)(1, { epochs: 0 }))).toMatchObject({ where: `${name}({ epochs })` });
  });
});

describe("recorded numbers of PyTorch", () => {
  type Case = { schedule?: string; options: { steps: number }; rates: number[] };
  it.each(Object.entries<Case>(recorded.schedules as never))("%s", (key, { schedule = key, options, rates }) => {
    const found = ratesOf(named(schedule as ScheduleName)(0.1, options), { steps: rates.length });
    expectClose(found, rates, { relative: 1e-13, absolute: 1e-17 }); // torch updates cosines step by step
  });

  it("reduceOnPlateau", () => {
    const { options, losses, rates } = recorded.reduceOnPlateau;
    const { start, after: next } = reduceOnPlateau(0.1, options).reacting!;
    let reaction = start;
    const found = losses.map((loss) => {
      const rate = 0.1 * reaction.level;
      reaction = next(reaction, loss);
      return rate;
    });
    expectClose(found, rates, { relative: 4 * roundoff });
  });
});

describe("formulas", () => {
  const at = (f: (t: number) => number, steps: number): number[] => Array.from({ length: steps }, (_, t) => f(t));

  it("inverseTime is η/(1 + d·t/P)", () => {
    expectClose(
      ratesOf(inverseTime(0.3, { decay: 2, epochs: 1 }), { steps: 30 }),
      at((t) => 0.3 / (1 + (2 * t) / 10), 30),
      close,
    );
  });

  it("without a length they take the whole training", () => {
    expectClose(
      ratesOf(polynomial(1), { steps: 8 }),
      at((t) => 1 - t / 8, 8),
      close,
    );
    expectClose(
      ratesOf(exponential(1), { steps: 8 }),
      at((t) => 0.01 ** (t / 8), 8),
      close,
    );
    expectClose(
      ratesOf(cosine(1), { steps: 8 }),
      at((t) => (1 + Math.cos((Math.PI * t) / 8)) / 2, 8),
      close,
    );
    expectClose(ratesOf(stepDecay(1), { steps: 9 }), [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01], close);
    expectClose(ratesOf(oneCycle(1), { steps: 11 }).at(-1), 1 / 250_000, { relative: 1e-10 });
  });

  it("after its length a schedule stays at its last rate", () => {
    expect(ratesOf(cosine(1, { steps: 5, final: 0.25 }), { steps: 9 }).slice(5)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(ratesOf(polynomial(1, { steps: 5, final: 0.25 }), { steps: 9 }).slice(5)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("warmup rises in a line to the first rate, then begins the schedule over what is left", () => {
    const rates = ratesOf(warmup(polynomial(1), { steps: 4 }), { steps: 12 });
    expectClose(rates.slice(0, 4), [0.25, 0.5, 0.75, 1], close);
    expectClose(rates.slice(4), ratesOf(polynomial(1), { steps: 8 }), close);
  });

  it("warmup of a rate stays at it", () => {
    expectClose(ratesOf(warmup(2, { epochs: 0.5 }), { steps: 8 }), [0.4, 0.8, 1.2, 1.6, 2, 2, 2, 2], close);
    expect(ratesOf(constant(2), { steps: 2 })).toEqual([2, 2]);
  });
});

describe("reduceOnPlateau", () => {
  const levels = (losses: readonly number[], options: PlateauOptions): number[] => {
    const { start, after: next } = reduceOnPlateau(1, options).reacting!;
    let reaction = start;
    return losses.map((loss) => {
      reaction = next(reaction, loss);
      return reaction.level;
    });
  };

  it("leaves the rate alone while the loss falls, and multiplies it after more than `patience` epochs that do not", () => {
    expect(levels([5, 4, 3, 2, 1], { patience: 0 })).toEqual([1, 1, 1, 1, 1]);
    expect(levels([1, 1, 1, 1, 1, 1, 1], { patience: 2, factor: 0.5 })).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
  });

  it("keeps to its least rate, and its state finite", () => {
    expect(levels(new Array(9).fill(1), { patience: 0, factor: 0.1, least: 0.05 }).at(-1)).toBe(0.05);
    const { start, after: next } = reduceOnPlateau(1).reacting!;
    let reaction = start;
    for (const loss of [Number.NaN, Number.POSITIVE_INFINITY, 1]) {
      reaction = next(reaction, loss);
      expect(Object.values(reaction).every(Number.isFinite)).toBe(true);
    }
  });

  it("knows progress of losses below 0, too", () => {
    expect(levels([-1, -2, -3, -4], { patience: 0 })).toEqual([1, 1, 1, 1]);
    expect(levels([-1, -1, -1], { patience: 1, factor: 0.5 })).toEqual([1, 1, 0.5]);
  });

  it("reads its level from the course, and may stand behind a warm-up", () => {
    expect(ratesOf(reduceOnPlateau(0.5), { steps: 2, level: 0.1 })).toEqual([0.05, 0.05]);
    const schedule = reduceOnPlateau(0.5);
    expect(warmup(schedule).reacting).toBe(schedule.reacting);
  });
});
