import { checkedNumber, knownOptions, named } from "../../core/names.ts";
import { bfgsMethod } from "./bfgs.ts";
import type { LevenbergMarquardt, QuasiNewton } from "./kinds.ts";
import { lbfgsMethod, type QuasiNewtonOptions } from "./lbfgs.ts";

/** Where training is to go on for as long as it is worth while: tighter than for minima of functions. */
const inTraining = { gradientTolerance: 1e-7, decreaseTolerance: 0 } as const;

/**
 * L-BFGS on all rows at once. In `fit` an epoch is one step, a line search included, in f64 unless asked otherwise.
 *
 * @param options memory: steps that are remembered, default 10; gradientTolerance, default 1e-7 in `fit` and 1e-5 in
 *                `minimize`; decreaseTolerance, decrease, curvature
 * @throws `option`
 * @see Liu & Nocedal (1989), On the limited memory BFGS method for large scale optimization
 */
export const lbfgs = (options: QuasiNewtonOptions & { readonly memory?: number } = {}): QuasiNewton => ({
  name: "lbfgs",
  method: lbfgsMethod({ ...inTraining, ...options }),
});

/**
 * BFGS on all rows at once: as `lbfgs`, but it remembers all steps in a matrix of n × n numbers.
 *
 * @param options gradientTolerance, default 1e-7; decreaseTolerance, decrease, curvature
 * @throws `option`
 * @see Nocedal & Wright (2006), Numerical Optimization, Algorithm 6.1
 */
export const bfgs = (options: QuasiNewtonOptions = {}): QuasiNewton => ({
  name: "bfgs",
  method: bfgsMethod({ ...inTraining, ...options }),
});

export interface LevenbergMarquardtOptions {
  /** It ends when a step is smaller than this, relative to the parameters. Default 1e-10. */
  readonly stepTolerance?: number;
  /** It ends when a step lowers the sum of squares, as foreseen, by at most this share. Default 0. */
  readonly decreaseTolerance?: number;
  /** It ends when no column of J has a greater cosine with the residuals. Default 1e-10. */
  readonly gradientTolerance?: number;
  /**
   * `"dense"` forms JᵀJ, n² numbers for n parameters; `"iterative"` solves by conjugate gradients from products J·v and
   * Jᵀ·u. Default `"auto"`: dense as long as that is likely to be faster.
   */
  readonly solver?: "auto" | "dense" | "iterative";
}

/**
 * The method of Levenberg and Marquardt on all rows at once, for the mean squared error: in a region where the network is as
 * good as linear, the step that minimises the sum of squares. In `fit` an epoch is one step, in f64 unless asked otherwise.
 *
 * For models that are not networks, with error bars, see `leastSquares`.
 *
 * @param options tolerances, solver
 * @throws `option`
 * @see Moré (1978), The Levenberg-Marquardt algorithm: implementation and theory
 */
export function levenbergMarquardt(options: LevenbergMarquardtOptions = {}): LevenbergMarquardt {
  const name = "levenbergMarquardt";
  knownOptions(`${name}(options)`, options, ["stepTolerance", "decreaseTolerance", "gradientTolerance", "solver"]);
  const { stepTolerance = 1e-10, decreaseTolerance = 0, gradientTolerance = 1e-10, solver = "auto" } = options;
  for (const [key, x] of Object.entries({ stepTolerance, decreaseTolerance, gradientTolerance }))
    checkedNumber(`${name}({ ${key} })`, x, { least: 0 });
  named("solver", solver, { auto: 0, dense: 0, iterative: 0 });
  const tolerances = { step: stepTolerance, decrease: decreaseTolerance, gradient: gradientTolerance };
  return { name, tolerances, solver };
}
