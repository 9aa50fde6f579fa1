import { size } from "../../core/shape.ts";
import { i32 } from "./emitter.ts";
import { elementAddress, type Scope, undivided } from "./generator.ts";
import { type Address, addressAt, type Index, leftOver, nest, parts, plus, pointer } from "./loops.ts";
import { emitPack, panelWidth } from "./pack.ts";
import { type Tile, tileFunction } from "./tile.ts";
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
const nearby = { anyhow: 32768, spread: 65536 } as const;
/** Bytes after which addresses have the same place in the nearest cache, and lines that may share one beside those of X and Z. */
const [wayBytes, shared] = [4096, 4];

/**
 * Whether W is laid out in panels first: because its columns do not stand side by side, or because it is used for many rows
 * and is large, or not small and its rows are so far apart that those of a panel have few places in the nearest cache.
 */
export function packs(x: View, w: View, realBytes: number): boolean {
  const [k, m] = w.shape.slice(-2) as [number, number];
  if (m > 1 && w.strides.at(-1) !== 1) return true;
  const bytes = k * m * realBytes;
  if (x.shape.at(-2)! < 24 || bytes <= nearby.anyhow) return false;
  const places = wayBytes / Math.max(64, commonDivisor(wayBytes, w.strides.at(-2)! * realBytes));
  return bytes > nearby.spread || k > shared * places;
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? Math.abs(a) : commonDivisor(b, a % b));

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
  const z = whole(to, shape);
  const k = x.shape.at(-1)!;
  const lying = m === 1 && n > 1 && x.strides.at(-2) === 1; // a column of sums down the columns of X: a row, turned
  const product: Product = lying
    ? { x: turned(w), w: turned(x), z: turned(z), n: m, k, m: n, panels: null }
    : { x, w, z, n, k, m, panels };
  const batch = shape.slice(0, -2);
  const { share } = scope;
  const outside = share !== null && product.panels === null && size(batch) >= share.threads;
  const one = (indices: readonly Index[]): void => {
    if (outside) inStretches(undivided(scope), product, indices);
    else if (share && !byColumns(scope, product)) inRows(scope, product, indices, size(batch) > 1);
    else {
      if (product.panels !== null) emitPack(scope, w, indices, product.panels);
      inStretches(scope, product, indices);
    }
  };
  nest(scope.body, batch, 1, one, outside ? share : null);
}

/** Rows of a tile. */
const height = 6;

/** Whether threads share the columns of a product, each with the panels that it needs, rather than the rows. */
function byColumns(scope: Scope, product: Product): boolean {
  const { threads } = scope.share!;
  const evenly = (pieces: number): number => pieces / threads / Math.ceil(pieces / threads);
  const panels = Math.floor(product.m / widthOf(scope, product));
  return panels >= threads && evenly(panels) >= 0.9 * evenly(Math.ceil(product.n / height));
}

/** Threads share the rows: one of them lays out the panels, while all others wait. */
function inRows(scope: Scope, product: Product, batch: readonly Index[], again: boolean): void {
  const share = scope.share!;
  if (product.panels !== null) {
    const { panels, w } = product;
    share.first(() => emitPack(undivided(scope), w, batch, panels));
    share.meet();
  }
  inStretches(scope, product, batch);
  if (again) share.meet(); // before the panels of the next one come
}

/** The transpose: the last two axes change places. */
function turned(view: View): View {
  const order = <T>(axes: readonly T[]): T[] => [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
  return { ...view, shape: order(view.shape), strides: order(view.strides) };
}

/** Turns of the inner index, and rows of X, that stay in the nearest cache beside a panel of W. */
const near = { turns: 256, rows: 252 } as const;

/**
 * zᵢⱼ = Σₚ xᵢₚ wₚⱼ with neighbouring j in neighbouring lanes. Some rows of X stay near while the panels of W go by, and each
 * panel while the tiles of these rows do. Long sums are taken in stretches, between which they wait in Z: that does not
 * change the order in which a sum runs.
 */
function inStretches(scope: Scope, product: Product, batch: readonly Index[]): void {
  const { body, share, generator } = scope;
  const { n, k, m } = product;
  const width = widthOf(scope, product);
  const tile = (area: Area): void => callTile(scope, product, batch, area);
  const even = m < width ? m : Math.floor(m / width) * width;
  const columnwise = share !== null && byColumns(scope, product);
  const [columnShare, rowShare] = columnwise ? [share, null] : [null, share];
  const block = (top: Index, rows: number, p: Index, turns: number): void => {
    const panel = (j: Index, columns: number): void =>
      parts(
        body,
        [0, rows],
        height,
        (i, rows) => tile({ i: plus(top, i), rows, j, columns, panel: j, before: 0, p, turns }),
        rowShare,
      );
    parts(body, [0, even], width, panel, columnShare);
  };
  const stretch = (p: Index, turns: number): void =>
    parts(body, [0, n], rowShare ? n : near.rows, (top, rows) => block(top, rows, p, turns));
  const turns = Math.ceil(k / Math.max(1, Math.round(k / near.turns)));
  stretch(0, Math.min(k, turns));
  if (turns < k) parts(body, [turns, k], turns, stretch);
  if (even === m) return;
  // The last columns, with enough of those before them to fill pairs of vectors: the same sums again, but no half vectors.
  const pair = 2 * generator.lanes.count;
  const columns = Math.ceil((m - even) / pair) * pair;
  const last = { j: m - columns, columns, panel: even, before: width - columns, p: 0, turns: k };
  leftOver(() => parts(body, [0, n], height, (i, rows) => tile({ i, rows, ...last }), rowShare), columnShare);
}

/** Columns of a tile: those of a panel; more for one or two rows of a W as it stands, or there are too few sums at a time. */
const widthOf = ({ generator }: Scope, { n, panels }: Product): number =>
  panelWidth(generator.lanes) * (panels === null && n <= 2 ? 4 / n : 1);

/** Where a tile is, and the stretch of its sums. */
interface Area {
  readonly i: Index;
  readonly rows: number;
  readonly j: Index;
  readonly columns: number;
  /** Column at which its panel begins. */
  readonly panel: Index;
  /** Columns of the panel before those of the tile. */
  readonly before: number;
  readonly p: Index;
  readonly turns: number;
}

function callTile(
  scope: Scope,
  { x, w, z, k, panels }: Product,
  batch: readonly Index[],
  { i, rows, j, columns, panel, before, p, turns }: Area,
): void {
  const { bytes } = scope.generator.lanes;
  const address = (view: View, row: Index, column: Index): Address =>
    elementAddress(scope, view, view.strides, [...batch, row, column]);
  const step = panels === null ? w.strides.at(-2)! * bytes : 64;
  const right =
    panels === null
      ? address(w, p, j)
      : addressAt(panels + before * bytes, [
          [panel, k * bytes],
          [p, step],
        ]);
  const tile: Tile = {
    rows,
    columns,
    down: x.strides.at(-2)! * bytes,
    along: x.strides.at(-1)! * bytes,
    step,
    out: z.strides.at(-2)! * bytes,
    more: p !== 0,
  };
  const corners = [address(x, i, p), right, address(z, i, j)].map(pointer);
  scope.body.call(tileFunction(scope.generator, tile), ...corners, i32(turns));
}
