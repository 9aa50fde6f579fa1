import { size } from "../../core/shape.ts";
import { i32 } from "./emitter.ts";
import { elementAddress, type Scope } from "./generator.ts";
import type { LaneOp, V } from "./lanes.ts";
import { type Index, nest } from "./loops.ts";
import { acrossLanes } from "./product.ts";
import { collapsed, type View, whole } from "./views.ts";

/** What a reduction starts from, and how it takes in the next number. */
export interface Fold {
  readonly start: number;
  readonly op: LaneOp;
}

export const folds: Readonly<Record<string, Fold>> = {
  sumTo: { start: 0, op: "add" },
  max: { start: Number.NEGATIVE_INFINITY, op: "max" },
  min: { start: Number.POSITIVE_INFINITY, op: "min" },
};

/** One axis of what is reduced: its length and its strides in x and in y (0 where it goes). */
interface Axis {
  readonly d: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Writes a reduction of a view to `to`, whose sizes, aligned at the last axis, are those of x or 1. Where neighbours in
 * memory are kept, they stay in neighbouring lanes; where they are folded, lanes fold side by side and are joined last.
 */
export function emitReduction(scope: Scope, x: View, to: number, fold: Fold): void {
  const { shape } = scope.layout.plan.types[to]!;
  const y = whole(to, shape);
  if (size(shape) === 0) return;
  const missing = x.shape.length - shape.length;
  const kept = x.shape.map((d, axis) =>
    axis < missing || (shape[axis - missing] === 1 && d !== 1) ? 0 : y.strides[axis - missing]!,
  );
  const { dims, strides } = collapsed(x.shape, [x, { strides: kept }]);
  const axes = dims.map((d, i): Axis => ({ d, x: strides[0]![i]!, y: strides[1]![i]! }));
  const ends = { x, y, fold };
  const outer = axes.filter((a) => a.y !== 0);
  const folded = axes.filter((a) => a.y === 0);
  const beside = outer.at(-1);
  if (size(x.shape) === 0) fillWith(scope, ends, outer);
  else if (beside && beside.y === 1 && beside.x === 1) keepLanes(scope, ends, outer, folded);
  else foldLanes(scope, ends, outer, folded);
}

interface Ends {
  readonly x: View;
  readonly y: View;
  readonly fold: Fold;
}

const at = (scope: Scope, view: View, axes: readonly Axis[], side: "x" | "y", indices: readonly Index[]) =>
  elementAddress(
    scope,
    view,
    axes.map((a) => a[side]),
    indices,
  );

function fillWith(scope: Scope, { y, fold }: Ends, outer: readonly Axis[]): void {
  const { lanes } = scope.generator;
  nest(
    scope.body,
    outer.map((a) => a.d),
    8,
    (indices) => {
      const into = at(scope, y, outer, "y", indices);
      scope.body.run((out) => lanes.storeLane(out, into.base, into.offset, lanes.splat(fold.start), 0));
    },
  );
}

/** The last kept axis in lanes: one vector of results at a time. */
function keepLanes(scope: Scope, { x, y, fold }: Ends, outer: readonly Axis[], folded: readonly Axis[]): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const width = outer.at(-1)!.d;
  const full = Math.floor(width / lanes.count) * lanes.count;
  const order = [...outer, ...folded];
  const result = (indices: readonly Index[], count: number): void => {
    const sum = body.local("v128", lanes.splat(fold.start));
    nest(
      body,
      folded.map((a) => a.d),
      4,
      (inner) => {
        const from = at(scope, x, order, "x", [...indices, ...inner]);
        body.set(sum, lanes.op(fold.op, sum, lanes.load(from.base, from.offset)));
      },
    );
    const into = at(scope, y, outer, "y", indices);
    if (count === lanes.count) body.run((out) => lanes.store(out, into.base, into.offset, sum));
    else
      for (let k = 0; k < count; k++)
        body.run((out) => lanes.storeLane(out, into.base, into.offset + k * lanes.bytes, sum, k));
  };
  nest(
    body,
    outer.slice(0, -1).map((a) => a.d),
    4,
    (indices) => {
      if (full > 0) body.count(i32(0), i32(full), lanes.count, (j) => result([...indices, j], lanes.count));
      if (full < width) result([...indices, full], width - full);
    },
  );
}

/** One result at a time; the last folded axis in lanes where its elements are neighbours. */
function foldLanes(scope: Scope, { x, y, fold }: Ends, outer: readonly Axis[], folded: readonly Axis[]): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const last = folded.at(-1);
  const vectors = last?.x === 1;
  const width = vectors ? last.d : 0;
  const full = Math.floor(width / lanes.count) * lanes.count;
  const order = [...outer, ...folded];
  nest(
    body,
    outer.map((a) => a.d),
    4,
    (indices) => {
      const sum = body.local("v128", lanes.splat(fold.start));
      const single = body.local("v128", lanes.splat(fold.start));
      const take = (into: typeof sum, value: V): void => body.set(into, lanes.op(fold.op, into, value));
      nest(
        body,
        (vectors ? folded.slice(0, -1) : folded).map((a) => a.d),
        4,
        (inner) => {
          const from = (p?: Index) => at(scope, x, order, "x", [...indices, ...inner, ...(p === undefined ? [] : [p])]);
          const one = (p?: Index): V => lanes.loadSplat(from(p).base, from(p).offset);
          if (full > 0)
            body.count(i32(0), i32(full), lanes.count, (p) => take(sum, lanes.load(from(p).base, from(p).offset)));
          for (let p = full; p < width; p++) take(single, one(p));
          if (!vectors) take(single, one());
        },
      );
      const across = full > 0 ? lanes.op(fold.op, joined(scope, sum, fold), single) : single;
      const into = at(scope, y, outer, "y", indices);
      body.run((out) => lanes.storeLane(out, into.base, into.offset, across, 0));
    },
  );
}

function joined(scope: Scope, sum: Parameters<typeof acrossLanes>[1], fold: Fold): V {
  const { lanes } = scope.generator;
  if (fold.op === "add") return acrossLanes(scope, sum);
  const lane = (k: number): V => lanes.splat(lanes.extract(sum, k));
  return Array.from({ length: lanes.count - 1 }, (_, k) => lane(k + 1)).reduce<V>(
    (a, b) => lanes.op(fold.op, a, b),
    lane(0),
  );
}
