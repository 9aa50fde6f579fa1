import type { Tensor } from "../core/tensor.ts";
import { add, mul, neg } from "../ops/index.ts";
import { checkOptions, type Optimizer, optimizer, type Rate, type Rule, zeros } from "./rule.ts";

/**
 * Steepest descent: Δ = −η·g. The lecture's constant rate.
 *
 * @param options learningRate η, default 0.01
 * @throws `option` for an unknown or impossible option, as every optimizer here
 */
export function sgd(options: Rate = {}): Optimizer<null> {
  checkOptions("sgd", options, []);
  const update: Rule<null>["update"] = (g, state, { η }) => [neg(mul(η, g)), state];
  return optimizer({ name: "sgd", init: () => null, update }, options.learningRate ?? 0.01);
}

type Velocity = { readonly v: Tensor };

/**
 * Descent with a heavy ball:  vₜ = μ vₜ₋₁ + gₜ,  Δ = −η·vₜ.
 *
 * @param options learningRate η, default 0.01; momentum μ in [0, 1), default 0.9
 * @see Polyak (1964), Some methods of speeding up the convergence of iteration methods (in PyTorch's form, η outside v)
 */
export function momentum(options: Rate & { readonly momentum?: number } = {}): Optimizer<Velocity> {
  checkOptions("momentum", options, ["momentum"]);
  const { momentum: μ = 0.9, learningRate = 0.01 } = options;
  const update: Rule<Velocity>["update"] = (g, state, { η }) => {
    const v = add(mul(μ, state.v), g);
    return [neg(mul(η, v)), { v }];
  };
  return optimizer({ name: "momentum", init: (θ) => ({ v: zeros(θ) }), update }, learningRate);
}

/**
 * Nesterov's accelerated gradient:  vₜ = μ vₜ₋₁ + gₜ,  Δ = −η·(gₜ + μ vₜ).
 *
 * @param options learningRate η, default 0.01; momentum μ in [0, 1), default 0.9
 * @see Sutskever, Martens, Dahl & Hinton (2013), On the importance of initialization and momentum (in PyTorch's form)
 */
export function nesterov(options: Rate & { readonly momentum?: number } = {}): Optimizer<Velocity> {
  checkOptions("nesterov", options, ["momentum"]);
  const { momentum: μ = 0.9, learningRate = 0.01 } = options;
  const update: Rule<Velocity>["update"] = (g, state, { η }) => {
    const v = add(mul(μ, state.v), g);
    return [neg(mul(η, add(g, mul(μ, v)))), { v }];
  };
  return optimizer({ name: "nesterov", init: (θ) => ({ v: zeros(θ) }), update }, learningRate);
}
