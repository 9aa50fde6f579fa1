import type { Column, Table } from "./table.ts";

/**
 * How many rows of each of the other parts occur in the training part, too: what is measured on them flatters.
 *
 * @param columns names of the columns in which the rows must be equal
 * @returns one number for each of `parts`
 */
export function copies(training: Table, parts: readonly Table[], columns: readonly string[]): number[] {
  const known = parts.some(({ rows }) => rows > 0) ? new Set(rowHashes(training, columns)) : new Set<number>();
  return parts.map((part) => rowHashes(part, columns).reduce((count, hash) => count + Number(known.has(hash)), 0));
}

/** A hash of 53 bits for each row, equal for equal rows, whatever their numbers are stored as. */
function rowHashes(table: Table, names: readonly string[]): Float64Array {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const high = new Int32Array(table.rows).fill(0x6a09e667);
  const low = new Int32Array(table.rows).fill(0x3c6ef372);
  for (const name of names) {
    const column = byName.get(name);
    if (column) mixColumn(column, high, low);
  }
  return Float64Array.from(high, (word, row) => (word >>> 0) * 2 ** 21 + (low[row]! >>> 11));
}

function mixColumn(column: Column, high: Int32Array, low: Int32Array): void {
  const number = new Float64Array(1);
  const bits = new Int32Array(number.buffer);
  const words = column.kind === "text" ? column.levels.map(wordHash) : [];
  for (let row = 0; row < high.length; row++) {
    if (column.kind === "text") number[0] = words[column.codes[row]!] ?? -1;
    else number[0] = column.values[row]! + 0;
    const mixed = Math.imul(high[row]! ^ bits[0]!, 0x9e3779b1) ^ bits[1]!;
    high[row] = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    low[row] = Math.imul(low[row]! ^ mixed ^ (mixed >>> 13), 0xc2b2ae35) + high[row]!;
  }
}

/** FNV-1a of a word's code units. */
function wordHash(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
