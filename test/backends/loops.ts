import fc from "fast-check";
import { type Shape, size } from "../../src/core/shape.ts";
import { type DType, Tensor } from "../../src/core/tensor.ts";
import { input, type Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { type Sample, shown } from "../programs.ts";

/** Whole numbers small enough that any sum of a few is exact in f32, too: every engine must give the same bits. */
const small = (x: Value): Value => ops.clip(x, -1000, 1000);

type Builder = (x: Value, y: Value) => Value;

const reversedRows = (x: Value): Value => {
  const n = x.shape[0]!;
  return ops.take(
    x,
    new Tensor(
      [n],
      Int32Array.from({ length: n }, (_, i) => n - 1 - i),
    ),
  );
};
const product: Builder = (x, y) =>
  x.shape.length === 2 ? ops.matmul(ops.clip(x, -9, 9), ops.transpose(ops.clip(y, -9, 9))) : ops.mul(ops.sign(x), y);

/** A loop in the loop, with y from outside of it, a carry that it hands on, and ys that are used or not. */
const nested =
  (useYs: boolean): Builder =>
  (x, y) => {
    const [last, ys] = ops.scan(
      (c, k) => [{ u: small(ops.add(c.v, ops.mul(k, y))), v: c.u, n: ops.add(c.n, 1) }, ops.sub(c.u, y)],
      { u: x, v: y, n: new Tensor([], Int32Array.of(0)) },
      [1, -2, 3],
      { reverse: useYs },
    );
    return small(useYs ? ops.sum(ys, 0) : ops.add(last.u, ops.cast(last.n, "real")));
  };

/** From two arrays of a shape to one of the same: computed in lanes, looked at in another order, moved, or left to the host. */
const builders: readonly Builder[] = [
  (x, y) => small(ops.add(x, y)),
  (x, y) => small(ops.sub(x, ops.mul(2, y))),
  ops.maximum,
  (x, y) => ops.where(ops.less(x, y), ops.neg(x), y),
  (x) => ops.add(x, 1),
  (x) => ops.flip(x),
  (x, y) => small(ops.add(x, ops.flip(y))),
  (x) => ops.transpose(x),
  (x, y) => small(ops.add(ops.transpose(x), y)),
  (x) => ops.concat([ops.slice(x, [[1, 99]]), ops.slice(x, [[0, 1]])]),
  (x, y) => small(ops.add(y, ops.sum(x, 0))),
  (x, y) => ops.sub(y, ops.max(x)),
  (x) => ops.broadcastTo(ops.slice(x, [[0, 1]]), x.shape),
  reversedRows,
  (x) => small(ops.cumsum(x, 0)),
  product,
  nested(false),
  nested(true),
  (x) => small(ops.cast(ops.argmax(x, 0), "real").add(x)),
];

interface Recipe {
  readonly shape: Shape;
  readonly carries: readonly DType[];
  /** An operation on two of the arrays there are; then all there are, for the next carries and the ys. */
  readonly steps: readonly (readonly [op: number, a: number, b: number])[];
  readonly next: readonly number[];
  readonly ys: readonly number[];
  readonly turns: number;
  readonly reverse: boolean;
  readonly look: number;
  /** How often the results go through the same loop once more. */
  readonly again: number;
  readonly start: readonly number[];
}

const index = fc.nat({ max: 1000 });
const recipe: fc.Arbitrary<Recipe> = fc.record({
  shape: fc.constantFrom<Shape[]>([1], [3], [5], [9], [3, 3], [5, 5], [1, 1]),
  carries: fc.array(fc.constantFrom<DType[]>("real", "real", "real", "integer", "boolean"), {
    minLength: 1,
    maxLength: 4,
  }),
  steps: fc.array(fc.tuple(index, index, index), { minLength: 1, maxLength: 6 }),
  next: fc.array(index, { minLength: 4, maxLength: 4 }),
  ys: fc.array(index, { maxLength: 3 }),
  turns: fc.nat({ max: 5 }),
  reverse: fc.boolean(),
  look: index,
  again: fc.nat({ max: 1 }),
  start: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 11, maxLength: 11 }),
});

/** xs as they are, with the axes turned, backwards, every second one, the same row again and again. */
const looks: readonly ((x: Value, turns: number) => Value)[] = [
  (x, n) => ops.slice(x, [[0, n]]),
  (x, n) => ops.transpose(ops.slice(ops.transpose(x), [...x.shape.slice(1).map(() => null), [0, n]])),
  (x, n) => ops.flip(ops.slice(x, [[0, n]])),
  (x, n) => ops.slice(x, [[0, 2 * n, 2]]),
  (x, n) => ops.broadcastTo(ops.slice(x, [[1, 2]]), [n, ...x.shape.slice(1)]),
  (x, n) => ops.slice(ops.flip(x, -1), [[1, n + 1]]),
];

const asKind = (x: Value, kind: DType): Value => (kind === "boolean" ? ops.greater(x, 0) : ops.cast(x, kind));

function grown(pool: readonly Value[], steps: Recipe["steps"]): Value[] {
  const values = [...pool];
  const pick = (i: number): Value => (i % 2 ? values : pool)[Math.floor(i / 2) % (i % 2 ? values : pool).length]!;
  for (const [op, a, b] of steps) values.push(builders[op % builders.length]!(pick(a), pick(b)));
  return values;
}

function looped(
  { carries, steps, next, ys, turns, reverse, look }: Recipe,
  first: readonly Value[],
  rows: Value,
  outside: Value,
) {
  return ops.scan(
    (c: readonly Value[], x: Value) => {
      const pool = grown([...c.map((v) => ops.cast(v, "real")), x, outside], steps);
      const last = Math.max(1, steps.length);
      const chosen = (i: number): Value => pool.at(-1 - (i % (i % 3 ? Math.min(last, 4) : pool.length)))!;
      return [carries.map((kind, k) => asKind(chosen(next[k]!), kind)), ys.map(chosen)];
    },
    first,
    looks[look % looks.length]!(rows, turns),
    { reverse },
  );
}

/** Random loops on whole numbers: carries handed on, swapped, looked at, of all kinds; loops in loops; ys of every kind. */
export const loops: fc.Arbitrary<Sample> = fc.noBias(recipe).map((r) => {
  const numbers = (shape: Shape, by: number): Tensor =>
    new Tensor(
      shape,
      Float64Array.from({ length: size(shape) }, (_, i) => r.start[(i * by + by) % r.start.length]!),
    );
  const args = [numbers([12, ...r.shape], 1), numbers(r.shape, 2), ...r.carries.map((_, k) => numbers(r.shape, 3 + k))];
  const inputs = args.map(input);
  const [rows, outside, ...starts] = inputs as [Value, Value, ...Value[]];
  let first: readonly Value[] = starts.map((x, k) => asKind(x, r.carries[k]!));
  const outputs: Value[] = [];
  for (let i = 0; i <= r.again; i++) {
    const [last, ys] = looped(r, first, rows, ops.add(outside, i));
    outputs.push(...last, ...ys, ops.sum(ops.cast(last[0]!, "real")));
    first = last;
  }
  const closure = { inputs, outputs };
  return { closure, args, [fc.toStringMethod]: () => shown(closure, args) };
});
