import { type QuasiNewtonOptions, settingsOf } from "./lbfgs.ts";
import type { Method } from "./method.ts";
import { dot, times, type Vector } from "./vector.ts";

/** H row by row, `[n, n]`. */
type Inverse = { readonly H: Vector };

/**
 * BFGS: the direction −H·g, with an estimate H of the inverse Hessian that every step improves,
 *
 *   H ← (I − s yᵀ/sᵀy) H (I − y sᵀ/sᵀy) + s sᵀ/sᵀy,   begun at I.
 *
 * H holds n² numbers: for thousands of parameters take L-BFGS.
 *
 * @param options those of the line search and of the end
 * @throws `option`
 * @see Nocedal & Wright (2006), Numerical Optimization, Algorithm 6.1; the first step of each search by (3.60)
 */
export const bfgsMethod = (options: QuasiNewtonOptions = {}): Method<Inverse> => ({
  ...settingsOf("bfgs", options, { decreaseTolerance: 0 }),
  start: (n) => ({ H: identity(n) }),
  scaled: false,
  direction: ({ H }, gradient) => times(-1, product(H, gradient)),
  remember: ({ H }, s, y) => ({ H: improved(H, s, y) }),
});

const identity = (n: number): Vector => Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));

function product(H: Vector, v: Vector): Vector {
  const n = v.length;
  return v.map((_, i) => dot(H.subarray(i * n, (i + 1) * n), v));
}

function improved(H: Vector, s: Vector, y: Vector): Vector {
  const n = s.length;
  const [ρ, Hy] = [1 / dot(s, y), product(H, y)];
  const weight = ρ * (1 + ρ * dot(y, Hy));
  return H.map((h, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return h - ρ * (Hy[i]! * s[j]! + s[i]! * Hy[j]!) + weight * s[i]! * s[j]!;
  });
}
