import type { Optimizer } from "../rule.ts";
import type { Method } from "./method.ts";
import type { RegionTolerances } from "./region.ts";

/** L-BFGS or BFGS, for `fit` and for `minimize`. It looks at all rows at once, and finds its own step. */
export interface QuasiNewton {
  readonly name: "lbfgs" | "bfgs";
  readonly method: Method;
  readonly rates?: Readonly<Record<string, number>>;
}

/** Levenberg-Marquardt, for `fit`. */
export interface LevenbergMarquardt {
  readonly name: "levenbergMarquardt";
  readonly tolerances: Omit<RegionTolerances, "magnitude">;
  readonly solver: "auto" | "dense" | "iterative";
  readonly rates?: Readonly<Record<string, number>>;
}

/** An optimizer that looks at all rows at once: an epoch is one step. */
export type WholeBatch = QuasiNewton | LevenbergMarquardt;

export const isWholeBatch = (optimizer: Optimizer | WholeBatch): optimizer is WholeBatch => !("update" in optimizer);
