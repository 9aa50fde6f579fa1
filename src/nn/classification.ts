import { ModelError } from "../core/errors.ts";
import { checkedNumber } from "../core/names.ts";
import type { Value } from "../graph/value.ts";
import { add, cast, logSoftmax, mul, neg, oneHot, relu, softplus, sub, sum } from "../ops/index.ts";
import { areClassNumbers, elementwise, type Loss, loss, matching, meanPerRow, shareOfOne } from "./loss.ts";
import { shares, timesLog } from "./shares.ts";

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
  tasks: ["binary", "multilabel"],
  range: shareOfOne,
  each: (z, t) => add(mul(sub(1, t), softplus(z)), mul(t, softplus(neg(z)))),
});

/** The logistic loss on probabilities p instead of logits, for comparison with formulas; infinite where p is 0 or 1 and wrong. */
export const logisticLossOfProbabilities: Loss = elementwise({
  label: "logisticLossOfProbabilities",
  tasks: ["binary"],
  range: shareOfOne,
  each: (p, t) => neg(add(timesLog(t, p), timesLog(sub(1, t), sub(1, p)))),
});

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

/**
 * Hinge loss. Two classes, t in {0, 1} and s = 2t − 1: max(0, 1 − s·z). Class numbers and one score for each class:
 * Σⱼ≠ₜ max(0, 1 + zⱼ − zₜ).
 * @see Crammer & Singer (2001); Weston & Watkins (1999), Support vector machines for multi-class pattern recognition
 */
export const hinge: Loss = loss({
  label: "hinge",
  boundary: 0,
  tasks: ["binary", "multiclass", "multilabel"],
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
 * A loss on softened targets, so that no logit is driven to infinity: t ← (1 − ε)·t + ε/k with k classes; for two classes, or
 * labels, k = 2. Its value stays above 0 however right the network is.
 *
 * @param base  cross-entropy, its divergence, or the logistic loss
 * @param share ε, from 0 to below 1
 * @throws `option` for a loss that is not one of classes on logits, or an ε out of bounds
 * @see Szegedy et al. (2016), Rethinking the Inception architecture, §7
 */
export function labelSmoothing(base: Loss, share: number): Loss {
  const ε = checkedNumber("labelSmoothing(loss, share)", share, { least: 0, below: 1 });
  if (base.link !== "softmax" && base.link !== "sigmoid")
    throw new ModelError({
      code: "option",
      where: "labelSmoothing(loss, share)",
      given: { loss: base.label },
      rule: "softens targets that are classes, for losses that work on logits.",
      hint: "crossEntropy, klDivergence and logisticLoss are such losses",
    });
  const soft = (z: Value, t: Value): Value => {
    const classes = base.link === "softmax" ? z.shape.at(-1)! : 2;
    return add(mul(1 - ε, shares(base.label, z, t)), ε / classes);
  };
  return loss({ ...base, label: base.label, rows: (z, t) => base.rows(z, soft(z, t)) });
}
