import { Tensor } from "../core/tensor.ts";
import type { Value } from "../graph/value.ts";
import { add, div, exp, greater, maximum, mul, neg, reciprocal, sqrt, square, sub, where } from "../ops/index.ts";
import { type AdamOptions, adamChange, adamShares, type Moments } from "./adam.ts";
import { checkOptions, correction, ema, type Optimizer, optimizer, type Rate, type Rule, zeros } from "./rule.ts";

type AdagradMomentum = { readonly G: Tensor; readonly v: Tensor };

/**
 * Adagrad's step carried on by momentum:  vₜ = μ vₜ₋₁ + η·gₜ / (√Gₜ + ε),  Δ = −vₜ.
 *
 * The factor η stands inside of v, so a change of η takes effect slowly.
 *
 * @param options learningRate η, default 0.01; momentum μ in [0, 1), default 0.9; epsilon ε, outside the root, default 1e-8
 */
export function adagradMomentum(
  options: Rate & { readonly momentum?: number; readonly epsilon?: number } = {},
): Optimizer<AdagradMomentum> {
  checkOptions("adagradMomentum", options, ["momentum"], ["epsilon"]);
  const { momentum: μ = 0.9, epsilon: ε = 1e-8, learningRate = 0.01 } = options;
  const update: Rule<AdagradMomentum>["update"] = (g, state, { η }) => {
    const G = add(state.G, square(g));
    const v = add(mul(μ, state.v), div(mul(η, g), add(sqrt(G), ε)));
    return [neg(v), { G, v }];
  };
  return optimizer({ name: "adagradMomentum", init: (θ) => ({ G: zeros(θ), v: zeros(θ) }), update }, learningRate);
}

type Adadelta = { readonly s: Tensor; readonly d: Tensor };

/**
 * Steps in the parameter's own unit:  sₜ = ρ sₜ₋₁ + (1 − ρ) gₜ²,  Δ = −η·gₜ √(dₜ₋₁ + ε) / √(sₜ + ε),
 * dₜ = ρ dₜ₋₁ + (1 − ρ) (Δ/η)².
 *
 * @param options learningRate η, default 1; rho ρ in [0, 1), default 0.9; epsilon ε, inside the roots, default 1e-6
 * @see Zeiler (2012), ADADELTA: an adaptive learning rate method (with PyTorch's η)
 */
export function adadelta(
  options: Rate & { readonly rho?: number; readonly epsilon?: number } = {},
): Optimizer<Adadelta> {
  checkOptions("adadelta", options, ["rho"], ["epsilon"]);
  const { rho: ρ = 0.9, epsilon: ε = 1e-6, learningRate = 1 } = options;
  const update: Rule<Adadelta>["update"] = (g, state, { η }) => {
    const s = ema(state.s, square(g), ρ);
    const step = div(mul(g, sqrt(add(state.d, ε))), sqrt(add(s, ε)));
    return [neg(mul(η, step)), { s, d: ema(state.d, square(step), ρ) }];
  };
  return optimizer({ name: "adadelta", init: (θ) => ({ s: zeros(θ), d: zeros(θ) }), update }, learningRate);
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
