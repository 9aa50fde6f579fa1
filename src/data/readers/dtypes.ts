/** Typed arrays that hold what a file of numbers may hold. */
export type NumberElements =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Numbers, or words. */
export type Elements = NumberElements | string[];

/** Where the elements stand: number `i` at byte `offset + i · stride`. */
export interface Layout {
  readonly count: number;
  readonly offset: number;
  readonly stride: number;
}

/** How the elements of one of NumPy's types are read. */
export interface ElementReader {
  /** Of one element. */
  readonly bytes: number;
  /** @throws `NotExact` */
  read(from: Uint8Array, layout: Layout): Elements;
}

/** A whole number that float64 cannot hold. */
export class NotExact extends Error {
  readonly index: number;
  readonly value: bigint;
  constructor(index: number, value: bigint) {
    super(`element ${index} is ${value}`);
    this.index = index;
    this.value = value;
  }
}

/** Elements from bytes that stand close together, the low byte of each first, as on all machines that run JavaScript. */
type Decoder = (buffer: ArrayBufferLike, at: number, count: number) => Elements;

const numbers: Readonly<Record<string, Decoder>> = {
  u1: (buffer, at, n) => new Uint8Array(buffer, at, n),
  i1: (buffer, at, n) => new Int8Array(buffer, at, n),
  u2: (buffer, at, n) => new Uint16Array(buffer, at, n),
  i2: (buffer, at, n) => new Int16Array(buffer, at, n),
  u4: (buffer, at, n) => new Uint32Array(buffer, at, n),
  i4: (buffer, at, n) => new Int32Array(buffer, at, n),
  f4: (buffer, at, n) => new Float32Array(buffer, at, n),
  f8: (buffer, at, n) => new Float64Array(buffer, at, n),
  b1: (buffer, at, n) => new Uint8Array(buffer, at, n).map((byte) => Number(byte !== 0)),
  f2: (buffer, at, n) => Float32Array.from(new Uint16Array(buffer, at, n), half),
  i8: (buffer, at, n) => wholes(new Int32Array(buffer, at, 2 * n)),
  u8: (buffer, at, n) => wholes(new Uint32Array(buffer, at, 2 * n)),
};

/**
 * The reader of a type by NumPy's name for it: byte order (`<`, `>`, `|`), kind, bytes (`U`: characters).
 *
 * @returns nothing for a type that holds neither numbers nor words
 */
export function elementsOf(dtype: string): ElementReader | undefined {
  const [, order = "", kind = "", digits = ""] = /^([<>|=]?)([a-zA-Z])(\d+)$/.exec(dtype) ?? [];
  const size = Number(digits);
  if (size === 0) return undefined;
  const swap = order === ">";
  const decoder = kind === "U" ? wideWords(size) : kind === "S" ? words(size) : numbers[`${kind}${size}`];
  if (!decoder) return undefined;
  const bytes = kind === "U" ? 4 * size : size;
  const unit = kind === "U" ? 4 : kind === "S" ? 1 : size;
  return {
    bytes,
    read: (from, layout) => {
      const { buffer, byteOffset } = packed(from, layout, { bytes, unit, swap: swap && unit > 1 });
      return decoder(buffer, byteOffset, layout.count);
    },
  };
}

interface Width {
  readonly bytes: number;
  /** Bytes that are swapped as one. */
  readonly unit: number;
  readonly swap: boolean;
}

/** The elements close together, low byte first, at a place where a typed array may begin: as they stand if they do. */
function packed(from: Uint8Array, { count, offset, stride }: Layout, { bytes, unit, swap }: Width): Uint8Array {
  const asTheyStand = from.subarray(offset, offset + count * bytes);
  if (stride === bytes && !swap && asTheyStand.byteOffset % unit === 0) return asTheyStand;
  const out = new Uint8Array(count * bytes);
  for (let i = 0; i < count; i++) out.set(from.subarray(offset + i * stride, offset + i * stride + bytes), i * bytes);
  if (swap) for (let at = 0; at < out.length; at += unit) out.subarray(at, at + unit).reverse();
  return out;
}

/** 64-bit whole numbers from halves, the low one first; float64 holds them up to ±2⁵³. */
function wholes(halves: Int32Array | Uint32Array): Float64Array {
  const limit = 2 ** 21;
  return Float64Array.from({ length: halves.length / 2 }, (_, i) => {
    const high = halves[2 * i + 1]!;
    const low = halves[2 * i]! >>> 0;
    if (high < -limit || high > limit || (high === limit && low > 0))
      throw new NotExact(i, BigInt(high) * 2n ** 32n + BigInt(low));
    return high * 2 ** 32 + low;
  });
}

/** The number that 16 bits stand for (IEEE 754 binary16). */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Words of a fixed number of bytes, filled up with zeros. */
const words =
  (length: number): Decoder =>
  (buffer, at, n) => {
    const decoder = new TextDecoder();
    const word = (i: number): string => decoder.decode(new Uint8Array(buffer, at + i * length, length));
    return Array.from({ length: n }, (_, i) => word(i).replace(/\0+$/, ""));
  };

/** Words of a fixed number of characters of 32 bits, filled up with zeros. */
const wideWords =
  (length: number): Decoder =>
  (buffer, at, n) => {
    const characters = new Uint32Array(buffer, at, n * length);
    const word = (i: number): string =>
      Array.from(characters.subarray(i * length, (i + 1) * length), (code) =>
        String.fromCodePoint(code > 0x10ffff ? 0xfffd : code),
      ).join("");
    return Array.from({ length: n }, (_, i) => word(i).replace(/\0+$/, ""));
  };
