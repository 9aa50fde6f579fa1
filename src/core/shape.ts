/** Sizes along each axis, outermost first: a scalar is `[]`, a vector `[n]`, a matrix `[rows, columns]`. */
export type Shape = readonly number[];

/** Number of elements: the product of the sizes (1 for a scalar). */
export const size = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

/** Whether these are sizes at all: a list of whole numbers from 0 on. */
export const isShape = (shape: unknown): shape is Shape =>
  Array.isArray(shape) && shape.every((d) => Number.isInteger(d) && d >= 0);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a === b || (a.length === b.length && a.every((d, i) => d === b[i]));

export const show = (shape: Shape): string => `[${shape.join(", ")}]`;

/** Row-major strides: how far apart in memory neighbours along each axis stand. */
export function strides(shape: Shape): number[] {
  const out = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    out[axis] = step;
    step *= shape[axis]!;
  }
  return out;
}
