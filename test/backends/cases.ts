import { describe, expect, it } from "vitest";
import { lower } from "../../src/compile/index.ts";
import { type Shape, size } from "../../src/core/shape.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { ways, wrong } from "./judge.ts";

export type F = (...xs: Value[]) => Value | readonly Value[];
export type Case = readonly [name: string, f: F, args: readonly Tensor[]];

/** Numbers between −2 and 2 without a pattern that a vector could hide. */
export const numbers = (shape: Shape, seed = 1): Tensor =>
  new Tensor(
    shape,
    Float64Array.from({ length: size(shape) }, (_, i) => 2 * Math.sin(1 + seed + 1.7 * i * i + i)),
  );

export const odd = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  Number.NaN,
  Infinity,
  -Infinity,
  5e-324,
  -1e-320,
  800,
  -800,
  2 ** 31,
  1e300,
];
/** The ends of the number line, each in each lane. */
export const extremes = (shape: Shape, by = 1): Tensor =>
  new Tensor(
    shape,
    Float64Array.from({ length: size(shape) }, (_, i) => odd[(i * by) % odd.length]!),
  );
export const integers = (shape: Shape, f: (i: number) => number): Tensor =>
  new Tensor(
    shape,
    Int32Array.from({ length: size(shape) }, (_, i) => f(i)),
  );
export const booleans = (shape: Shape, seed = 1): Tensor =>
  new Tensor(
    shape,
    Uint8Array.from({ length: size(shape) }, (_, i) => ((i * i + seed) % 3 === 0 ? 1 : 0)),
    "boolean",
  );

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
