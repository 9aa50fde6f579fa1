import { size } from "../../core/shape.ts";
import { i32, type Local, operation } from "./emitter.ts";
import { elementAddress, multiplyAdd, type Scope } from "./generator.ts";
import type { V } from "./lanes.ts";
import { type Address, addressAt, further, type Index, nest, pointer } from "./loops.ts";
import { emitPack, panelWidth } from "./pack.ts";
import { type View, whole } from "./views.ts";

/** Z = X·W for the matrices of a batch, all static: sizes, strides, places. */
interface Product {
  readonly x: View;
  readonly w: View;
  readonly z: View;
  readonly n: number;
  readonly k: number;
  readonly m: number;
  /** First byte of the panels of W, where it is packed. */
  readonly panels: number | null;
}

/** Bytes of W that a tile may read as they stand: beyond, rows far apart cost more than laying them together. */
const nearby = 32768;

/**
 * Whether W is laid out in panels first: because its columns do not stand side by side, or because it is large and used
 * for many rows.
 */
export function packs(x: View, w: View, realBytes: number): boolean {
  const [k, m] = w.shape.slice(-2) as [number, number];
  if (m > 1 && w.strides.at(-1) !== 1) return true;
  return x.shape.at(-2)! >= 24 && k * m * realBytes > nearby;
}

/**
 * Writes a matrix product. The matrix is cut into tiles whose sums stay in registers while the inner index runs; the last
 * rows and columns have smaller tiles of their own. The order in which a sum runs never depends on the tile.
 *
 * @param scratch variable with room for W in panels, where `packs` says so
 */
export function emitProduct(
  scope: Scope,
  x: View,
  w: View,
  { to, scratch }: { readonly to: number; readonly scratch: number | null },
): void {
  const { shape } = scope.layout.plan.types[to]!;
  const [n, m] = shape.slice(-2) as [number, number];
  if (size(shape) === 0) return;
  const panels = scratch === null ? null : scope.layout.address.get(scratch)!;
  const product: Product = { x, w, z: whole(to, shape), n, k: x.shape.at(-1)!, m, panels };
  nest(scope.body, shape.slice(0, -2), 1, (indices) => {
    if (panels !== null) emitPack(scope, w, indices, panels);
    alongColumns(scope, product, indices);
  });
}

/** Tiles of an axis: `full` times `step`, then the rest. */
function tiles(length: number, step: number, tile: (start: { from: number; to: number; step: number }) => void): void {
  const full = Math.floor(length / step) * step;
  if (full > 0) tile({ from: 0, to: full, step });
  if (full < length) tile({ from: full, to: length, step: length - full });
}

/** Calls `at` for the start of every tile. */
function starts(
  scope: Scope,
  { from, to, step }: { from: number; to: number; step: number },
  at: (i: Index) => void,
): void {
  if (to - from <= step) at(from);
  else scope.body.count(i32(from), i32(to), step, at);
}

const address = (scope: Scope, view: View, indices: readonly Index[]) =>
  elementAddress(scope, view, view.strides, indices);

/** The varying part of an address, computed once; all of it where it goes backwards, for it must never be negative. */
const kept = ({ body }: Scope, at: Address, step = 0): { base: Local<"i32">; offset: number } =>
  step < 0
    ? { base: body.local("i32", pointer(at)), offset: 0 }
    : { base: body.local("i32", at.base), offset: at.offset };

/** zᵢⱼ = Σₚ xᵢₚ wₚⱼ with neighbouring j in neighbouring lanes; a panel of W stays near while the rows of X go by. */
function alongColumns(scope: Scope, product: Product, batch: readonly Index[]): void {
  tiles(product.m, panelWidth(scope.generator.lanes), (columns) =>
    starts(scope, columns, (j) =>
      tiles(product.n, 6, (rows) =>
        starts(scope, rows, (i) => columnTile(scope, product, batch, { i, j, rows: rows.step, columns: columns.step })),
      ),
    ),
  );
}

interface Tile {
  readonly i: Index;
  readonly j: Index;
  readonly rows: number;
  readonly columns: number;
}

function columnTile(
  scope: Scope,
  { x, w, z, k, panels }: Product,
  batch: readonly Index[],
  { i, j, rows, columns }: Tile,
): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const { bytes, count } = lanes;
  const vectors = Math.ceil(columns / count);
  const zero = body.local("v128", lanes.splat(0)); // one for all sums, or V8 does not see pairs of them to be alike
  const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => body.local("v128", zero)));
  const left = kept(scope, address(scope, x, [...batch, i, 0]), x.strides.at(-1));
  const step = panels === null ? w.strides.at(-2)! * bytes : 64;
  const start = panels === null ? address(scope, w, [...batch, 0, j]) : addressAt(panels, [[j, k * bytes]]);
  const right = kept(scope, start, step);
  body.count(i32(0), i32(k), 1, () => {
    const row = Array.from({ length: vectors }, (_, c) =>
      body.local("v128", lanes.load(right.base, right.offset + c * 16)),
    );
    for (const [r, sum] of sums.entries()) {
      const at = further(left, r * x.strides.at(-2)! * bytes);
      const factor = body.local("v128", lanes.loadSplat(at.base, at.offset));
      for (const [c, local] of sum.entries()) body.set(local, multiplyAdd(generator, factor, row[c]!, local));
    }
    advance(scope, left.base, x.strides.at(-1)! * bytes);
    advance(scope, right.base, step);
  });
  for (const [r, sum] of sums.entries()) {
    const into = kept(scope, address(scope, offsetBy(z, -2, r), [...batch, i, j]));
    for (const [c, local] of sum.entries())
      storeLanes(scope, further(into, c * 16), local, Math.min(count, columns - c * count));
  }
}

const advance = ({ body }: Scope, at: Local<"i32">, bytes: number): void =>
  body.set(at, operation("i32", [0x6a], at, i32(bytes)));

/** The view from `by` elements further on along an axis. */
const offsetBy = (view: View, axis: number, by: number): View => ({
  ...view,
  offset: view.offset + by * view.strides.at(axis)!,
});

function storeLanes(scope: Scope, { base, offset }: Address, value: V, count: number): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  if (count === lanes.count) body.run((out) => lanes.store(out, base, offset, value));
  else
    for (let lane = 0; lane < count; lane++)
      body.run((out) => lanes.storeLane(out, base, offset + lane * lanes.bytes, value, lane));
}

/** The sum of all lanes, in lane 0. */
export function acrossLanes(scope: Scope, value: Local<"v128">): V {
  const { lanes } = scope.generator;
  const lane = (k: number): V => lanes.splat(lanes.extract(value, k));
  const pair = (a: number, b: number): V => lanes.op("add", lane(a), lane(b));
  return lanes.count === 2 ? pair(0, 1) : lanes.op("add", pair(0, 1), pair(2, 3));
}
