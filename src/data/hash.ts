import { digest, mix, startHash, words } from "../core/hash.ts";
import { hasMissing, type NumberColumn, type Table } from "./table.ts";

/**
 * A fingerprint of the data in a table: 16 hexadecimal digits over column names, kinds, numbers and words. It does not
 * depend on the table's name or on how the numbers are stored, so the same data read from a file, from a compressed
 * file or taken from the built-in sets has the same hash.
 */
export function hashTable(table: Table): string {
  const state = startHash();
  mix(state, Uint32Array.of(table.rows, table.columns.length));
  for (const column of table.columns) {
    mix(state, words(column.name));
    if (column.kind === "number") for (const part of doubles(column)) mix(state, part);
    else {
      for (const level of column.levels) mix(state, words(level));
      mix(state, Uint32Array.of(column.levels.length));
      mix(state, new Uint32Array(column.codes.buffer, column.codes.byteOffset, column.codes.length));
    }
  }
  return digest(state);
}

/** The bits of the numbers as float64, whatever they are stored as, a part at a time; all missing values have the same bits. */
function* doubles(column: NumberColumn): Generator<Uint32Array> {
  const { values } = column;
  if (values instanceof Float64Array && !hasMissing(column))
    return yield new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
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
