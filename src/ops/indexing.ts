import { ModelError } from "../core/errors.ts";
import { type Shape, size } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import {
  applyOne,
  type Block,
  constant,
  constantOf,
  isConstant,
  lift,
  type Op,
  type Operand,
  type Type,
  type Value,
} from "../graph/value.ts";
import { axisOf } from "./axes.ts";
import { cast, countable, example, real, single, wrap } from "./define.ts";

/** How an array falls apart along an axis: `outer` blocks of `n` slabs of `inner` numbers. */
const slabs = (shape: Shape, axis: number): { outer: number; n: number; inner: number } => ({
  outer: size(shape.slice(0, axis)),
  n: shape[axis]!,
  inner: size(shape.slice(axis + 1)),
});

function checked(name: string, index: number, n: number): number {
  if (Number.isInteger(index) && index >= 0 && index < n) return index;
  throw new ModelError({
    code: "index-range",
    where: name,
    given: { index, size: n },
    rule: `index ${index} is outside of an axis with ${n} elements (0 to ${n - 1}).`,
  });
}

const takeOp: Op = single({
  name: "take",
  type: ([x, indices], { axis }) => ({
    shape: [...x!.shape.slice(0, axis as number), ...indices!.shape, ...x!.shape.slice((axis as number) + 1)],
    dtype: x!.dtype,
  }),
  evaluate: ([x, indices], y, params) => {
    const { outer, n, inner } = slabs(x!.shape, params["axis"] as number);
    let to = 0;
    for (let o = 0; o < outer; o++)
      for (const index of indices!.data) {
        const from = (o * n + checked("take(x, indices)", index, n)) * inner;
        for (let k = 0; k < inner; k++) y.data[to++] = x!.data[from + k]!;
      }
  },
  jvp: ([dx], [, indices], _y, params) => dx && applyOne(takeOp, [dx, indices!], params),
  transpose: (yBar, [x, indices], _linear, { axis }) => [scatterAdd(x!.shape, indices!, yBar, axis as number), null],
});
example(takeOp, [[3, 2]], (x) => take(x!, integers([2, 0, 2, 1])));
example(takeOp, [[2, 3]], (x) => take(x!, integers([1, 1]), 1));

const integers = (numbers: readonly number[]): Value =>
  constant(new Tensor([numbers.length], Int32Array.from(numbers)));

/** Whole numbers as an integer value: an index given as plain numbers is one. */
function indexOf(indices: Operand): Value {
  const v = lift(indices);
  const odd = isConstant(v) && v.dtype === "real" ? constantOf(v).data.find((i) => !Number.isInteger(i)) : undefined;
  if (odd === undefined) return cast(v, "integer");
  throw new ModelError({
    code: "index-range",
    where: "indices",
    given: { index: odd },
    rule: "an index must be a whole number.",
  });
}

/**
 * Slabs of x picked by index along an axis (default the first): rows of a table, say.
 *
 * @param indices integers of any shape, which takes the place of the axis in the result
 * @throws `index-range` when the program runs and an index is outside
 */
export function take(x: Operand, indices: Operand, axis = 0): Value {
  const v = lift(x);
  return applyOne(takeOp, [v, indexOf(indices)], { axis: axisOf("take(x, indices, axis)", v.shape, axis) });
}

const scatterOp: Op = single({
  name: "scatterAdd",
  type: ([updates], { shape }): Type => ({ shape: shape as Shape, dtype: updates!.dtype }),
  evaluate: ([updates, indices], y, params) => scatter(updates!, indices!, y, params["axis"] as number),
  jvp: ([du], [, indices], _y, params) => du && applyOne(scatterOp, [du, indices!], params),
  transpose: (yBar, [, indices], _linear, { axis }) => [take(yBar, indices!, axis as number), null],
});
example(scatterOp, [[4, 2]], (u) => scatterAdd([3, 2], integers([2, 0, 2, 1]), u!));

function scatter(updates: Block, indices: Block, y: Block, axis: number): void {
  const { outer, n, inner } = slabs(y.shape, axis);
  y.data.fill(0);
  let from = 0;
  for (let o = 0; o < outer; o++)
    for (const index of indices.data) {
      const to = (o * n + checked("scatterAdd(shape, indices, updates)", index, n)) * inner;
      for (let k = 0; k < inner; k++) y.data[to + k]! += updates.data[from++]!;
    }
  wrap(y);
}

/** Zeros of the given shape with `updates` added where the indices say, repeated ones adding up: the transpose of `take`. */
export function scatterAdd(shape: Shape, indices: Operand, updates: Operand, axis = 0): Value {
  const at = axisOf("scatterAdd(shape, indices, updates, axis)", shape, axis);
  const [u, index] = [countable(updates), indexOf(indices)];
  const wanted = [...shape.slice(0, at), ...index.shape, ...shape.slice(at + 1)];
  if (wanted.length === u.shape.length && wanted.every((d, i) => d === u.shape[i]))
    return applyOne(scatterOp, [u, index], { axis: at, shape });
  throw new ModelError({
    code: "shape-mismatch",
    where: "scatterAdd(shape, indices, updates)",
    given: { updates: u.shape, wanted },
    rule: "updates must have the shape that take(zeros, indices) gives.",
  });
}

const oneHotOp: Op = single({
  name: "oneHot",
  type: ([indices], { depth }) => ({ shape: [...indices!.shape, depth as number], dtype: "real" }),
  evaluate: ([indices], y, params) => {
    const depth = params["depth"] as number;
    y.data.fill(0);
    indices!.data.forEach((index, i) => {
      y.data[i * depth + checked("oneHot(indices, depth)", index, depth)] = 1;
    });
  },
  jvp: () => null,
});

/**
 * A row of `depth` numbers for each index: 1 at the index, 0 elsewhere.
 *
 * @throws `index-range` when the program runs and an index is not below `depth`
 */
export const oneHot = (indices: Operand, depth: number): Value => applyOne(oneHotOp, [indexOf(indices)], { depth });

/** 0, 1, …, n − 1 as real numbers. */
export const range = (n: number): Value =>
  constant(
    new Tensor(
      [n],
      Float64Array.from({ length: n }, (_, i) => i),
    ),
  );

/** Ones on the diagonal of an `[n, n]` matrix. */
export const identity = (n: number): Value => real(oneHot(integers([...new Array(n).keys()]), n));
