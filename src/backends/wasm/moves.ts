import { size } from "../../core/shape.ts";
import { type Body, type Expr, i32, operation } from "./emitter.ts";
import { bytesOf, dtypeOf, elementAddress, integers, type Scope } from "./generator.ts";
import type { Layout } from "./layout.ts";
import { type Address, addressAt, divided, further, type Index, nest, parts, pointer, type Share } from "./loops.ts";
import { collapsed, type View } from "./views.ts";

/** memory.copy */
export function copyBytes(body: Body, to: Address, from: Address, bytes: Expr<"i32">): void {
  body.run((out) => {
    pointer(to).emit(out);
    pointer(from).emit(out);
    bytes.emit(out);
    out.code(0xfc, 10).bytes(0, 0);
  });
}

/** Bytes up to which a run is copied by vectors: memory.copy leaves the module, which takes longer than to copy so few. */
const inVectors = 1024;

/** A run of at least 16 bytes by vectors, four at a time; the last one may copy some bytes again. */
function copyVectors({ body, generator: { lanes } }: Scope, to: Address, from: Address, bytes: number): void {
  const held = ({ base, offset }: Address): Address => ({ base: body.local("i32", base), offset });
  const [write, read] = [held(to), held(from)];
  const move = (at: Index, places: readonly number[]): void => {
    const by = ({ base, offset }: Address, place: number): Address => addressAt(offset + place, [[at, 1]], base);
    const vectors = places.map((place) => {
      const { base, offset } = by(read, place);
      return body.local("v128", lanes.load(base, offset));
    });
    for (const [i, place] of places.entries()) {
      const { base, offset } = by(write, place);
      body.run((out) => lanes.store(out, base, offset, vectors[i]!));
    }
  };
  const rest = bytes % 64;
  parts(body, [0, bytes - rest], 64, (at) => move(at, [0, 16, 32, 48]));
  const last = Array.from({ length: Math.ceil(rest / 16) }, (_, i) => Math.min(16 * i, rest - 16));
  if (rest > 0) move(bytes - rest, last);
}

/** memory.fill with zeros */
export function clearBytes(body: Body, at: Address, bytes: Expr<"i32">): void {
  body.run((out) => {
    pointer(at).emit(out);
    i32(0).emit(out);
    bytes.emit(out);
    out.code(0xfc, 11).byte(0);
  });
}

/** Bytes of a cache line. */
const line = 64;

/** A run of bytes at once; or one thread's cache lines of it, and the last thread also the rest. */
export function inOneGo(
  bytes: number,
  share: Share | null,
  go: (by: Expr<"i32"> | undefined, length: Expr<"i32">) => void,
): void {
  if (!share) {
    go(undefined, i32(bytes));
    return;
  }
  const { from, to } = share.stretch(Math.floor(bytes / line));
  const inBytes = (lines: Expr<"i32">): Expr<"i32"> => operation("i32", [0x6c], lines, i32(line));
  go(inBytes(from), inBytes(operation("i32", [0x6b], to, from)));
  const rest = bytes % line;
  if (rest > 0) share.last(() => go(i32(bytes - rest), i32(rest)));
}

/** Both ends of a copy: a view, and what its addresses vary by (the row of a loop), in bytes. */
export interface End {
  readonly view: View;
  readonly by?: Expr<"i32">;
  /** Where it stands, if not in the layout of the function being written. */
  readonly layout?: Layout;
}

/** The address of an element. */
export const elementOf = (
  scope: Scope,
  { view, by, layout }: End,
  strides: readonly number[],
  at: readonly Index[],
): Address => shifted(elementAddress(layout ? { ...scope, layout } : scope, view, strides, at), by);

/** The row may be counted backwards, so the constant part joins what varies. */
export const shifted = (address: Address, by: Expr<"i32"> | undefined): Address =>
  by ? { base: operation("i32", [0x6a], pointer(address), by), offset: 0 } : address;

/** Copies the elements of one view to another of the same shape: whole runs at once where both run on evenly. */
export function emitCopy(scope: Scope, from: End, to: End): void {
  if (size(from.view.shape) === 0) return;
  const { body } = scope;
  const place = from.layout ? { ...scope, layout: from.layout } : scope;
  const bytes = bytesOf(place, from.view);
  const { dims, strides } = collapsed(from.view.shape, [from.view, to.view]);
  const [source, target] = strides as [number[], number[]];
  const even = dims.length === 0 || (source.at(-1) === 1 && target.at(-1) === 1);
  const outer = even ? dims.slice(0, -1) : dims;
  const run = even ? (dims.at(-1) ?? 1) : 1;
  const { outside, inside } = divided(scope.share, outer, Math.floor((run * bytes) / line));
  const copy = (indices: readonly Index[]): void => {
    const read = elementOf(scope, from, source, indices);
    const write = elementOf(scope, to, target, indices);
    if (run * bytes > 16 && run * bytes <= inVectors && !inside) copyVectors(scope, write, read, run * bytes);
    else if (run * bytes > 16)
      inOneGo(run * bytes, inside, (by, length) => copyBytes(body, shifted(write, by), shifted(read, by), length));
    else for (let k = 0; k < run; k++) copyOne(place, from.view, further(read, k * bytes), further(write, k * bytes));
  };
  nest(body, outer, 8, copy, outside);
}

export function copyOne(scope: Scope, view: View, read: Address, write: Address): void {
  const { lanes } = scope.generator;
  scope.body.run((out) => {
    if (dtypeOf(scope, view) === "integer") integers.storeOne(out, write, integers.loadOne(read));
    else lanes.storeScalar(out, write.base, write.offset, lanes.loadScalar(read.base, read.offset));
  });
}

/** Views of the result filled from views of the inputs: arrays joined along an axis. */
export function emitPut(scope: Scope, parts: readonly { readonly from: View; readonly to: View }[]): void {
  for (const part of parts) emitCopy(scope, { view: part.from }, { view: part.to });
}
