import { strides as rowMajor, type Shape, size } from "../../core/shape.ts";
import type { Bytes } from "./bytes.ts";
import { chosen, type Expr, expr, i32, type Local, operation } from "./emitter.ts";
import { bytesOf, dtypeOf, elementAddress, integers, type Scope, undivided } from "./generator.ts";
import { bitwise, integer, type V } from "./lanes.ts";
import { type Address, addressAt, type Index, nest, pointer } from "./loops.ts";
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

/** Turns up to which the search along an axis is written out. */
const writtenOut = 16;

/**
 * Index of the greatest (or least) number along an axis, the first of equals; of the first NaN where there is one. Nothing
 * branches on the numbers: which of them is the greatest cannot be foreseen.
 */
export function emitPosition(
  scope: Scope,
  x: View,
  to: number,
  { axis, greatest }: { readonly axis: number; readonly greatest: boolean },
): void {
  const { body } = scope;
  const without = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== axis);
  const others: Shape = without(x.shape);
  const start = { ...x, shape: others, strides: without(x.strides) };
  const y = whole(to, others);
  const best = dtypeOf(scope, x) === "integer" ? bestInteger(scope, greatest) : bestReal(scope, greatest);
  const position = (indices: readonly Index[]): void => {
    const row = elementAddress(scope, start, start.strides, indices);
    const at = (k: Index): Address => addressAt(row.offset, [[k, x.strides[axis]! * bytesOf(scope, x)]], row.base);
    best.begin(at(0));
    nest(body, [x.shape[axis]!], writtenOut, ([k]) => best.meet(at(k!), typeof k === "number" ? i32(k) : k!));
    body.run((out) => best.store(out, elementAddress(scope, y, y.strides, indices)));
  };
  nest(body, others, 1, position, scope.share);
}

/** The best number so far, and where it was met. */
interface Best {
  readonly begin: (first: Address) => void;
  readonly meet: (next: Address, k: Expr<"i32">) => void;
  readonly store: (out: Bytes, into: Address) => void;
}

/** In vectors: a number is better if it is greater (or less), or the first NaN. */
function bestReal({ body, generator: { lanes } }: Scope, greatest: boolean): Best {
  const [best, top] = [body.local("v128"), body.local("v128")];
  const load = ({ base, offset }: Address): V => lanes.loadSplat(base, offset);
  return {
    begin: (first) => {
      body.set(best, integer.i32.splat(0));
      body.set(top, load(first));
    },
    meet: (next, k) => {
      const value = body.local("v128", load(next));
      const stays = lanes.test(greatest ? "le" : "ge", value, top); // never of a NaN
      const better = body.local("v128", bitwise.andNot(lanes.test("eq", top, top), stays));
      body.set(best, bitwise.select(integer.i32.splat(k), best, better));
      body.set(top, bitwise.select(value, top, better));
    },
    store: (out, into) => integers.storeLane(out, into, best, 0),
  };
}

function bestInteger({ body }: Scope, greatest: boolean): Best {
  const [best, top] = [body.local("i32"), body.local("i32")];
  return {
    begin: (first) => {
      body.set(best, i32(0));
      body.set(top, integers.loadOne(first));
    },
    meet: (next, k) => {
      const value = body.local("i32", integers.loadOne(next));
      const better = body.local("i32", operation("i32", [greatest ? 0x4a : 0x48], value, top));
      body.set(best, chosen(better, k, best));
      body.set(top, chosen(better, value, top));
    },
    store: (out, into) => integers.storeOne(out, into, best),
  };
}
