import { locate, ModelError } from "../core/errors.ts";
import { checkedNumber, named } from "../core/names.ts";
import { fold, type Key } from "../core/random.ts";
import { Tensor } from "../core/tensor.ts";
import type { Lifted } from "../graph/lifted.ts";
import { type Value, within } from "../graph/value.ts";
import { add, matmul } from "../ops/index.ts";
import { type Activation, type ActivationName, activations } from "./activations.ts";
import { type Initializer, type InitializerName, initializers } from "./initializers.ts";

/** What a layer may know besides its parameters and its input. */
export interface Context {
  /** True while training, false when predicting. */
  readonly training: boolean;
  /** A key for this use, where chance is wanted; none when predicting. */
  readonly key?: Value;
}

/** When predicting. */
export const predicting: Context = { training: false };

/** A layer is a name and two pure functions. Its parameters θ are plain data that the caller keeps. */
export interface Layer<Θ = unknown> {
  readonly name: string;
  /** Starting parameters. The same key always gives the same ones. */
  readonly init: (key: Key) => Θ;
  /** From `[batch, …]` to `[batch, …]`. */
  readonly apply: (θ: Lifted<Θ>, x: Value, context?: Context) => Value;
  /** The layers that it is made of, in order, if it is. */
  readonly layers?: readonly Layer<never>[];
}

export interface DenseOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Of the weights. Default Glorot's uniform; biases start at 0. */
  readonly init?: Initializer | InitializerName;
}

/**
 * Fully connected layer: y = x·W + b.
 *
 * @param options inputs (features per row), outputs (units), init
 * @returns layer mapping `[batch, inputs]` to `[batch, outputs]`, with θ = { W: `[inputs, outputs]`, b: `[outputs]` }
 * @throws  `shape-inner` when a batch does not have `inputs` columns, `option` when a size is not a whole number from 1 on
 */
export function dense({ inputs, outputs, init = "glorotUniform" }: DenseOptions): Layer<{ W: Tensor; b: Tensor }> {
  checkedNumber("dense({ inputs })", inputs, { least: 1, integer: true });
  checkedNumber("dense({ outputs })", outputs, { least: 1, integer: true });
  const weights = typeof init === "string" ? initializers[named("initializer", init, initializers)] : init;
  return {
    name: `dense(${inputs} → ${outputs})`,
    init: (key) => ({ W: weights(key, [inputs, outputs]), b: new Tensor([outputs], new Float64Array(outputs)) }),
    apply: ({ W, b }, x) => {
      if (x.shape.at(-1) === inputs) return add(matmul(x, W), b);
      throw new ModelError({
        code: "shape-inner",
        where: "matmul(x, w)",
        given: { x: x.shape, w: [inputs, outputs] },
        rule: `columns of x (${x.shape.at(-1)}) must equal rows of w (${inputs}).`,
        hint: `what comes in has ${x.shape.at(-1)} columns: dense({ inputs: ${x.shape.at(-1)}, outputs: ${outputs} })`,
      });
    },
  };
}

/**
 * A layer without parameters, from any function of values.
 *
 * @param f    a function, or the name of one (`"relu"`)
 * @param name what to call it
 */
export function activation(f: Activation | ActivationName, name?: string): Layer<Record<never, never>> {
  const known = typeof f === "string" ? named("activation", f, activations) : undefined;
  const apply = known ? activations[known] : (f as Activation);
  return { name: name ?? known ?? (apply.name || "activation"), init: () => ({}), apply: (_θ, x) => apply(x) };
}

type ThetaOf<L> = L extends Layer<infer Θ> ? Θ : never;
type Thetas<L extends readonly unknown[]> = { [K in keyof L]: ThetaOf<L[K]> };

/**
 * Layers one after another: f = fₙ ∘ … ∘ f₁.
 *
 * @returns layer whose θ is the list of theirs
 * @throws  what a layer throws, with the layer's number and name in front
 */
export function chain<const L extends readonly Layer<never>[]>(...layers: L): Layer<Thetas<L>> {
  const place = (i: number): string => `layer ${i + 1} of ${layers.length}, ${layers[i]!.name}`;
  return {
    name: layers.map((layer) => layer.name).join(" | "),
    layers,
    init: (key) => layers.map((layer, i) => layer.init(fold(key, i))) as Thetas<L>,
    apply: (θ, x, context) =>
      layers.reduce(
        (h, layer, i) =>
          within(place(i), () => locate(place(i), () => layer.apply((θ as readonly never[])[i]!, h, context))),
        x,
      ),
  };
}

export interface MlpOptions {
  /** Features per row. */
  readonly inputs: number;
  /** Units of each hidden layer; `[]` for none. */
  readonly hidden: readonly number[];
  /** Outputs per row: 1 for a number or two classes, k for k classes. */
  readonly outputs: number;
  /** Of all hidden layers, or one for each. Default `"relu"`. */
  readonly activation?: ActivationName | Activation | readonly (ActivationName | Activation)[];
  /** Of the output. Default `"identity"`: losses for classes work on logits. */
  readonly output?: ActivationName | Activation;
  /** Of all weights. Default: He's for rectifiers, LeCun's for SELU, Glorot's otherwise. */
  readonly init?: InitializerName | Initializer;
}

/**
 * Multilayer perceptron: dense layers with an activation behind each hidden one.
 *
 * @throws `option` for a size that is not a whole number from 1 on, an unknown activation, or a list of another length
 */
export function mlp({
  inputs,
  hidden,
  outputs,
  activation: f = "relu",
  output = "identity",
  init,
}: MlpOptions): Layer<(DenseΘ | NoΘ)[]> {
  const each = Array.isArray(f)
    ? (f as readonly (ActivationName | Activation)[])
    : hidden.map(() => f as ActivationName);
  if (each.length !== hidden.length)
    throw new ModelError({
      code: "option",
      where: "mlp({ activation })",
      given: { hidden: hidden.length, activations: each.length },
      rule: "a list of activations must have one for each hidden layer.",
    });
  const sizes = [inputs, ...hidden, outputs];
  const layers = [...hidden, outputs].flatMap((units, i) => {
    const after = each[i] ?? output;
    const linear = dense({ inputs: sizes[i]!, outputs: units, init: init ?? suitable(after) });
    return after === "identity" ? [linear] : [linear, activation(after)];
  });
  return chain(...(layers as unknown as Layer<never>[])) as unknown as Layer<(DenseΘ | NoΘ)[]>;
}

type DenseΘ = { W: Tensor; b: Tensor };
type NoΘ = Record<never, never>;

const rectifiers: readonly unknown[] = [
  "relu",
  "leakyRelu",
  "elu",
  "gelu",
  "geluTanh",
  "silu",
  "mish",
  activations.relu,
];

/** The initializer that suits the activation behind the weights. */
function suitable(f: ActivationName | Activation): InitializerName {
  const name = typeof f === "string" ? named("activation", f, activations) : f;
  return name === "selu" ? "lecunNormal" : rectifiers.includes(name) ? "heUniform" : "glorotUniform";
}
