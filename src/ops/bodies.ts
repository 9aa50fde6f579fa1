// Ops that hold a function: loops, and functions with a derivative of their own. They are known by name, so that who only looks
// at them needs none of their rules.

import type { Closure } from "../graph/closure.ts";
import type { Op, Params } from "../graph/value.ts";

export const [loopName, customName] = ["scan", "custom"] as const;

/** Whether an op is a loop: `scan`, or one that has no derivative. */
export const isLoop = ({ name }: Pick<Op, "name">): boolean => name === loopName;

/** Whether an op is a function with a derivative of its own. */
export const isCustom = ({ name }: Pick<Op, "name">): boolean => name === customName;

/**
 * A loop. Inputs: constants, first carries, stacked xs. The body maps (constants, carries, one x) to (carries, one y).
 * Outputs: last carries, stacked ys, and the carries that each turn began with, stacked (wanted by the derivative; an
 * engine stores them only where something uses them).
 */
export interface Loop {
  readonly body: Closure;
  readonly constants: number;
  readonly carries: number;
  readonly length: number;
  /** Runs from the last x to the first; ys and carries still stand at the place of their x. */
  readonly backwards: boolean;
}

export const loopOf = (params: Params): Loop => params as unknown as Loop;

export interface Roles<T> {
  constants: T[];
  carries: T[];
  xs: T[];
}

/** The inputs of a loop or of its body, by role. */
export function roles<T>(loop: Pick<Loop, "constants" | "carries">, all: readonly T[]): Roles<T> {
  const { constants: c, carries: n } = loop;
  return { constants: all.slice(0, c), carries: all.slice(c, c + n), xs: all.slice(c + n) };
}
