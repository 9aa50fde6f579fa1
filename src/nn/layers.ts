import { locate, ModelError } from "../core/errors.ts";
import { checkedNumber, named } from "../core/names.ts";
import { fold, type Key } from "../core/random.ts";
import { Tensor } from "../core/tensor.ts";
import type { Lifted } from "../graph/lifted.ts";
import { type Value, within } from "../graph/value.ts";
import { add, foldKey, matmul } from "../ops/index.ts";
import { type Activation, type ActivationName, activations } from "./activations.ts";
import { type Initializer, type InitializerName, initializers } from "./initializers.ts";

/** What a layer may know besides its parameters and its input. */
export interface Context {
  /** True while training, false when predicting. */
  readonly training: boolean;
  /** A key for this use, where chance is wanted; none when predicting. */
  readonly key?: Value;
  /** What the layer keeps besides θ, as it is now: running statistics, say. */
  readonly state?: unknown;
}

/** When predicting. */
export const predicting: Context = { training: false };

/** What comes out of a layer. */
export interface Passage {
  /** What `apply` gives: `[batch, …]`. */
  readonly y: Value;
  /** The state after this batch, a tree like `context.state`: moved on while training, as it was when predicting. */
  readonly state: unknown;
  /** Of a layer made of layers: what went into each, and what came out. */
  readonly inside?: readonly { readonly x: Value; readonly y: Value }[];
}

/**
 * A layer is a name and pure functions. Its parameters θ, and its state if it keeps one, are two trees of plain data that
 * the caller holds: θ follows the gradient, the state what the layer itself hands back.
 */
export interface Layer<Θ = unknown> {
  readonly name: string;
  /** Starting parameters. The same key always gives the same ones. */
  readonly init: (key: Key) => Θ;
  /** From `[batch, …]` to `[batch, …]`. */
  readonly apply: (θ: Lifted<Θ>, x: Value, context?: Context) => Value;
  /** The state before training, if it keeps one. */
  readonly initialState?: () => unknown;
  /** What `apply` gives, and the next state. Layers with a state have it. */
  readonly forward?: (θ: Lifted<Θ>, x: Value, context?: Context) => Passage;
  /** The layers that it is made of, in order, if it is. */
  readonly layers?: readonly AnyLayer[];
  /** The function that it applies to each number by itself, if it is an activation. */
  readonly activation?: Activation;
}

/** A layer with whatever parameters. */
export interface AnyLayer {
  readonly name: string;
  readonly init: (key: Key) => unknown;
  readonly apply: (θ: never, x: Value, context?: Context) => Value;
  readonly initialState?: () => unknown;
  readonly forward?: (θ: never, x: Value, context?: Context) => Passage;
  readonly layers?: readonly AnyLayer[];
  readonly activation?: Activation;
}

/** A batch through any layer, whether it keeps a state or not. */
export const forward = ({ apply, forward }: AnyLayer, θ: unknown, x: Value, context: Context): Passage =>
  forward ? forward(θ as never, x, context) : { y: apply(θ as never, x, context), state: context.state ?? null };

/** The state of any layer before training; `null` for one that keeps none. */
export const initialStateOf = ({ initialState }: AnyLayer): unknown => initialState?.() ?? null;

export interface DenseOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Of the weights. Default Glorot's uniform; biases start at 0. */
  readonly init?: Initializer | InitializerName;
  /** Whether there is a b. Default true; a batch normalisation behind the layer takes it out again. */
  readonly bias?: boolean;
}

/**
 * Fully connected layer: y = x·W + b.
 *
 * @param options inputs (features per row), outputs (units), init, bias
 * @returns layer mapping `[batch, inputs]` to `[batch, outputs]`, with θ = { W: `[inputs, outputs]`, b: `[outputs]` }
 * @throws  `shape-inner` when a batch does not have `inputs` columns, `option` when a size is not a whole number from 1 on
 */
export function dense(options: DenseOptions & { readonly bias: false }): Layer<{ W: Tensor }>;
export function dense(options: DenseOptions): Layer<{ W: Tensor; b: Tensor }>;
export function dense({ inputs, outputs, init = "glorotUniform", bias = true }: DenseOptions): AnyLayer {
  checkedNumber("dense({ inputs })", inputs, { least: 1, integer: true });
  checkedNumber("dense({ outputs })", outputs, { least: 1, integer: true });
  const weights = typeof init === "string" ? initializers[named("initializer", init, initializers)] : init;
  const offset = (): { b: Tensor } | null => (bias ? { b: new Tensor([outputs], new Float64Array(outputs)) } : null);
  return {
    name: `dense(${inputs} → ${outputs})`,
    init: (key) => ({ W: weights(key, [inputs, outputs]), ...offset() }),
    apply: ({ W, b }: { readonly W: Value; readonly b?: Value }, x) => {
      if (x.shape.at(-1) === inputs) return b ? add(matmul(x, W), b) : matmul(x, W);
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
  return { name: name ?? known, init: () => ({}), apply: (_θ, x) => apply(x), activation: apply };
}

/** The list of the layers' parameters. */
type Thetas<L extends readonly AnyLayer[]> = { readonly [K in keyof L]: ReturnType<L[K]["init"]> };

/**
 * Layers one after another: f = fₙ ∘ … ∘ f₁.
 *
 * @returns layer whose θ is the list of theirs
 * @throws  `option` for an argument that is no layer; what a layer throws, with its number and name in front
 */
export function chain<const L extends readonly AnyLayer[]>(...layers: L): Layer<Thetas<L>> {
  const odd = layers.findIndex((layer: AnyLayer | undefined) => typeof layer?.apply !== "function");
  if (odd !== -1)
    throw new ModelError({
      code: "option",
      where: "chain(…layers)",
      given: { argument: odd + 1, given: Array.isArray(layers[odd]) ? "a list" : typeof layers[odd] },
      rule: "every argument must be a layer: { name, init, apply }.",
      hint: "layers are arguments by themselves: chain(a, b), or chain(...list).",
    });
  const place = (i: number): string => `layer ${i + 1} of ${layers.length}, ${layers[i]!.name}`;
  const inside = (i: number, { key, state, ...context }: Context): Context => ({
    ...context,
    ...(key && { key: foldKey(key, i) }),
    ...(Array.isArray(state) && { state: state[i] as unknown }),
  });
  const pass = (θ: unknown, x: Value, context: Context = predicting): Passage => {
    const passed: { readonly x: Value; readonly y: Value }[] = [];
    const state = layers.map((layer, i) => {
      const [θᵢ, xᵢ] = [(θ as readonly unknown[])[i], passed.at(-1)?.y ?? x];
      const { y, state } = within(place(i), () => locate(place(i), () => forward(layer, θᵢ, xᵢ, inside(i, context))));
      passed.push({ x: xᵢ, y });
      return state;
    });
    return { y: passed.at(-1)?.y ?? x, state, inside: passed };
  };
  return {
    name: layers.map((layer) => layer.name).join(" | "),
    layers,
    init: (key) => layers.map((layer, i) => layer.init(fold(key, i))) as Thetas<L>,
    initialState: () => layers.map(initialStateOf),
    forward: pass,
    apply: (θ, x, context) => pass(θ, x, context).y,
  };
}
