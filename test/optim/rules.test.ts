import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
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
import { stepping, updated } from "./stepping.ts";

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

  it.each(names)("%s keeps a state of the shapes of the parameters, zero at first", (name) => {
    const θ = tensor([[1, 2, 3]]);
    const optimizer = named(name)();
    for (const s of leaves(optimizer.init(θ), isTensor))
      expect([s.shape, [...s.data]]).toEqual([
        [1, 3],
        [0, 0, 0],
      ]);
    const run = stepping(optimizer, θ);
    run.step(tensor([[1, -1, 0.5]]));
    for (const s of leaves(run.state, isTensor)) expect(s.shape).toEqual([1, 3]);
    expect(leaves(run.state, isTensor).length).toBe(leaves(optimizer.init(θ), isTensor).length);
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
    const rate = compile((t: Value) => rateAt(optimizer, t));
    expect([0, 1, 3].map((t) => rate(t))).toEqual([1, 1 / 2, 1 / 4]);
  });

  it("there is one state for each array of parameters, in their order", () => {
    const θ = [{ W: tensor([[1, 2]]), b: tensor([3]) }, {}];
    expect(initialState(adam(), θ).map(({ m, v }) => [m.shape, v.shape])).toEqual([[[1, 2], [1, 2]], [[1], [1]]]); // biome-ignore format: shapes
  });
});

describe("rules as PyTorch has them, written out once more for one number", () => {
  const gradients = [0.7, -0.3, 1.9, -0.02, 0, 5, -4, 0.3];
  const η = 0.05;

  /** The changes that a rule for plain numbers makes. */
  const changes = (rule: (g: number, t: number, θ: number) => number): number[] => {
    let θ = 1.5;
    return gradients.map((g, i) => {
      const Δ = rule(g, i + 1, θ);
      θ += Δ;
      return Δ;
    });
  };
  const ours = (optimizer: Optimizer): number[] => {
    const run = stepping(optimizer, tensor([[1.5]]));
    return gradients.map((g) => run.step(tensor([[g]])).data[0]!);
  };
  // Ten or so rounded operations a step, with memory over eight steps; sums of changing sign cancel by a factor of 10.
  const close = { relative: 1000 * roundoff };

  it("nesterov", () => {
    let v = 0;
    const expected = changes((g) => {
      v = 0.8 * v + g;
      return -η * (g + 0.8 * v);
    });
    expectClose(ours(optimizers.nesterov({ learningRate: η, momentum: 0.8 })), expected, close);
  });

  it("adamw", () => {
    let [m, v] = [0, 0];
    const expected = changes((g, t, θ) => {
      m = 0.8 * m + 0.2 * g;
      v = 0.99 * v + 0.01 * g * g;
      const [mHat, vHat] = [m / (1 - 0.8 ** t), v / (1 - 0.99 ** t)];
      return -η * 0.1 * θ - (η * mHat) / (Math.sqrt(vHat) + 1e-6);
    });
    const options = { learningRate: η, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 };
    expectClose(ours(adamw(options)), expected, close);
  });

  it("rmsprop, with ε outside of the root", () => {
    let s = 0;
    const expected = changes((g) => {
      s = 0.9 * s + 0.1 * g * g;
      return (-η * g) / (Math.sqrt(s) + 0.5);
    });
    expectClose(ours(optimizers.rmsprop({ learningRate: η, epsilon: 0.5 })), expected, close);
  });
});

describe("recorded numbers of the lecture's optimizers", () => {
  const rules = Object.entries(recorded.changes) as [OptimizerName, { weights: number[][][]; bias: number[][][] }][];
  it.each(rules)("%s makes the recorded changes over 10 steps, to 1e-12", (name, expected) => {
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
