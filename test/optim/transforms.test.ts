import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import { lift } from "../../src/graph/value.ts";
import {
  adam,
  adamw,
  chainRules,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  initialState,
  layerRates,
  maxNorm,
  momentum,
  sgd,
  type Transform,
  update,
  weightDecay,
} from "../../src/optim/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, flat, roundoff } from "../numbers/close.ts";
import { updated } from "./stepping.ts";

const plain = sgd();
const zero = { a: tensor([[0, 0]]), b: tensor([0]) };
/** What sgd makes of gradients behind a transform, over −η: the gradients as they are passed on. */
const passed = (transform: Transform, a: readonly number[], b: number): number[] =>
  flat(updated(chainRules(transform, plain), zero, { a: tensor([[...a]]), b: tensor([b]) })).map((x) => x / -0.125 + 0);

const length = (xs: readonly number[]): number => Math.hypot(...xs);
const numbers = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -1e3, max: 1e3, noNaN: true })));

describe("clipping", () => {
  it("by value keeps every number within the limits, and those inside as they are", () => {
    expect(passed(clipByValue(2), [-5, 1.5], 2.5)).toEqual([-2, 1.5, 2]);
  });

  it("by norm makes each array no longer than the limit, in its direction", () => {
    fc.assert(
      fc.property(numbers, ([x, y, z]) => {
        const [u, v, w] = passed(clipByNorm(2), [x!, y!], z!) as [number, number, number];
        const [long, other] = [Math.min(1, 2 / length([x!, y!]) || 1), Math.min(1, 2 / Math.abs(z!) || 1)];
        expectClose([u, v, w], [x! * long, y! * long, z! * other], { relative: 10 * roundoff, absolute: 1e-150 });
      }),
    );
  });

  it("by the global norm makes all together no longer than the limit, in their common direction", () => {
    fc.assert(
      fc.property(numbers, ([x, y, z]) => {
        const factor = Math.min(1, 2 / length([x!, y!, z!]) || 1);
        const expected = [x! * factor, y! * factor, z! * factor];
        expectClose(passed(clipByGlobalNorm(2), [x!, y!], z!), expected, { relative: 10 * roundoff, absolute: 1e-150 });
      }),
    );
  });

  it("leaves what is short enough alone, to the last bit, zero too", () => {
    for (const transform of [clipByNorm(10), clipByGlobalNorm(10), clipByValue(10)]) {
      expect(passed(transform, [0.1, -0.7], 0.3)).toEqual([0.1, -0.7, 0.3]);
      expect(passed(transform, [0, 0], 0)).toEqual([0, 0, 0]);
    }
  });

  it("works on what passes: gradients in front of the rule, changes behind it", () => {
    const θ = { a: tensor([[1, 1]]) };
    const g = { a: tensor([[3, 4]]) };
    const inFront = updated(chainRules(clipByGlobalNorm(1), sgd()), θ, g); // η is 0.125
    const behind = updated(chainRules(sgd(), clipByGlobalNorm(0.25)), θ, g);
    expectClose(inFront.a, [1 - 0.125 * 0.6, 1 - 0.125 * 0.8], { relative: 4 * roundoff });
    expectClose(behind.a, [1 - 0.25 * 0.6, 1 - 0.25 * 0.8], { relative: 4 * roundoff });
  });

  it("in a row works from left to right", () => {
    expect(passed(clipByValue(3), [30, 4], 0)).toEqual([3, 3, 0]);
    const both = chainRules(clipByValue(3), clipByNorm(3), plain);
    const moved = flat(updated(both, zero, { a: tensor([[30, 4]]), b: tensor([0]) }));
    expectClose(moved, [-0.375 / Math.SQRT2, -0.375 / Math.SQRT2, 0], { relative: 4 * roundoff });
  });
});

describe("weight decay", () => {
  const θ = { W: tensor([[2, -4]]), b: tensor([2]), scale: tensor([1]) };
  const g = { W: tensor([[0.5, 1]]), b: tensor([0.5]), scale: tensor([1]) };

  it("takes η·λ·θ off weights, and nothing off biases and scales, wherever it stands", () => {
    const without = updated(adam(), θ, g);
    for (const optimizer of [chainRules(adam(), weightDecay(0.25)), chainRules(weightDecay(0.25), adam())]) {
      const decayed = updated(optimizer, θ, g);
      expect([decayed.b, decayed.scale]).toEqual([without.b, without.scale]);
      const off = [...without.W.data].map((w, i) => w - decayed.W.data[i]!);
      expectClose(off, [0.125 * 0.25 * 2, -0.125 * 0.25 * 4], { relative: 0, absolute: 16 * roundoff }); // sums near 4
    }
  });

  it("behind Adam is AdamW", () => {
    expect(updated(chainRules(adam(), weightDecay(0.3)), θ, g)).toEqual(updated(adamw({ weightDecay: 0.3 }), θ, g));
  });

  it("is not clipped with the gradients in front of which it stands", () => {
    const still = updated(chainRules(weightDecay(0.5), clipByGlobalNorm(1e-9), plain), θ, g);
    expectClose(still.W, [2 - 0.125 * 0.5 * 2, -4 + 0.125 * 0.5 * 4], { relative: 0, absolute: 1e-9 });
  });
});

describe("max-norm", () => {
  it("shortens the weights into a unit that have become too long, and no others, and no biases", () => {
    const θ = { W: tensor([[3, 1], [4, 1]]), b: tensor([9, 9]) }; // biome-ignore format: rows
    const g = { W: tensor([[0, 0], [0, 0]]), b: tensor([0, 0]) }; // biome-ignore format: rows
    const { W, b } = updated(chainRules(plain, maxNorm(2)), θ, g);
    expectClose(W, [1.2, 1, 1.6, 1], { relative: 4 * roundoff });
    expect([...b.data]).toEqual([9, 9]);
  });

  it("holds after the update, whatever the step", () => {
    const θ = { W: tensor([[0.1, 0], [0, 0.1]]) }; // biome-ignore format: rows
    const { W } = updated(chainRules(maxNorm(1), plain), θ, { W: tensor([[-80, 8], [0, 800]]) }); // biome-ignore format: rows
    expectClose(W, [1, -1 / length([1, 99.9]), 0, -99.9 / length([1, 99.9])], { relative: 8 * roundoff });
  });
});

describe("chains", () => {
  it("may be parts of chains", () => {
    const inner = chainRules(clipByValue(3), momentum(), maxNorm(5));
    const outer = chainRules(clipByNorm(3), inner, clipByValue(1), weightDecay(0.1));
    const names = (list: readonly Transform[] | undefined): string[] => (list ?? []).map(({ name }) => name);
    expect(outer).toMatchObject({ name: "momentum", learningRate: 0.01 });
    expect(names(outer.transforms?.gradients)).toEqual(["clipByNorm(3)", "clipByValue(3)"]);
    expect(names(outer.transforms?.changes)).toEqual(["clipByValue(1)", "weightDecay(0.1)"]);
    expect(names(outer.transforms?.parameters)).toEqual(["maxNorm(5)"]);
  });

  it("need one optimizer, and limits above 0", async () => {
    for (const parts of [[], [clipByValue(1)], [sgd(), adam()]])
      expect(await problemOf(() => chainRules(...(parts as never[])))).toMatchObject({
        code: "option",
        where: "chainRules(…)",
      });
    for (const make of [clipByValue, clipByNorm, clipByGlobalNorm, maxNorm])
      for (const limit of [0, -1, Number.NaN])
        expect(await problemOf(() => make(limit))).toMatchObject({ code: "option", where: `${make.name}(limit)` });
    expect(await problemOf(() => weightDecay(-1))).toMatchObject({ code: "option" });
  });
});

describe("rates by layer", () => {
  const θ = [{ W: tensor([[1, 1]]), b: tensor([1]) }, {}, { W: tensor([[1]]), b: tensor([1]) }];
  const g = [{ W: tensor([[1, 1]]), b: tensor([1]) }, {}, { W: tensor([[1]]), b: tensor([1]) }];
  const changes = (rates: Record<string, number>, optimizer = plain): number[] =>
    flat(updated(layerRates(optimizer, rates), θ, g)).map((x) => (1 - x) / 0.125);

  it("are factors of the learning rate, for a layer or a parameter; the longer name wins", () => {
    expect(changes({ "0": 0.5 })).toEqual([0.5, 0.5, 0.5, 1, 1]);
    expect(changes({ "2.b": 4 })).toEqual([1, 1, 1, 1, 4]);
    expect(changes({ "2.b": 4, "2": 0.5, "0.W": 0 })).toEqual([0, 0, 1, 0.5, 4]);
  });

  it("of 0 freeze: no update, no state, and no share of the global norm", () => {
    const frozen = layerRates(adam(), { "0": 0 });
    expect(initialState(frozen, θ).length).toBe(2);
    expect(initialState(adam(), θ).length).toBe(4);
    const clipped = changes({ "0": 0 }, chainRules(clipByGlobalNorm(1), plain));
    expectClose(clipped, [0, 0, 0, Math.SQRT1_2, Math.SQRT1_2], { relative: 0, absolute: 40 * roundoff });
  });

  it("leave a frozen parameter the very value that it was", () => {
    const [W, b] = [lift(tensor([[1]])), lift(tensor([1]))];
    const [moved, state] = update(
      layerRates(sgd(), { b: 0 }),
      { θ: { W, b }, gradient: { W, b }, state: [null] },
      { t: lift(1), η: lift(1) },
    );
    expect(moved.b).toBe(b);
    expect(moved.W).not.toBe(W);
    expect(state).toEqual([null]);
  });

  it("refuse names that fit nothing, and factors below 0", async () => {
    const unknown = await problemOf(() => initialState(layerRates(sgd(), { "1": 0 }), θ));
    expect(unknown).toMatchObject({ code: "option", given: { name: "1" } });
    expect(unknown.hint).toContain("0.W");
    expect(await problemOf(() => layerRates(sgd(), { "0": -1 }))).toMatchObject({ code: "option" });
  });

  it("do not take a layer for another whose name begins alike", async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`layer${i}`, { W: tensor([[1]]) }]));
    expect(initialState(layerRates(sgd(), { layer1: 0 }), many).length).toBe(11);
  });
});
