import { checkedNumber, knownOptions } from "../../core/names.ts";
import type { Method } from "./method.ts";
import { dot, plus, times, type Vector } from "./vector.ts";

export interface QuasiNewtonOptions {
  /** It ends when the greatest component of the gradient is at most this. Default 1e-5. */
  readonly gradientTolerance?: number;
  /** It ends when a step lowers the value by at most this share of it, or this where it is below 1. Default 2.2e-9 for L-BFGS, 0 for BFGS. */
  readonly decreaseTolerance?: number;
  /** c₁ of the line search, f(x + αp) ≤ f(x) + c₁ α pᵀ∇f. Default 1e-4. */
  readonly decrease?: number;
  /** c₂ of the line search, |pᵀ∇f(x + αp)| ≤ c₂ |pᵀ∇f(x)|; between c₁ and 1. Default 0.9. */
  readonly curvature?: number;
}

/** The last m steps and what they changed of the gradient, `[m, n]`, the newest last; zeros where there were none yet. */
type Pairs = { readonly s: Vector; readonly y: Vector };

/** What every quasi-Newton method is told, checked. */
export function settingsOf(
  name: "lbfgs" | "bfgs",
  options: QuasiNewtonOptions,
  { known = [], decreaseTolerance }: { readonly known?: readonly string[]; readonly decreaseTolerance: number },
): Pick<Method, "name" | "conditions" | "tolerances"> {
  const mine = ["gradientTolerance", "decreaseTolerance", "decrease", "curvature"];
  knownOptions(`${name}(options)`, options, [...mine, ...known]);
  const { gradientTolerance = 1e-5, decrease = 1e-4, curvature = 0.9 } = options;
  const { decreaseTolerance: gain = decreaseTolerance } = options;
  checkedNumber(`${name}({ decrease })`, decrease, { above: 0, below: 0.5 });
  checkedNumber(`${name}({ curvature })`, curvature, { above: decrease, below: 1 });
  return {
    name,
    conditions: { decrease, curvature },
    tolerances: {
      gradient: checkedNumber(`${name}({ gradientTolerance })`, gradientTolerance, { least: 0 }),
      decrease: checkedNumber(`${name}({ decreaseTolerance })`, gain, { least: 0 }),
    },
  };
}

/**
 * L-BFGS: the direction −H·g, with H from the last m steps by the two-loop recursion, begun at (sᵀy/yᵀy)·I.
 *
 * @param options memory m, default 10, and those of the line search and of the end
 * @throws `option`
 * @see Nocedal & Wright (2006), Numerical Optimization, Algorithms 7.4 and 7.5; Liu & Nocedal (1989)
 */
export function lbfgsMethod(options: QuasiNewtonOptions & { readonly memory?: number } = {}): Method<Pairs> {
  const { memory: m = 10 } = options;
  checkedNumber("lbfgs({ memory })", m, { least: 1, integer: true });
  return {
    ...settingsOf("lbfgs", options, { known: ["memory"], decreaseTolerance: 2.2e-9 }),
    start: (n) => ({ s: new Float64Array(m * n), y: new Float64Array(m * n) }),
    scaled: true,
    direction: (pairs, gradient) => twoLoops(pairs, gradient, m),
    remember: (pairs, s, y) => ({ s: shifted(pairs.s, s), y: shifted(pairs.y, y) }),
  };
}

/** The rows moved up by one, and a new last one. */
function shifted(rows: Vector, last: Vector): Vector {
  const next = new Float64Array(rows.length);
  next.set(rows.subarray(last.length));
  next.set(last, rows.length - last.length);
  return next;
}

function twoLoops(pairs: Pairs, gradient: Vector, m: number): Vector {
  const n = gradient.length;
  const row = (rows: Vector, i: number): Vector => rows.subarray(i * n, (i + 1) * n);
  const known = Array.from({ length: m }, (_, i) => {
    const [s, y] = [row(pairs.s, i), row(pairs.y, i)];
    return { s, y, curvature: dot(s, y) };
  }).filter(({ curvature }) => curvature > 0);
  let q = gradient;
  const α = new Map<number, number>();
  for (let i = known.length - 1; i >= 0; i--) {
    const { s, y, curvature } = known[i]!;
    α.set(i, dot(s, q) / curvature);
    q = plus(q, -α.get(i)!, y);
  }
  const newest = known.at(-1);
  q = times(newest ? newest.curvature / dot(newest.y, newest.y) : 1, q);
  known.forEach(({ s, y, curvature }, i) => {
    q = plus(q, α.get(i)! - dot(y, q) / curvature, s);
  });
  return times(-1, q);
}
