import { checkedNumber, knownOptions } from "../core/names.ts";
import { Tensor } from "../core/tensor.ts";
import type { Lifted } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import { add, div, expm1, mul, neg, reciprocal, sqrt, square, sub } from "../ops/index.ts";

/** What a rule may know besides its own state. */
export interface Moment {
  /** Number of this update: 1, 2, … */
  readonly t: Value;
  /** Learning rate. */
  readonly η: Value;
  /** The parameter itself, before the update. */
  readonly θ: Value;
  /** Whether weight decay is meant for it: weights yes, biases and scales no. */
  readonly decays: boolean;
}

/** An update rule for one array of parameters. The library maps it over the tree of parameters. */
export interface Rule<S> {
  readonly name: string;
  /** The state before the first update, for parameters like these. */
  readonly init: (θ: Tensor) => S;
  /** The change to add to θ, and the next state. */
  update(g: Value, state: Lifted<S>, at: Moment): readonly [Δ: Value, state: Lifted<S>];
}

/** Learning rate as a function of the number of updates made so far: 0, 1, 2, … */
export type Schedule = (t: Value) => Value;

/** A rule with its learning rate: what `fit` takes. It holds no state, so one may serve any number of fits. */
export interface Optimizer<S = unknown> extends Rule<S> {
  readonly learningRate: number | Schedule;
}

interface Rate {
  /** A positive number, or a schedule. */
  readonly learningRate?: number | Schedule;
}

const zeros = ({ shape, data }: Tensor): Tensor => new Tensor(shape, new Float64Array(data.length));

/** Exponential moving average: β·average + (1 − β)·x. */
const ema = (average: Value, x: Value, β: number): Value => add(mul(β, average), mul(1 - β, x));

/** 1 − βᵗ, without cancellation for β near 1. */
const correction = (β: number, t: Value): Value => neg(expm1(mul(Math.log(β), t)));

function optimizer<S>(rule: Rule<S>, learningRate: number | Schedule): Optimizer<S> {
  if (typeof learningRate !== "function") checkedNumber(`${rule.name}({ learningRate })`, learningRate, { above: 0 });
  return { ...rule, learningRate };
}

/** Checks that the options are known ones and within bounds: shares from 0 to below 1, everything else from 0 on. */
function checkOptions(name: string, options: object, shares: readonly string[], others: readonly string[] = []): void {
  knownOptions(`${name}(options)`, options, ["learningRate", ...shares, ...others]);
  for (const [key, x] of Object.entries(options) as [string, number | undefined][]) {
    if (x === undefined) continue; // means the default
    if (shares.includes(key)) checkedNumber(`${name}({ ${key} })`, x, { least: 0, below: 1 });
    if (others.includes(key)) checkedNumber(`${name}({ ${key} })`, x, { least: 0 });
  }
}

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

function adamStep({ beta1: β1 = 0.9, beta2: β2 = 0.999, epsilon: ε = 1e-8 }: AdamOptions): Rule<Moments>["update"] {
  return (g, state, { t, η }) => {
    const m = ema(state.m, g, β1);
    const v = ema(state.v, square(g), β2);
    const α = div(η, correction(β1, t)); // the corrections are scalars: the same step with one division an element
    const root = mul(sqrt(v), reciprocal(sqrt(correction(β2, t))));
    return [neg(div(mul(α, m), add(root, ε))), { m, v }];
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

/** Every optimizer by name. */
export const optimizers = {
  sgd,
  momentum,
  nesterov,
  adagrad,
  adagradMomentum,
  rmsprop,
  adadelta,
  adam,
  adamw,
} as const satisfies Record<string, (options?: Rate) => Optimizer>;

export type OptimizerName = keyof typeof optimizers;
