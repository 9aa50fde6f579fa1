import type { Tensor } from "../core/tensor.ts";
import { add, mul, neg, sign } from "../ops/index.ts";
import { checkOptions, ema, type Optimizer, optimizer, type Rate, type Rule, zeros } from "./rule.ts";

export interface LionOptions extends Rate {
  /** Share of the memory in the direction of a step, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the memory, in [0, 1). Default 0.99. */
  readonly beta2?: number;
  /** Decoupled decay λ of weights, not of biases. Default 0. */
  readonly weightDecay?: number;
}

type Memory = { readonly m: Tensor };

/**
 * Lion, steps of one size in the direction of a sign:  Δ = −η·(sign(β₁ mₜ₋₁ + (1−β₁) gₜ) + λ·θ),  mₜ = β₂ mₜ₋₁ + (1−β₂) gₜ.
 *
 * It wants a learning rate 3 to 10 times smaller, and a weight decay as many times greater, than Adam.
 *
 * @param options learningRate η, default 0.0001; beta1 β₁, beta2 β₂, weightDecay λ
 * @see Chen et al. (2023), Symbolic discovery of optimization algorithms, Algorithm 2
 */
export function lion(options: LionOptions = {}): Optimizer<Memory> {
  checkOptions("lion", options, ["beta1", "beta2"], ["weightDecay"]);
  const { beta1: β1 = 0.9, beta2: β2 = 0.99, weightDecay: λ = 0, learningRate = 1e-4 } = options;
  const update: Rule<Memory>["update"] = (g, { m }, { η, θ, decays }) => {
    const direction = sign(ema(m, g, β1));
    return [neg(mul(η, decays && λ > 0 ? add(direction, mul(λ, θ)) : direction)), { m: ema(m, g, β2) }];
  };
  return optimizer({ name: "lion", init: (θ) => ({ m: zeros(θ) }), update }, learningRate);
}
