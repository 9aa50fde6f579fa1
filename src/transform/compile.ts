import type { Value } from "../graph/value.ts";
import { type CompileOptions, callable } from "./call.ts";
import type { Compiled } from "./signatures.ts";

/**
 * A function of trees of values, compiled: traced at the first call with arguments of new shapes, and from then on only
 * run. With traced arguments it is called as it is.
 *
 * @param f       function of trees of values that gives a tree of values
 * @param options precision (default `"f64"`), engine, threads
 * @returns function of plain data in the same structure, giving plain data: a scalar as a number, an array as a `Tensor`
 */
export function compile<A extends readonly unknown[] = readonly Value[], Y = Value>(
  f: (...args: A) => Y,
  options: CompileOptions = {},
): Compiled<A, Y> {
  return callable(f, options) as Compiled<A, Y>;
}
