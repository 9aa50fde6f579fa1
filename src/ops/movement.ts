import { ModelError } from "../core/errors.ts";
import { isShape, type Shape, sameShape, show, size, strides } from "../core/shape.ts";
import { lift, type Operand, type Value } from "../graph/value.ts";
import { axisOf } from "./axes.ts";
import { countable, type Linear, linear, wrap } from "./define.ts";
import { addInto, broadcastView, gather } from "./strided.ts";

interface To {
  readonly shape: Shape;
}

const broadcastRule: Linear<To> = linear<To>({
  name: "broadcastTo",
  repeats: true,
  shape: (_x, { shape }) => shape,
  evaluate: (x, y) => gather(x.data, broadcastView(y.shape, x.shape), y.data),
  transpose: (yBar, x) => sumTo(yBar, x.shape),
  example: [[1, 3], { shape: [2, 2, 3] }],
});

/**
 * The value repeated along new leading axes and along axes of size 1.  x̄ = Σ ȳ over what was repeated.
 *
 * @throws `shape-mismatch` when a size differs and is not 1
 */
export function broadcastTo(x: Operand, shape: Shape): Value {
  const v = lift(x);
  if (sameShape(v.shape, shape)) return v;
  if (repeats(v.shape, shape)) return broadcastRule(v, { shape });
  throw new ModelError({
    code: "shape-mismatch",
    where: "broadcastTo(x, shape)",
    given: { x: v.shape, shape },
    rule: "every size of x, aligned at the last axis, must be 1 or equal to the wanted one.",
  });
}

/** Whether an array of shape `small` can be repeated to shape `large`. */
function repeats(small: Shape, large: Shape): boolean {
  const missing = large.length - small.length;
  return missing >= 0 && small.every((d, i) => d === 1 || d === large[i + missing]);
}

const sumRule: Linear<To> = linear<To>({
  name: "sumTo",
  shape: (_x, { shape }) => shape,
  evaluate: (x, y) => {
    y.data.fill(0);
    addInto(x.data, broadcastView(x.shape, y.shape), y.data);
    wrap(y);
  },
  transpose: (yBar, x) => broadcastTo(yBar, x.shape),
  example: [[2, 3], { shape: [1, 3] }],
});

/**
 * The value summed down to a shape that broadcasts to its own: the transpose of `broadcastTo`.  x̄ = ȳ repeated.
 *
 * @throws `shape-mismatch` when the shape does not broadcast to that of x
 */
export function sumTo(x: Operand, shape: Shape): Value {
  const v = countable(x);
  if (sameShape(v.shape, shape)) return v;
  if (repeats(shape, v.shape)) return sumRule(v, { shape });
  throw new ModelError({
    code: "shape-mismatch",
    where: "sumTo(x, shape)",
    given: { x: v.shape, shape },
    rule: "every wanted size, aligned at the last axis, must be 1 or equal to that of x.",
  });
}

const reshapeRule: Linear<To> = linear<To>({
  name: "reshape",
  shape: (_x, { shape }) => shape,
  evaluate: (x, y) => y.data.set(x.data),
  transpose: (yBar, x) => reshape(yBar, x.shape),
  example: [[2, 3], { shape: [3, 2] }],
});

/**
 * The same numbers in another shape, row-major. One size may be −1: what is left over.
 *
 * @throws `shape-size` when the sizes do not multiply to the number of elements
 */
export function reshape(x: Operand, shape: Shape): Value {
  const v = lift(x);
  const sizes = Array.isArray(shape) ? (shape as Shape) : [Number.NaN];
  const known = size(sizes.filter((d) => d !== -1));
  const wanted = sizes.map((d) => (d === -1 ? size(v.shape) / known : d));
  const holes = sizes.length - sizes.filter((d) => d !== -1).length;
  if (holes > 1 || size(wanted) !== size(v.shape) || !isShape(wanted))
    throw new ModelError({
      code: "shape-size",
      where: "reshape(x, shape)",
      given: { x: v.shape, shape },
      rule: `${size(v.shape)} elements cannot be laid out as ${Array.isArray(shape) ? show(shape) : shape}.`,
    });
  return sameShape(v.shape, wanted) ? v : reshapeRule(v, { shape: wanted });
}

interface Order {
  readonly axes: readonly number[];
}

const transposeRule: Linear<Order> = linear<Order>({
  name: "transpose",
  shape: (x, { axes }) => axes.map((axis) => x[axis]!),
  evaluate: (x, y, { axes }) => {
    const steps = strides(x.shape);
    gather(x.data, { shape: y.shape, strides: axes.map((axis) => steps[axis]!), offset: 0 }, y.data);
  },
  transpose: (yBar, _x, { axes }) => transpose(yBar, inverse(axes)),
  example: [[2, 3, 4], { axes: [2, 0, 1] }],
});

const inverse = (axes: readonly number[]): number[] => axes.map((_, axis) => axes.indexOf(axis));

/** Axis i of the result is axis `axes[i]` of x; left out, the axes are reversed: Y = Xᵀ for a matrix. */
export function transpose(x: Operand, axes?: readonly number[]): Value {
  const v = lift(x);
  const order = (axes ?? v.shape.map((_, i) => -1 - i)).map((axis) => axisOf("transpose(x, axes)", v.shape, axis));
  if (new Set(order).size !== v.shape.length || order.length !== v.shape.length)
    throw new ModelError({
      code: "shape-axis",
      where: "transpose(x, axes)",
      given: { x: v.shape, axes: order },
      rule: "axes must name every axis of x once.",
    });
  return order.every((axis, i) => axis === i) ? v : transposeRule(v, { axes: order });
}

const flipRule: Linear<Order> = linear<Order>({
  name: "flip",
  shape: (x) => x,
  evaluate: (x, y, { axes }) => {
    const steps = strides(x.shape);
    const offset = axes.reduce((at, axis) => at + (x.shape[axis]! - 1) * steps[axis]!, 0);
    gather(x.data, { shape: x.shape, strides: steps.map((s, i) => (axes.includes(i) ? -s : s)), offset }, y.data);
  },
  transpose: (yBar, _x, order) => flipRule(yBar, order),
  example: [[2, 3], { axes: [1] }],
});

/** The array read backwards along an axis (default the first). */
export function flip(x: Operand, axis = 0): Value {
  const v = lift(x);
  return flipRule(v, { axes: [axisOf("flip(x, axis)", v.shape, axis)] });
}
