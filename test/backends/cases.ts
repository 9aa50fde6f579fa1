import { describe, expect, it } from "vitest";
import { lower } from "../../src/compile/index.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { ways, wrong } from "./judge.ts";

export { booleans, extremes, integers, numbers, odd } from "./data.ts";

export type F = (...xs: Value[]) => Value | readonly Value[];
export type Case = readonly [name: string, f: F, args: readonly Tensor[]];

export const programOf = (f: F, args: readonly Tensor[]) => {
  const inputs = args.map(input);
  return lower({ inputs, outputs: [f(...inputs)].flat() as Value[] });
};

export const agrees = (f: F, args: readonly Tensor[]): void => {
  const program = programOf(f, args);
  for (const way of ways) expect(`${JSON.stringify(way)}: ${wrong(program, args, way)}`).toMatch(/: null$/);
};

/** Every case agrees with the reference engine, in every way of compiling. */
export function all(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    it.each(cases)("%s", (_name, f, args) => agrees(f, args));
  });
}

/** Lengths around those of vectors and of what is written out. */
export const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31, 33];

export const entries = <T>(table: Readonly<Record<string, T>>): [string, T][] => Object.entries(table);
