import { type Lifted, liftTree } from "../graph/lifted.ts";
import { type CompileOptions, callable, type Plain } from "./call.ts";
import type { Given, Numbers } from "./derivatives.ts";

/**
 * A function of trees of values, compiled: traced at the first call with arguments of new shapes, and from then on only
 * run. With traced arguments it is called as it is.
 *
 * @param f       function of trees of values that gives a tree of values
 * @param options precision (default `"f64"`), engine, threads
 * @returns function of plain data in the same structure, giving plain data: a scalar as a number, an array as a `Tensor`
 */
export function compile<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  options: CompileOptions = {},
): (...args: { [K in keyof A]: Given<A[K]> }) => Plain<Numbers<Y>> {
  return callable((...args: unknown[]) => liftTree(f(...(args as unknown as A))), options) as never;
}

export type { Lifted };
