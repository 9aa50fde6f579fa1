import { locate, ModelError } from "../core/errors.ts";
import { checkedNumber, named } from "../core/names.ts";
import { fold, type Key } from "../core/random.ts";
import { Tensor } from "../core/tensor.ts";
import type { Lifted } from "../graph/lifted.ts";
import { type Value, within } from "../graph/value.ts";
import { add, div, foldKey, matmul, randomBernoulli, where } from "../ops/index.ts";
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
  readonly layers?: readonly AnyLayer[];
}

/** A layer with whatever parameters. */
export interface AnyLayer {
  readonly name: string;
  readonly init: (key: Key) => unknown;
  readonly apply: (θ: never, x: Value, context?: Context) => Value;
  readonly layers?: readonly AnyLayer[];
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
 * @param name what to call it; default: the function's own name
 * @throws `option` for an unknown name, with the nearest known one
 */
export function activation(f: Activation | ActivationName, name?: string): Layer<Record<never, never>> {
  const apply: Activation = typeof f === "string" ? activations[named("activation", f, activations)] : f;
  const [known] = Object.entries<Activation>(activations).find(([, g]) => g === apply) ?? [apply.name || "activation"];
  return { name: name ?? known, init: () => ({}), apply: (_θ, x) => apply(x) };
}

/**
 * Dropout: while training each number is set to 0 with probability `rate` and divided by 1 − rate otherwise, so that
 * predicting, where nothing is dropped, needs no rescaling.
 *
 * @param options rate in [0, 1), default 0.5
 * @throws `option` when the rate is out of bounds
 * @see Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), Dropout
 */
export function dropout({ rate = 0.5 }: { readonly rate?: number } = {}): Layer<Record<never, never>> {
  checkedNumber("dropout({ rate })", rate, { least: 0, below: 1 });
  return {
    name: `dropout(${rate})`,
    init: () => ({}),
    apply: (_θ, x, context) => {
      if (!context?.training || !context.key || rate === 0) return x;
      return where(randomBernoulli(context.key, x.shape, 1 - rate), div(x, 1 - rate), 0);
    },
  };
}

/** The list of the layers' parameters. */
type Thetas<L extends readonly AnyLayer[]> = { readonly [K in keyof L]: ReturnType<L[K]["init"]> };

/**
 * Layers one after another: f = fₙ ∘ … ∘ f₁.
 *
 * @returns layer whose θ is the list of theirs
 * @throws  what a layer throws, with the layer's number and name in front
 */
export function chain<const L extends readonly AnyLayer[]>(...layers: L): Layer<Thetas<L>> {
  const place = (i: number): string => `layer ${i + 1} of ${layers.length}, ${layers[i]!.name}`;
  const inside = (i: number, context?: Context): Context | undefined =>
    context?.key ? { ...context, key: foldKey(context.key, i) } : context;
  return {
    name: layers.map((layer) => layer.name).join(" | "),
    layers,
    init: (key) => layers.map((layer, i) => layer.init(fold(key, i))) as Thetas<L>,
    apply: (θ, x, context) =>
      layers.reduce(
        (h, layer, i) =>
          within(place(i), () =>
            locate(place(i), () => layer.apply((θ as readonly never[])[i]!, h, inside(i, context))),
          ),
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
}: MlpOptions): Layer<MlpΘ> {
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
  const layers = [...hidden, outputs].flatMap((units, i): AnyLayer[] => {
    const after = each[i] ?? output;
    const linear = dense({ inputs: sizes[i]!, outputs: units, init: init ?? suitable(after) });
    return after === "identity" ? [linear] : [linear, activation(after)];
  });
  return chain(...layers) as Layer<MlpΘ>;
}

/** Of each layer in turn: weights and biases, or nothing. */
export type MlpΘ = readonly ({ W: Tensor; b: Tensor } | Record<never, never>)[];

const rectifiers = ["relu", "leakyRelu", "elu", "gelu", "geluTanh", "silu", "mish"] as const;

/** The initializer that suits the activation behind the weights. */
function suitable(f: ActivationName | Activation): InitializerName {
  const is = (name: ActivationName): boolean => f === activations[name];
  if (typeof f === "string") return suitable(activations[named("activation", f, activations)]);
  return is("selu") ? "lecunNormal" : rectifiers.some(is) ? "heUniform" : "glorotUniform";
}
