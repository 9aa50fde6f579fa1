import { fold, key, ModelError, normal, Tensor, uniform } from "../core/index.ts";
import { checkedNumber } from "../core/names.ts";

/** Which waves. */
export interface FourierOptions {
  /** How many. */
  readonly count: number;
  /** ℓ: distance over which a function of these features may change. Default 1. */
  readonly lengthScale?: number;
  /** Of directions and phases. Default 0. */
  readonly seed?: number;
}

/**
 * Random Fourier features: zⱼ(x) = √2 cos(wⱼ·x / ℓ + bⱼ), with wⱼ normal and bⱼ uniform in [0, 2π), drawn from the seed. The
 * mean of zⱼ(x) zⱼ(y) over j tends to the Gaussian kernel exp(−|x − y|² / 2ℓ²), so a linear model of them tends to
 * regression with that kernel. (Rahimi and Recht have 1/√count before each; here each feature has a variance near 1.) Only
 * + − × ÷ √ are used, so that the bits are the same on every machine.
 *
 * @param x `[rows, d]`
 * @returns the features `[rows, count]` and their names
 * @throws `shape-rank` when x is not a matrix, `option` for a count or length out of bounds
 * @see Rahimi & Recht (2007), Random features for large-scale kernel machines
 */
export function fourierFeatures(x: Tensor, options: FourierOptions): { x: Tensor; names: string[] } {
  const { count, lengthScale = 1, seed = 0 } = options;
  const [rows, d] = x.shape;
  if (rows === undefined || d === undefined || x.shape.length !== 2)
    throw new ModelError({
      code: "shape-rank",
      where: "fourierFeatures",
      given: { x: x.shape },
      rule: "x must be a matrix [rows, columns].",
    });
  checkedNumber("fourierFeatures(x, { count })", count, { least: 1, integer: true });
  checkedNumber("fourierFeatures(x, { lengthScale })", lengthScale, { above: 0 });
  const { directions, phases } = waves({ count, d, seed });
  const out = new Float64Array(rows * count);
  const angles = new Float64Array(count);
  for (let i = 0; i < rows; i++) {
    angles.fill(0);
    for (let k = 0; k < d; k++) {
      const value = x.data[i * d + k]! / lengthScale;
      if (value === 0) continue;
      for (let j = 0; j < count; j++) angles[j]! += value * directions[k * count + j]!;
    }
    for (let j = 0; j < count; j++) out[i * count + j] = Math.SQRT2 * cosine(angles[j]! + phases[j]!);
  }
  return { x: new Tensor([rows, count], out), names: waveNames(count) };
}

/** `wave 1`, `wave 2`, … */
export const waveNames = (count: number): string[] => Array.from({ length: count }, (_, j) => `wave ${j + 1}`);

/** Directions `[d, count]`, phases `[count]`. */
function waves({ count, d, seed }: { readonly count: number; readonly d: number; readonly seed: number }) {
  const base = fold(key(seed), 0x77617665);
  const next = normal(fold(base, 0));
  const turn = uniform(fold(base, 1));
  return {
    directions: Float64Array.from({ length: d * count }, next),
    phases: Float64Array.from({ length: count }, () => 2 * Math.PI * turn()),
  };
}

/** π/2 in two parts, the first with 33 bits: its product with a whole number below 2²⁰ is exact. */
const quarter = [1.570796326734125614166, 6.077100506506192601e-11] as const;

/** cos x for |x| < 10⁶ by reduction to [−π/4, π/4] and Taylor's series; absolute error below 1e-15. */
function cosine(x: number): number {
  const turns = Math.round(x / (Math.PI / 2));
  const r = x - turns * quarter[0] - turns * quarter[1];
  const square = r * r;
  const odd = turns & 1;
  let sum = 0;
  for (let k = odd ? 17 : 16; k >= 2; k -= 2) sum = (-square / (k * (k - 1))) * (1 + sum);
  const value = (odd ? r : 1) * (1 + sum);
  return ((turns + 1) & 2) === 0 ? value : -value;
}
