import type { Bytes } from "./bytes.ts";
import { type Body, type Expr, expr, type Func, i32, operation } from "./emitter.ts";
import { elementAddress, type Generator, type Scope } from "./generator.ts";
import type { Lanes, V } from "./lanes.ts";
import { type Address, addressAt, further, type Index, parts, pointer } from "./loops.ts";
import type { View } from "./views.ts";

/** Columns of a panel: as many as a tile of a product has. */
export const panelWidth = ({ count }: Pick<Lanes, "count">): number => 4 * count;

/** Room for a matrix of k rows and m columns in panels. */
export const packedSize = (k: number, m: number, width: number): number => Math.ceil(m / width) * width * k;

/**
 * Lays a matrix out in panels: the first `width` columns row by row, then the next. A tile of a product then reads one
 * stretch of memory, however the matrix stood before. The last panel holds the last `width` columns, some of them once more.
 *
 * @param w  `[…, k, m]`, at the batch indices
 * @param to first byte of the panels; where the kernel is divided, each thread lays out its share of them
 */
export function emitPack(scope: Scope, w: View, batch: readonly Index[], to: number): void {
  const [k, m] = w.shape.slice(-2) as [number, number];
  const width = panelWidth(scope.generator.lanes);
  const last = m < width ? 0 : m - width; // where the last panel begins
  const panels = (pack: (panel: Index, j: Index, columns: number) => void): void =>
    parts(
      scope.body,
      [0, m],
      width,
      (panel, columns) => pack(panel, columns < width ? last : panel, Math.min(m, width)),
      scope.share,
    );
  const start = (panel: Index, p: Index): Address =>
    addressAt(to, [
      [panel, k * scope.generator.lanes.bytes],
      [p, 64],
    ]);
  if (w.strides.at(-1) === 1 || m === 1)
    parts(scope.body, [0, k], 4, (p, rows) =>
      panels((panel, j, columns) => packRows(scope, w, [...batch, p, j], { k: rows, columns, to: start(panel, p) })),
    );
  else
    panels((panel, j, columns) => {
      const [along, across] = w.strides.slice(-2) as [number, number];
      const corners = [elementAddress(scope, w, w.strides, [...batch, 0, j]), start(panel, 0)].map(pointer);
      scope.body.call(columnsFunction(scope.generator, { k, columns, along, across }), ...corners);
    });
}

interface Panel {
  readonly k: number;
  readonly columns: number;
  readonly to: Address;
}

/** A few rows that stand in memory as rows: the next panel goes on where they are near already. */
function packRows(scope: Scope, w: View, origin: readonly Index[], { k, columns, to }: Panel): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const from = held(body, elementAddress(scope, w, w.strides, origin));
  const into = held(body, to);
  for (let p = 0; p < k; p++) {
    const starts = Array.from({ length: Math.ceil(columns / lanes.count) }, (_, c) => c * lanes.count);
    const row = starts.map((c) => {
      const x = further(from, (p * w.strides.at(-2)! + c) * lanes.bytes);
      return body.local("v128", lanes.load(x.base, x.offset));
    });
    for (const [i, c] of starts.entries()) {
      const y = further(into, p * 64 + c * lanes.bytes);
      body.run((out) => lanes.store(out, y.base, y.offset, row[i]!));
    }
  }
}

/** What tells one panel of columns from another: everything that the code which lays it out holds. */
interface Columns {
  readonly k: number;
  readonly columns: number;
  /** Elements from row to row and from column to column. */
  readonly along: number;
  readonly across: number;
}

/** Lays out a panel of columns that stand in memory as rows, as a function (from, to): the addresses where each begins. */
function columnsFunction({ module, lanes }: Generator, panel: Columns): Func {
  return module.shared(`columns ${Object.values(panel).join()}`, () =>
    module.func(["i32", "i32"], [], (body) => packColumns(body, lanes, panel)),
  );
}

/** Square blocks are turned in registers, the last rows go one by one. */
function packColumns(body: Body, lanes: Lanes, { k, columns, along, across }: Columns): void {
  const { count, bytes } = lanes;
  const [first, to] = [0, 1].map((i): Address => ({ base: body.param(i, "i32"), offset: 0 })) as [Address, Address];
  const whole = along === 1 ? Math.floor(k / count) * count : 0;
  const column = (at: Address, c: number): Address => further(at, Math.min(c, columns - 1) * across * bytes);
  if (whole > 0)
    body.count(i32(0), i32(whole), count, (p) => {
      const from = held(body, shifted(first, p, bytes));
      const into = held(body, shifted(to, p, 64));
      for (let c = 0; c < columns; c += count) {
        const block = Array.from({ length: count }, (_, i) => {
          const at = column(from, c + i);
          return body.local("v128", lanes.load(at.base, at.offset));
        });
        turned(body, block).forEach((value, i) => {
          body.run((out) => lanes.store(out, into.base, into.offset + i * 64 + c * bytes, value));
        });
      }
    });
  if (whole < k)
    body.count(i32(whole), i32(k), 1, (p) => {
      const from = held(body, shifted(first, p, along * bytes));
      const into = held(body, shifted(to, p, 64));
      for (let c = 0; c < columns; c++) {
        const at = column(from, c);
        body.run((out) =>
          lanes.storeScalar(out, into.base, into.offset + c * bytes, lanes.loadScalar(at.base, at.offset)),
        );
      }
    });
}

/** p steps on; backwards, the constant part joins what varies, which must never be negative. */
const shifted = (at: Address, p: Expr<"i32">, bytes: number): Address => ({
  base: operation("i32", [0x6a], bytes < 0 ? pointer(at) : at.base, operation("i32", [0x6c], p, i32(bytes))),
  offset: bytes < 0 ? 0 : at.offset,
});

const held = (body: Body, { base, offset }: Address): Address => ({ base: body.local("i32", base), offset });

/** Lanes of two vectors in a new order: the bytes of the first are 0 to 15, of the second 16 to 31. */
const shuffle = (a: V, b: V, order: readonly number[]): V =>
  expr("v128", (out: Bytes) => {
    a.emit(out);
    b.emit(out);
    out
      .byte(0xfd)
      .u32(0x0d)
      .bytes(...order);
  });

/** Byte order from lane numbers, for lanes of `size` bytes. */
const lanesOf = (size: number, ...picked: readonly number[]): number[] =>
  picked.flatMap((lane) => Array.from({ length: size }, (_, i) => lane * size + i));

/** Lanes of two vectors, one by one from each: the first halves, the last halves; and the first two, the last two of each. */
const [firsts, lasts] = [lanesOf(4, 0, 4, 1, 5), lanesOf(4, 2, 6, 3, 7)];
const [left, right] = [lanesOf(8, 0, 2), lanesOf(8, 1, 3)];

/** The transpose of a square block of vectors. */
function turned(body: Body, rows: readonly V[]): V[] {
  const pair = (a: V, b: V, order: readonly number[]): V => body.local("v128", shuffle(a, b, order));
  const [a, b, c, d] = rows as [V, V, V?, V?];
  if (!c || !d) return [pair(a, b, left), pair(a, b, right)];
  const [ab, AB] = [pair(a, b, firsts), pair(a, b, lasts)];
  const [cd, CD] = [pair(c, d, firsts), pair(c, d, lasts)];
  return [pair(ab, cd, left), pair(ab, cd, right), pair(AB, CD, left), pair(AB, CD, right)];
}
