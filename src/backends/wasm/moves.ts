import { size } from "../../core/shape.ts";
import { type Body, type Expr, expr, i32, operation } from "./emitter.ts";
import { bytesOf, dtypeOf, elementAddress, integers, type Scope } from "./generator.ts";
import { type Address, addressAt, type Index, nest, pointer } from "./loops.ts";
import { collapsed, type View } from "./views.ts";

/** memory.copy */
export function copyBytes(body: Body, to: Address, from: Address, bytes: Expr<"i32">): void {
  body.run((out) => {
    pointer(to).emit(out);
    pointer(from).emit(out);
    bytes.emit(out);
    out.byte(0xfc).u32(10).byte(0, 0);
  });
}

/** memory.fill with zeros */
export function clearBytes(body: Body, at: Address, bytes: number): void {
  body.run((out) => {
    pointer(at).emit(out);
    i32(0).emit(out);
    i32(bytes).emit(out);
    out.byte(0xfc).u32(11).byte(0);
  });
}

/** Both ends of a copy: a view, and what its addresses vary by (the row of a loop), in bytes. */
export interface End {
  readonly view: View;
  readonly by?: Expr<"i32">;
}

const shifted = (address: Address, by: Expr<"i32"> | undefined): Address =>
  by ? { base: operation("i32", [0x6a], address.base, by), offset: address.offset } : address;

/** Copies the elements of one view to another of the same shape: whole runs at once where both run on evenly. */
export function emitCopy(scope: Scope, from: End, to: End): void {
  if (size(from.view.shape) === 0) return;
  const { body } = scope;
  const bytes = bytesOf(scope, from.view);
  const { dims, strides } = collapsed(from.view.shape, [from.view, to.view]);
  const [source, target] = strides as [number[], number[]];
  const even = dims.length === 0 || (source.at(-1) === 1 && target.at(-1) === 1);
  const outer = even ? dims.slice(0, -1) : dims;
  const run = even ? (dims.at(-1) ?? 1) : 1;
  nest(body, outer, 8, (indices: readonly Index[]) => {
    const read = shifted(elementAddress(scope, from.view, source, indices), from.by);
    const write = shifted(elementAddress(scope, to.view, target, indices), to.by);
    if (run * bytes > 16) copyBytes(body, write, read, i32(run * bytes));
    else for (let k = 0; k < run; k++) copyOne(scope, from.view, at(read, k * bytes), at(write, k * bytes));
  });
}

const at = ({ base, offset }: Address, more: number): Address => ({ base, offset: offset + more });

function copyOne(scope: Scope, view: View, read: Address, write: Address): void {
  const { lanes } = scope.generator;
  scope.body.run((out) => {
    if (dtypeOf(scope, view) === "integer") integers.storeOne(out, write, integers.loadOne(read));
    else lanes.storeScalar(out, write.base, write.offset, lanes.loadScalar(read.base, read.offset));
  });
}

/** Rows of an array by number, along its first axis; a number outside calls `fail`. */
export function emitTakeRows(scope: Scope, x: View, indices: View, to: number, fail: () => void): void {
  const { body, layout } = scope;
  const row = size(x.shape.slice(1)) * bytesOf(scope, x);
  const n = size(indices.shape);
  const target = layout.address.get(to)!;
  const source = elementAddress(scope, x, [], []);
  nest(body, [n], 4, ([i]) => {
    const index = body.local("i32", integers.loadOne(elementAddress(scope, indices, [1], [i!])));
    body.choose(operation("i32", [0x4f], index, i32(x.shape[0]!)), fail); // unsigned ≥: negative numbers, too
    const from = {
      base: operation("i32", [0x6a], operation("i32", [0x6c], index, i32(row)), source.base),
      offset: source.offset,
    };
    const into = addressAt(target, [[i!, row]]);
    if (row > 16) copyBytes(body, into, from, i32(row));
    else for (let k = 0; k < row; k += bytesOf(scope, x)) copyOne(scope, x, at(from, k), at(into, k));
  });
}

/** Rows with a 1 at the index and 0 elsewhere. */
export function emitOneHot(scope: Scope, indices: View, depth: number, to: number, fail: () => void): void {
  const { body, layout, generator } = scope;
  const { lanes } = generator;
  const n = size(indices.shape);
  const target = layout.address.get(to)!;
  clearBytes(body, { base: i32(0), offset: target }, n * depth * lanes.bytes);
  nest(body, [n], 4, ([i]) => {
    const index = body.local("i32", integers.loadOne(elementAddress(scope, indices, [1], [i!])));
    body.choose(operation("i32", [0x4f], index, i32(depth)), fail);
    const row = addressAt(target, [[i!, depth * lanes.bytes]], operation("i32", [0x6c], index, i32(lanes.bytes)));
    body.run((out) => lanes.storeScalar(out, row.base, row.offset, one(lanes.scalar)));
  });
}

const one = (kind: "f32" | "f64"): Expr<"f32" | "f64"> =>
  expr(kind, (out) => (kind === "f64" ? out.byte(0x44).f64(1) : out.byte(0x43).f32(1)));
