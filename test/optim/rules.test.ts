import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
import { isData, type PlainData, tensorOf } from "../../src/graph/lifted.ts";
import { lift, type Value } from "../../src/graph/value.ts";
import { div } from "../../src/ops/index.ts";
import {
  adam,
  adamw,
  initialState,
  type Optimizer,
  type OptimizerName,
  optimizers,
  rateAt,
  sgd,
} from "../../src/optim/index.ts";
import { compile } from "../../src/transform/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, roundoff } from "../numbers/close.ts";
import recorded from "../numbers/optimizers.json" with { type: "json" };
import rules from "../numbers/rules.json" with { type: "json" };
import { course, stepping, updated } from "./stepping.ts";

const names = Object.keys(optimizers) as OptimizerName[];
type Make = (options?: object) => Optimizer;
const named = (name: OptimizerName): Make => optimizers[name] as Make;
const square = ({ data }: Tensor): number => [...data].reduce((s, x) => s + x * x, 0);
const isTensor = (x: unknown): x is Tensor => typeof x === "object" && x !== null && "data" in x;

describe("every optimizer", () => {
  it.each(names)("%s goes down: a small step on ½|θ|² makes it smaller", (name) => {
    const point = fc.array(fc.double({ min: 0.5, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(point, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), (sizes, signs) => {
        const θ = tensor(sizes.map((x, i) => (signs[i] ? x : -x)));
        // No rule moves a coordinate by more than 4·η·max(1, |g|) in the first step; that is below 2·|θ|, so it decreases.
        const run = stepping(named(name)({ learningRate: 0.05 }), θ);
        run.step(θ);
        expect(square(run.parameters)).toBeLessThan(square(θ));
      }),
      { numRuns: 20 },
    );
  });

  it.each(names)("%s reaches the minimum of ½|θ|² from afar, at one of three rates", (name) => {
    const left = [0.05, 0.5, 5].map((learningRate) => {
      const run = stepping(named(name)({ learningRate }), tensor([[3, -2], [0.5, 1]])); // biome-ignore format: a table
      for (let i = 0; i < 1000; i++) run.step(run.parameters);
      return square(run.parameters);
    });
    // Rules that divide by the size of the gradient step to and fro by η or so: 4 numbers within 2η, at the least rate.
    // Adagrad's steps shrink like 1/√t and Adadelta's begin small, so they need the greater ones.
    expect(Math.min(...left.filter(Number.isFinite))).toBeLessThan(4 * 0.1 ** 2);
  });

  it.each(names)("%s keeps numbers of the shapes of the parameters, or single ones, zero at first", (name) => {
    const θ = tensor([[1, 2, 3]]);
    const optimizer = named(name)();
    const before = leaves(optimizer.init(θ), isTensor);
    for (const { shape, data } of before) {
      expect([[], [1, 3]]).toContainEqual(shape);
      expect(data.every((x) => x === 0)).toBe(true);
    }
    const run = stepping(optimizer, θ);
    run.step(tensor([[1, -1, 0.5]]));
    const after = leaves(run.state, isData).map((s) => tensorOf(s as PlainData).shape); // a single number comes as such
    expect(after).toEqual(before.map((s) => s.shape));
  });

  it.each(names)("%s stays where it is when the gradient is 0 and weights do not decay", (name) => {
    const run = stepping(named(name)(), tensor([1, -2])); // one axis: biases, which no rule lets decay
    for (let i = 0; i < 3; i++) run.step(tensor([0, 0]));
    expect([...run.parameters.data]).toEqual([1, -2]);
  });

  it.each(names)("%s gives the same bits for the same gradients", (name) => {
    const [a, b] = [stepping(named(name)(), tensor([1, -2])), stepping(named(name)(), tensor([1, -2]))];
    for (const g of [[0.3, -1], [-0.2, 4], [1e-3, 0]]) expect(a.step(tensor(g)).data).toEqual(b.step(tensor(g)).data); // biome-ignore format: gradients
  });

  it.each(names)("%s treats every number by itself", (name) => {
    const [both, one] = [stepping(named(name)(), tensor([1, -2])), stepping(named(name)(), tensor([-2]))];
    for (const g of [[0.3, -1], [-0.2, 4]]) // biome-ignore format: gradients
      expect(both.step(tensor(g)).data[1]).toBe(one.step(tensor(g.slice(1))).data[0]);
  });

  it.each(names)("%s takes the learning rate as a number or as a function of the updates made", (name) => {
    const steady = stepping(named(name)({ learningRate: 0.25 }), tensor([1]));
    const scheduled = stepping(named(name)({ learningRate: () => lift(0.25) }), tensor([1]));
    for (let i = 0; i < 3; i++) expect(scheduled.step(tensor([0.5])).data).toEqual(steady.step(tensor([0.5])).data);
  });

  it.each(names)("%s refuses an impossible learning rate and an unknown option", async (name) => {
    for (const learningRate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(await problemOf(() => named(name)({ learningRate }))).toMatchObject({
        code: "option",
        where: `${name}({ learningRate })`,
      });
    const unknown = await problemOf(() => named(name)({ learningrat: 0.1 }));
    expect(unknown).toMatchObject({ code: "option", where: `${name}(options)`, given: { option: "learningrat" } });
    expect(unknown.hint).toMatch(/^did you mean learningRate\?/);
  });
});

describe("Adam", () => {
  it("moves by η in every step while the gradient is constant, whatever its size", () => {
    for (const size of [1e-3, 1, 1e12, -1e100]) {
      const run = stepping(adam({ learningRate: 0.01 }), tensor([0]));
      for (let i = 0; i < 20; i++) {
        const Δ = run.step(tensor([size])).data[0]!;
        // m̂ and √v̂ are |g| up to some 2·20 roundings; 1 − 0.999ᵗ is at least 1e-3 and exact to a roundoff; ε/|g| ≤ 1e-5.
        expectClose(Δ, -Math.sign(size) * 0.01, { relative: 100 * roundoff + 1e-8 / Math.abs(size) });
      }
    }
  });

  it("decay of adamw is η·λ·θ on weights and nothing on biases", () => {
    const θ = { W: tensor([[2, -4]]), b: tensor([2, -4]) };
    const gradient = { W: tensor([[0.5, 1]]), b: tensor([0.5, 1]) };
    const plain = updated(adam(), θ, gradient);
    const decayed = updated(adamw({ weightDecay: 0.25 }), θ, gradient);
    expect(decayed.b.data).toEqual(plain.b.data);
    const extra = [...decayed.W.data].map((w, i) => w - plain.W.data[i]!);
    expectClose(extra, [-0.125 * 0.25 * 2, 0.125 * 0.25 * 4], { relative: 0, absolute: 4 * 4 * roundoff }); // sums near 4
  });

  it("with decay 0 adamw is adam", () => {
    const [a, b] = [stepping(adam(), tensor([[1]])), stepping(adamw({ weightDecay: 0 }), tensor([[1]]))];
    for (const g of [0.5, -2, 1]) expect(b.step(tensor([[g]])).data[0]).toBe(a.step(tensor([[g]])).data[0]);
  });
});

describe("options", () => {
  it("keep to their bounds, and say which was broken", async () => {
    const wrong: [OptimizerName, Record<string, number>, string][] = [
      ["momentum", { momentum: 1 }, "must be a number from 0 on less than 1."],
      ["nesterov", { momentum: -0.1 }, "must be a number from 0 on less than 1."],
      ["rmsprop", { rho: 1.5 }, "must be a number from 0 on less than 1."],
      ["adam", { beta2: 1 }, "must be a number from 0 on less than 1."],
      ["adagrad", { epsilon: -1 }, "must be a number from 0 on."],
      ["adamw", { weightDecay: Number.NaN }, "must be a number from 0 on."],
    ];
    for (const [name, options, rule] of wrong) {
      const [option] = Object.keys(options);
      expect(await problemOf(() => named(name)(options))).toMatchObject({ where: `${name}({ ${option} })`, rule });
    }
    expect((await problemOf(() => named("adam")({ beta: 0.9 }))).hint).toMatch(/^did you mean beta1\?/);
  });

  it("a schedule gets the number of updates made before: 0, 1, 2", () => {
    const optimizer = sgd({ learningRate: (t) => div(1, t.add(1)) });
    const rate = compile((t: Value) => rateAt(optimizer, t, course()));
    expect([0, 1, 3].map((t) => rate(t))).toEqual([1, 1 / 2, 1 / 4]);
  });

  it("there is one state for each array of parameters, in their order", () => {
    const θ = [{ W: tensor([[1, 2]]), b: tensor([3]) }, {}];
    expect(initialState(adam(), θ).map(({ m, v }) => [m.shape, v.shape])).toEqual([[[1, 2], [1, 2]], [[1], [1]]]); // biome-ignore format: shapes
  });
});

describe("recorded numbers of PyTorch and of the papers' formulas", () => {
  interface Recorded {
    readonly options: object;
    readonly weights: number[][][];
    readonly bias?: number[][][];
  }
  // Twelve updates of some twenty rounded operations each, in sums whose terms cancel by a factor of 100 at most; torch
  // forms 1 − βᵗ by subtraction, which costs it a factor of 1/(1 − β) = 1000 more.
  const close = { relative: 1e-11, absolute: 1e-13 };
  it.each(
    Object.entries<Recorded>(rules.rules),
  )("%s goes through the recorded points in 12 updates", (name, wanted) => {
    const optimizer = named(name as OptimizerName)(wanted.options);
    for (const part of ["weights", "bias"] as const) {
      if (!wanted[part]) continue;
      const run = stepping(optimizer, tensor(rules.start[part]));
      const points = rules.gradients[part].map((g) => {
        run.step(tensor(g));
        return run.parameters;
      });
      expectClose(points, wanted[part], close);
    }
  });

  it("covers every rule", () => expect(Object.keys(rules.rules).sort()).toEqual([...names].sort()));
});

describe("rules at the edge", () => {
  it("radam without a memory of squares never divides", () => {
    const run = stepping(optimizers.radam({ beta1: 0, beta2: 0, learningRate: 1 }), tensor([0]));
    for (const g of [0.5, -2, 1e-9]) expect(run.step(tensor([g])).data[0]).toBeCloseTo(-g, 15);
  });

  it("nadam without momentum is Adam without momentum", () => {
    const options = { beta1: 0, learningRate: 0.1 };
    const [a, b] = [stepping(adam(options), tensor([1])), stepping(optimizers.nadam(options), tensor([1]))];
    // With β₁ = 0 every μ is 0: the same step but for some ten roundings.
    for (const g of [0.5, -2, 1]) expectClose(b.step(tensor([g])), a.step(tensor([g])), { relative: 20 * roundoff });
  });

  it("lion steps by η whatever the gradient, and not at all where it is 0", () => {
    const run = stepping(optimizers.lion({ learningRate: 0.5 }), tensor([1, 1, 1]));
    expect([...run.step(tensor([1e-30, -7, 0])).data]).toEqual([-0.5, 0.5, -0]);
  });

  it("amsgrad's denominator does not shrink: after one large gradient its steps stay small", () => {
    const options = { beta1: 0, beta2: 0.5, learningRate: 1 };
    const [a, b] = [stepping(adam(options), tensor([0])), stepping(optimizers.amsgrad(options), tensor([0]))];
    for (const g of [100, 1, 1, 1, 1, 1, 1, 1]) [a.step(tensor([g])), b.step(tensor([g]))];
    expect(Math.abs(a.step(tensor([1])).data[0]!)).toBeGreaterThan(0.1);
    expect(Math.abs(b.step(tensor([1])).data[0]!)).toBeLessThan(0.02); // 1/√(½·100²)
  });
});

describe("recorded numbers of the lecture's optimizers", () => {
  const lecture = Object.entries(recorded.changes) as [OptimizerName, { weights: number[][][]; bias: number[][][] }][];
  it.each(lecture)("%s makes the recorded changes over 10 steps, to 1e-12", (name, expected) => {
    const options = (recorded.options as Record<string, object>)[name]!;
    for (const part of ["weights", "bias"] as const) {
      const gradients = recorded.gradients[part].map((g) => tensor(g));
      const run = stepping(
        named(name)(options),
        tensor(new Float64Array(gradients[0]!.data.length), gradients[0]!.shape),
      );
      const made = gradients.map((g) => [...run.step(g).data].map((x) => -x));
      expectClose(made, expected[part], { relative: 1e-12 });
    }
  });
});
