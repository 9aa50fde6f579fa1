import type { Tensor } from "../core/tensor.ts";
import { add, div, mul, neg, sqrt, square } from "../ops/index.ts";
import { checkOptions, ema, type Optimizer, optimizer, type Rate, type Rule, zeros } from "./rule.ts";

/**
 * Steps divided by the root of the sum of all squared gradients so far:  Gₜ = Gₜ₋₁ + gₜ²,  Δ = −η·gₜ / (√Gₜ + ε).
 *
 * @param options learningRate η, default 0.01; epsilon ε, outside the root, default 1e-8 (PyTorch's is 1e-10)
 * @see Duchi, Hazan & Singer (2011), Adaptive subgradient methods for online learning and stochastic optimization
 */
export function adagrad(options: Rate & { readonly epsilon?: number } = {}): Optimizer<{ readonly G: Tensor }> {
  checkOptions("adagrad", options, [], ["epsilon"]);
  const { epsilon: ε = 1e-8, learningRate = 0.01 } = options;
  const update: Rule<{ readonly G: Tensor }>["update"] = (g, state, { η }) => {
    const G = add(state.G, square(g));
    return [neg(div(mul(η, g), add(sqrt(G), ε))), { G }];
  };
  return optimizer({ name: "adagrad", init: (θ) => ({ G: zeros(θ) }), update }, learningRate);
}

/**
 * Adagrad with a memory that fades:  sₜ = ρ sₜ₋₁ + (1 − ρ) gₜ²,  Δ = −η·gₜ / (√sₜ + ε).
 *
 * @param options learningRate η, default 0.001; rho ρ in [0, 1), default 0.9 (PyTorch's is 0.99); epsilon ε, outside the
 *                root, default 1e-8
 * @see Tieleman & Hinton (2012), Lecture 6.5: RMSProp
 */
export function rmsprop(
  options: Rate & { readonly rho?: number; readonly epsilon?: number } = {},
): Optimizer<{ readonly s: Tensor }> {
  checkOptions("rmsprop", options, ["rho"], ["epsilon"]);
  const { rho: ρ = 0.9, epsilon: ε = 1e-8, learningRate = 0.001 } = options;
  const update: Rule<{ readonly s: Tensor }>["update"] = (g, state, { η }) => {
    const s = ema(state.s, square(g), ρ);
    return [neg(div(mul(η, g), add(sqrt(s), ε))), { s }];
  };
  return optimizer({ name: "rmsprop", init: (θ) => ({ s: zeros(θ) }), update }, learningRate);
}
