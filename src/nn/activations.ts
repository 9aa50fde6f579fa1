import { knownOptions } from "../core/names.ts";
import type { Operand, Value } from "../graph/value.ts";
import {
  add,
  clip,
  div,
  erfc,
  expm1,
  greater,
  mul,
  neg,
  relu,
  sigmoid,
  sin,
  softmax,
  softplus,
  square,
  tanh,
  where,
} from "../ops/index.ts";

/** A function of values applied to what a layer gives. Made of primitives, so none needs a derivative rule of its own. */
export type Activation = (x: Value) => Value;

/** y = x. */
export const identity: Activation = (x) => x;

export { relu, sigmoid, softmax, softplus, tanh };

/** Leaky rectifier: y = x for x > 0, slope·x elsewhere. y′(0) = slope. */
export function leakyRelu(x: Operand, options: { slope?: number | undefined } = {}): Value {
  knownOptions("leakyRelu(x, options)", options, ["slope"]);
  return where(greater(x, 0), x, mul(options.slope ?? 0.01, x));
}

/**
 * Exponential linear unit: y = x for x > 0, α (eˣ − 1) elsewhere. y′(0) = α.
 * @see Clevert, Unterthiner & Hochreiter (2016), Fast and accurate deep network learning by exponential linear units
 */
export function elu(x: Operand, options: { alpha?: number | undefined } = {}): Value {
  knownOptions("elu(x, options)", options, ["alpha"]);
  const { alpha = 1 } = options;
  const positive = greater(x, 0);
  return where(positive, x, mul(alpha, expm1(where(positive, 0, x)))); // the inner where keeps eˣ from overflowing unused
}

/**
 * Scaled ELU: λ·elu(x, α) with the constants for which a deep network normalises itself.
 * @see Klambauer et al. (2017), Self-normalizing neural networks
 */
export const selu: Activation = (x) => mul(1.0507009873554805, elu(x, { alpha: 1.6732632423543772 }));

/**
 * Gaussian error linear unit, exact: y = x·Φ(x) = ½ x·erfc(−x/√2).
 * @see Hendrycks & Gimpel (2016), Gaussian error linear units
 */
export const gelu: Activation = (x) => mul(mul(0.5, x), erfc(mul(-Math.SQRT1_2, x)));

/**
 * GELU by tanh, within 5e-4 of the exact form: y = ½ x (1 + tanh u) with u = √(2/π) (x + 0.044715 x³), computed as the
 * same x·σ(2u), which does not cancel for x ≪ 0.
 */
export const geluTanh: Activation = (x) => {
  const u = mul(Math.sqrt(2 / Math.PI), add(x, mul(0.044715, mul(x, square(x)))));
  return mul(x, sigmoid(mul(2, u)));
};

/**
 * Swish (SiLU): y = x·σ(x). Smooth; least value −0.278 at x = −1.278.
 * @see Ramachandran, Zoph & Le (2017), Searching for activation functions
 */
export const silu: Activation = (x) => mul(x, sigmoid(x));

/**
 * Mish: y = x·tanh(softplus(x)).
 * @see Misra (2020), Mish: a self regularized non-monotonic activation function
 */
export const mish: Activation = (x) => mul(x, tanh(softplus(x)));

/** Straight lines for a sigmoid: y = x/6 + ½ kept between 0 and 1. y′(±3) = 1/12, half of the slope between. */
export const hardSigmoid: Activation = (x) => clip(add(div(x, 6), 0.5), 0, 1);

/** Softsign: y = x / (1 + |x|). y′(0) = 1. */
export const softsign: Activation = (x) => div(x, add(1, where(greater(x, 0), x, neg(x))));

/**
 * Snake: y = x + sin² x. Never decreasing, and it goes on periodically beyond the data, which suits oscillations.
 * @see Ziyin, Hartwig & Ueda (2020), Neural networks fail to learn periodic functions and how to fix it
 */
export const snake: Activation = (x) => add(x, square(sin(x)));

/** Every activation by name: for run files, the command line and tests. */
export const activations = {
  identity,
  sigmoid,
  softmax: (x) => softmax(x),
  relu,
  leakyRelu: (x) => leakyRelu(x),
  elu: (x) => elu(x),
  tanh,
  softplus,
  gelu,
  geluTanh,
  silu,
  selu,
  mish,
  hardSigmoid,
  softsign,
  snake,
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;
