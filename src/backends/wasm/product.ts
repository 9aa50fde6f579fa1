import { size } from "../../core/shape.ts";
import { i32, type Local } from "./emitter.ts";
import { elementAddress, multiplyAdd, type Scope } from "./generator.ts";
import type { V } from "./lanes.ts";
import { type Index, nest } from "./loops.ts";
import { type View, whole } from "./views.ts";

/** Z = X·W for the matrices of a batch, all static: sizes, strides, places. */
interface Product {
  readonly x: View;
  readonly w: View;
  readonly z: View;
  readonly n: number;
  readonly k: number;
  readonly m: number;
}

/** Which way a product runs: over columns of W that stand side by side, or over an inner axis that does in both factors. */
export function form(x: View, w: View): "columns" | "inner" | null {
  const beside = (view: View, axis: number): boolean => view.shape.at(axis) === 1 || view.strides.at(axis) === 1;
  if (beside(w, -1)) return "columns";
  return beside(x, -1) && beside(w, -2) ? "inner" : null;
}

/**
 * Writes a matrix product. The matrix is cut into tiles whose sums stay in registers while the inner index runs; the last
 * rows and columns have smaller tiles of their own. The order in which a sum runs never depends on the tile.
 */
export function emitProduct(scope: Scope, x: View, w: View, to: number): void {
  const { shape } = scope.layout.plan.types[to]!;
  const [n, m] = shape.slice(-2) as [number, number];
  const product: Product = { x, w, z: whole(to, shape), n, k: x.shape.at(-1)!, m };
  const batch = shape.slice(0, -2);
  if (size(shape) === 0) return;
  const inner = form(x, w) === "inner" && x.strides.at(-1) === 1 && product.k > 1;
  nest(scope.body, batch, 1, (indices) =>
    inner ? alongInner(scope, product, indices) : alongColumns(scope, product, indices),
  );
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

/** zᵢⱼ = Σₚ xᵢₚ wₚⱼ with neighbouring j in neighbouring lanes. */
function alongColumns(scope: Scope, product: Product, batch: readonly Index[]): void {
  const { lanes } = scope.generator;
  tiles(product.n, 6, (rows) =>
    tiles(product.m, 4 * lanes.count, (columns) =>
      starts(scope, rows, (i) =>
        starts(scope, columns, (j) =>
          columnTile(scope, product, batch, { i, j, rows: rows.step, columns: columns.step }),
        ),
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
  { x, w, z, k }: Product,
  batch: readonly Index[],
  { i, j, rows, columns }: Tile,
): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const vectors = Math.ceil(columns / lanes.count);
  const sums = Array.from({ length: rows }, () =>
    Array.from({ length: vectors }, () => body.local("v128", lanes.splat(0))),
  );
  nest(body, [k], 4, ([p]) => {
    const row = address(scope, w, [...batch, p!, j]);
    const right = Array.from({ length: vectors }, (_, c) =>
      body.local("v128", lanes.load(row.base, row.offset + c * 16)),
    );
    sums.forEach((sum, r) => {
      const left = address(scope, offsetBy(x, -2, r), [...batch, i, p!]);
      const factor = body.local("v128", lanes.loadSplat(left.base, left.offset));
      sum.forEach((local, c) => {
        body.set(local, multiplyAdd(generator, factor, right[c]!, local));
      });
    });
  });
  sums.forEach((sum, r) => {
    const into = address(scope, offsetBy(z, -2, r), [...batch, i, j]);
    sum.forEach((local, c) => {
      const left = Math.min(lanes.count, columns - c * lanes.count);
      storeLanes(scope, into.base, into.offset + c * 16, local, left);
    });
  });
}

/** The view from `by` elements further on along an axis. */
const offsetBy = (view: View, axis: number, by: number): View => ({
  ...view,
  offset: view.offset + by * view.strides.at(axis)!,
});

function storeLanes(
  scope: Scope,
  base: Parameters<Scope["generator"]["lanes"]["load"]>[0],
  offset: number,
  value: V,
  count: number,
): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  if (count === lanes.count) body.run((out) => lanes.store(out, base, offset, value));
  else
    for (let lane = 0; lane < count; lane++)
      body.run((out) => lanes.storeLane(out, base, offset + lane * lanes.bytes, value, lane));
}

/** zᵢⱼ = Σₚ xᵢₚ wⱼₚ with neighbouring p in neighbouring lanes, added up across lanes at the end. */
function alongInner(scope: Scope, product: Product, batch: readonly Index[]): void {
  tiles(product.n, 4, (rows) =>
    tiles(product.m, 4, (columns) =>
      starts(scope, rows, (i) =>
        starts(scope, columns, (j) =>
          innerTile(scope, product, batch, { i, j, rows: rows.step, columns: columns.step }),
        ),
      ),
    ),
  );
}

function innerTile(
  scope: Scope,
  { x, w, z, k }: Product,
  batch: readonly Index[],
  { i, j, rows, columns }: Tile,
): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const sums = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => body.local("v128", lanes.splat(0))),
  );
  const full = Math.floor(k / lanes.count) * lanes.count;
  const turn = (p: Index, mask: (v: V) => V): void => {
    const right = Array.from({ length: columns }, (_, c) => {
      const at = address(scope, offsetBy(w, -1, c), [...batch, p, j]);
      return body.local("v128", lanes.load(at.base, at.offset));
    });
    sums.forEach((sum, r) => {
      const at = address(scope, offsetBy(x, -2, r), [...batch, i, p]);
      const left = body.local("v128", mask(lanes.load(at.base, at.offset)));
      sum.forEach((local, c) => {
        body.set(local, multiplyAdd(generator, left, right[c]!, local));
      });
    });
  };
  if (full > 0) body.count(i32(0), i32(full), lanes.count, (p) => turn(p, (v) => v));
  const rest = k - full;
  for (const [r, sum] of sums.entries())
    for (const [c, local] of sum.entries()) {
      const into = address(scope, offsetBy(offsetBy(z, -2, r), -1, c), [...batch, i, j]);
      const across = acrossLanes(scope, local);
      const tail = Array.from({ length: rest }, (_, t) => {
        const a = address(scope, offsetBy(x, -2, r), [...batch, i, full + t]);
        const b = address(scope, offsetBy(w, -1, c), [...batch, full + t, j]);
        return lanes.op("mul", lanes.loadSplat(a.base, a.offset), lanes.loadSplat(b.base, b.offset));
      }).reduce<V>((sum, term) => lanes.op("add", sum, term), across);
      body.run((out) => lanes.storeLane(out, into.base, into.offset, tail, 0));
    }
}

/** The sum of all lanes, in lane 0. */
export function acrossLanes(scope: Scope, value: Local<"v128">): V {
  const { lanes } = scope.generator;
  const lane = (k: number): V => lanes.splat(lanes.extract(value, k));
  const pair = (a: number, b: number): V => lanes.op("add", lane(a), lane(b));
  return lanes.count === 2 ? pair(0, 1) : lanes.op("add", pair(0, 1), pair(2, 3));
}
