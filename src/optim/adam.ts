import type { Tensor } from "../core/tensor.ts";
import type { Value } from "../graph/value.ts";
import { add, div, mul, neg, reciprocal, sqrt, square, sub } from "../ops/index.ts";
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

export type Moments = { readonly m: Tensor; readonly v: Tensor };

export interface AdamOptions extends Rate {
  /** Decay of the mean, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the uncentred variance, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** Added outside the bias-corrected root, in units of the gradient. Default 1e-8. */
  readonly epsilon?: number;
}

export const adamShares = ["beta1", "beta2"];

/** −η·m̂ / (√v̂ + ε) */
export function adamChange(
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
