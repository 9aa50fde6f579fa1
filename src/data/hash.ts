import type { Table } from "./table.ts";

/**
 * A fingerprint of the data in a table: 16 hexadecimal digits over column names, kinds, numbers and words. It does not
 * depend on the table's name or on how the numbers are stored, so the same data read from a file, from a compressed
 * file or taken from the built-in sets has the same hash. FNV-1a with 64 bits, fed 32 bits at a time:
 * h ← (h xor word) · (2⁴⁰ + 0x1b3) mod 2⁶⁴. It tells data apart; it is no defence against forgery.
 *
 * @see Fowler, Noll & Vo, The FNV Non-Cryptographic Hash Algorithm
 */
export function hashTable(table: Table): string {
  const state: State = { low: 0x84222325, high: 0xcbf29ce4 };
  mix(state, Uint32Array.of(table.rows, table.columns.length));
  for (const column of table.columns) {
    mix(state, words(column.name));
    if (column.kind === "number") for (const part of doubles(column.values)) mix(state, part);
    else {
      for (const level of column.levels) mix(state, words(level));
      mix(state, Uint32Array.of(column.levels.length));
      mix(state, new Uint32Array(column.codes.buffer, column.codes.byteOffset, column.codes.length));
    }
  }
  return hex(state.high) + hex(state.low);
}

interface State {
  low: number;
  high: number;
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");

/** The product is split as h·2⁴⁰ + h·0x1b3: the first is a shift by 8 in the upper half, the second fits in 53 bits. */
function mix(state: State, data: Uint32Array): void {
  let { low, high } = state;
  for (let i = 0; i < data.length; i++) {
    const x = (low ^ data[i]!) >>> 0;
    const product = x * 0x1b3;
    high = (Math.imul(high, 0x1b3) + (x << 8) + Math.floor(product / 2 ** 32)) | 0;
    low = product | 0;
  }
  state.low = low >>> 0;
  state.high = high >>> 0;
}

/** UTF-16 units after their count, so that ["ab", "c"] and ["a", "bc"] differ. */
function words(text: string): Uint32Array {
  const units = Uint32Array.from({ length: text.length + 1 });
  units[0] = text.length;
  for (let i = 0; i < text.length; i++) units[i + 1] = text.charCodeAt(i);
  return units;
}

/** The bits of the numbers as float64, a part at a time, whatever they are stored as; all missing values have the same bits. */
function* doubles(values: ArrayLike<number>): Generator<Uint32Array> {
  const part = new Float64Array(Math.min(values.length, 4096));
  for (let start = 0; start < values.length; start += part.length) {
    const length = Math.min(part.length, values.length - start);
    for (let i = 0; i < length; i++) {
      const value = values[start + i]!;
      part[i] = Number.isNaN(value) ? Number.NaN : value;
    }
    yield new Uint32Array(part.buffer, 0, 2 * length);
  }
}
