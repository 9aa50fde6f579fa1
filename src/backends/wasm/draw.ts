import { foldLabel, rotations } from "../../core/random.ts";
import { size } from "../../core/shape.ts";
import { type Body, called, type Expr, expr, type Func, i32, type Local, operation } from "./emitter.ts";
import { bytesOf, elementAddress, type Generator, integers, type Scope } from "./generator.ts";
import { bitwise, constantVector, integer, lanes as lanesOf, type V } from "./lanes.ts";
import { normalQuantiles } from "./mathematics/normal.ts";
import type { View } from "./views.ts";

/** A 32-bit word in a register. */
type Word = Local<"i32">;
/** Blocks of Threefry-2x32 side by side, one a lane: their first and their second words. */
type Blocks = readonly [Local<"v128">, Local<"v128">];

const { add, splat, shiftLeft, shiftRightUnsigned } = integer.i32;
const xor = (a: Expr<"i32">, b: Expr<"i32">): Expr<"i32"> => operation("i32", [0x73], a, b);

/** Bytes of two vectors, picked one by one. */
const shuffled = (a: V, b: V, bytes: readonly number[]): V =>
  expr("v128", (out) => {
    a.emit(out);
    b.emit(out);
    out.bytes(0xfd, 0x0d, ...bytes);
  });
/** 32-bit lanes of two vectors: 0 to 3 are those of a, 4 to 7 those of b. */
const picked = (a: V, b: V, lanes: readonly number[]): V =>
  shuffled(
    a,
    b,
    lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  );

/** Lanes rotated to the left: by whole bytes they are only put elsewhere. */
function rotated(x: V, by: number): V {
  if (by % 8 !== 0) return bitwise.or(shiftLeft(x, by), shiftRightUnsigned(x, 32 - by));
  const from = Array.from({ length: 16 }, (_, i) => (i & ~3) + ((i + 4 - by / 8) & 3));
  return shuffled(x, x, from);
}

/** Threefry-2x32-20 on the counters, in place; several blocks at a time, for each round waits for the one before. */
function threefry(body: Body, [k0, k1]: readonly Word[], blocks: readonly Blocks[]): void {
  const keys = [k0!, k1!, xor(xor(k0!, k1!), i32(0x1bd11bda))].map((k) => body.local("v128", splat(k)));
  const inject = (group: number): void => {
    for (const [x0, x1] of blocks) {
      body.set(x0, add(x0, keys[group % 3]!));
      body.set(x1, add(x1, keys[(group + 1) % 3]!));
      if (group > 0) body.set(x1, add(x1, splat(group)));
    }
  };
  inject(0);
  for (let round = 0; round < 20; round++) {
    for (const [x0, x1] of blocks) body.set(x0, add(x0, x1));
    for (const [x0, x1] of blocks) body.set(x1, bitwise.xor(rotated(x1, rotations[round % 8]!), x0));
    if (round % 4 === 3) inject((round + 1) / 4);
  }
}

/** Two numbers of f64 in (0, 1) from the first two lanes: 26 bits of either word and a half; every step is exact. */
function uniformPair(first: V, second: V): V {
  const { op, splat } = lanesOf("f64");
  const number = (word: V): V => operation("v128", [0xfd, 0xfe], shiftRightUnsigned(word, 6));
  const low = op("add", op("mul", number(second), splat(2 ** -52)), splat(2 ** -53));
  return op("add", op("mul", number(first), splat(2 ** -26)), low);
}

export type RandomKind = "randomBits" | "randomUniform" | "randomNormal";

/** The vectors that four blocks give, one after another in memory. */
function drawn({ module, lanes }: Generator, kind: RandomKind, [x0, x1]: Blocks): V[] {
  if (kind === "randomBits") return [picked(x0, x1, [0, 4, 1, 5]), picked(x0, x1, [2, 6, 3, 7])];
  const upper = (x: V): V => picked(x, x, [2, 3, 2, 3]);
  const uniform = [uniformPair(x0, x1), uniformPair(upper(x0), upper(x1))];
  const normal = (p: V): V =>
    called(
      "v128",
      module.shared("normalQuantiles", () => normalQuantiles(module)),
      p,
    );
  const pairs = kind === "randomUniform" ? uniform : uniform.map(normal);
  if (lanes.precision === "f64") return pairs;
  const [low, high] = pairs.map((pair) => operation("v128", [0xfd, 0x5e], pair)) as [V, V];
  return [picked(low, high, [0, 1, 4, 5])];
}

/** The function that fills an array: of a key, the array's address and its bytes; whole cache lines may be written. */
function filler(generator: Generator, kind: RandomKind): Func {
  const { module, lanes } = generator;
  return module.shared(kind, () =>
    module.func(["i32", "i32", "i32", "i32"], [], (body) => {
      const [k0, k1, to, bytes] = [0, 1, 2, 3].map((i) => body.param(i, "i32")) as [Word, Word, Word, Word];
      const counters = body.local(
        "v128",
        constantVector((byte) => (byte % 4 === 0 ? byte / 4 : 0)),
      ); // 0, 1, 2, 3
      const label = kind === "randomBits" ? 0 : 1;
      const blocks = [0, 4].map((): Blocks => [body.local("v128"), body.local("v128")]);
      const vectors = blocks.flatMap((block) => drawn(generator, kind, block));
      body.count(i32(0), bytes, 16 * vectors.length, (at) => {
        for (const [first, second] of blocks) {
          body.set(first, counters);
          body.set(second, splat(label));
          body.set(counters, add(counters, splat(4)));
        }
        threefry(body, [k0, k1], blocks);
        const place = body.local("i32", operation("i32", [0x6a], to, at));
        for (const [i, vector] of vectors.entries()) body.run((out) => lanes.store(out, place, 16 * i, vector));
      });
    }),
  );
}

const keyOf = (scope: Scope, key: View): Expr<"i32">[] =>
  [0, 1].map((i) => integers.loadOne(elementAddress(scope, key, key.strides, [i])));

/** Fills an array with random words or numbers: blocks of the key's table, several at a time. */
export function emitRandom(scope: Scope, kind: RandomKind, key: View, y: View): void {
  const { body, layout, generator } = scope;
  const bytes = size(y.shape) * bytesOf(scope, y);
  body.call(filler(generator, kind), ...keyOf(scope, key), i32(layout.address.get(y.base)!), i32(bytes));
}

/** The key that a key gives for a label. */
export function emitFoldKey(scope: Scope, key: View, label: View, y: View): void {
  const { body, layout, generator } = scope;
  const { module } = generator;
  const fold = module.shared("foldKey", () =>
    module.func(["i32", "i32", "i32", "i32"], [], (body) => {
      const [k0, k1, label, to] = [0, 1, 2, 3].map((i) => body.param(i, "i32")) as [Word, Word, Word, Word];
      const block: Blocks = [body.local("v128", splat(label)), body.local("v128", splat(foldLabel))];
      threefry(body, [k0, k1], [block]);
      for (const [i, word] of block.entries())
        body.run((out) => integers.storeLane(out, { base: to, offset: 4 * i }, word, 0));
    }),
  );
  const number = integers.loadOne(elementAddress(scope, label, [], []));
  body.call(fold, ...keyOf(scope, key), number, i32(layout.address.get(y.base)!));
}
