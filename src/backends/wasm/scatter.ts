import { size } from "../../core/shape.ts";
import type { Line } from "../../graph/program.ts";
import { i32, operation } from "./emitter.ts";
import { bytesOf, dtypeOf, integers, type Scope } from "./generator.ts";
import { type Along, eachSlab } from "./indexing.ts";
import { type Index, nest } from "./loops.ts";
import { clearBytes, type End, elementOf, emitPut, inOneGo, shifted } from "./moves.ts";
import { collapsed, type View } from "./views.ts";

/** Zeros with x put in a box: the transpose of `slice`. */
export function emitEmbed(scope: Scope, x: View, y: View, params: Line["params"]): void {
  const start = { base: i32(0), offset: scope.layout.address.get(y.base)! };
  inOneGo(size(y.shape) * bytesOf(scope, y), scope.share, (by, length) =>
    clearBytes(scope.body, shifted(start, by), length),
  );
  scope.share?.meet();
  emitPut(scope, [{ from: x, to: boxOf(y, params) }]);
}

/** The part of an array in which `embed` puts its argument. */
function boxOf(y: View, params: Line["params"]): View {
  const { start, stop, step } = params as { start: number[]; stop: number[]; step: number[] };
  return {
    base: y.base,
    shape: start.map((s, i) => Math.max(0, Math.ceil((stop[i]! - s) / step[i]!))),
    strides: y.strides.map((s, i) => s * step[i]!),
    offset: y.strides.reduce((at, s, i) => at + s * start[i]!, 0),
  };
}

/** Zeros with slabs added by index along an axis, one after the other. */
export function emitScatterAdd(scope: Scope, updates: View, indices: View, y: View, along: Along): void {
  clearBytes(
    scope.body,
    { base: i32(0), offset: scope.layout.address.get(y.base)! },
    i32(size(y.shape) * bytesOf(scope, y)),
  );
  eachSlab(scope, { array: y, slabs: updates, indices, ...along }, (array, slab) => emitAdd(scope, slab, array));
}

/** Adds the elements of one view to another of the same shape, in lanes where both run on evenly. */
function emitAdd(scope: Scope, from: End, to: End): void {
  if (size(from.view.shape) === 0) return;
  const { body, generator } = scope;
  const { lanes } = generator;
  const { dims, strides } = collapsed(from.view.shape, [from.view, to.view]);
  const [source, target] = strides as [number[], number[]];
  const integer = dtypeOf(scope, from.view) === "integer";
  const add = (at: readonly Index[], count: number): void => {
    const read = elementOf(scope, from, source, at);
    const write = elementOf(scope, to, target, at);
    const load = count > 1 ? lanes.load : lanes.loadSplat;
    body.run((out) => {
      if (integer)
        integers.storeOne(out, write, operation("i32", [0x6a], integers.loadOne(write), integers.loadOne(read)));
      else {
        const sum = lanes.op("add", load(write.base, write.offset), load(read.base, read.offset));
        if (count > 1) lanes.store(out, write.base, write.offset, sum);
        else lanes.storeLane(out, write.base, write.offset, sum, 0);
      }
    });
  };
  const even = !integer && dims.length > 0 && source.at(-1) === 1 && target.at(-1) === 1;
  const width = even ? dims.at(-1)! : 0;
  const full = Math.floor(width / lanes.count) * lanes.count;
  nest(body, even ? dims.slice(0, -1) : dims, 4, (at) => {
    if (!even) return add(at, 1);
    if (full > 0) body.count(i32(0), i32(full), lanes.count, (j) => add([...at, j], lanes.count));
    for (let j = full; j < width; j++) add([...at, j], 1);
  });
}
