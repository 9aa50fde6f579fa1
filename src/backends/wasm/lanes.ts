import type { Precision } from "../../compile/backend.ts";
import type { Bytes } from "./bytes.ts";
import { type Expr, expr, f32, f64, i32, i64, simd } from "./emitter.ts";

export type V = Expr<"v128">;

interface Codes {
  readonly [name: string]: number;
}

// biome-ignore format: opcodes of the WebAssembly core specification, by lane shape
const codes: Readonly<Record<Precision, Codes>> = {
  f32: { splat: 0x13, extract: 0x1f, replace: 0x20, eq: 0x41, ne: 0x42, lt: 0x43, gt: 0x44, le: 0x45, ge: 0x46,
         abs: 0xe0, neg: 0xe1, sqrt: 0xe3, add: 0xe4, sub: 0xe5, mul: 0xe6, div: 0xe7, min: 0xe8, max: 0xe9,
         ceil: 0x67, floor: 0x68, trunc: 0x69, nearest: 0x6a, madd: 0x105, nmadd: 0x106 },
  f64: { splat: 0x14, extract: 0x21, replace: 0x22, eq: 0x47, ne: 0x48, lt: 0x49, gt: 0x4a, le: 0x4b, ge: 0x4c,
         abs: 0xec, neg: 0xed, sqrt: 0xef, add: 0xf0, sub: 0xf1, mul: 0xf2, div: 0xf3, min: 0xf4, max: 0xf5,
         ceil: 0x74, floor: 0x75, trunc: 0x7a, nearest: 0x94, madd: 0x107, nmadd: 0x108 },
};

/** Address operand: a base expression and a constant offset, aligned to the element only. */
const memarg = (out: Bytes, align: number, offset: number): Bytes => out.code(align, offset);

/** Instructions on a vector of real numbers of one precision: four f32 or two f64. */
export interface Lanes {
  readonly precision: Precision;
  readonly count: 4 | 2;
  /** Bytes of one number. */
  readonly bytes: 4 | 8;
  readonly scalar: "f32" | "f64";
  splat(x: number | Expr): V;
  load(base: Expr<"i32">, offset: number): V;
  /** One number, spread over all lanes. */
  loadSplat(base: Expr<"i32">, offset: number): V;
  loadScalar(base: Expr<"i32">, offset: number): Expr<"f32" | "f64">;
  store(out: Bytes, base: Expr<"i32">, offset: number, value: V): void;
  storeScalar(out: Bytes, base: Expr<"i32">, offset: number, value: Expr): void;
  /** Stores one lane. */
  storeLane(out: Bytes, base: Expr<"i32">, offset: number, value: V, lane: number): void;
  extract(value: V, lane: number): Expr<"f32" | "f64">;
  replace(value: V, lane: number, x: Expr): V;
  op(name: LaneOp, ...operands: readonly V[]): V;
  /** All ones where it holds. */
  test(name: LaneTest, a: V, b: V): V;
  /** A mask of the first lanes. */
  first(count: number): V;
  /** A vector of integers of the lanes' width, each with this value. */
  bits(value: bigint): V;
}

export type LaneOp =
  | "abs"
  | "neg"
  | "sqrt"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "ceil"
  | "floor"
  | "trunc"
  | "nearest"
  | "madd"
  | "nmadd";
export type LaneTest = "eq" | "ne" | "lt" | "gt" | "le" | "ge";

type Memory = Pick<Lanes, "load" | "loadSplat" | "loadScalar" | "store" | "storeScalar" | "storeLane">;

/** Loads and stores of lanes of 4 or 8 bytes. */
function memory(wide: boolean): Memory {
  const align = wide ? 3 : 2;
  return {
    load: (base, offset) => expr("v128", (out) => memarg(emitted(out, base).code(0xfd, 0x00), align, offset)),
    loadSplat: (base, offset) =>
      expr("v128", (out) => memarg(emitted(out, base).code(0xfd, wide ? 0x0a : 0x09), align, offset)),
    loadScalar: (base, offset) =>
      expr(wide ? "f64" : "f32", (out) => memarg(emitted(out, base).byte(wide ? 0x2b : 0x2a), align, offset)),
    store(out, base, offset, value) {
      value.emit(emitted(out, base));
      memarg(out.code(0xfd, 0x0b), align, offset);
    },
    storeScalar(out, base, offset, value) {
      value.emit(emitted(out, base));
      memarg(out.byte(wide ? 0x39 : 0x38), align, offset);
    },
    storeLane(out, base, offset, value, lane) {
      value.emit(emitted(out, base));
      memarg(out.code(0xfd, wide ? 0x5b : 0x5a), align, offset).byte(lane);
    },
  };
}

export function lanes(precision: Precision): Lanes {
  const code = codes[precision];
  const wide = precision === "f64";
  const constantOf = wide ? f64 : f32;
  const scalar = wide ? "f64" : "f32";
  const bits = (value: bigint): V =>
    wide ? simd(0x12, i64(value)) : simd(0x11, i32(Number(BigInt.asIntN(32, value))));
  return {
    ...memory(wide),
    precision,
    count: wide ? 2 : 4,
    bytes: wide ? 8 : 4,
    scalar,
    splat: (x) => simd(code["splat"]!, typeof x === "number" ? constantOf(x) : x),
    extract: (value, lane) => expr(scalar, (out) => emitted(out, value).code(0xfd, code["extract"]!).byte(lane)),
    replace: (value, lane, x) =>
      expr("v128", (out) => emitted(emitted(out, value), x).code(0xfd, code["replace"]!).byte(lane)),
    // negation flips the sign bit: its own instruction goes wrong where V8 widens it to 256 bits (V8 13.6)
    op: (name, ...operands) =>
      name === "neg" ? bitwise.xor(operands[0]!, bits(signOf(wide ? 8 : 4))) : simd(code[name]!, ...operands),
    test: (name, a, b) => simd(code[name]!, a, b),
    first: (count) => constantVector((byte) => (byte < count * (wide ? 8 : 4) ? 255 : 0)),
    bits,
  };
}

/** Sixteen bytes. */
export const constantVector = (byte: (i: number) => number): V =>
  expr("v128", (out) =>
    out
      .byte(0xfd)
      .u32(0x0c)
      .bytes(...Array.from({ length: 16 }, (_, i) => byte(i))),
  );

function emitted(out: Bytes, e: Expr): Bytes {
  e.emit(out);
  return out;
}

/** The same instructions, but constants come from `constant`: written once, by whoever keeps them. */
export function sharing(lanes: Lanes, constant: (name: string, value: V) => V): Lanes {
  const bits = (value: bigint): V => constant(`bits ${value}`, lanes.bits(value));
  return {
    ...lanes,
    bits,
    splat: (x) =>
      typeof x === "number" ? constant(`number ${Object.is(x, -0) ? "-0" : x}`, lanes.splat(x)) : lanes.splat(x),
    op: (name, ...operands) =>
      name === "neg" ? bitwise.xor(operands[0]!, bits(signOf(lanes.bytes))) : lanes.op(name, ...operands),
  };
}

/** The sign bit of a lane. */
const signOf = (bytes: 4 | 8): bigint => -(1n << BigInt(8 * bytes - 1));

/** Bitwise instructions, the same for every lane shape. */
export const bitwise = {
  and: (a: V, b: V): V => simd(0x4e, a, b),
  /** a ∧ ¬b */
  andNot: (a: V, b: V): V => simd(0x4f, a, b),
  or: (a: V, b: V): V => simd(0x50, a, b),
  xor: (a: V, b: V): V => simd(0x51, a, b),
  not: (a: V): V => simd(0x4d, a),
  /** For each bit: a where the mask is set, b elsewhere. */
  select: (a: V, b: V, mask: V): V => simd(0x52, a, b, mask),
} as const;

/** Integer arithmetic on lanes of 32 or 64 bits. */
export const integer = {
  i32: {
    splat: (x: number | Expr<"i32">): V => simd(0x11, typeof x === "number" ? i32(x) : x),
    add: (a: V, b: V): V => simd(0xae, a, b),
    sub: (a: V, b: V): V => simd(0xb1, a, b),
    shiftLeft: (a: V, by: number): V => simd(0xab, a, i32(by)),
    shiftRight: (a: V, by: number): V => simd(0xac, a, i32(by)),
    shiftRightUnsigned: (a: V, by: number): V => simd(0xad, a, i32(by)),
  },
  i64: {
    add: (a: V, b: V): V => simd(0xce, a, b),
    sub: (a: V, b: V): V => simd(0xd1, a, b),
    shiftLeft: (a: V, by: number): V => simd(0xcb, a, i32(by)),
    shiftRight: (a: V, by: number): V => simd(0xcc, a, i32(by)),
    shiftRightUnsigned: (a: V, by: number): V => simd(0xcd, a, i32(by)),
  },
} as const;
