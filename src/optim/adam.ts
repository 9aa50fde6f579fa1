import { Tensor } from "../core/tensor.ts";
import type { Value } from "../graph/value.ts";
import { add, div, exp, greater, maximum, mul, neg, reciprocal, sqrt, square, sub, where } from "../ops/index.ts";
import {
  checkOptions,
  correction,
  ema,
  type Moment,
  type Optimizer,
  optimizer,
  type Rate,
  type Rule,
  zeros,
} from "./rule.ts";

type Moments = { readonly m: Tensor; readonly v: Tensor };

export interface AdamOptions extends Rate {
  /** Decay of the mean, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the uncentred variance, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** Added outside the bias-corrected root, in units of the gradient. Default 1e-8. */
  readonly epsilon?: number;
}

const adamShares = ["beta1", "beta2"];

/** −η·m̂ / (√v̂ + ε) */
function adamChange(
  m: Value,
  v: Value,
  { t, η, β1, β2, ε }: Pick<Moment, "t" | "η"> & { readonly β1: number; readonly β2: number; readonly ε: number },
): Value {
  const α = div(η, correction(β1, t)); // the corrections are scalars: the same step with one division an element
  const root = mul(sqrt(v), reciprocal(sqrt(correction(β2, t))));
  return neg(div(mul(α, m), add(root, ε)));
}

function adamStep({ beta1: β1 = 0.9, beta2: β2 = 0.999, epsilon: ε = 1e-8 }: AdamOptions): Rule<Moments>["update"] {
  return (g, state, { t, η }) => {
    const m = ema(state.m, g, β1);
    const v = ema(state.v, square(g), β2);
    return [adamChange(m, v, { t, η, β1, β2, ε }), { m, v }];
  };
}

/**
 * Adam: steps scaled by running estimates of the mean and uncentred variance of the gradient.
 *
 *   mₜ = β₁ mₜ₋₁ + (1−β₁) gₜ        m̂ = mₜ / (1 − β₁ᵗ)
 *   vₜ = β₂ vₜ₋₁ + (1−β₂) gₜ²       v̂ = vₜ / (1 − β₂ᵗ)
 *   Δ  = −η · m̂ / (√v̂ + ε)          t counts updates
 *
 * @param options learningRate η, default 0.001; beta1 β₁, beta2 β₂, epsilon ε
 * @see Kingma & Ba (2015), Adam, Algorithm 1 (ε outside the bias-corrected root, as in PyTorch and Optax)
 */
export function adam(options: AdamOptions = {}): Optimizer<Moments> {
  checkOptions("adam", options, adamShares, ["epsilon"]);
  const init = (θ: Tensor): Moments => ({ m: zeros(θ), v: zeros(θ) });
  return optimizer({ name: "adam", init, update: adamStep(options) }, options.learningRate ?? 0.001);
}

/**
 * Adam with weight decay that is not part of the gradient: Δ = Adam's Δ − η·λ·θ, for weights, not for biases.
 *
 * @param options weightDecay λ, default 0.01; the rest as for `adam`
 * @see Loshchilov & Hutter (2019), Decoupled weight decay regularization
 */
export function adamw(options: AdamOptions & { readonly weightDecay?: number } = {}): Optimizer<Moments> {
  checkOptions("adamw", options, adamShares, ["epsilon", "weightDecay"]);
  const { weightDecay: λ = 0.01, learningRate = 0.001 } = options;
  const step = adamStep(options);
  const init = (θ: Tensor): Moments => ({ m: zeros(θ), v: zeros(θ) });
  const update: Rule<Moments>["update"] = (g, state, at) => {
    const [Δ, next] = step(g, state, at);
    return [at.decays ? sub(Δ, mul(at.η, mul(λ, at.θ))) : Δ, next];
  };
  return optimizer({ name: "adamw", init, update }, learningRate);
}

type AmsgradState = Moments & { readonly most: Tensor };

/**
 * AMSGrad: Adam whose denominator never shrinks,  v̂ = max(v₁, …, vₜ) / (1 − β₂ᵗ),  Δ = −η · m̂ / (√v̂ + ε).
 *
 * @param options as for `adam`
 * @see Reddi, Kale & Kumar (2018), On the convergence of Adam and beyond (in PyTorch's form: the greatest v is taken before
 *      its bias is corrected)
 */
export function amsgrad(options: AdamOptions = {}): Optimizer<AmsgradState> {
  checkOptions("amsgrad", options, adamShares, ["epsilon"]);
  const { beta1: β1 = 0.9, beta2: β2 = 0.999, epsilon: ε = 1e-8, learningRate = 0.001 } = options;
  const update: Rule<AmsgradState>["update"] = (g, state, { t, η }) => {
    const m = ema(state.m, g, β1);
    const v = ema(state.v, square(g), β2);
    const most = maximum(state.most, v);
    return [adamChange(m, most, { η, t, β1, β2, ε }), { m, v, most }];
  };
  const init = (θ: Tensor): AmsgradState => ({ m: zeros(θ), v: zeros(θ), most: zeros(θ) });
  return optimizer({ name: "amsgrad", init, update }, learningRate);
}

type NadamState = Moments & { readonly grown: Tensor };

/**
 * NAdam: Adam with Nesterov's look ahead, and a momentum that grows to β₁:
 *
 *   μₜ = β₁ (1 − ½·0.96^(t·ψ))     Δ = −η · (μₜ₊₁ mₜ / (1 − μ₁⋯μₜ₊₁) + (1−μₜ) gₜ / (1 − μ₁⋯μₜ)) / (√v̂ + ε)
 *
 * @param options learningRate η, default 0.002; momentumDecay ψ, default 0.004; the rest as for `adam`
 * @see Dozat (2016), Incorporating Nesterov momentum into Adam (as in PyTorch)
 */
export function nadam(options: AdamOptions & { readonly momentumDecay?: number } = {}): Optimizer<NadamState> {
  checkOptions("nadam", options, adamShares, ["epsilon", "momentumDecay"]);
  const { beta1: β1 = 0.9, beta2: β2 = 0.999, epsilon: ε = 1e-8, momentumDecay: ψ = 0.004 } = options;
  const μ = (t: Value): Value => mul(β1, sub(1, mul(0.5, exp(mul(Math.log(0.96) * ψ, t)))));
  const further = (grown: Value, μ: Value): Value => add(grown, mul(sub(1, grown), sub(1, μ))); // 1 − μ₁⋯μₜ, all terms positive
  const update: Rule<NadamState>["update"] = (g, state, { t, η }) => {
    const m = ema(state.m, g, β1);
    const v = ema(state.v, square(g), β2);
    const [now, next] = [μ(t), μ(add(t, 1))];
    const grown = further(state.grown, now);
    const ofMean = div(mul(η, next), further(grown, next));
    const ofGradient = div(mul(η, sub(1, now)), grown);
    const root = mul(sqrt(v), reciprocal(sqrt(correction(β2, t))));
    return [neg(div(add(mul(ofMean, m), mul(ofGradient, g)), add(root, ε))), { m, v, grown }];
  };
  const init = (θ: Tensor): NadamState => ({ m: zeros(θ), v: zeros(θ), grown: new Tensor([], new Float64Array(1)) });
  return optimizer({ name: "nadam", init, update }, options.learningRate ?? 0.002);
}

/**
 * RAdam: Adam whose denominator counts only once the variance of it is bounded, and then in part:
 *
 *   ρ∞ = 2/(1−β₂) − 1     ρₜ = ρ∞ − 2t β₂ᵗ/(1 − β₂ᵗ)     rₜ = √((ρₜ−4)(ρₜ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρₜ))
 *   Δ = −η · rₜ m̂ √(1 − β₂ᵗ) / (√vₜ + ε) where ρₜ > 5, and −η·m̂ before
 *
 * @param options as for `adam`; ε stands beside the root that is not corrected yet, as in PyTorch
 * @see Liu et al. (2020), On the variance of the adaptive learning rate and beyond
 */
export function radam(options: AdamOptions = {}): Optimizer<Moments> {
  checkOptions("radam", options, adamShares, ["epsilon"]);
  const { beta1: β1 = 0.9, beta2: β2 = 0.999, epsilon: ε = 1e-8, learningRate = 0.001 } = options;
  const limit = 2 / (1 - β2) - 1;
  const scale = limit > 5 ? limit / ((limit - 4) * (limit - 2)) : 0;
  const update: Rule<Moments>["update"] = (g, state, { t, η }) => {
    const m = ema(state.m, g, β1);
    const v = ema(state.v, square(g), β2);
    const left = correction(β2, t);
    const ρ = sub(limit, div(mul(mul(2, t), sub(1, left)), left));
    const rectified = greater(ρ, 5); // never where the limit is 5 or less
    const safe = where(rectified, ρ, 6);
    const r = sqrt(mul(scale, div(mul(sub(safe, 4), sub(safe, 2)), safe)));
    const α = div(η, correction(β1, t));
    const divisor = where(rectified, add(sqrt(v), ε), 1);
    return [neg(div(mul(where(rectified, mul(α, r).mul(sqrt(left)), α), m), divisor)), { m, v }];
  };
  const init = (θ: Tensor): Moments => ({ m: zeros(θ), v: zeros(θ) });
  return optimizer({ name: "radam", init, update }, learningRate);
}
