import { ModelError, Tensor } from "../core/index.ts";
import { checkedNumber } from "../core/names.ts";
import { fourierFeatures, waveNames } from "./fourier.ts";
import { polynomialFeatures } from "./polynomial.ts";
import { fitAffine, fitScaler, type ScaleKind, type ScalerData, scalerFrom } from "./scale.ts";

/** Features to be made of the columns' own, in place of them: `polynomial:3`, `fourier:200` on the command line. */
export type ExpansionOptions =
  | { readonly kind: "polynomial" /** Largest total degree, 1 or more. */; readonly degree: number }
  | {
      readonly kind: "fourier";
      /** How many waves. */
      readonly count: number;
      /** Distance over which a function may change; default √(d v / 2) for d features of mean variance v. */
      readonly lengthScale?: number;
      /** Default 0. */
      readonly seed?: number;
    };

/**
 * What `polynomial:3`, `fourier:200` or `fourier:200:1.5` (with a length scale) ask for.
 *
 * @throws `option` for anything else
 */
export function expansionFrom(text: string): ExpansionOptions {
  const [kind = "", ...parts] = text.toLowerCase().split(":");
  const [first, second] = parts.map(Number);
  const whole = Number.isInteger(first) && first! >= 1;
  if (kind === "polynomial" && whole && parts.length === 1) return { kind, degree: first! };
  if (kind === "fourier" && whole && parts.length === 1) return { kind, count: first! };
  if (kind === "fourier" && whole && parts.length === 2 && second! > 0 && second! < Infinity)
    return { kind, count: first!, lengthScale: second! };
  throw new ModelError({
    code: "option",
    where: "features",
    given: { given: text },
    rule: "must be polynomial:<degree> or fourier:<count>, whole numbers from 1 on, or fourier:<count>:<length scale>.",
    hint: "polynomial:3 takes all powers and products up to degree 3; fourier:200 takes 200 random waves",
  });
}

/** An expansion with all that it learnt from the training part; plain data. */
export type Expansion =
  | { readonly kind: "polynomial"; readonly degree: number; readonly scaler: ScalerData }
  | { readonly kind: "fourier"; readonly count: number; readonly lengthScale: number; readonly seed: number };

interface Fitted {
  readonly expansion: Expansion;
  readonly names: string[];
}

interface Base {
  /** The columns' own features, scaled, `[rows, d]`. */
  readonly x: Tensor;
  readonly names: readonly string[];
  readonly scale: ScaleKind;
}

/**
 * Learns an expansion from the training part: powers and products are scaled once more, as the columns were; the length
 * scale of the waves follows the spread of the features.
 *
 * @throws `option` for a degree, number or length that is out of bounds, `data-columns` when it would not fit into memory
 */
export function fitExpansion(options: ExpansionOptions, { x, names, scale }: Base): Fitted {
  if (options.kind === "polynomial") {
    const { degree } = options;
    const grown = polynomialFeatures(x, { degree, names, bias: false });
    const { kind, shift, scale: scales } = fitScaler(scale, grown.x);
    return { expansion: { kind: "polynomial", degree, scaler: { kind, shift, scale: scales } }, names: grown.names };
  }
  const { count, lengthScale = spread(x), seed = 0 } = options;
  checkedNumber("fourier features, length scale", lengthScale, { above: 0 });
  checkedNumber("fourier features, count", count, { least: 1, integer: true });
  if (count * x.shape[0]! > 2 ** 28)
    throw new ModelError({
      code: "data-columns",
      where: "fourier features",
      given: { rows: x.shape[0]!, features: count },
      rule: "so many features of so many rows are too many for memory.",
    });
  const expansion = { kind: "fourier", count, lengthScale, seed } as const;
  return { expansion, names: waveNames(count) };
}

/** √(d v / 2), with v the mean variance of the d features: the kernel's γ is then 1 / (d v), scikit-learn's `scale`. */
function spread({ shape, data }: Tensor): number {
  const [rows = 0, d = 0] = shape;
  const column = new Float64Array(rows);
  let variances = 0;
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < rows; i++) column[i] = data[i * d + j]!;
    const [least, most] = [column.reduce((a, b) => Math.min(a, b)), column.reduce((a, b) => Math.max(a, b))];
    if (most > least) variances += fitAffine("standard", column).scale ** 2;
  }
  return variances > 0 ? Math.sqrt(variances / 2) : 1;
}

/**
 * The features that an expansion makes of the columns' own.
 *
 * @param x `[rows, d]`, as `baseFeatures` gives it
 * @returns `[rows, features]`
 */
export function expand(expansion: Expansion, x: Tensor, precision: "f64" | "f32" = "f64"): Tensor {
  const grown =
    expansion.kind === "polynomial"
      ? scalerFrom(expansion.scaler).apply(polynomialFeatures(x, { degree: expansion.degree, bias: false }).x)
      : fourierFeatures(x, expansion).x;
  return precision === "f32" ? new Tensor(grown.shape, Float32Array.from(grown.data)) : grown;
}
