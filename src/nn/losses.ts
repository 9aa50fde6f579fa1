import { ModelError } from "../core/errors.ts";
import { checkedNumber } from "../core/names.ts";
import { type Shape, sameShape } from "../core/shape.ts";
import type { Task } from "../core/task.ts";
import { lift, type Operand, type Value } from "../graph/value.ts";
import {
  abs,
  add,
  cast,
  equal,
  exp,
  log,
  logSoftmax,
  mean,
  minimum,
  mul,
  neg,
  oneHot,
  relu,
  softplus,
  square,
  sub,
  sum,
  where,
} from "../ops/index.ts";

/** How a prediction is made from what the network gives: by nothing, σ, or softmax. */
export type Link = "identity" | "sigmoid" | "softmax" | "exp";

/**
 * A loss compares what the network gives with the targets and returns one number: the mean over the rows of a batch.
 * Where a row has several outputs, its loss is their mean, too; a choice among classes is one outcome, so its terms are added.
 */
export interface Loss {
  (prediction: Operand, target: Operand): Value;
  readonly label: string;
  /** The loss of each row: `[batch]`. */
  readonly rows: (prediction: Value, target: Value) => Value;
  readonly link: Link;
  /** What the network gives where two classes are equally likely: 0 for a logit or a score, ½ for a probability. */
  readonly boundary: number;
  readonly tasks: readonly Task[];
  /** Least and greatest target that it makes sense for; class numbers excepted. */
  readonly range: readonly [least: number, most: number];
}

export interface LossRule {
  readonly label: string;
  /** Default `"identity"`. */
  readonly link?: Link;
  /** Default ½. */
  readonly boundary?: number;
  readonly tasks: readonly Task[];
  /** Default: every number. */
  readonly range?: readonly [least: number, most: number];
  readonly rows: (prediction: Value, target: Value) => Value;
}

const everything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
const shareOfOne = [0, 1] as const;

/** A loss from its rule for the rows of a batch: the mean of `rows`, with what training needs to know about it. */
export function loss({ rows, link = "identity", boundary = 0.5, range = everything, ...rule }: LossRule): Loss {
  const call = (prediction: Operand, target: Operand): Value => mean(rows(lift(prediction), lift(target)));
  return Object.assign(call, { ...rule, rows, link, boundary, range });
}

/** Whether targets are class numbers, one a row, for outputs that have one number a class. */
export const areClassNumbers = (z: { readonly shape: Shape }, t: { readonly shape: Shape }): boolean =>
  t.shape.length === z.shape.length - 1 && z.shape.at(-1)! > 1;

/** Targets in the shape of the predictions; `[batch]` stands for `[batch, 1]`. */
function matching(name: string, y: Value, t: Value): Value {
  if (sameShape(y.shape, t.shape)) return t;
  const single = [...t.shape, 1];
  if (sameShape(y.shape, single)) return t.reshape(single);
  throw new ModelError({
    code: "shape-mismatch",
    where: name,
    given: { prediction: y.shape, target: t.shape },
    rule: "targets must have the shape of the predictions.",
    hint: "a target that is one number a row belongs to a network with one output.",
  });
}

/** A loss that is the mean over the outputs of a row of some function of prediction and target. */
function elementwise(rule: Omit<LossRule, "rows"> & { readonly each: (y: Value, t: Value) => Value }): Loss {
  const rows = (y: Value, t: Value): Value => {
    return meanPerRow(rule.each(y, matching(rule.label, y, t)));
  };
  return loss({ ...rule, rows });
}

/** The mean over all axes but the first. */
export const meanPerRow = (each: Value): Value =>
  each.shape.length <= 1
    ? each
    : mean(
        each,
        each.shape.slice(1).map((_, i) => i + 1),
      );

/** mean (y − t)², in the square of the target's unit. The lecture's OLS cost, with the mean over outputs as well. */
export const meanSquaredError: Loss = elementwise({
  label: "meanSquaredError",
  tasks: ["regression", "binary"],
  each: (y, t) => square(sub(y, t)),
});

/** mean |y − t|, in the target's unit. Its derivative at y = t is 0. */
export const meanAbsoluteError: Loss = elementwise({
  label: "meanAbsoluteError",
  tasks: ["regression"],
  each: (y, t) => abs(sub(y, t)),
});

/**
 * Quadratic for small residuals, linear for large ones: ½ r² for |r| ≤ δ, δ (|r| − ½ δ) beyond.
 *
 * @param options delta δ > 0, in the target's unit, default 1
 * @throws `option` for another δ
 * @see Huber (1964), Robust estimation of a location parameter
 */
export function huberLoss({ delta = 1 }: { readonly delta?: number } = {}): Loss {
  checkedNumber("huberLoss({ delta })", delta, { above: 0 });
  return elementwise({
    label: "huber",
    tasks: ["regression"],
    each: (y, t) => {
      const r = abs(sub(y, t));
      const near = minimum(r, delta);
      return mul(near, sub(r, mul(0.5, near)));
    },
  });
}
/** Huber's loss with δ = 1. */
export const huber: Loss = huberLoss();

/**
 * mean ln cosh(y − t), computed as softplus(2r) − r − ln 2: ½ r² for small residuals, |r| − ln 2 for large ones, and
 * smooth to any order.
 */
export const logCosh: Loss = elementwise({
  label: "logCosh",
  tasks: ["regression"],
  each: (y, t) => {
    const r = sub(y, t);
    return sub(sub(softplus(mul(2, r)), r), Math.LN2);
  },
});

/**
 * Pinball loss: τ·r for r = t − y ≥ 0, (τ − 1)·r otherwise. Its minimum is the quantile τ of the target. Its derivative
 * at r = 0 is 0.
 *
 * @param options tau τ, between 0 and 1, default ½
 * @throws `option` for another τ
 * @see Koenker & Bassett (1978), Regression quantiles
 */
export function quantileLoss({ tau = 0.5 }: { readonly tau?: number } = {}): Loss {
  checkedNumber("quantileLoss({ tau })", tau, { above: 0, below: 1 });
  return elementwise({
    label: "quantile",
    tasks: ["regression"],
    each: (y, t) => {
      const r = sub(t, y);
      return add(mul(tau, relu(r)), mul(1 - tau, relu(neg(r))));
    },
  });
}
/** The pinball loss of the median: half the absolute error. */
export const quantile: Loss = quantileLoss();

/**
 * Binary cross-entropy in nats, from logits z = ln(p / (1 − p)) and targets t in [0, 1]:
 *
 *   ℓ = (1 − t)·softplus(z) + t·softplus(−z)          ∂ℓ/∂z = (1 − t)·σ(z) − t·σ(−z)
 *
 * Equal to −t·ln p − (1 − t)·ln(1 − p) with p = σ(z), finite for every finite z, and without cancellation at either end.
 *
 * @param z logits: the last layer has no activation
 * @see Bishop (2006), Pattern Recognition and Machine Learning, eq. 4.90
 */
export const logisticLoss: Loss = elementwise({
  label: "logisticLoss",
  link: "sigmoid",
  boundary: 0,
  tasks: ["binary"],
  range: shareOfOne,
  each: (z, t) => add(mul(sub(1, t), softplus(z)), mul(t, softplus(neg(z)))),
});

/** x·ln y, 0 where x = 0 whatever y is. */
const timesLog = (x: Value, y: Value): Value => where(equal(x, 0), 0, mul(x, log(where(equal(x, 0), 1, y))));

/** The logistic loss on probabilities p instead of logits, for comparison with formulas; infinite where p is 0 or 1 and wrong. */
export const logisticLossOfProbabilities: Loss = elementwise({
  label: "logisticLossOfProbabilities",
  tasks: ["binary"],
  range: shareOfOne,
  each: (p, t) => neg(add(timesLog(t, p), timesLog(sub(1, t), sub(1, p)))),
});

/** Targets as a row of shares for each row: class numbers `[batch]` become one-hot rows. */
const shares = (name: string, z: Value, t: Value): Value =>
  areClassNumbers(z, t) ? oneHot(cast(t, "integer"), z.shape.at(-1)!) : matching(name, z, t);

/**
 * Cross-entropy in nats, from logits: ℓ = −Σⱼ tⱼ·ln softmax(z)ⱼ for each row.          ∂ℓ/∂z = softmax(z) − t
 *
 * @param z logits `[batch, classes]`
 * @param t class numbers `[batch]`, from 0 to classes − 1, or shares that add up to 1, `[batch, classes]`
 * @throws `shape-mismatch` when the targets are neither
 * @see Bishop (2006), Pattern Recognition and Machine Learning, eq. 4.108
 */
export const crossEntropy: Loss = loss({
  label: "crossEntropy",
  link: "softmax",
  tasks: ["multiclass"],
  range: shareOfOne,
  rows: (z, t) => neg(sum(mul(shares("crossEntropy", z, t), logSoftmax(z)), -1)),
});

/** The cross-entropy of probabilities p instead of logits: −Σⱼ tⱼ·ln pⱼ; infinite where a right class has p = 0. */
export const crossEntropyOfProbabilities: Loss = loss({
  label: "crossEntropyOfProbabilities",
  tasks: ["multiclass"],
  range: shareOfOne,
  rows: (p, t) => neg(sum(timesLog(shares("crossEntropyOfProbabilities", p, t), p), -1)),
});

/** Kullback-Leibler divergence in nats of softmax(z) from the shares t: Σⱼ tⱼ·(ln tⱼ − ln softmax(z)ⱼ). */
export const klDivergence: Loss = loss({
  label: "klDivergence",
  link: "softmax",
  tasks: ["multiclass"],
  range: shareOfOne,
  rows: (z, t) => {
    const p = shares("klDivergence", z, t);
    return sum(sub(timesLog(p, p), mul(p, logSoftmax(z))), -1);
  },
});

/**
 * Hinge loss. Two classes, t in {0, 1} and s = 2t − 1: max(0, 1 − s·z). Class numbers and one score for each class:
 * Σⱼ≠ₜ max(0, 1 + zⱼ − zₜ).
 * @see Crammer & Singer (2001); Weston & Watkins (1999), Support vector machines for multi-class pattern recognition
 */
export const hinge: Loss = loss({
  label: "hinge",
  boundary: 0,
  tasks: ["binary", "multiclass"],
  range: shareOfOne,
  rows: (z, t) => {
    if (areClassNumbers(z, t)) {
      const right = oneHot(cast(t, "integer"), z.shape.at(-1)!);
      const score = sum(mul(right, z), { axis: -1, keepAxes: true });
      return sum(mul(sub(1, right), relu(add(1, sub(z, score)))), -1);
    }
    return meanPerRow(relu(sub(1, mul(sub(mul(2, matching("hinge", z, t)), 1), z))));
  },
});

/**
 * Poisson counts from the logarithm z of the rate: ℓ = eᶻ − t·z, the negative log-likelihood without ln t!, which does
 * not depend on z.
 */
export const poisson: Loss = elementwise({
  label: "poisson",
  link: "exp",
  tasks: ["regression"],
  range: [0, Number.POSITIVE_INFINITY],
  each: (z, t) => sub(exp(z), mul(t, z)),
});

/** Every loss by name. */
export const losses = {
  meanSquaredError,
  meanAbsoluteError,
  huber,
  logCosh,
  quantile,
  logisticLoss,
  crossEntropy,
  hinge,
  poisson,
  klDivergence,
} as const satisfies Record<string, Loss>;

export type LossName = keyof typeof losses;
