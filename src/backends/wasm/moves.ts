import { size } from "../../core/shape.ts";
import { type Body, type Expr, i32, operation } from "./emitter.ts";
import { bytesOf, dtypeOf, elementAddress, integers, type Scope } from "./generator.ts";
import { type Address, further, type Index, nest, pointer } from "./loops.ts";
import { collapsed, type View, whole } from "./views.ts";

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

/** The row may be counted backwards, so the constant part joins what varies. */
const shifted = (address: Address, by: Expr<"i32"> | undefined): Address =>
  by ? { base: operation("i32", [0x6a], pointer(address), by), offset: 0 } : address;

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
    else for (let k = 0; k < run; k++) copyOne(scope, from.view, further(read, k * bytes), further(write, k * bytes));
  });
}

export function copyOne(scope: Scope, view: View, read: Address, write: Address): void {
  const { lanes } = scope.generator;
  scope.body.run((out) => {
    if (dtypeOf(scope, view) === "integer") integers.storeOne(out, write, integers.loadOne(read));
    else lanes.storeScalar(out, write.base, write.offset, lanes.loadScalar(read.base, read.offset));
  });
}

/** Zeros, then views of the result filled from views of the inputs: a margin around x, or arrays joined along an axis. */
export function emitPut(
  scope: Scope,
  parts: readonly { readonly from: View; readonly to: View }[],
  to: number,
  clear: boolean,
): void {
  const { types } = scope.layout.plan;
  const { shape } = types[to]!;
  const bytes = size(shape) * bytesOf(scope, whole(to, shape));
  if (clear) clearBytes(scope.body, { base: i32(0), offset: scope.layout.address.get(to)! }, bytes);
  for (const part of parts) emitCopy(scope, { view: part.from }, { view: part.to });
}
