import { type Shape, size, strides } from "../core/shape.ts";

/**
 * Where the elements of a box stand in another array: element (i₀, i₁, …) at offset + Σ iₐ·strideₐ. A transpose, a
 * broadcast, a slice and their adjoints are all one of the walks below over such a view.
 */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Calls `row(i, at)` for each innermost row of the view: `i` counts elements, `at` is where the row begins. */
function rows({ shape, strides, offset }: View, row: (i: number, at: number) => void): void {
  const last = shape.length - 1;
  const width = last < 0 ? 1 : shape[last]!;
  if (size(shape) === 0) return;
  const walk = (axis: number, i: number, at: number): number => {
    if (axis >= last) {
      row(i, at);
      return i + width;
    }
    let next = i;
    for (let k = 0; k < shape[axis]!; k++) next = walk(axis + 1, next, at + k * strides[axis]!);
    return next;
  };
  walk(0, 0, offset);
}

const inner = ({ shape, strides }: View): [width: number, step: number] =>
  shape.length === 0 ? [1, 0] : [shape.at(-1)!, strides.at(-1)!];

/** y[i] = x[view(i)] */
export function gather(x: ArrayLike<number>, view: View, y: Float64Array): void {
  const [width, step] = inner(view);
  rows(view, (i, at) => {
    for (let k = 0; k < width; k++) y[i + k] = x[at + k * step]!;
  });
}

/** y[view(i)] = x[i] */
export function put(x: Float64Array, view: View, y: Float64Array): void {
  const [width, step] = inner(view);
  rows(view, (i, at) => {
    for (let k = 0; k < width; k++) y[at + k * step] = x[i + k]!;
  });
}

/** y[view(i)] += x[i], in the order of i */
export function addInto(x: Float64Array, view: View, y: Float64Array): void {
  const [width, step] = inner(view);
  rows(view, (i, at) => {
    for (let k = 0; k < width; k++) y[at + k * step]! += x[i + k]!;
  });
}

/** Calls `f` for each element of the view: `i` counts elements, `at` is where it stands. */
export function visit(view: View, f: (i: number, at: number) => void): void {
  const [width, step] = inner(view);
  rows(view, (i, at) => {
    for (let k = 0; k < width; k++) f(i + k, at + k * step);
  });
}

/** A view of `outer` on an array of shape `inner`, aligned at the last axis; axes of size 1 (and missing ones) repeat. */
export function broadcastView(outer: Shape, inner: Shape): View {
  const steps = strides(inner);
  const missing = outer.length - inner.length;
  const stride = outer.map((_, axis) => (axis < missing || inner[axis - missing] === 1 ? 0 : steps[axis - missing]!));
  return { shape: outer, strides: stride, offset: 0 };
}
