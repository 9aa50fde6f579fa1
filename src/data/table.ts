import { ModelError, suggestion } from "../core/index.ts";
import { zerosLike } from "../core/tensor.ts";

/** Where a column's numbers are kept; NaN stands for a missing one. */
export type NumberValues = Float64Array | Float32Array | Int32Array | Uint8Array;

/** A column of numbers. */
export interface NumberColumn {
  readonly name: string;
  readonly kind: "number";
  /** One number a row; NaN where the value is missing. */
  readonly values: NumberValues;
  /** True when every value that is there is a whole number. */
  readonly integer?: boolean;
  /** True when the numbers are times: milliseconds since 1970 (UTC). */
  readonly date?: boolean;
}

/** A column of words, each kept once: row i holds `levels[codes[i]]`. */
export interface TextColumn {
  readonly name: string;
  readonly kind: "text";
  /** One index into `levels` a row; −1 where the value is missing. */
  readonly codes: Int32Array;
  /** The different words, sorted by code unit. */
  readonly levels: readonly string[];
}

export type Column = NumberColumn | TextColumn;

/** Data as columns of equal length, never as row objects. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** What a user should be told about how the table was read. */
  readonly notes: readonly string[];
  /** Which row of the whole table each row was, where this one was taken from it: messages name that row. */
  readonly origin?: Int32Array;
  /** Line of the file where each row of the whole table begins, where it came from one. */
  readonly lines?: Int32Array;
}

/** What `tableFrom` takes for a column: numbers (null or NaN: missing) or words (null or "": missing). */
export type ColumnData = NumberValues | readonly (number | null)[] | readonly (string | null)[];

/**
 * A table from named columns: `tableFrom({ age: [31, 47], sex: ["f", "m"] })`.
 *
 * @param data    one array a column, all of the same length
 * @param options the table's name and notes
 * @throws `data-ragged` when columns differ in length, `data-rows` when there is no column
 */
export function tableFrom(
  data: Readonly<Record<string, ColumnData>>,
  { name = "table", notes = [] }: { readonly name?: string; readonly notes?: readonly string[] } = {},
): Table {
  const entries = Object.entries(data);
  const first = entries[0];
  if (!first) throw new ModelError({ code: "data-rows", where: name, rule: "a table needs at least one column." });
  const rows = first[1].length;
  for (const [column, values] of entries)
    if (values.length !== rows)
      throw new ModelError({
        code: "data-ragged",
        where: `${name}, column ${JSON.stringify(column)}`,
        given: { [first[0]]: rows, [column]: values.length },
        rule: `all columns must have the same number of rows; this one has ${values.length}, not ${rows}.`,
      });
  return { name, rows, columns: entries.map(([column, values]) => columnFrom(column, values)), notes };
}

function columnFrom(name: string, values: ColumnData): Column {
  if (ArrayBuffer.isView(values)) return numberColumn(name, values);
  if (values.some((value) => typeof value === "string")) return textColumn(name, values as readonly (string | null)[]);
  return numberColumn(
    name,
    Float64Array.from(values as readonly (number | null)[], (value) => value ?? Number.NaN),
  );
}

/** A column of numbers; looks once whether all of them are whole. */
export function numberColumn(name: string, values: NumberValues): NumberColumn {
  const whole = values instanceof Int32Array || values instanceof Uint8Array;
  return { name, kind: "number", values, integer: whole || allWhole(values) };
}

function allWhole(values: NumberValues): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if ((value | 0) !== value && !Number.isNaN(value) && !Number.isInteger(value)) return false;
  }
  return true;
}

/** A column of words; null and "" are missing. */
export function textColumn(name: string, values: readonly (string | null)[]): TextColumn {
  const found = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null || value === "") return -1;
    if (!found.has(value)) found.set(value, found.size);
    return found.get(value)!;
  });
  return sortedText(name, { codes, levels: [...found.keys()] });
}

/** A text column with its levels brought into order; `codes` are rewritten in place. */
export function sortedText(
  name: string,
  { codes, levels }: { readonly codes: Int32Array; readonly levels: readonly string[] },
): TextColumn {
  const sorted = levels.toSorted();
  const place = new Map(sorted.map((level, i) => [level, i]));
  const renumber = Int32Array.from(levels, (level) => place.get(level)!);
  for (let i = 0; i < codes.length; i++) if (codes[i]! >= 0) codes[i] = renumber[codes[i]!]!;
  return { name, kind: "text", codes, levels: sorted };
}

/**
 * The rows of a table at the given places, in that order.
 *
 * @param indices row numbers from 0, repeats allowed
 * @throws `index-range` when a row is not there
 */
export function takeRows(table: Table, indices: ArrayLike<number>): Table {
  const places = Int32Array.from(indices);
  const bad = places.find((row) => row < 0 || row >= table.rows);
  if (bad !== undefined)
    throw new ModelError({
      code: "index-range",
      where: `takeRows(${table.name})`,
      rule: `row ${bad} is not one of 0 … ${table.rows - 1}.`,
    });
  const { origin } = table;
  return {
    ...table,
    rows: places.length,
    columns: table.columns.map((column) =>
      column.kind === "text"
        ? { ...column, codes: gather(column.codes, places) }
        : { ...column, values: gather(column.values, places) },
    ),
    origin: origin ? gather(origin, places) : places,
  };
}

function gather<T extends NumberValues>(values: T, places: Int32Array): T {
  const out = zerosLike(values, places.length);
  for (let i = 0; i < places.length; i++) out[i] = values[places[i]!]!;
  return out;
}

/** Row `i` as a user finds it: its line in the file, or else its number from 1 in the whole table. */
export function rowName({ origin, lines }: Table, i: number): string {
  const row = origin?.[i] ?? i;
  return lines ? `line ${lines[row]}` : `row ${row + 1}`;
}

/** The names of a table's columns, in order. */
export const columnNames = (table: Table): string[] => table.columns.map((column) => column.name);

/**
 * The column of that name.
 *
 * @throws `data-columns` when there is none
 */
export function column(table: Table, name: string): Column {
  const found = table.columns.find((candidate) => candidate.name === name);
  if (found) return found;
  throw new ModelError({
    code: "data-columns",
    where: table.name,
    rule: `there is no column ${JSON.stringify(name)}.`,
    hint: suggestion(name, columnNames(table)),
  });
}

/**
 * The table without some of its columns.
 *
 * @throws `data-columns` when one of the names is unknown
 */
export function dropColumns(table: Table, names: readonly string[]): Table {
  const gone = new Set(names.map((name) => column(table, name)));
  return { ...table, columns: table.columns.filter((candidate) => !gone.has(candidate)) };
}

/** True where row `row` of a column has no value. */
export function isMissing(column: Column, row: number): boolean {
  return column.kind === "text" ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);
}

/** Whether any value of a column is there. */
export function hasValue(column: Column): boolean {
  const length = column.kind === "text" ? column.codes.length : column.values.length;
  for (let row = 0; row < length; row++) if (!isMissing(column, row)) return true;
  return false;
}

/** Whether any value of a column is missing; the engine's own search takes a fraction of a loop's time. */
export const hasMissing = (column: Column): boolean =>
  column.kind === "text" ? column.codes.includes(-1) : column.values.includes(Number.NaN);

/** How many values of a column are missing. */
export function missingIn(column: Column): number {
  if (!hasMissing(column)) return 0;
  let count = 0;
  const length = column.kind === "text" ? column.codes.length : column.values.length;
  for (let row = 0; row < length; row++) if (isMissing(column, row)) count++;
  return count;
}

/** The columns that have missing values, with how many. */
export function missingCounts(table: Table): { readonly column: string; readonly missing: number }[] {
  return table.columns
    .map((each) => ({ column: each.name, missing: missingIn(each) }))
    .filter(({ missing }) => missing > 0);
}

/** The value of a column at a row as one would write it; "" where it is missing. */
export function written(column: Column, row: number): string {
  if (isMissing(column, row)) return "";
  if (column.kind === "text") return column.levels[column.codes[row]!]!;
  return column.date ? new Date(column.values[row]!).toISOString() : String(column.values[row]!);
}
