import { ModelError, nearest, suggestion, Tensor } from "../core/index.ts";
import { numbersUpTo } from "../core/random.ts";
import { hasIndicator, type InputEncoding, type NumberInput, widthOf } from "./inputs.ts";
import { type Column, columnNames, hasMissing, isMissing, rowName, type Table, written } from "./table.ts";

/** A table whose columns are those of the inputs, in their order, and which of its rows are wanted. */
export interface FeatureJob {
  readonly table: Table;
  /** Default: all. */
  readonly rows?: Int32Array;
  readonly unseen?: "zero" | "error";
  /** Storage of the result: float64 (default), or float32, half as large. */
  readonly precision?: "f64" | "f32";
}

/** Numbers, and what a user should be told about them. */
export interface Features {
  /** `[rows, features]`. */
  readonly x: Tensor;
  readonly notes: readonly string[];
}

/**
 * The features of the columns' own, before any expansion. x is filled a band of rows at a time, so that a band stays in the
 * cache while the columns pass over it.
 *
 * @throws `data-text` for a word in a column of numbers, or under `error` for one that training did not have
 */
export function baseFeatures(inputs: readonly InputEncoding[], job: FeatureJob): Features {
  const { table, precision = "f64" } = job;
  const rows = job.rows ?? numbersUpTo(table.rows);
  const width = inputs.reduce((sum, input) => sum + widthOf(input), 0);
  const data = precision === "f32" ? new Float32Array(rows.length * width) : new Float64Array(rows.length * width);
  const notes: string[] = [];
  let offset = 0;
  const writers = inputs.map((input, j) => {
    const place = { column: table.columns[j]!, table, rows, data, width, offset, unseen: job.unseen ?? "zero", notes };
    offset += widthOf(input);
    return writer(input, place);
  });
  const band = 64;
  for (let start = 0; start < rows.length; start += band)
    for (const write of writers) write(start, Math.min(start + band, rows.length));
  return { x: new Tensor([rows.length, width], data), notes };
}

interface Place {
  readonly column: Column;
  readonly table: Table;
  readonly rows: Int32Array;
  readonly data: Float64Array | Float32Array;
  readonly width: number;
  readonly offset: number;
  readonly unseen: "zero" | "error";
  readonly notes: string[];
}

type Writer = (start: number, end: number) => void;

function writer(input: InputEncoding, place: Place): Writer {
  const write = input.kind === "number" ? numberWriter(input, place) : wordWriter(input, place);
  if (!hasIndicator(input)) return write;
  const { column, rows, data, width, offset } = place;
  const last = offset + widthOf(input) - 1;
  return (start, end) => {
    write(start, end);
    for (let r = start; r < end; r++) if (isMissing(column, rows[r]!)) data[r * width + last] = 1;
  };
}

function numberWriter({ shift, scale, fill }: NumberInput, place: Place): Writer {
  const { rows, data, width, offset } = place;
  const values = numbersOf(place.column, place.table);
  const write: Writer = (start, end) => {
    for (let r = start; r < end; r++) data[r * width + offset] = (values[rows[r]!]! - shift) / scale;
  };
  if (!hasMissing(place.column)) return write;
  const filled = (fill - shift) / scale;
  return (start, end) => {
    write(start, end);
    for (let r = start; r < end; r++) if (isMissing(place.column, rows[r]!)) data[r * width + offset] = filled;
  };
}

/** One feature a level; or one feature that is 0 or 1, or the number of the level. */
function wordWriter(input: Exclude<InputEncoding, NumberInput>, place: Place): Writer {
  const { rows, data, width, offset } = place;
  const codes = levelCodes(input, place);
  const oneHot = input.kind === "text";
  const first = input.kind === "level" ? 1 : 0;
  return (start, end) => {
    for (let r = start; r < end; r++) {
      const code = codes[rows[r]!]!;
      if (code < 0) continue;
      if (oneHot) data[r * width + offset + code] = 1;
      else data[r * width + offset] = code + first;
    }
  };
}

const at = (table: Table, column: Column, row: number): string =>
  `${table.name} ${rowName(table, row)}, column ${JSON.stringify(column.name)}`;

/**
 * The numbers of a column that was numeric in training.
 *
 * @throws `data-text` when it holds words
 */
export function numbersOf(column: Column, table: Table): ArrayLike<number> {
  if (column.kind === "number") return column.values;
  const row = column.codes.findIndex((code) => code >= 0);
  if (row === -1) return new Float64Array(column.codes.length).fill(Number.NaN);
  throw new ModelError({
    code: "data-text",
    where: at(table, column, row),
    given: { value: JSON.stringify(written(column, row)) },
    rule: "this column held numbers when the model was trained; here it holds text.",
    hint: "write numbers in this column, or leave a missing one empty",
  });
}

/** For every row the number of its level, missing values as the fill; −1 for an unseen word, or a missing one that has an indicator. */
function levelCodes(input: Exclude<InputEncoding, NumberInput>, place: Place): Int32Array {
  const { column, table, rows } = place;
  const known = new Map(input.levels.map((level, i) => [level, i]));
  const fill = hasIndicator(input) || input.fill === null ? -1 : known.get(input.fill)!;
  const translated = column.kind === "text" ? column.levels.map((level) => known.get(level) ?? -1) : undefined;
  const codes = new Int32Array(table.rows);
  const unseen = new Map<string, number>();
  for (const row of rows) {
    if (isMissing(column, row)) codes[row] = fill;
    else {
      const code = translated
        ? translated[(column as { codes: Int32Array }).codes[row]!]!
        : known.get(written(column, row));
      codes[row] = code ?? -1;
      if (codes[row] === -1) sawUnseen(input, place, row, unseen);
    }
  }
  if (unseen.size > 0) place.notes.push(unseenNote(column.name, unseen));
  return codes;
}

/** Counts a word that training did not have, or refuses it. */
function sawUnseen(
  input: Exclude<InputEncoding, NumberInput>,
  place: Place,
  row: number,
  unseen: Map<string, number>,
): void {
  const { column, table } = place;
  const word = written(column, row);
  unseen.set(word, (unseen.get(word) ?? 0) + 1);
  if (place.unseen === "zero") return;
  throw new ModelError({
    code: "data-text",
    where: at(table, column, row),
    given: { value: JSON.stringify(word) },
    rule: `${JSON.stringify(word)} did not occur in this column when the model was trained.`,
    hint: suggestion(word, input.levels),
  });
}

function unseenNote(column: string, unseen: ReadonlyMap<string, number>): string {
  const rows = [...unseen.values()].reduce((a, b) => a + b);
  const words = [...unseen.keys()].slice(0, 3).map((word) => JSON.stringify(word));
  const shown = words.join(", ") + (unseen.size > 3 ? ", …" : "");
  return `column ${column}: ${rows} ${rows === 1 ? "row has a word" : "rows have words"} that training did not have (${shown}), taken as none of its levels`;
}

function renaming(wanted: string, extra: readonly string[]): string | undefined {
  const near = nearest(wanted, extra);
  return near === undefined ? undefined : `rename the column ${JSON.stringify(near)} to ${JSON.stringify(wanted)}?`;
}

/**
 * The columns of a table that the inputs are made of, in their order.
 *
 * @throws `data-columns` naming those that are not there
 */
export function columnsFor(
  inputs: readonly { readonly column: string }[],
  table: Table,
  others: readonly string[],
): Column[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const absent = inputs.map(({ column }) => column).filter((name) => !byName.has(name));
  if (absent.length === 0) return inputs.map((input) => byName.get(input.column)!);
  const known = new Set([...others, ...inputs.map((input) => input.column)]);
  const extra = columnNames(table).filter((name) => !known.has(name));
  throw new ModelError({
    code: "data-columns",
    where: table.name,
    given: {
      "not there":
        absent
          .slice(0, 12)
          .map((name) => JSON.stringify(name))
          .join(", ") + (absent.length > 12 ? ", …" : ""),
    },
    rule: `${absent.length === 1 ? "a column that the model needs is" : `${absent.length} columns that the model needs are`} not there.`,
    hint: renaming(absent[0]!, extra) ?? suggestion(absent[0]!, columnNames(table)),
  });
}
