import { ModelError, nearest, suggestion, Tensor } from "../core/index.ts";
import { checkFilled, completeRows, type Encoding, type InputEncoding, type TargetEncoding } from "./encoding.ts";
import { type Column, columnNames, isMissing, rowName, type Table, written } from "./table.ts";
import { targetColumn } from "./task.ts";

/** Numbers for a network. */
export interface EncodedInputs {
  /** `[rows, features]`, scaled. */
  readonly x: Tensor;
  /** Which rows of the table these are: all, unless rows with missing values were dropped. */
  readonly rows: Int32Array;
}

/** Numbers for training and scoring. */
export interface Encoded extends EncodedInputs {
  /** Multiclass: class numbers `[rows]` (integers). Binary: 0 or 1, `[rows, 1]`. Regression: the numbers, `[rows, 1]`. */
  readonly y: Tensor;
}

/** Storage of the result: float64 (default), or float32, half as large. */
export interface EncodeOptions {
  readonly precision?: "f64" | "f32";
}

/**
 * Turns a table into numbers, as `fitEncoding` learnt it. Columns are found by name; extra ones are ignored.
 *
 * @returns x `[rows, features]` and y, for the rows that stay
 * @throws `data-columns` when an input column is not there, `data-target` when the target is not, `data-text` for a word
 *         that was not in the training data or in a column of numbers, `data-classes` for an unknown class,
 *         `data-missing` for missing values that the policy does not cover
 */
export function encode(encoding: Encoding, table: Table, options: EncodeOptions = {}): Encoded {
  const target = targetColumn(table, encoding.target.column);
  const columns = [...inputColumns(encoding, table), target];
  const rows = keptRows(encoding, { ...table, columns });
  return {
    x: features(encoding, { table, rows, ...options }),
    y: encodeTarget(encoding, { table, rows, ...options }),
    rows,
  };
}

/**
 * The same without a target: for predicting.
 *
 * @returns x `[rows, features]` for the rows that stay
 * @throws as `encode`, but for the target
 */
export function encodeInputs(encoding: Encoding, table: Table, options: EncodeOptions = {}): EncodedInputs {
  const rows = keptRows(encoding, { ...table, columns: inputColumns(encoding, table) });
  return { x: features(encoding, { table, rows, ...options }), rows };
}

interface Job extends EncodeOptions {
  readonly table: Table;
  readonly rows: Int32Array;
}

function keptRows({ missing, target }: Encoding, table: Table): Int32Array {
  checkFilled(table, { missing, target: target.column });
  return completeRows(table, missing);
}

function inputColumns({ inputs, target }: Encoding, table: Table): Column[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const absent = inputs.filter((input) => !byName.has(input.column)).map((input) => JSON.stringify(input.column));
  if (absent.length === 0) return inputs.map((input) => byName.get(input.column)!);
  const known = new Set([target.column, ...inputs.map((input) => input.column)]);
  const extra = columnNames(table).filter((name) => !known.has(name));
  const near = nearest(JSON.parse(absent[0]!) as string, extra);
  throw new ModelError({
    code: "data-columns",
    where: table.name,
    given: { "not there": absent.slice(0, 12).join(", ") + (absent.length > 12 ? ", …" : "") },
    rule: `${absent.length === 1 ? "a column that the model needs is" : `${absent.length} columns that the model needs are`} not there.`,
    hint: near
      ? `rename the column ${JSON.stringify(near)} to ${absent[0]}?`
      : suggestion(JSON.parse(absent[0]!) as string, columnNames(table)),
  });
}

/** Fills x a band of rows at a time, so that a band stays in the cache while the columns pass over it. */
function features(encoding: Encoding, { table, rows, precision = "f64" }: Job): Tensor {
  const width = encoding.features.length;
  const data = precision === "f32" ? new Float32Array(rows.length * width) : new Float64Array(rows.length * width);
  let offset = 0;
  const writers = inputColumns(encoding, table).map((column, j) => {
    const input = encoding.inputs[j]!;
    const write = writer(input, { column, table, rows, data, width, offset });
    offset += input.kind === "text" ? input.levels.length : 1;
    return write;
  });
  const band = 64;
  for (let start = 0; start < rows.length; start += band)
    for (const write of writers) write(start, Math.min(start + band, rows.length));
  return new Tensor([rows.length, width], data);
}

interface Place {
  readonly column: Column;
  readonly table: Table;
  readonly rows: Int32Array;
  readonly data: Float64Array | Float32Array;
  readonly width: number;
  readonly offset: number;
}

type Writer = (start: number, end: number) => void;

function writer(input: InputEncoding, place: Place): Writer {
  const { column, rows, data, width, offset } = place;
  if (input.kind === "text") {
    const codes = levelCodes(input, place);
    return (start, end) => {
      for (let r = start; r < end; r++) data[r * width + offset + codes[rows[r]!]!] = 1;
    };
  }
  const { shift, scale, fill } = input;
  const values = numbersOf(column, place);
  return (start, end) => {
    for (let r = start; r < end; r++) {
      const value = values[rows[r]!]!;
      data[r * width + offset] = ((Number.isNaN(value) ? fill : value) - shift) / scale;
    }
  };
}

const at = ({ table, column }: { readonly table: Table; readonly column: Column }, row: number): string =>
  `${table.name} ${rowName(table, row)}, column ${JSON.stringify(column.name)}`;

/** The numbers of a column that was numeric in training. */
function numbersOf(column: Column, place: { readonly table: Table; readonly column: Column }): ArrayLike<number> {
  if (column.kind === "number") return column.values;
  const row = column.codes.findIndex((code) => code >= 0);
  if (row === -1) return new Float64Array(column.codes.length).fill(Number.NaN);
  throw new ModelError({
    code: "data-text",
    where: at(place, row),
    given: { value: JSON.stringify(written(column, row)) },
    rule: "this column held numbers when the model was trained; here it holds text.",
    hint: "write numbers in this column, or leave a missing one empty",
  });
}

/** For every row the number of its level; missing values have that of the fill. */
function levelCodes(input: InputEncoding & { readonly kind: "text" }, place: Place): Int32Array {
  const { column, table, rows } = place;
  const known = new Map(input.levels.map((level, i) => [level, i]));
  const codes = new Int32Array(table.rows);
  for (const row of rows) {
    const word = isMissing(column, row) ? input.fill : written(column, row);
    const code = known.get(word);
    if (code === undefined)
      throw new ModelError({
        code: "data-text",
        where: at(place, row),
        given: { value: JSON.stringify(word) },
        rule: `${JSON.stringify(word)} did not occur in this column when the model was trained.`,
        hint: suggestion(word, input.levels),
      });
    codes[row] = code;
  }
  return codes;
}

function encodeTarget({ target, task }: Encoding, { table, rows, precision = "f64" }: Job): Tensor {
  const column = targetColumn(table, target.column);
  const real = (numbers: ArrayLike<number>): Tensor =>
    new Tensor([rows.length, 1], precision === "f32" ? Float32Array.from(numbers) : Float64Array.from(numbers));
  if (target.kind === "number") {
    const values = numbersOf(column, { table, column });
    return real(Array.from(rows, (row) => values[row]!));
  }
  const codes = classCodes(target, { table, column, rows });
  return task === "binary" ? real(codes) : new Tensor([rows.length], codes);
}

function classCodes(
  target: TargetEncoding & { readonly kind: "classes" },
  place: { readonly table: Table; readonly column: Column; readonly rows: Int32Array },
): Int32Array {
  const known = new Map(target.classes.map((name, i) => [name, i]));
  return place.rows.map((row) => {
    const word = written(place.column, row);
    const code = known.get(word);
    if (code !== undefined) return code;
    throw new ModelError({
      code: "data-classes",
      where: at(place, row),
      given: { value: JSON.stringify(word), classes: target.classes.length },
      rule: `the class ${JSON.stringify(word)} was not among the training rows.`,
      hint: suggestion(word, target.classes),
    });
  });
}
