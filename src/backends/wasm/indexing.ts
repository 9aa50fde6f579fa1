import { strides as rowMajor, type Shape, size } from "../../core/shape.ts";
import { type Expr, expr, i32, type Local, operation } from "./emitter.ts";
import { bytesOf, dtypeOf, elementAddress, integers, type Scope, undivided } from "./generator.ts";
import { addressAt, type Index, nest, pointer } from "./loops.ts";
import { clearBytes, type End, emitCopy } from "./moves.ts";
import { collapsed, type View, whole } from "./views.ts";

export interface Along {
  readonly axis: number;
  /** Writes what happens at an index outside: the host finds and reports it. */
  readonly fail: () => void;
}

/** Slabs of x by index along an axis. */
export function emitTake(scope: Scope, x: View, indices: View, y: View, along: Along): void {
  const inside = undivided(scope);
  eachSlab(scope, { array: x, slabs: y, indices, ...along }, (array, slab) => emitCopy(inside, array, slab));
}

/** Goes through the indices, for each giving the slab of the array that it means and the slab that stands for it. */
export function eachSlab(
  scope: Scope,
  { array, slabs, indices, axis, fail }: Along & { array: View; slabs: View; indices: View },
  each: (array: End, slab: End) => void,
): void {
  const { body, share } = scope;
  const rank = indices.shape.length;
  const ordered = { strides: slabs.strides.slice(axis, axis + rank) };
  const { dims, strides } = collapsed(indices.shape, [indices, ordered]);
  const outer = array.shape.slice(0, axis);
  const checked = (among: readonly Index[], otherwise: (index: Local<"i32">) => void): Local<"i32"> => {
    const index = body.local("i32", integers.loadOne(elementAddress(scope, indices, strides[0]!, among)));
    body.choose(operation("i32", [0x4f], index, i32(array.shape[axis]!)), () => otherwise(index)); // unsigned ≥: negative numbers, too
    return index;
  };
  share?.first(() => nest(body, dims, 4, (among) => checked(among, fail)));
  const slab = (turn: readonly Index[]): void => {
    const [before, among] = [turn.slice(0, axis), turn.slice(axis)];
    const index = checked(among, share ? (index) => body.set(index, i32(0)) : fail);
    const part = (view: View, from: number, steps: readonly number[], at: readonly Index[]): End => {
      const bytes = bytesOf(scope, view);
      const terms = at.map((i, k) => [i, steps[k]! * bytes] as const);
      const inner = { ...view, shape: view.shape.slice(from), strides: view.strides.slice(from) };
      return { view: inner, by: body.local("i32", pointer(addressAt(0, terms))) };
    };
    each(
      part(array, axis + 1, array.strides, [...before, index]),
      part(slabs, axis + rank, [...slabs.strides.slice(0, axis), ...strides[1]!], turn),
    );
  };
  nest(body, [...outer, ...dims], 4, slab, share);
}

/** Rows with a 1 at the index and 0 elsewhere. */
export function emitOneHot(scope: Scope, indices: View, depth: number, to: number, fail: () => void): void {
  const { body, layout, generator } = scope;
  const { lanes } = generator;
  const target = layout.address.get(to)!;
  const rows = { strides: rowMajor(indices.shape) };
  const { dims, strides } = collapsed(indices.shape, [indices, rows]);
  clearBytes(body, { base: i32(0), offset: target }, i32(size(indices.shape) * depth * lanes.bytes));
  nest(body, dims, 4, (turn) => {
    const index = body.local("i32", integers.loadOne(elementAddress(scope, indices, strides[0]!, turn)));
    body.choose(operation("i32", [0x4f], index, i32(depth)), fail);
    const row = addressAt(
      target,
      turn.map((i, k) => [i, strides[1]![k]! * depth * lanes.bytes] as const),
      operation("i32", [0x6c], index, i32(lanes.bytes)),
    );
    body.run((out) => lanes.storeScalar(out, row.base, row.offset, one(lanes.scalar)));
  });
}

const one = (kind: "f32" | "f64"): Expr<"f32" | "f64"> =>
  expr(kind, (out) => (kind === "f64" ? out.byte(0x44).f64(1) : out.byte(0x43).f32(1)));

/** Opcodes of = ≠ < > on signed numbers. */
const tests = { f64: [0x61, 0x62, 0x63, 0x64], f32: [0x5b, 0x5c, 0x5d, 0x5e], i32: [0x46, 0x47, 0x48, 0x4a] } as const;

/** Whether a number is better than the best so far: greater (or less), or the first NaN. */
function beats(kind: "f32" | "f64" | "i32", greatest: boolean, value: Expr, top: Expr): Expr<"i32"> {
  const [equal, differ, less, more] = tests[kind];
  const better = operation("i32", [greatest ? more : less], value, top);
  if (kind === "i32") return better;
  const first = operation("i32", [0x71], operation("i32", [differ], value, value), operation("i32", [equal], top, top));
  return operation("i32", [0x72], better, first);
}

/** Index of the greatest (or least) number along an axis, the first of equals; of the first NaN where there is one. */
export function emitPosition(
  scope: Scope,
  x: View,
  to: number,
  { axis, greatest }: { readonly axis: number; readonly greatest: boolean },
): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const without = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== axis);
  const others: Shape = without(x.shape);
  const start = { ...x, shape: others, strides: without(x.strides) };
  const y = whole(to, others);
  const integer = dtypeOf(scope, x) === "integer";
  const kind = integer ? "i32" : lanes.scalar;
  const best = body.local("i32");
  const top = body.local(kind);
  const position = (indices: readonly Index[]): void => {
    const row = elementAddress(scope, start, start.strides, indices);
    const load = (k: Index): Expr<typeof kind> => {
      const { base, offset } = addressAt(row.offset, [[k, x.strides[axis]! * bytesOf(scope, x)]], row.base);
      return integer ? integers.loadOne({ base, offset }) : lanes.loadScalar(base, offset);
    };
    body.set(best, i32(0));
    body.set(top, load(0));
    nest(body, [x.shape[axis]!], 1, ([k]) => {
      const value = body.local(kind, load(k!));
      body.choose(beats(kind, greatest, value, top), () => {
        body.set(best, typeof k === "number" ? i32(k) : k!);
        body.set(top, value);
      });
    });
    const into = elementAddress(scope, y, y.strides, indices);
    body.run((out) => integers.storeOne(out, into, best));
  };
  nest(body, others, 1, position, scope.share);
}
