import { type Asking, type Point, strongWolfe, type Wolfe } from "./search.ts";
import { dot, greatest, length, plus, type Vector } from "./vector.ts";

/** What a method remembers: arrays whose sizes stay, so that they can be kept and given back. */
export type Memory = Readonly<Record<string, Vector>>;

/** A quasi-Newton method: which way to go, by what was seen on the way here. */
export interface Method<M extends Memory = Memory> {
  readonly name: "lbfgs" | "bfgs";
  /** What is remembered before the first step, for so many parameters. */
  start(parameters: number): M;
  /** −H·g, for the H that the memory amounts to. */
  direction(memory: M, gradient: Vector): Vector;
  /** The memory after a step s that changed the gradient by y, with sᵀy > 0. */
  remember(memory: M, s: Vector, y: Vector): M;
  /** Whether H has the scale of the inverse Hessian, so that 1 is the step to try first. */
  readonly scaled: boolean;
  readonly conditions: Pick<Wolfe, "decrease" | "curvature">;
  readonly tolerances: Tolerances;
}

/** When a minimum counts as found. */
export interface Tolerances {
  /** Greatest component of the gradient. */
  readonly gradient: number;
  /** Decrease of the value in one step, relative to the value where that is greater than 1. */
  readonly decrease: number;
}

/** A minimisation on its way: plain data. */
export interface Progress<M extends Memory = Memory> {
  readonly at: Point;
  readonly memory: M;
  /** Steps since the memory began. */
  readonly steps: number;
  /** By how much the last step lowered the value. */
  readonly gain: number;
}

/** Why a minimisation came to its end. */
export type Reason =
  /** The gradient is within the tolerance. */
  | "gradient"
  /** The last step lowered the value by less than the tolerance. */
  | "decrease"
  /** No lower value is found along the direction: rounding errors are as large as what is left to gain. */
  | "precision"
  /** As many steps as allowed. */
  | "iterations";

export const begun = <M extends Memory>(method: Method<M>, at: Point): Progress<M> => ({
  ...{ at, memory: method.start(at.x.length), steps: 0, gain: 0 },
});

/** Where a step has led. */
export interface Advance<M extends Memory = Memory> {
  readonly progress: Progress<M>;
  readonly reason: Reason | null;
  /** Length of the step over that of the direction; 0 where there was none. */
  readonly rate: number;
}

/** One step: direction, line search, memory. Where a direction leads nowhere it tries once more without the memory. */
export function* advance<M extends Memory>(
  method: Method<M>,
  progress: Progress<M>,
  roundoff: number,
): Asking<Advance<M>> {
  const { at, memory, steps, gain } = progress;
  if (greatest(at.gradient) <= method.tolerances.gradient) return { progress, reason: "gradient", rate: 0 };
  const p = method.direction(memory, at.gradient);
  const slope = dot(p, at.gradient);
  const first = steps === 0 ? Math.min(1, 1 / length(at.gradient)) : method.scaled ? 1 : likely(gain, slope);
  const found =
    slope < 0 ? yield* strongWolfe({ from: at, direction: p }, first, { ...method.conditions, roundoff }) : null;
  if (!found) {
    if (steps === 0) return { progress, reason: "precision", rate: 0 };
    return yield* advance(method, begun(method, at), roundoff);
  }
  const s = plus(found.x, -1, at.x);
  const y = plus(found.gradient, -1, at.gradient);
  const curved = dot(s, y) > Number.EPSILON * length(s) * length(y);
  const next = {
    at: found,
    memory: curved ? method.remember(memory, s, y) : memory,
    steps: steps + (curved ? 1 : 0),
    gain: at.value - found.value,
  };
  return { progress: next, reason: ended(method.tolerances, at, found), rate: length(s) / length(p) };
}

/** The step at which a parabola with this slope has fallen by a little more than the last step did: at most 1. */
function likely(gain: number, slope: number): number {
  const α = (-2.02 * gain) / slope;
  return α > 1e-3 ? Math.min(1, α) : 1;
}

function ended({ gradient, decrease }: Tolerances, before: Point, after: Point): Reason | null {
  if (greatest(after.gradient) <= gradient) return "gradient";
  const scale = Math.max(Math.abs(before.value), Math.abs(after.value), 1);
  return before.value - after.value <= decrease * scale && decrease > 0 ? "decrease" : null;
}
