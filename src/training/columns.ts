import { Tensor } from "../core/tensor.ts";
import type { EpochRow } from "./history.ts";

/**
 * A history as columns: a number in each row for every figure, and beside it what it stands for.
 * Of a hundred thousand epochs these are a few megabytes, exact, and made in a moment.
 */
const prefix = "history ";
const kinds = "kinds ";
/** Before a key that is an index of a list. */
const item = "#";
const [number, nothing, yes, no, word] = [1, 2, 3, 4, 5];

interface Column {
  readonly values: Float64Array<ArrayBuffer>;
  readonly kinds: Uint8Array<ArrayBuffer>;
}

/** A history in named tensors, and the words in it, each once: a number stands for its place. */
export interface Columns {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly words: readonly string[];
}

export function columnsOf(rows: readonly EpochRow[]): Columns {
  const columns = new Map<string, Column>();
  const words = new Map<string, number>();
  const numberOf = (x: string): number => {
    if (!words.has(x)) words.set(x, words.size);
    return words.get(x)!;
  };
  const place = (path: string): Column => {
    let column = columns.get(path);
    if (!column) {
      column = { values: new Float64Array(rows.length), kinds: new Uint8Array(rows.length) };
      columns.set(path, column);
    }
    return column;
  };
  const put = (i: number, path: string, x: unknown): void => {
    if (typeof x === "object" && x !== null) {
      const [record, mark] = [x as Record<string, unknown>, Array.isArray(x) ? item : ""];
      for (const key in record) put(i, path === "" ? key : `${path}\n${mark}${key}`, record[key]);
      return;
    }
    const column = place(path);
    column.kinds[i] = kindOf(x);
    if (typeof x === "number") column.values[i] = x;
    if (typeof x === "string") column.values[i] = numberOf(x);
  };
  rows.forEach((row, i) => {
    put(i, "", row);
  });
  const tensors = [...columns].flatMap(([path, column]) => [
    [prefix + path, new Tensor([rows.length], column.values)],
    [prefix + kinds + path, new Tensor([rows.length], column.kinds)],
  ]);
  return { tensors: Object.fromEntries(tensors), words: [...words.keys()] };
}

function kindOf(x: unknown): number {
  if (typeof x === "number") return number;
  if (typeof x === "string") return word;
  return x === true ? yes : x === false ? no : nothing;
}

/** The history that named tensors hold, and the tensors beside. */
export function rowsFrom({ tensors, words }: Columns): {
  readonly history: EpochRow[];
  readonly rest: Record<string, Tensor>;
} {
  const names = Object.keys(tensors);
  const paths = names.filter((name) => name.startsWith(prefix) && !name.startsWith(prefix + kinds));
  const length = tensors[paths[0] ?? ""]?.shape[0] ?? 0;
  const history = Array.from({ length }, () => ({ metrics: {} })); // there may be none
  for (const name of paths) {
    const path = name.slice(prefix.length);
    const [values, marks] = [tensors[name]!.data, tensors[prefix + kinds + path]!.data];
    const keys = path.split("\n");
    const read = (i: number): unknown => {
      if (marks[i] === number) return values[i];
      if (marks[i] === word) return words[values[i]!];
      return marks[i] === yes ? true : marks[i] === no ? false : null;
    };
    history.forEach((row, i) => {
      if (marks[i] !== 0) set(row, keys, read(i));
    });
  }
  const rest = names.filter((name) => !name.startsWith(prefix)).map((name) => [name, tensors[name]!] as const);
  return { history: history as EpochRow[], rest: Object.fromEntries(rest) };
}

function set(row: object, keys: readonly string[], value: unknown): void {
  let at = row as Record<string, unknown>;
  keys.forEach((key, i) => {
    const [name, next] = [key.startsWith(item) ? key.slice(1) : key, keys[i + 1]];
    if (next === undefined) at[name] = value;
    else if (!Object.hasOwn(at, name)) at[name] = next.startsWith(item) ? [] : {}; // a metric may be called toString
    at = at[name] as Record<string, unknown>;
  });
}
