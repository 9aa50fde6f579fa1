import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions } from "../core/names.ts";
import type { Value } from "../graph/value.ts";
import { add, concat, exp, logSoftmax, maximum, minimum, mul, neg, relu, square, sub, sum } from "../ops/index.ts";
import { elementwise, head, type Loss, loss, matching, meanPerRow, shareOfOne } from "./loss.ts";
import { shares, timesLog } from "./shares.ts";

/** A loss of several numbers for each target: the mean over targets of a function of them all. */
function headed(
  label: string,
  z: Value,
  t: Value,
  heads: readonly string[],
  each: (y: Value[], t: Value) => Value,
): Value {
  const width = z.shape.at(-1) ?? 1;
  if (z.shape.length !== 2 || width % heads.length !== 0)
    throw new ModelError({
      code: "shape-mismatch",
      where: label,
      given: { prediction: z.shape, "numbers a target": heads.length },
      rule: `the network must give ${heads.length} numbers for each target: ${heads.join(", ")}.`,
      hint: `give it ${heads.length} outputs for one target, ${2 * heads.length} for two`,
    });
  const y = heads.map((_, i) => head({ heads }, z, i));
  return meanPerRow(each(y, matching(label, y[0]!, t)));
}

const meanAndDeviation = ["mean", "deviation"] as const;

/**
 * Regression with an uncertainty of its own for each row (heteroscedastic): the network gives a mean μ and the logarithm s of
 * a variance for each target,
 *
 *   ℓ = ½ (s + (t − μ)² e⁻ˢ)          ∂ℓ/∂μ = (μ − t) e⁻ˢ,   ∂ℓ/∂s = ½ (1 − (t − μ)² e⁻ˢ)
 *
 * the negative logarithm of a normal density without ½ ln 2π. Predictions are μ and the standard deviation e^(s/2).
 *
 * @param z `[batch, 2 × targets]`: means first, then logarithms of variances
 * @throws  `shape-mismatch` when the outputs are not two a target
 * @see Nix & Weigend (1994), Estimating the mean and variance of the target probability distribution
 */
export const gaussian: Loss = loss({
  label: "gaussian",
  link: "gaussian",
  tasks: ["regression"],
  heads: meanAndDeviation,
  rows: (z, t) =>
    headed("gaussian", z, t, meanAndDeviation, ([μ, s], t) => mul(0.5, add(s!, mul(square(sub(t, μ!)), exp(neg(s!)))))),
  predict: (z) => {
    const [μ, s] = [0, 1].map((i) => head({ heads: meanAndDeviation }, z, i));
    return concat([μ!, exp(mul(0.5, s!))], -1);
  },
});

const pinball = (y: Value, t: Value, τ: number): Value => {
  const r = sub(t, y);
  return add(mul(τ, relu(r)), mul(1 - τ, relu(neg(r))));
};

/** Puts values in ascending order, number by number: neighbours are compared and swapped, as often as there are values. */
function ascending(values: readonly Value[]): Value[] {
  const sorted = [...values];
  for (let turn = 0; turn < sorted.length; turn++)
    for (let i = turn % 2; i + 1 < sorted.length; i += 2) {
      const [a, b] = [sorted[i]!, sorted[i + 1]!];
      sorted[i] = minimum(a, b);
      sorted[i + 1] = maximum(a, b);
    }
  return sorted;
}

/**
 * Pinball loss: τ·r for r = t − y ≥ 0, (τ − 1)·r otherwise. Its minimum is the quantile τ of the target. Its derivative
 * at r = 0 is 0. Of several quantiles it is the mean; the network gives each for all targets in turn, and predictions are put
 * in order where they cross.
 *
 * @param options tau τ, between 0 and 1, default ½; or several, ascending: `[0.05, 0.5, 0.95]`
 * @throws `option` for another τ; `shape-mismatch` when the outputs are not one a target and quantile
 * @see Koenker & Bassett (1978), Regression quantiles
 * @see Chernozhukov, Fernández-Val & Galichon (2010), Quantile and probability curves without crossing
 */
export function quantileLoss(options: { readonly tau?: number | readonly number[] } = {}): Loss {
  knownOptions("quantileLoss(options)", options, ["tau"]);
  const { tau = 0.5 } = options;
  const τs = typeof tau === "number" ? [tau] : tau;
  for (const τ of τs) checkedNumber("quantileLoss({ tau })", τ, { above: 0, below: 1 });
  if (τs.length === 0 || τs.some((τ, i) => i > 0 && τ <= τs[i - 1]!))
    throw new ModelError({
      code: "option",
      where: "quantileLoss({ tau })",
      given: { given: JSON.stringify(tau) },
      rule: "several quantiles must be named in ascending order, each once.",
    });
  const heads = τs.map((τ) => `q${τ}`);
  const distance = τs.map((τ) => Math.abs(τ - 0.5));
  if (τs.length === 1)
    return elementwise({ label: "quantile", tasks: ["regression"], each: (y, t) => pinball(y, t, τs[0]!) });
  return loss({
    label: "quantile",
    link: "sorted",
    tasks: ["regression"],
    heads,
    central: distance.indexOf(Math.min(...distance)),
    rows: (z, t) =>
      headed("quantile", z, t, heads, (ys, t) => {
        const each = ys.map((y, i) => pinball(y, t, τs[i]!));
        return mul(
          1 / τs.length,
          each.reduce((a, b) => add(a, b)),
        );
      }),
    predict: (z) => concat(ascending(heads.map((_, i) => head({ heads }, z, i))), -1),
  });
}
/** The pinball loss of the median: half the absolute error. */
export const quantile: Loss = /* @__PURE__ */ quantileLoss();

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
