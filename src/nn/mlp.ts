import { ModelError } from "../core/errors.ts";
import { knownOptions, named } from "../core/names.ts";
import { isShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { type Activation, type ActivationName, activations } from "./activations.ts";
import type { Initializer, InitializerName } from "./initializers.ts";
import { type AnyLayer, activation, chain, dense, type Layer } from "./layers.ts";
import { dropout, gaussianNoise } from "./noise.ts";
import { batchNorm, layerNorm, type Rescaling } from "./normalization.ts";

/** Where a normalisation stands: before the activation or after it. */
export type NormPlace = "before" | "after";

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
  /** Share of hidden units dropped while training: of all hidden layers, or one for each. Default 0. */
  readonly dropout?: number | readonly number[];
  /** Share of inputs dropped while training. Default 0. */
  readonly inputDropout?: number;
  /** Deviation of the noise added to the inputs while training. Default 0. */
  readonly inputNoise?: number;
  /** Batch normalisation of each hidden layer; `true` means `"before"` the activation. Default false. */
  readonly batchNorm?: boolean | NormPlace;
  /** Layer normalisation of each hidden layer, likewise. Default false. */
  readonly layerNorm?: boolean | NormPlace;
}

const known = [
  ...["inputs", "hidden", "outputs", "activation", "output", "init"],
  ...["dropout", "inputDropout", "inputNoise", "batchNorm", "layerNorm"],
];

/**
 * Multilayer perceptron: for each hidden layer dense → normalisation → activation → dropout, as far as they are wanted, then
 * a dense layer and the output's activation. A dense layer in front of a batch normalisation has no biases, since the mean
 * that is taken out would take them along.
 *
 * @throws `option` for an unknown option, a size that is not a whole number from 1 on, an unknown activation, a list of
 *         another length than `hidden`, a rate out of bounds
 */
export function mlp(options: MlpOptions): Layer<MlpΘ> {
  knownOptions("mlp(options)", options, known);
  const { inputs, hidden, outputs, output = "identity", init, inputDropout = 0, inputNoise = 0 } = options;
  if (!isShape(hidden))
    throw new ModelError({
      code: "option",
      where: "mlp({ hidden })",
      given: { given: JSON.stringify(hidden) ?? String(hidden) },
      rule: "must be a list of sizes, one for each hidden layer; [] for none.",
    });
  const each = oneForEach("activation", options.activation ?? "relu", hidden);
  const rates = oneForEach("dropout", options.dropout ?? 0, hidden);
  const places = { batchNorm: placeOf("batchNorm", options), layerNorm: placeOf("layerNorm", options) };
  const entrance = [
    ...(inputNoise === 0 ? [] : [gaussianNoise({ deviation: inputNoise })]),
    ...(inputDropout === 0 ? [] : [dropout({ rate: inputDropout })]),
  ];
  const blocks = hidden.flatMap((units, i): AnyLayer[] => {
    const after = each[i]!;
    const bias = places.batchNorm !== "before";
    const linear = dense({ inputs: hidden[i - 1] ?? inputs, outputs: units, init: init ?? suitable(after), bias });
    const norms = (place: NormPlace): AnyLayer[] => [
      ...(places.batchNorm === place ? [batchNorm({ features: units })] : []),
      ...(places.layerNorm === place ? [layerNorm({ features: units })] : []),
    ];
    const drop = rates[i] === 0 ? [] : [dropout({ rate: rates[i]! })];
    return [linear, ...norms("before"), ...behind(after), ...norms("after"), ...drop];
  });
  const last = dense({ inputs: hidden.at(-1) ?? inputs, outputs, init: init ?? suitable(output) });
  return chain(...entrance, ...blocks, last, ...behind(output)) as unknown as Layer<MlpΘ>;
}

/** Of each layer in turn: weights and biases, scales and shifts, or nothing. */
export type MlpΘ = readonly ({ W: Tensor; b: Tensor } | { W: Tensor } | Rescaling | Record<never, never>)[];

const behind = (f: ActivationName | Activation): AnyLayer[] => (f === "identity" ? [] : [activation(f)]);

function oneForEach<T extends number | string | Activation>(
  option: string,
  given: T | readonly T[],
  hidden: readonly number[],
): readonly T[] {
  const each = Array.isArray(given) ? (given as readonly T[]) : hidden.map(() => given as T);
  if (each.length === hidden.length) return each;
  throw new ModelError({
    code: "option",
    where: `mlp({ ${option} })`,
    given: { hidden: hidden.length, [option]: each.length },
    rule: "a list must have one entry for each hidden layer.",
  });
}

function placeOf(option: "batchNorm" | "layerNorm", options: MlpOptions): NormPlace | null {
  const given = options[option] ?? false;
  if (typeof given === "boolean") return given ? "before" : null;
  return named(`mlp({ ${option} })`, given, { before: 0, after: 0 });
}

const rectifiers = ["relu", "leakyRelu", "elu", "gelu", "geluTanh", "silu", "mish"] as const;

/** The initializer that suits the activation behind the weights. */
function suitable(f: ActivationName | Activation): InitializerName {
  const is = (name: ActivationName): boolean => f === activations[name];
  if (typeof f === "string") return suitable(activations[named("activation", f, activations)]);
  return is("selu") ? "lecunNormal" : rectifiers.some(is) ? "heUniform" : "glorotUniform";
}
