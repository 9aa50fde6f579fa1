import { size } from "../../core/shape.ts";
import { type Expr, expr, i32, operation } from "./emitter.ts";
import { bytesOf, elementAddress, integers, type Scope } from "./generator.ts";
import { addressAt, further, nest } from "./loops.ts";
import { clearBytes, copyBytes, copyOne } from "./moves.ts";
import { isWhole, type View } from "./views.ts";

/** Rows of an array by number, along its first axis; a number outside calls `fail`. */
export function emitTakeRows(scope: Scope, x: View, indices: View, to: number, fail: () => void): void {
  const { body, layout } = scope;
  const row = size(x.shape.slice(1)) * bytesOf(scope, x);
  const n = size(indices.shape);
  const target = layout.address.get(to)!;
  const source = elementAddress(scope, x, [], []);
  nest(body, [n], 4, ([i]) => {
    const index = body.local("i32", integers.loadOne(elementAddress(scope, indices, [stepOf(indices)], [i!])));
    body.choose(operation("i32", [0x4f], index, i32(x.shape[0]!)), fail); // unsigned ≥: negative numbers, too
    const from = {
      base: operation("i32", [0x6a], operation("i32", [0x6c], index, i32(row)), source.base),
      offset: source.offset,
    };
    const into = addressAt(target, [[i!, row]]);
    if (row > 16) copyBytes(body, into, from, i32(row));
    else for (let k = 0; k < row; k += bytesOf(scope, x)) copyOne(scope, x, further(from, k), further(into, k));
  });
}

/** How far apart neighbours of a view stand that runs on evenly. */
const stepOf = (view: View): number => (isWhole(view) ? 1 : view.strides[0]!);

/** Whether a view is one run of elements, next to each other or evenly apart. */
export const isEven = (view: View): boolean => isWhole(view) || view.shape.length === 1;

/** Rows with a 1 at the index and 0 elsewhere. */
export function emitOneHot(scope: Scope, indices: View, depth: number, to: number, fail: () => void): void {
  const { body, layout, generator } = scope;
  const { lanes } = generator;
  const n = size(indices.shape);
  const target = layout.address.get(to)!;
  clearBytes(body, { base: i32(0), offset: target }, n * depth * lanes.bytes);
  nest(body, [n], 4, ([i]) => {
    const index = body.local("i32", integers.loadOne(elementAddress(scope, indices, [stepOf(indices)], [i!])));
    body.choose(operation("i32", [0x4f], index, i32(depth)), fail);
    const row = addressAt(target, [[i!, depth * lanes.bytes]], operation("i32", [0x6c], index, i32(lanes.bytes)));
    body.run((out) => lanes.storeScalar(out, row.base, row.offset, one(lanes.scalar)));
  });
}

const one = (kind: "f32" | "f64"): Expr<"f32" | "f64"> =>
  expr(kind, (out) => (kind === "f64" ? out.byte(0x44).f64(1) : out.byte(0x43).f32(1)));

/** Whether a number is better than the best so far: greater (or less), or the first NaN. */
function beats(kind: "f32" | "f64", greatest: boolean, value: Expr, top: Expr): Expr<"i32"> {
  const [equal, differ, less, more] = kind === "f64" ? [0x61, 0x62, 0x63, 0x64] : [0x5b, 0x5c, 0x5d, 0x5e];
  const better = operation("i32", [greatest ? more : less], value, top);
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
  const { body, layout, generator } = scope;
  const { lanes } = generator;
  const others = x.shape.filter((_, i) => i !== axis);
  const outer = x.strides.filter((_, i) => i !== axis);
  const target = layout.address.get(to)!;
  const best = body.local("i32");
  const top = body.local(lanes.scalar);
  const bytes = bytesOf(scope, x);
  const start = { ...x, shape: others, strides: outer };
  const steps = others.map((_, i) => size(others.slice(i + 1)) * 4);
  nest(body, others, 1, (indices) => {
    const row = elementAddress(scope, start, outer, indices);
    body.set(best, i32(0));
    body.set(top, lanes.loadScalar(row.base, row.offset));
    nest(body, [x.shape[axis]!], 1, ([k]) => {
      const here = addressAt(row.offset, [[k!, x.strides[axis]! * bytes]], row.base);
      const value = body.local(lanes.scalar, lanes.loadScalar(here.base, here.offset));
      body.choose(beats(lanes.scalar, greatest, value, top), () => {
        body.set(best, typeof k === "number" ? i32(k) : k!);
        body.set(top, value);
      });
    });
    const into = addressAt(
      target,
      indices.map((i, axis) => [i, steps[axis]!] as const),
    );
    body.run((out) => integers.storeOne(out, into, best));
  });
}
