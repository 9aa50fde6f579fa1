import { dot, plus, type Vector } from "./vector.ts";

/** A function's value and gradient at a point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Vector;
}

export interface Point extends Evaluation {
  readonly x: Vector;
}

/**
 * A computation that asks for value and gradient of a function where it wants to know them. Whoever drives it may answer at
 * once or later, so that the same method serves plain functions and programs that are waited for.
 */
export type Asking<T> = Generator<Vector, T, Evaluation>;

/** The conditions on a step. */
export interface Wolfe {
  /** Decrease: f(x + αp) ≤ f(x) + c₁ α f′(0), 0 < c₁ < c₂. Default 1e-4. */
  readonly decrease: number;
  /** Curvature: |f′(α)| ≤ c₂ |f′(0)|. Default 0.9. */
  readonly curvature: number;
  /** Relative rounding error of the function's values. */
  readonly roundoff: number;
}

/** A point on the line, its value and slope. */
interface Trial {
  readonly α: number;
  readonly value: number;
  readonly slope: number;
  /** None for the beginning of the line. */
  readonly at: Point | null;
}

/** A line through x along p, on which f falls at first. */
export interface Line {
  readonly from: Point;
  readonly direction: Vector;
}

const mostTrials = 40;

/**
 * A step α that fulfils the strong Wolfe conditions: expands until an interval holds one, then narrows it with the minimum
 * of the cubic through values and slopes of both ends. Where values differ by rounding alone slopes decide: the approximate
 * conditions of Hager and Zhang.
 *
 * @param first the first step to try
 * @returns the point; if none fulfils both conditions, the lowest that fulfils the first one; nothing if there is none
 * @see Nocedal & Wright (2006), Numerical Optimization, Algorithms 3.5 and 3.6
 * @see Hager & Zhang (2005), A new conjugate gradient method with guaranteed descent and an efficient line search
 */
export function* strongWolfe(line: Line, first: number, conditions: Wolfe): Asking<Point | null> {
  const start: Trial = { α: 0, value: line.from.value, slope: dot(line.from.gradient, line.direction), at: null };
  const test = testOf(start, conditions);
  let [before, α] = [start, first];
  for (let n = 0; n < mostTrials; n++) {
    const now = yield* trial(line, α);
    if (!test.low(now) || (before.at && now.value >= before.value)) return yield* zoom(line, [before, now], test);
    if (test.flat(now)) return now.at;
    if (now.slope >= 0) return yield* zoom(line, [now, before], test);
    α = expanded(before, now);
    before = now;
  }
  return before.at;
}

interface Test {
  /** Low enough. */
  readonly low: (t: Trial) => boolean;
  /** Flat enough. */
  readonly flat: (t: Trial) => boolean;
}

function testOf(start: Trial, { decrease, curvature, roundoff }: Wolfe): Test {
  const noise = 8 * roundoff * Math.abs(start.value); // two values, each off by some roundings
  return {
    low: ({ α, value, slope }) =>
      value <= start.value + decrease * α * start.slope ||
      (value <= start.value + noise && slope <= (2 * decrease - 1) * start.slope),
    flat: ({ slope }) => Math.abs(slope) <= -curvature * start.slope,
  };
}

function* trial({ from, direction }: Line, α: number): Asking<Trial> {
  const x = plus(from.x, α, direction);
  const { value, gradient } = yield x;
  const slope = dot(gradient, direction);
  const finite = Number.isFinite(value) && Number.isFinite(slope);
  if (!finite) return { α, value: Number.POSITIVE_INFINITY, slope: Number.NaN, at: null };
  return { α, value, slope, at: { x, value, gradient } };
}

/** Narrows an interval that holds a good step; `low` is the lowest point found that is low enough, or the beginning. */
function* zoom(line: Line, [a, b]: readonly [Trial, Trial], test: Test): Asking<Point | null> {
  let [low, other] = [a, b];
  let widths = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  for (let n = 0; n < mostTrials; n++) {
    const width = Math.abs(other.α - low.α);
    if (width <= Number.EPSILON * Math.max(low.α, other.α)) break;
    const slow = width > 0.66 * widths[0]; // two trials have not taken a third away
    const now = yield* trial(line, slow ? (low.α + other.α) / 2 : between(low, other));
    widths = [widths[1], width];
    if (!test.low(now) || now.value > low.value || (now.value === low.value && low.at)) other = now;
    else {
      if (test.flat(now)) return now.at;
      if (now.slope * (other.α - low.α) >= 0) other = low;
      low = now;
    }
  }
  return low.at;
}

/** A step between two others: the minimum of the cubic, kept off the ends by a tenth; a tenth where a value is not finite. */
function between(low: Trial, other: Trial): number {
  const span = other.α - low.α;
  if (!Number.isFinite(other.value)) return low.α + span / 10;
  const α = cubicMinimum(low, other);
  const share = Number.isFinite(α) ? (α - low.α) / span : 0.5;
  return low.α + span * Math.min(0.9, Math.max(0.1, share));
}

/** A longer step: where the cubic through the last two has its minimum, but 1.1 to 4 times their distance beyond the last. */
function expanded(before: Trial, now: Trial): number {
  const span = now.α - before.α;
  const α = cubicMinimum(before, now);
  const wanted = Number.isFinite(α) && α > now.α ? α : Number.POSITIVE_INFINITY;
  return Math.min(now.α + 4 * span, Math.max(now.α + 1.1 * span, wanted));
}

/** Where the cubic through two values and slopes has its minimum; NaN if it has none. */
function cubicMinimum(a: Trial, b: Trial): number {
  const d = a.slope + b.slope - (3 * (a.value - b.value)) / (a.α - b.α);
  const root = Math.sign(b.α - a.α) * Math.sqrt(d * d - a.slope * b.slope);
  return b.α - ((b.α - a.α) * (b.slope + root - d)) / (b.slope - a.slope + 2 * root);
}
