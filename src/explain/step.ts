import { differentiate } from "../autodiff/index.ts";
import { reference } from "../backends/reference.ts";
import { lower } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { fold, key, normal } from "../core/random.ts";
import { isShape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { leaves } from "../core/tree.ts";
import { input, isValue, lift, type Value } from "../graph/value.ts";
import { type ActivationName, activations } from "../nn/activations.ts";
import { add, matmul, mul, square, sub, sum } from "../ops/index.ts";
import { backpropagate, type LayerPass } from "./backpropagation.ts";

/** What one step of training is to be laid open for. */
export interface StepQuestion {
  /** Units of each layer, inputs first: `[2, 3, 1]`. */
  readonly sizes: readonly number[];
  /** Of hidden and output layers alike, one number to one. Default `"sigmoid"`. */
  readonly activation?: Exclude<ActivationName, "softmax">;
  /** One row of inputs, and its targets. Default: random numbers from the seed. */
  readonly x?: readonly number[];
  readonly target?: readonly number[];
  /** Default 0.1. */
  readonly learningRate?: number;
  readonly seed?: number;
}

/** One layer in one step: a row of numbers for its units, matrices as `[inputs][units]`. */
export interface StepLayer {
  readonly z: readonly number[];
  readonly a: readonly number[];
  /** f′(z). */
  readonly slope: readonly number[];
  /** δ = ∂C/∂z. */
  readonly delta: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly number[];
  /** ∂C/∂W and ∂C/∂b by the equations of back-propagation. */
  readonly weightGradient: readonly (readonly number[])[];
  readonly biasGradient: readonly number[];
  /** After the update W − η·∂C/∂W. */
  readonly newWeights: readonly (readonly number[])[];
  readonly newBiases: readonly number[];
}

/** One step of gradient descent, laid open. */
export interface Step {
  readonly x: readonly number[];
  readonly target: readonly number[];
  readonly learningRate: number;
  readonly activation: string;
  /** C = ½ Σ (a − t)². */
  readonly cost: number;
  readonly layers: readonly StepLayer[];
  /** Greatest difference between the equations and automatic differentiation, relative to the greatest derivative. */
  readonly difference: number;
}

/** A network has inputs and outputs, and a row as many numbers as these. */
function checkAsked(sizes: readonly number[], { x, target }: Pick<StepQuestion, "x" | "target">): void {
  if (!isShape(sizes) || sizes.length < 2 || sizes.includes(0))
    throw new ModelError({
      code: "option",
      where: "oneStep({ sizes })",
      given: { sizes },
      rule: "sizes are whole numbers from 1 on: inputs, hidden units, outputs.",
    });
  for (const [name, row, units] of [
    ["x", x, sizes[0]],
    ["target", target, sizes.at(-1)],
  ] as const)
    if (row && row.length !== units)
      throw new ModelError({
        code: "data-columns",
        where: `oneStep({ ${name} })`,
        given: { numbers: row.length, sizes },
        rule: `there must be ${units} numbers, one for each unit.`,
      });
}

/**
 * One step of gradient descent on C = ½ Σ (a − t)² for one row, by the equations of back-propagation written out:
 * δᴸ = (aᴸ − t)·f′(zᴸ), δˡ = (Wˡ⁺¹ δˡ⁺¹)·f′(zˡ), ∂C/∂Wˡ = aˡ⁻¹ δˡᵀ, ∂C/∂bˡ = δˡ. All derivatives come before any update.
 *
 * @returns every number of the step, and how far automatic differentiation is from these equations
 * @throws `option` for fewer than two sizes, `data-columns` for a row that does not fit them
 * @see Nielsen (2015), Neural Networks and Deep Learning, chapter 2
 */
export function oneStep({ sizes, activation = "sigmoid", learningRate = 0.1, seed = 0, ...given }: StepQuestion): Step {
  checkAsked(sizes, given);
  const next = normal(fold(key(seed), 0));
  const numbers = (n: number): number[] => Array.from({ length: n }, next);
  const θ = sizes.slice(1).map((units, l) => ({
    W: Array.from({ length: sizes[l]! }, () => numbers(units).map((w) => w / Math.sqrt(sizes[l]!))),
    b: Array<number>(units).fill(0),
  }));
  const x = given.x ?? numbers(sizes[0]!);
  const target = given.target ?? numbers(sizes.at(-1)!).map((t) => Math.abs(t) % 1);
  const forward = forwards(θ, x, curveOf(activation));
  const back = backpropagate(passesOf(θ, x, forward), row(forward.at(-1)!.a.map((a, j) => a - target[j]!)));
  const moved = (w: number, g: number): number => w - learningRate * g;
  const layers = θ.map(({ W, b }, l): StepLayer => {
    const { yBar, gradients } = back[2 * l]!;
    const delta = Array.from(yBar.data);
    const weightGradient = gradients[0]!.toArray() as number[][];
    return {
      ...{ ...forward[l]!, delta, weights: W, biases: b, weightGradient, biasGradient: delta },
      newWeights: W.map((row, i) => row.map((w, j) => moved(w, weightGradient[i]![j]!))),
      newBiases: b.map((w, j) => moved(w, delta[j]!)),
    };
  });
  const cost = forward.at(-1)!.a.reduce((total, a, j) => total + (a - target[j]!) ** 2 / 2, 0);
  return {
    x,
    target,
    learningRate,
    activation,
    cost,
    layers,
    difference: difference({ x, target, activation, layers }),
  };
}

interface Layer {
  readonly W: readonly (readonly number[])[];
  readonly b: readonly number[];
}

/** z, a and f′(z) of every layer. */
function forwards(
  θ: readonly Layer[],
  x: readonly number[],
  f: ReturnType<typeof curveOf>,
): { z: number[]; a: number[]; slope: number[] }[] {
  const layers: { z: number[]; a: number[]; slope: number[] }[] = [];
  for (const { W, b } of θ) {
    const before = layers.at(-1)?.a ?? x;
    const z = b.map((bias, j) => before.reduce((total, a, i) => total + a * W[i]![j]!, bias));
    layers.push({ z, ...f(z) });
  }
  return layers;
}

/** Dense layer and activation in turn, as back-propagation sees them. */
const passesOf = (
  θ: readonly Layer[],
  x: readonly number[],
  forward: readonly { readonly a: readonly number[]; readonly slope: readonly number[] }[],
): LayerPass[] =>
  θ.flatMap(({ W }, l): LayerPass[] => [
    { kind: "dense", x: row(l === 0 ? x : forward[l - 1]!.a), W: matrix(W), bias: true },
    { kind: "activation", slope: row(forward[l]!.slope) },
  ]);

const matrix = (rows: readonly (readonly number[])[]): Tensor =>
  new Tensor([rows.length, rows[0]!.length], Float64Array.from(rows.flat()));
const row = (numbers: readonly number[]): Tensor => matrix([numbers]);

/** An activation and its derivative for a row of numbers. */
function curveOf(name: keyof typeof activations): (z: readonly number[]) => { a: number[]; slope: number[] } {
  return (z) => {
    const at = new Tensor([z.length], Float64Array.from(z));
    const v = input(at);
    const { gradient, aux } = differentiate((u: Value) => {
      const a = (activations[name] as (x: Value) => Value)(u);
      return { value: sum(a), aux: a };
    }, v);
    const [a, slope] = evaluated([v], [aux, gradient], [at]);
    return { a: [...a!.data], slope: [...slope!.data] };
  };
}

const evaluated = (inputs: readonly Value[], outputs: readonly Value[], at: readonly Tensor[]): Tensor[] =>
  reference.compile(lower({ inputs, outputs }), { precision: "f64" }).run(at);

/** The greatest difference from automatic differentiation of the whole network. */
function difference({ x, target, activation, layers }: Pick<Step, "x" | "target" | "activation" | "layers">): number {
  const data = layers.flatMap(({ weights, biases }) => [matrix(weights), row(biases)]);
  const θ = data.map(input);
  const f = activations[activation as keyof typeof activations] as (z: Value) => Value;
  const { gradient } = differentiate((at: Value[]) => {
    const output = layers.reduce<Value>(
      (before, _, l) => f(add(matmul(before, at[2 * l]!), at[2 * l + 1]!)),
      lift(row(x)),
    );
    return { value: mul(0.5, sum(square(sub(output, lift(row(target)))))), aux: null };
  }, θ);
  const found = evaluated(θ, leaves(gradient, isValue), data).flatMap((t) => [...t.data]);
  const byHand = layers.flatMap((layer) => [...layer.weightGradient.flat(), ...layer.biasGradient]);
  const greatest = byHand.reduce((most, g) => Math.max(most, Math.abs(g)), Number.MIN_VALUE);
  return found.reduce((most, g, i) => Math.max(most, Math.abs(g - byHand[i]!)), 0) / greatest;
}
