import { size } from "../../core/shape.ts";
import { type Body, chosen, type Expr, type Func, i32, type Local, operation } from "./emitter.ts";
import { elementAddress, integers, type Scope } from "./generator.ts";
import { bitwise, type LaneOp, type V } from "./lanes.ts";
import { type Address, addressAt, along, divided, type Index, leftOver, nest, pointer } from "./loops.ts";
import { collapsed, type View } from "./views.ts";

/** What a reduction starts from, and how it takes in the next number. */
export interface Fold {
  readonly start: number;
  readonly op: LaneOp;
  /** What is taken in for a number of x: itself, or a function of it and of what stands at its result's place in `beside`. */
  readonly of?: { readonly beside: View; readonly each: (beside: Local<"v128">) => (x: V) => V };
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

/** The axes of x that are kept and those that are folded into y, whose sizes, aligned at the last axis, are those of x or 1. */
function axesOf(x: View, y: View): { outer: Axis[]; folded: Axis[] } {
  const missing = x.shape.length - y.shape.length;
  const kept = x.shape.map((d, axis) =>
    axis < missing || (y.shape[axis - missing] === 1 && d !== 1) ? 0 : y.strides[axis - missing]!,
  );
  const { dims, strides } = collapsed(x.shape, [x, { strides: kept }]);
  const axes = dims.map((d, i): Axis => ({ d, x: strides[0]![i]!, y: strides[1]![i]! }));
  return { outer: axes.filter((a) => a.y !== 0), folded: axes.filter((a) => a.y === 0) };
}

/**
 * Writes a reduction of a view to a whole array. Where neighbours in memory are kept, they stay in neighbouring lanes; where
 * they are folded, lanes fold side by side and are joined last.
 */
export function emitReduction(scope: Scope, x: View, y: View, fold: Fold): void {
  if (size(y.shape) === 0) return;
  const { outer, folded } = axesOf(x, y);
  const ends = { x, y, fold };
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

const sizes = (axes: readonly Axis[]): number[] => axes.map((a) => a.d);

function fillWith(scope: Scope, { y, fold }: Ends, outer: readonly Axis[]): void {
  const { lanes } = scope.generator;
  const fill = (indices: readonly Index[]): void => {
    const into = at(scope, y, outer, "y", indices);
    scope.body.run((out) => lanes.storeLane(out, into.base, into.offset, lanes.splat(fold.start), 0));
  };
  nest(scope.body, sizes(outer), 8, fill, scope.share);
}

/** What is taken in for a vector of x, where a result stands: see `Fold.of`. Numbers of `beside` are loaded once for all. */
function takenIn(scope: Scope, { of }: Fold, load: (view: View) => V): (x: V) => V {
  return of ? of.each(scope.body.local("v128", load(of.beside))) : (x) => x;
}

/** The last kept axis in lanes: some vectors of results at a time where there are many, then one. */
function keepLanes(scope: Scope, ends: Ends, outer: readonly Axis[], folded: readonly Axis[]): void {
  const { count } = scope.generator.lanes;
  const { x, y, fold } = ends;
  const width = outer.at(-1)!.d;
  const full = Math.floor(width / count) * count;
  const step = fold.of || width < sideBySide * count ? count : sideBySide * count;
  const even = Math.floor(width / step) * step;
  const rows = sizes(outer.slice(0, -1));
  const shares = divided(scope.share, rows, even / step);
  const result = (indices: readonly Index[], lanes: number): void =>
    foldVector(scope, ends, { outer, folded, indices, lanes });
  const several = (indices: readonly Index[]): void => {
    const [from, into] = [at(scope, x, outer, "x", indices), at(scope, y, outer, "y", indices)].map(pointer);
    scope.body.call(foldFunction(scope, fold, folded), from!, into!);
  };
  const row = (indices: readonly Index[]): void => {
    const next = (j: Index): void => (step === count ? result([...indices, j], count) : several([...indices, j]));
    along(scope.body, even, step, next, shares.inside);
    const rest = (): void => {
      for (let j = even; j < full; j += count) result([...indices, j], count);
      if (full < width) result([...indices, full], width - full);
    };
    if (even < width) leftOver(rest, shares.inside);
  };
  nest(scope.body, rows, 4, row, shares.outside);
}

interface Column {
  readonly outer: readonly Axis[];
  readonly folded: readonly Axis[];
  readonly indices: readonly Index[];
  /** Lanes that count. */
  readonly lanes: number;
}

/** One vector of results. */
function foldVector(scope: Scope, { x, y, fold }: Ends, { outer, folded, indices, lanes: wanted }: Column): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const load = ({ base, offset }: Address): V => lanes.load(base, offset);
  const sum = body.local("v128", lanes.splat(fold.start));
  const taken = takenIn(scope, fold, (view) => load(at(scope, view, outer, "y", indices)));
  nest(body, sizes(folded), 4, (inner) => {
    const next = load(at(scope, x, [...outer, ...folded], "x", [...indices, ...inner]));
    body.set(sum, lanes.op(fold.op, sum, taken(next)));
  });
  const into = at(scope, y, outer, "y", indices);
  if (wanted === lanes.count) body.run((out) => lanes.store(out, into.base, into.offset, sum));
  else
    for (let k = 0; k < wanted; k++)
      body.run((out) => lanes.storeLane(out, into.base, into.offset + k * lanes.bytes, sum, k));
}

/** Vectors of results that are folded side by side: pairs, which V8 may widen, and none has to wait for another. */
const sideBySide = 4;

/**
 * A function (x, y), by addresses, that folds neighbouring vectors of x into as many of y. It stands by itself, begins with one
 * start for all and stores pairs with nothing between for V8's sake, like a tile of a product.
 */
function foldFunction({ generator }: Scope, { op, start }: Fold, folded: readonly Axis[]): Func {
  const { module, lanes } = generator;
  const write = (body: Body): void => {
    const [from, into] = [body.param(0, "i32"), body.param(1, "i32")];
    const first = body.local("v128", lanes.splat(start));
    const sums = Array.from({ length: sideBySide }, () => body.local("v128", first));
    nest(body, sizes(folded), 4, (inner) => {
      const terms = folded.map((axis, i) => [inner[i]!, axis.x * lanes.bytes] as const);
      const { base, offset } = addressAt(0, terms, from);
      const place = body.local("i32", base);
      const row = sums.map((_, c) => body.local("v128", lanes.load(place, offset + 16 * c)));
      for (const [c, sum] of sums.entries()) body.set(sum, lanes.op(op, sum, row[c]!));
    });
    for (const [c, sum] of sums.entries()) body.run((out) => lanes.store(out, into, 16 * c, sum));
  };
  return module.shared(`fold ${op} ${folded.flatMap((axis) => [axis.d, axis.x]).join()}`, () =>
    module.func(["i32", "i32"], [], write),
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
  const splat = ({ base, offset }: Address): V => lanes.loadSplat(base, offset);
  const result = (indices: readonly Index[]): void => {
    const sum = body.local("v128", lanes.splat(fold.start));
    const taken = takenIn(scope, fold, (view) => splat(at(scope, view, outer, "y", indices)));
    const take = (value: V): void => body.set(sum, lanes.op(fold.op, sum, value));
    nest(body, sizes(vectors ? folded.slice(0, -1) : folded), 4, (inner) => {
      const from = (...p: Index[]): Address => at(scope, x, order, "x", [...indices, ...inner, ...p]);
      const next = (p: Index): V => taken(lanes.load(from(p).base, from(p).offset));
      if (!vectors) take(taken(splat(from())));
      if (full > 0) body.count(i32(0), i32(full), lanes.count, (p) => take(next(p)));
      if (full < width) take(bitwise.select(next(full), lanes.splat(fold.start), lanes.first(width - full)));
    });
    const into = at(scope, y, outer, "y", indices);
    const across = vectors ? joined(scope, sum, fold) : sum;
    body.run((out) => lanes.storeLane(out, into.base, into.offset, across, 0));
  };
  nest(body, sizes(outer), 4, result, scope.share);
}

function joined(scope: Scope, sum: Local<"v128">, fold: Fold): V {
  const { lanes } = scope.generator;
  if (fold.op === "add") return acrossLanes(scope, sum);
  const lane = (k: number): V => lanes.splat(lanes.extract(sum, k));
  return Array.from({ length: lanes.count - 1 }, (_, k) => lane(k + 1)).reduce<V>(
    (a, b) => lanes.op(fold.op, a, b),
    lane(0),
  );
}

/** The sum of all lanes, in lane 0. */
export function acrossLanes(scope: Scope, value: Local<"v128">): V {
  const { lanes } = scope.generator;
  const lane = (k: number): V => lanes.splat(lanes.extract(value, k));
  const pair = (a: number, b: number): V => lanes.op("add", lane(a), lane(b));
  return lanes.count === 2 ? pair(0, 1) : lanes.op("add", pair(0, 1), pair(2, 3));
}

/** Folds 32-bit integers one after another; sums wrap around. */
export function emitIntegerReduction(scope: Scope, x: View, y: View, { op }: Fold): void {
  if (size(y.shape) === 0) return;
  const { body } = scope;
  const { outer, folded } = axesOf(x, y);
  const order = [...outer, ...folded];
  const empty = size(x.shape) === 0;
  const joined = (a: Expr<"i32">, b: Expr<"i32">): Expr<"i32"> =>
    op === "add" ? operation("i32", [0x6a], a, b) : chosen(operation("i32", [op === "max" ? 0x4a : 0x48], a, b), a, b);
  const result = (indices: readonly Index[]): void => {
    const load = (inner: readonly Index[]): Expr<"i32"> =>
      integers.loadOne(at(scope, x, order, "x", [...indices, ...inner]));
    const sum = body.local("i32", op === "add" ? i32(0) : load(folded.map(() => 0)));
    if (!empty) nest(body, sizes(folded), 4, (inner) => body.set(sum, joined(sum, body.local("i32", load(inner)))));
    body.run((out) => integers.storeOne(out, at(scope, y, outer, "y", indices), sum));
  };
  nest(body, sizes(outer), 4, result, scope.share);
}
