import type { Damped, Linear } from "./factor.ts";
import { dot, length, plus, type Vector } from "./vector.ts";

/** What a least-squares method wants to know: ‖r(x)‖², the problem linearised at x, or JᵀJ·v where it was linearised last. */
export type Wanted =
  | { readonly want: "squares"; readonly x: Vector }
  | { readonly want: "linear"; readonly x: Vector }
  | { readonly want: "product"; readonly v: Vector };

/** A computation that asks; see `Asking`. */
export type Inquiry<T> = Generator<Wanted, T, unknown>;

/** The problem linearised where only products with JᵀJ can be afforded. */
export type Sketch = Pick<Linear, "squares" | "gradient">;

/** A least-squares minimisation on its way: plain data. */
export interface Region {
  readonly x: Vector;
  readonly squares: number;
  /** Radius of the region ‖D·p‖ ≤ Δ in which the linear model is trusted; 0 before the first step. */
  readonly radius: number;
  /** Damping of the last step. */
  readonly μ: number;
  /** Scales of the parameters: D, the greatest column lengths of J so far. */
  readonly scales: Vector;
  /** ‖D·p‖ of the last step. */
  readonly long: number;
}

/** Why it came to its end. */
export type Ending =
  /** The residuals are orthogonal to all columns of J within the tolerance. */
  | "gradient"
  /** The sum of squares falls, and is foreseen to fall, by less than the tolerance. */
  | "decrease"
  /** Steps are smaller than the tolerance, relative to the parameters. */
  | "step"
  /** Rounding errors are as large as what is left to gain. */
  | "precision"
  /** As many steps as allowed. */
  | "iterations";

export interface RegionTolerances {
  readonly gradient: number;
  readonly decrease: number;
  readonly step: number;
  /** Length of what the residuals are differences of: it sets their rounding errors. */
  readonly magnitude: number;
}

/** A step within the region, and what the linear model foresees. */
export interface Step {
  readonly p: Vector;
  /** ‖J·p‖² */
  readonly image: number;
  readonly μ: number;
}

/** Finds the step for a region of this radius. */
export type Stepper<L extends Sketch> = (linear: L, region: Pick<Region, "radius" | "μ" | "scales">) => Inquiry<Step>;

export const started = (x: Vector): Region => ({
  x,
  squares: Number.POSITIVE_INFINITY,
  radius: 0,
  μ: 0,
  scales: new Float64Array(x.length),
  long: Number.POSITIVE_INFINITY,
});

/** First radius over the scaled length of the parameters: no parameter moves by much more than itself. */
const firstRadius = 1;

/**
 * One step that lowers the sum of squares: the linear model is trusted within a region that grows where it foresees well and
 * shrinks where it does not.
 *
 * @param scaling by columns of J where they are known; otherwise the parameters count as they are
 * @see Moré (1978), The Levenberg-Marquardt algorithm: implementation and theory
 */
export function* improve<L extends Sketch & Partial<Linear>>(
  before: Region,
  step: Stepper<L>,
  tolerances: RegionTolerances,
): Inquiry<{ readonly region: Region; readonly reason: Ending | null }> {
  const linear = (yield { want: "linear", x: before.x }) as L;
  const { squares, gradient, norms } = linear;
  const scales = before.scales.map((d, j) => (norms ? Math.max(d, norms[j]!) || 1 : 1));
  const size = (v: Vector): number => length(v.map((x, j) => scales[j]! * x));
  const radius = before.radius || firstRadius * (size(before.x) || 1);
  let region: Region = { ...before, squares, scales, radius };
  if (steepness(gradient, squares, norms) <= tolerances.gradient) return { region, reason: "gradient" };
  for (;;) {
    const found = yield* step(linear, region);
    const x = plus(before.x, 1, found.p);
    const now = (yield { want: "squares", x }) as number;
    const long = size(found.p);
    const judged = judge(region, found, { now, gradient, long, first: before.radius === 0 });
    const lost = Math.max(judged.foreseen, Math.abs(judged.actual)) <= noise(squares, tolerances.magnitude); // values say nothing more; steps still do
    const accepted = lost ? long <= 0.9 * before.long : judged.ratio >= 1e-4;
    const { radius, μ } = lost ? region : judged;
    region = { ...region, radius, μ, ...(accepted && { x, squares: now, long }) };
    const reason =
      lost && !accepted ? "precision" : ending(judged, Math.min(long, radius) / size(region.x), tolerances);
    if (accepted || reason) return { region, reason };
  }
}

/** Relative decrease of a sum of squares that may as well be rounding: 2 rᵀδ/‖r‖² for errors δ of some roundings of y. */
const noise = (squares: number, magnitude: number): number =>
  16 * Number.EPSILON * (1 + magnitude / Math.sqrt(squares || Number.MIN_VALUE));

/** Greatest cosine between the residuals and a column of J. */
function steepness(gradient: Vector, squares: number, norms: Vector | undefined): number {
  if (squares === 0) return 0;
  let most = 0;
  gradient.forEach((g, j) => {
    const long = norms ? norms[j]! : 1;
    if (long > 0) most = Math.max(most, Math.abs(g) / (long * Math.sqrt(squares)));
  });
  return most;
}

interface Judgement {
  /** Actual decrease, and the foreseen one, over the sum of squares. */
  readonly actual: number;
  readonly foreseen: number;
  readonly ratio: number;
  readonly radius: number;
  readonly μ: number;
}

/** Compares what came with what the model foresaw, and sizes the region by it. */
function judge(
  { squares, radius }: Region,
  { p, image, μ }: Step,
  { now, gradient, long, first }: { now: number; gradient: Vector; long: number; first: boolean },
): Judgement {
  const actual = now < 100 * squares ? 1 - now / squares : -1;
  const slope = dot(gradient, p) / squares;
  const foreseen = -2 * slope - image / squares;
  const ratio = foreseen > 0 ? actual / foreseen : 0;
  const Δ = first ? Math.min(radius, long) : radius;
  if (ratio <= 0.25) {
    const cut = actual >= 0 ? 0.5 : (0.5 * slope) / (slope + 0.5 * actual);
    const by = now < 100 * squares ? Math.max(0.1, Math.min(cut, 0.5)) : 0.1;
    return { actual, foreseen, ratio, radius: by * Math.min(Δ, 10 * long), μ: μ / by };
  }
  const wider = μ === 0 || ratio >= 0.75;
  return { actual, foreseen, ratio, radius: wider ? 2 * long : Δ, μ: wider ? μ / 2 : μ };
}

function ending({ actual, foreseen, ratio }: Judgement, share: number, tolerances: RegionTolerances): Ending | null {
  const small = Math.abs(actual) <= tolerances.decrease && foreseen <= tolerances.decrease && ratio <= 2;
  if (small && tolerances.decrease > 0) return "decrease";
  if (share <= tolerances.step) return "step";
  return share <= Number.EPSILON ? "precision" : null;
}

/** The damped step whose length fits the region: within a tenth of Δ, found by Newton's method on 1/‖D·p(μ)‖. */
export function* dampedStep(
  linear: Linear,
  { radius: Δ, μ: guess, scales: D }: Parameters<Stepper<Linear>>[1],
): Inquiry<Step> {
  const size = (v: Vector): number => length(v.map((x, j) => D[j]! * x));
  const free = linear.damped(0, D);
  const result = ({ step }: Damped, μ: number): Step => ({ p: step, image: linear.image(step), μ });
  if (free && size(free.step) <= 1.1 * Δ) return result(free, 0);
  const newton = ({ step, solve }: Damped): number => {
    const long = size(step);
    const u = step.map((x, j) => (D[j]! * D[j]! * x) / long);
    return (long - Δ) / (Δ * dot(u, solve(u)));
  };
  let low = free ? newton(free) : 0;
  let high = length(linear.gradient.map((g, j) => g / D[j]!)) / Δ;
  let μ = Math.min(Math.max(guess, low), high) || 0.001 * high;
  for (let n = 1; ; n++) {
    const now = linear.damped(μ, D);
    const excess = now ? size(now.step) - Δ : Number.POSITIVE_INFINITY;
    if (now && (Math.abs(excess) <= 0.1 * Δ || n >= 10 || (low === 0 && excess < 0 && !free))) return result(now, μ);
    if (excess > 0) low = Math.max(low, μ);
    else high = Math.min(high, μ);
    μ = Math.max(low, now ? μ + newton(now) : 10 * μ, 1e-3 * high);
  }
}
