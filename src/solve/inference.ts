import { checkedNumber, knownOptions } from "../core/names.ts";
import { Tensor } from "../core/tensor.ts";
import { fromProducts, fromRows, inverseProduct, type Layout } from "../optim/index.ts";
import { isHeld, type Residuals, squareOf } from "./residuals.ts";
import { studentHalfWidth } from "./student.ts";

/** Two limits, number by number. */
export interface Band<T> {
  readonly lower: T;
  readonly upper: T;
}

export interface BandOptions {
  /** Share of repetitions in which a band holds what it is for, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** Standard deviation of a new measurement. Default: the one that was estimated. */
  readonly deviation?: number;
}

/** A curve with what is known of its place. */
export interface Curve {
  /** f(x, θ) */
  readonly y: Tensor;
  /** Standard error of f(x, θ): √(j C jᵀ), j = ∂f/∂θ. */
  readonly standardError: Tensor;
  /** Where the curve itself is, at each x by itself: y ± t·error. */
  readonly confidence: Band<Tensor>;
  /** Where a new measurement falls, at each x by itself: y ± t·√(error² + s²); nothing where s is not known. */
  readonly prediction: Band<Tensor> | null;
}

/** What the data say about the parameters, to first order in the errors. */
export interface Inference<X, In> {
  /** √Cᵢᵢ, in the structure of the parameters; infinite where the data do not determine all of them. */
  readonly standardErrors: X;
  /** C = s² (JᵀJ)⁻¹, `[n, n]`, parameters in the order of their leaves; (JᵀJ)⁻¹ where deviations are known. */
  readonly covariance: Tensor;
  /** Cᵢⱼ / √(Cᵢᵢ Cⱼⱼ) */
  readonly correlation: Tensor;
  /** f(x, θ) − y, each times √w, in the shape of y. */
  readonly residuals: Tensor;
  /** s = √(Σ w r² / ν); NaN for ν = 0. */
  readonly residualDeviation: number;
  /** ν, numbers in y less parameters. */
  readonly degreesOfFreedom: number;
  /** Intervals that hold each parameter by itself: θ ± t·error, t from Student's distribution. */
  readonly intervals: (level?: number) => Band<X>;
  /** The fitted curve at any x, with bands of confidence and of prediction. */
  readonly predict: (x: In, options?: BandOptions) => Curve;
}

interface Fitted {
  readonly residuals: Residuals;
  readonly layout: Layout;
  /** The best parameters. */
  readonly v: Float64Array;
  /** Whether deviations are known. */
  readonly known: boolean;
}

/**
 * What a fit says about its parameters.
 *
 * @see Seber & Wild (1989), Nonlinear Regression, § 2.1 and § 5.1
 */
export function inferred(fitted: Fitted): Inference<unknown, never> {
  const { residuals, layout, v, known } = fitted;
  const r = residuals.at(v);
  const ν = r.length - v.length;
  const s = ν > 0 ? Math.sqrt(squareOf(r) / ν) : Number.NaN;
  const certain = certainty(fitted, known ? 1 : s * s);
  const t = (level: number): number => {
    checkedNumber("level", level, { above: 0, below: 1 });
    return ν > 0 ? studentHalfWidth(level, ν) : Number.NaN;
  };
  return Object.assign(certain, {
    residuals: new Tensor(residuals.shape, r),
    residualDeviation: s,
    degreesOfFreedom: ν,
    intervals: (level = 0.95) => {
      const half = layout.vector(certain.standardErrors).map((error) => t(level) * error);
      const limit = (sign: number): unknown => layout.plain(v.map((x, i) => x + sign * half[i]!));
      return { lower: limit(-1), upper: limit(1) };
    },
    predict: (x: never, options: BandOptions = {}) => {
      knownOptions("predict(x, options)", options, ["level", "deviation"]);
      const { level = 0.95, deviation = known ? undefined : s } = options;
      const C = certain.covariance.data as Float64Array;
      return curve(residuals.model(v, x), C, { t: t(level), deviation });
    },
  });
}

type Certainty = Pick<Inference<unknown, never>, "standardErrors" | "covariance" | "correlation">;

/** Covariance and what follows from it: at once, but only when asked for where J is too large to be held. */
function certainty({ residuals, layout, v }: Fitted, variance: number): Certainty {
  let found: Certainty | undefined;
  const compute = (): Certainty => {
    const C = covariance(residuals, v, variance);
    const errors = v.map((_, i) => Math.sqrt(C[i * (v.length + 1)]!));
    const correlation = C.map((c, k) => c / (errors[Math.floor(k / v.length)]! * errors[k % v.length]!));
    const square = (data: Float64Array): Tensor => new Tensor([v.length, v.length], data);
    return { standardErrors: layout.plain(errors), covariance: square(C), correlation: square(correlation) };
  };
  const once = (): Certainty => {
    found ??= compute();
    return found;
  };
  if (isHeld(residuals, v)) return once();
  return {
    get standardErrors() {
      return once().standardErrors;
    },
    get covariance() {
      return once().covariance;
    },
    get correlation() {
      return once().correlation;
    },
  };
}

/** σ² (JᵀJ)⁻¹; all infinite where it does not exist. */
function covariance({ at, count, jacobian, product }: Residuals, v: Float64Array, variance: number): Float64Array {
  const n = v.length;
  const columns = (): Float64Array => {
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) A.set(product(v, unit(n, i)), i * n);
    return A;
  };
  const linear = isHeld({ count }, v) ? fromRows(jacobian(v), at(v)) : fromProducts(columns(), new Float64Array(n), 0);
  return inverseProduct(linear)?.map((c) => variance * c) ?? new Float64Array(n * n).fill(Number.POSITIVE_INFINITY);
}

const unit = (n: number, i: number): Float64Array => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0));

function curve(
  { y, J }: ReturnType<Residuals["model"]>,
  C: Float64Array,
  { t, deviation }: { readonly t: number; readonly deviation: number | undefined },
): Curve {
  const n = Math.sqrt(C.length);
  const variance = Float64Array.from(y.data, (_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += J[k * n + i]! * C[i * n + j]! * J[k * n + j]!;
    return Math.max(0, sum);
  });
  const like = (f: (i: number) => number): Tensor =>
    new Tensor(
      y.shape,
      Float64Array.from(variance, (_, i) => f(i)),
    );
  const band = (half: (variance: number) => number): Band<Tensor> => ({
    lower: like((i) => y.data[i]! - t * half(variance[i]!)),
    upper: like((i) => y.data[i]! + t * half(variance[i]!)),
  });
  return {
    y,
    standardError: like((i) => Math.sqrt(variance[i]!)),
    confidence: band(Math.sqrt),
    prediction: deviation === undefined ? null : band((variance) => Math.sqrt(variance + deviation ** 2)),
  };
}
