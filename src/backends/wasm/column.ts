import { i32, type Local } from "./emitter.ts";
import { elementAddress, multiplyAdd, type Scope } from "./generator.ts";
import { bitwise, type V } from "./lanes.ts";
import { type Address, divided, further, type Index, nest, parts } from "./loops.ts";
import { acrossLanes } from "./reduce.ts";
import { type View, whole } from "./views.ts";

/** Rows that share what is loaded of the column, and vectors of a row that are added up side by side. */
const [rowsAtOnce, chains] = [4, 2];

/** Whether Z = X·w is a column whose sums run along memory: rows of X and the column w stand element by element. */
export const isColumn = (x: View, w: View, count: number): boolean =>
  w.shape.at(-1) === 1 && x.strides.at(-1) === 1 && w.strides.at(-2) === 1 && x.shape.at(-1)! >= chains * count;

/**
 * Writes Z = X·w, zᵢ = Σₚ xᵢₚ wₚ: neighbouring p in neighbouring lanes, added up over the lanes at the end, so that a matrix
 * times a vector reads memory as it stands.
 *
 * @param x  `[…, n, k]`
 * @param w  `[…, k, 1]`
 * @param to variable `[…, n, 1]`
 */
export function emitColumn(scope: Scope, x: View, w: View, to: number): void {
  const { shape } = scope.layout.plan.types[to]!;
  const z = whole(to, shape);
  const { body, generator } = scope;
  const n = shape.at(-2)!;
  const { outside, inside } = divided(scope.share, shape.slice(0, -2), Math.floor(n / rowsAtOnce));
  const rowsOf = (batch: readonly Index[]) => (i: Index, rows: number) => {
    const sums = rowSums(scope, { x, w, batch, i, rows });
    for (const [r, sum] of sums.entries()) {
      const into = further(elementAddress(scope, z, z.strides, [...batch, i, 0]), r * generator.lanes.bytes);
      body.run((out) => generator.lanes.storeLane(out, into.base, into.offset, sum, 0));
    }
  };
  nest(body, shape.slice(0, -2), 1, (batch) => parts(body, [0, n], rowsAtOnce, rowsOf(batch), inside), outside);
}

interface Rows {
  readonly x: View;
  readonly w: View;
  readonly batch: readonly Index[];
  readonly i: Index;
  readonly rows: number;
}

/** The sums of some rows, each in lane 0. */
function rowSums(scope: Scope, { x, w, batch, i, rows }: Rows): V[] {
  const { body, generator } = scope;
  const { lanes } = generator;
  const k = x.shape.at(-1)!;
  const step = chains * lanes.count;
  const sums = Array.from({ length: rows }, () =>
    Array.from({ length: chains }, () => body.local("v128", lanes.splat(0))),
  );
  const load = ({ base, offset }: Address): V => lanes.load(base, offset);
  /** Takes in vector number `c` from p on, of which the first `length` lanes count. */
  const take = (p: Index, c: number, length: number): void => {
    const kept = (value: V): V =>
      length < lanes.count ? bitwise.select(value, lanes.splat(0), lanes.first(length)) : value;
    const by = c * lanes.count * lanes.bytes;
    const factor = body.local("v128", kept(load(further(elementAddress(scope, w, w.strides, [...batch, p, 0]), by))));
    for (const [r, sum] of sums.entries()) {
      const row = further(
        elementAddress(scope, x, x.strides, [...batch, i, p]),
        by + r * x.strides.at(-2)! * lanes.bytes,
      );
      body.set(sum[c]!, multiplyAdd(generator, kept(load(row)), factor, sum[c]!));
    }
  };
  const full = Math.floor(k / step) * step;
  body.count(i32(0), i32(full), step, (p) => {
    for (let c = 0; c < chains; c++) take(p, c, lanes.count);
  });
  for (let p = full, c = 0; p < k; p += lanes.count, c++) take(full, c, Math.min(lanes.count, k - p));
  return sums.map(([a, b]) => acrossLanes(scope, body.local("v128", lanes.op("add", a!, b!)) as Local<"v128">));
}
