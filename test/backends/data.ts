import { type Shape, size } from "../../src/core/shape.ts";
import { Tensor } from "../../src/core/tensor.ts";

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
