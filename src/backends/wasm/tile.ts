import { type Body, type Func, i32, type Local, operation } from "./emitter.ts";
import { type Generator, multiplyAdd } from "./generator.ts";
import type { Lanes, V } from "./lanes.ts";
import { type Address, further, pointer } from "./loops.ts";

/** What tells one tile from another: everything that its code holds. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  /** Bytes from row to row and along a row of X, from row to row of W or its panel, from row to row of Z. */
  readonly down: number;
  readonly along: number;
  readonly step: number;
  readonly out: number;
  /** Whether the sums go on from what Z holds. */
  readonly more: boolean;
}

/**
 * A tile of Z = X·W as a function (x, w, z, turns): the addresses of its corners, and the length of its sums. It stands by
 * itself because V8, where it makes one vector of 256 bits of two of 128, mixes up the sums of tiles of several sizes in one
 * function (V8 13.6).
 */
export function tileFunction(generator: Generator, tile: Tile): Func {
  const { module } = generator;
  return module.shared(`tile ${Object.values(tile).join()}`, () =>
    module.func(["i32", "i32", "i32", "i32"], [], (body) => writeTile(generator, body, tile)),
  );
}

function writeTile(generator: Generator, body: Body, tile: Tile): void {
  const { lanes } = generator;
  const [left, right, into, turns] = [0, 1, 2, 3].map((i) => body.param(i, "i32")) as Locals;
  const pairs = vectorsOf(tile.columns, lanes.count);
  const places = pairs.flat();
  const sums = begun(body, lanes, { tile, pairs, into });
  body.count(i32(0), turns, 1, () => {
    const row = places.map((j) => body.local("v128", lanes.load(right, j * lanes.bytes)));
    for (const [r, sum] of sums.entries()) {
      const { base, offset } = at(left, r * tile.down);
      const factor = body.local("v128", lanes.loadSplat(base, offset));
      for (const [c, local] of sum.entries()) body.set(local, multiplyAdd(generator, factor, row[c]!, local));
    }
    body.set(left, operation("i32", [0x6a], left, i32(tile.along)));
    body.set(right, operation("i32", [0x6a], right, i32(tile.step)));
  });
  const count = Math.min(lanes.count, tile.columns);
  for (const [r, sum] of sums.entries())
    placesOf(body, lanes, { tile, pairs, into }, r).forEach((place, c) => {
      storeLanes(body, lanes, place, sum[c]!, count);
    });
}

type Locals = [Local<"i32">, Local<"i32">, Local<"i32">, Local<"i32">];

const at = (base: Local<"i32">, offset: number): Address => further({ base, offset: 0 }, offset);

/** A tile of Z: how its vectors fall into pairs, and where it begins. */
interface Corner {
  readonly tile: Tile;
  readonly pairs: readonly (readonly number[])[];
  readonly into: Local<"i32">;
}

/**
 * Addresses of the vectors of a row of Z. Each pair has one of its own: where V8 looks for neighbours by their distance, the
 * end of one row and the beginning of the next are none.
 */
function placesOf(body: Body, lanes: Lanes, { tile, pairs, into }: Corner, r: number): Address[] {
  return pairs.flatMap((pair) => {
    const base = body.local("i32", pointer(at(into, r * tile.out + pair[0]! * lanes.bytes)));
    return pair.map((_, i) => ({ base, offset: i * 16 }));
  });
}

/** The sums of each row as they begin: with one zero for all, or V8 does not see pairs of them to be alike; or what Z holds. */
function begun(body: Body, lanes: Lanes, corner: Corner): Local<"v128">[][] {
  const { tile, pairs } = corner;
  const zero = tile.more ? null : body.local("v128", lanes.splat(0));
  return Array.from({ length: tile.rows }, (_, r) =>
    zero
      ? pairs.flatMap((pair) => pair.map(() => body.local("v128", zero)))
      : placesOf(body, lanes, corner, r).map(({ base, offset }) => body.local("v128", lanes.load(base, offset))),
  );
}

/**
 * First columns of the vectors of a tile: pairs side by side, the last one drawn back until it is full. A tile of pairs
 * only, because V8 mixes up sums where a vector alone stands beside pairs that it makes one of (V8 13.6, 14.6).
 */
function vectorsOf(columns: number, count: number): number[][] {
  const unit = columns < 2 * count ? count : 2 * count;
  const units = Array.from({ length: Math.ceil(columns / unit) }, (_, u) => u * unit);
  const full = units.map((j) => Math.max(0, Math.min(j, columns - unit)));
  return full.map((j) => (unit === count ? [j] : [j, j + count]));
}

function storeLanes(body: Body, lanes: Lanes, { base, offset }: Address, value: V, count: number): void {
  if (count === lanes.count) body.run((out) => lanes.store(out, base, offset, value));
  else
    for (let lane = 0; lane < count; lane++)
      body.run((out) => lanes.storeLane(out, base, offset + lane * lanes.bytes, value, lane));
}
