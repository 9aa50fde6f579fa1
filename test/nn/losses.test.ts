import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Task } from "../../src/core/task.ts";
import { tensor } from "../../src/core/tensor.ts";
import type { PlainData } from "../../src/graph/lifted.ts";
import { lift, type Operand, type Value } from "../../src/graph/value.ts";
import {
  crossEntropy,
  crossEntropyOfProbabilities,
  hinge,
  huber,
  huberLoss,
  klDivergence,
  type LossName,
  logisticLoss,
  logisticLossOfProbabilities,
  losses,
  meanAbsoluteError,
  meanSquaredError,
  poisson,
  quantile,
  quantileLoss,
} from "../../src/nn/index.ts";
import { log, log1p, neg, sub } from "../../src/ops/index.ts";
import { checkGradients, compile, grad } from "../../src/transform/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, flat, roundoff, tiny } from "../numbers/close.ts";
import recorded from "../numbers/losses.json" with { type: "json" };

type Plain = Exclude<Operand, Value>;
const valueOf = (loss: (y: Value, t: Plain) => Value, y: PlainData, t: Plain): number =>
  flat(compile((at: Value) => loss(at, t))(y))[0]!;
const slopesOf = (loss: (y: Value, t: Plain) => Value, y: PlainData, t: Plain): number[] =>
  flat(grad((at: Value) => loss(at, t))(y));
const classes = (...numbers: number[]): Plain => tensor(Int32Array.from(numbers));

const numbers = { y: [0.3, -2, 1.4], t: [1, 2, 0.5] };
// biome-ignore format: one row a line
const scores = [
  [0.3, -2.5, 1.1],
  [1.4, 0.2, 0.7],
];
interface Sample {
  readonly y: PlainData;
  readonly t: Plain;
}

/** Predictions and targets that suit a task, and those of losses that need others; away from kinks. */
const ofTask: Record<Task, Sample> = {
  regression: numbers,
  binary: { y: [[0.3], [-2], [1.4]], t: [1, 0, 1] },
  multiclass: { y: scores, t: classes(2, 0) },
  multilabel: { y: scores, t: [[1, 0, 1], [0, 0, 1]] }, // biome-ignore format: a table
};
const special: Partial<Record<LossName, Sample>> = {
  logisticLoss: { y: [[0.3], [-2], [1.4]], t: [1, 0, 0.25] },
  hinge: { y: scores, t: classes(2, 0) },
  gaussian: { y: [[0.3, 0.5], [-2, -1], [1.4, 0]], t: [1, 2, 0.5] }, // biome-ignore format: a table
  poisson: { y: numbers.y, t: [1, 0, 5] },
  klDivergence: {
    y: scores,
    t: [
      [0.2, 0.5, 0.3],
      [1, 0, 0],
    ],
  },
};
const sampleOf = (name: LossName): Sample => special[name] ?? ofTask[losses[name].tasks[0]!];
const names = Object.keys(losses) as LossName[];

describe("every loss", () => {
  it.each(names)("%s has the gradient that differences give", (name) => {
    const { y, t } = sampleOf(name);
    const { forward, adjoint } = checkGradients((at: Value) => losses[name](at, t), y);
    // Fourth-order differences with step 1e-3 of functions with f⁽⁵⁾ < 1e3: step⁴·f⁽⁵⁾/30 < 1e-10.
    expect(forward).toBeLessThan(1e-10);
    expect(adjoint).toBeLessThan(64 * roundoff); // sums of at most 6 products of a few rounded operations
  });

  it.each(names)("%s is the mean of its rows", (name) => {
    const { y, t } = sampleOf(name);
    const rows = flat(compile((at: Value) => losses[name].rows(at, lift(t)))(y));
    const mean = rows.reduce((a, b) => a + b) / rows.length;
    expectClose(valueOf(losses[name], y, t), mean, { relative: 8 * roundoff }); // three sums and a quotient, twice
  });

  const plain = names.filter((name) => losses[name].heads.length === 0);
  it.each(plain)("%s refuses targets of another shape, and says which", async (name) => {
    const problem = await problemOf(() => valueOf(losses[name], scores, [[1], [0]]));
    expect(problem).toMatchObject({
      code: "shape-mismatch",
      where: name,
      given: { prediction: [2, 3], target: [2, 1] },
    });
  });

  it.each(plain.filter((name) => losses[name].link !== "softmax"))("%s takes targets [n] for [n, 1]", (name) => {
    const [column, targets] = [[[0.3], [-2], [1.4]], [[1], [0], [1]]]; // biome-ignore format: two columns
    expect(valueOf(losses[name], column, [1, 0, 1])).toBe(valueOf(losses[name], column, targets));
    expect(slopesOf(losses[name], column, [1, 0, 1])).toEqual(slopesOf(losses[name], [0.3, -2, 1.4], [1, 0, 1]));
  });
});

describe("losses on logits", () => {
  const far = [-1e300, -800, -40, -0, 0, 40, 800, 1e300];

  it("logistic loss is finite and right for every logit, on both sides", () => {
    for (const z of far)
      for (const t of [0, 1]) {
        const wrong = t === 1 ? -z : z; // how far on the wrong side
        const expected = wrong > 30 ? wrong + Math.exp(-wrong) : Math.log1p(Math.exp(wrong));
        const slope = (t === 1 ? -1 : 1) / (1 + Math.exp(-wrong));
        // Math.exp and Math.log1p are within a roundoff or two of the truth; so is the library.
        expectClose(valueOf(logisticLoss, [z], [t]), expected, { relative: 8 * roundoff, absolute: tiny });
        expectClose(slopesOf(logisticLoss, [z], [t]), [slope], { relative: 8 * roundoff, absolute: tiny });
      }
  });

  it("logistic loss of soft targets is the mixture of its two sides, and least where σ(z) = t", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (z, t) => {
          const mixed = (1 - t) * valueOf(logisticLoss, [z], [0]) + t * valueOf(logisticLoss, [z], [1]);
          expectClose(valueOf(logisticLoss, [z], [t]), mixed, { relative: 8 * roundoff });
          const [slope] = slopesOf(logisticLoss, [Math.log(t / (1 - t))], [t]);
          // t·(1 − t) is the slope of σ; the logit is rounded by |z|·2⁻⁵³ with |z| < 4.6.
          expect(Math.abs(slope!)).toBeLessThan(16 * roundoff);
        },
      ),
    );
  });

  it.each([
    "crossEntropy",
    "klDivergence",
  ] as const)("%s is finite for logits of ±1e300, and its gradient is softmax − t", (name) => {
    const loss = losses[name];
    const z = [[1e300, -1e300, 0, 800]];
    expect(valueOf(loss, z, [[0, 1, 0, 0]])).toBe(2e300);
    expect(slopesOf(loss, z, [[0, 1, 0, 0]])).toEqual([1, -1, 0, 0]);
    expect(valueOf(loss, z, [[1, 0, 0, 0]]) + 0).toBe(0); // −0 will do
    expect(slopesOf(loss, z, [[1, 0, 0, 0]]).map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it("cross-entropy of two classes is the logistic loss of the difference of their logits", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), fc.integer({ min: 0, max: 1 }), (z, t) => {
        expectClose(valueOf(crossEntropy, [[0, z]], classes(t)), valueOf(logisticLoss, [z], [t]), {
          relative: 8 * roundoff, // each is ln(1 + eˣ) by a few rounded operations
          absolute: 2 * roundoff, // ln Σ eᶻ has one term that is 1, so its sum is rounded at 1
        });
      }),
    );
  });

  it("class numbers, as integers or plain numbers, mean the same as one-hot rows", () => {
    const rows = [
      [0, 0, 1],
      [1, 0, 0],
    ];
    for (const loss of [crossEntropy, klDivergence]) {
      expect(valueOf(loss, scores, classes(2, 0))).toBe(valueOf(loss, scores, rows));
      expect(valueOf(loss, scores, [2, 0])).toBe(valueOf(loss, scores, rows));
      expect(slopesOf(loss, scores, classes(2, 0))).toEqual(slopesOf(loss, scores, rows));
    }
    const p = [[0.2, 0.3, 0.5], [0.25, 0.25, 0.5]]; // biome-ignore format: a table
    expect(valueOf(crossEntropyOfProbabilities, p, classes(2, 0))).toBe(valueOf(crossEntropyOfProbabilities, p, rows));
  });
});

describe("regression losses", () => {
  const residual = fc.double({ min: -100, max: 100, noNaN: true });
  const positive = fc.double({ min: 0.01, max: 10, noNaN: true });

  it("huber lies between its tangent line and both the squared and the absolute error", () => {
    fc.assert(
      fc.property(residual, positive, (r, delta) => {
        const value = valueOf(huberLoss({ delta }), [r], [0]);
        const slack = 1 + 4 * roundoff;
        expect(value).toBeLessThanOrEqual(0.5 * r * r * slack);
        expect(value).toBeLessThanOrEqual(delta * Math.abs(r) * slack);
        expect(value * slack).toBeGreaterThanOrEqual(
          delta * Math.abs(r) - 0.5 * delta ** 2 - delta * 100 * 4 * roundoff,
        );
      }),
    );
  });

  it("huber has slope r up to δ and ±δ beyond, also exactly at δ and at 0", () => {
    const [zero, ...rest] = slopesOf((y, t) => huberLoss({ delta: 2 })(y, t), [0], [0]);
    expect([Math.abs(zero!), rest]).toEqual([0, []]);
    for (const [r, slope] of [[-5, -2], [-2, -2], [-1, -1], [1.5, 1.5], [2, 2], [9, 2]] as const) // biome-ignore format: pairs
      expect(slopesOf(huberLoss({ delta: 2 }), [r], [0])).toEqual([slope]);
  });

  it("the constant with the least pinball loss is the empirical quantile", () => {
    const sample = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(sample, fc.integer({ min: 1, max: 96 }), (data, percent) => {
        const tau = percent / 97; // never a multiple of 1/n, so that the minimum is at one point
        const total = (c: number): number =>
          valueOf(
            quantileLoss({ tau }),
            data.map(() => c),
            data,
          );
        const sorted = [...data].sort((a, b) => a - b);
        const best = sorted.reduce((a, b) => (total(b) < total(a) ? b : a));
        expect(best).toBe(sorted[Math.ceil(tau * data.length) - 1]);
      }),
    );
  });

  it("give the numbers worked out by hand", () => {
    expectClose(valueOf(meanAbsoluteError, [1, 2, 4], [2, 2, 1]), 4 / 3, { relative: 2 * roundoff });
    expect(valueOf(huber, [0.5, -3], [0, 0])).toBe((0.125 + 2.5) / 2);
    expect(valueOf(quantile, [1, 2], [3, 1])).toBe((1 + 0.5) / 2);
    expect(valueOf(quantileLoss({ tau: 0.75 }), [1, 2], [3, 1])).toBe((1.5 + 0.25) / 2);
    expect(slopesOf(quantileLoss({ tau: 0.75 }), [1, 2, 5], [3, 1, 5]).map((s) => 3 * s + 0)).toEqual([-0.75, 0.25, 0]);
    expectClose(valueOf(poisson, [0, Math.LN2], [2, 1]), (1 + 2 - Math.LN2) / 2, { relative: 4 * roundoff });
    expectClose(slopesOf(poisson, [0, Math.LN2], [2, 1]), [-0.5, 0.5], { relative: 4 * roundoff });
  });

  it("average over the outputs of a row, and then over rows", () => {
    expect(valueOf(meanSquaredError, [[1, 2], [3, 4]], [[0, 0], [0, 0]])).toBe(30 / 4); // biome-ignore format: tables
  });

  it("refuse a δ or τ that makes no sense", async () => {
    for (const delta of [0, -1, Number.NaN])
      expect(await problemOf(() => huberLoss({ delta }))).toMatchObject({
        code: "option",
        where: "huberLoss({ delta })",
      });
    for (const tau of [0, 1, -0.5, Number.NaN])
      expect(await problemOf(() => quantileLoss({ tau }))).toMatchObject({
        code: "option",
        where: "quantileLoss({ tau })",
      });
  });
});

describe("losses for classes", () => {
  it("Kullback-Leibler divergence is never negative, and 0 where softmax(z) is t", () => {
    const row = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(row, row, (a, b) => {
        const weights = b.map(Math.exp);
        const t = weights.map((w) => w / weights.reduce((x, y) => x + y));
        // Four terms tⱼ·(ln tⱼ − ln pⱼ), each rounded at |ln| < 45, and Σt is 1 within 4 roundoffs.
        const slack = 8 * 45 * roundoff;
        expect(valueOf(klDivergence, [a], [t])).toBeGreaterThan(-slack);
        expect(Math.abs(valueOf(klDivergence, [b], [t]))).toBeLessThan(slack);
        const entropy = -t.reduce((s, p) => s + p * Math.log(p), 0);
        const cross = valueOf(crossEntropy, [a], [t]);
        expectClose(valueOf(klDivergence, [a], [t]), cross - entropy, { relative: 0, absolute: slack });
      }),
    );
    expect(valueOf(klDivergence, [[0, 1]], [[0.5, 0.5]])).toBeGreaterThan(0.1);
  });

  it("hinge gives the numbers worked out by hand", () => {
    expectClose(valueOf(hinge, [0.3, -2, 1.4], [1, 0, 1]), 0.7 / 3, { relative: 4 * roundoff });
    // Row 1, class 2: 1 + 0.3 − 1.1 = 0.2. Row 2, class 0: 1 + 0.7 − 1.4 = 0.3. Everything else is right by more than 1.
    expectClose(valueOf(hinge, scores, classes(2, 0)), 0.25, { relative: 16 * roundoff }); // 0.2 is what is left of 1.3
    expectClose(slopesOf(hinge, scores, classes(2, 0)), [0.5, 0, -0.5, -0.5, 0, 0.5], { relative: 0 });
  });

  it("are infinite on probabilities that exclude what happened", () => {
    expect(valueOf(logisticLossOfProbabilities, [0], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(slopesOf(logisticLossOfProbabilities, [0], [1])).toEqual([Number.NEGATIVE_INFINITY]);
    expect(valueOf(crossEntropyOfProbabilities, [[0, 1]], [[1, 0]])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("recorded numbers of the lecture's losses", () => {
  type Case = { readonly target: number[][]; readonly prediction: number[][] };
  const cases = recorded.cases as Record<string, Case>;
  const logitOf = (p: Value): Value => sub(log(p), log1p(neg(p)));
  const close = { relative: 1e-14 };
  const chosen = (loss: string, ...except: string[]) =>
    recorded.results.filter((r) => r.loss === loss && !except.includes(r.case)).map((r) => [r.case, r] as const);

  it.each(chosen("meanSquaredError"))("mean squared error of %s agrees to 1e-14, with its gradient", (name, r) => {
    const { prediction, target } = cases[name]!;
    expectClose(valueOf(meanSquaredError, prediction, target), r.value, close);
    expectClose(slopesOf(meanSquaredError, prediction, target), r.gradient, close);
  });

  it.each(
    chosen("logisticLoss"),
  )("logistic loss of the probabilities of %s agrees to 1e-14, with its gradient", (name, r) => {
    const { prediction, target } = cases[name]!;
    const [n, outputs] = [prediction.length, prediction[0]!.length];
    // Where p = t the recorded gradient is NaN (0/0); the limit from inside of [0, 1] is −1/n for t = 1, 1/n for t = 0.
    const gradient = flat(r["gradient times outputs"]).map((g, i) =>
      Number.isNaN(g) ? (flat(target)[i] ? -1 : 1) / n : g,
    );
    expectClose(valueOf(logisticLossOfProbabilities, prediction, target), r.value, close);
    const slopes = slopesOf(logisticLossOfProbabilities, prediction, target).map((s) => s * outputs);
    expectClose(slopes, gradient, close);
  });

  it.each(
    chosen("logisticLoss", "bin_extreme_6x1"),
  )("logistic loss of the logits of %s agrees to 1e-14, with its gradient", (name, r) => {
    const { prediction, target } = cases[name]!;
    const composed = (p: Value, t: Plain): Value => logisticLoss(logitOf(p), t);
    expectClose(valueOf(composed, prediction, target), r.value, close);
    const slopes = slopesOf(composed, prediction, target).map((s) => s * prediction[0]!.length);
    expectClose(slopes, r["gradient times outputs"], close);
  });

  it.each(
    chosen("crossEntropy"),
  )("cross-entropy of the probabilities of %s agrees to 1e-14, with its gradient", (name, r) => {
    const { prediction, target } = cases[name]!;
    expectClose(valueOf(crossEntropyOfProbabilities, prediction, target), r.value, close);
    expectClose(slopesOf(crossEntropyOfProbabilities, prediction, target), r.gradient, close);
  });

  it("cross-entropy of the logarithms of multi_4x3 agrees to 1e-14", () => {
    const { prediction, target } = cases["multi_4x3"]!;
    const { value } = recorded.results.find((r) => r.loss === "crossEntropy" && r.case === "multi_4x3")!;
    expectClose(
      valueOf((p, t) => crossEntropy(log(p), t), prediction, target),
      value,
      close,
    );
  });
});
