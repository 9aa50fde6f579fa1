import { ModelError } from "../../core/index.ts";
import { type Column, type NumberValues, numberColumn, type Table, textColumn } from "../table.ts";
import type { Elements, NumberElements } from "./dtypes.ts";

/** An array out of a file, row-major. */
export interface FileArray {
  readonly shape: readonly number[];
  readonly data: Elements;
}

/** What a file or a folder holds: a table, and the other parts that it brings along. */
export interface DataParts {
  readonly training: Table;
  readonly validation: Table | null;
  readonly test: Table | null;
  /** Height and width, where a row is an image of one channel. */
  readonly image: readonly [height: number, width: number] | null;
  /** False where no column can be a target: images, or inputs alone. */
  readonly labelled: boolean;
}

/** Parts of a table that came without others. */
export const alone = (training: Table): DataParts => ({
  training,
  validation: null,
  test: null,
  image: null,
  labelled: true,
});

/** Inputs of some rows and, where they are known, their targets. */
export interface Labelled {
  readonly x: FileArray;
  readonly y?: FileArray | undefined;
  /** Of the columns of x; default `pixel_i_j` for images, else x1, x2, … */
  readonly names?: readonly string[] | undefined;
}

const refuse = (where: string, rule: string, hint?: string): ModelError =>
  new ModelError({ code: "file-format", where, rule, ...(hint !== undefined && { hint }) });

/**
 * A table from an array of inputs `[rows, …]` and one of targets `[rows]`, `[rows, 1]`, or `[rows, classes]` with a single
 * 1 a row. Further axes of x are laid out in a row: those of images `[rows, height, width]` are called `pixel_i_j`.
 *
 * @throws `data-rows` when x and y have not the same rows, `file-format` for shapes that make no table
 */
export function tableOfArrays(name: string, { x, y, names }: Labelled): Table {
  const [rows = 0] = x.shape;
  if (x.shape.length === 0) throw refuse(name, "the array is a single number; a table needs rows and columns.");
  const targets = y && targetOf(name, y);
  if (y && y.shape[0] !== rows)
    throw new ModelError({
      code: "data-rows",
      where: name,
      given: { x: x.shape, y: y.shape },
      rule: `there must be one target a row: ${rows} rows, but ${y.shape[0]} targets.`,
    });
  const inputs = names ?? defaultNames(x.shape);
  if (inputs.length !== width(x)) throw refuse(name, `${width(x)} columns, but ${inputs.length} names of columns.`);
  const columns = columnsOf(x, inputs);
  const image = imageOf(x);
  const notes = image ? [`${name}: ${rows} images of ${image[0]} × ${image[1]}`] : [];
  return { name, rows, columns: targets ? [...columns, targets] : columns, notes };
}

/** Height and width of images `[rows, height, width]` or `[rows, height, width, 1]`. */
export function imageOf({ shape }: FileArray): DataParts["image"] {
  const [, height, width, channels = 1, ...more] = shape;
  return height && width && channels === 1 && more.length === 0 ? [height, width] : null;
}

/** Numbers a row. */
const width = ({ shape }: FileArray): number => shape.slice(1).reduce((product, size) => product * size, 1);

/** `pixel_0_0` … for images, with the channel behind where there are several; else x1, x2, … */
function defaultNames(shape: readonly number[]): string[] {
  const sizes = shape.slice(1).filter((size, axis) => axis < 2 || size > 1);
  const count = sizes.reduce((product, size) => product * size, 1);
  if (sizes.length < 2) return Array.from({ length: count }, (_, j) => `x${j + 1}`);
  return Array.from({ length: count }, (_, j) => {
    let rest = j;
    const place = sizes.map((_, axis) => {
      const step = sizes.slice(axis + 1).reduce((product, size) => product * size, 1);
      const index = Math.floor(rest / step);
      rest %= step;
      return index;
    });
    return `pixel_${place.join("_")}`;
  });
}

/** The columns of an array `[rows, …]`. */
export function columnsOf(array: FileArray, names: readonly string[]): Column[] {
  const [rows = 0] = array.shape;
  const { data } = array;
  const columns = names.length;
  if (Array.isArray(data))
    return names.map((name, j) =>
      textColumn(
        name,
        Array.from({ length: rows }, (_, i) => data[i * columns + j]!),
      ),
    );
  const values = transposed(data, { rows, columns });
  return names.map((name, j) => numberColumn(name, values.subarray(j * rows, (j + 1) * rows)));
}

/** One buffer, a column after the other; in squares of 64 × 64, which the cache holds. */
function transposed(
  data: NumberElements,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): NumberValues {
  const out = storageFor(data, rows * columns);
  const edge = 64;
  for (let top = 0; top < rows; top += edge)
    for (let left = 0; left < columns; left += edge)
      for (let j = left; j < Math.min(left + edge, columns); j++)
        for (let i = top; i < Math.min(top + edge, rows); i++) out[j * rows + i] = data[i * columns + j]!;
  return out;
}

/** The smallest storage of a table that holds these numbers. */
function storageFor(data: NumberElements, length: number): NumberValues {
  if (data instanceof Uint8Array) return new Uint8Array(length);
  if (data instanceof Float32Array) return new Float32Array(length);
  return data instanceof Float64Array || data instanceof Uint32Array
    ? new Float64Array(length)
    : new Int32Array(length);
}

/** The column `target`: as it stands, or the place of the 1 in each row. */
function targetOf(where: string, y: FileArray): Column {
  if (width(y) === 1) return columnsOf(y, ["target"])[0]!;
  const classes = y.shape.length === 2 ? placesOfOnes(y) : undefined;
  if (classes) return numberColumn("target", classes);
  throw new ModelError({
    code: "data-target",
    where,
    given: { y: y.shape },
    rule: `the targets must be one number or class a row; these have ${width(y)} each.`,
    hint: "save one of them, or class numbers",
  });
}

/** For targets with a single 1 in each row and 0 elsewhere, its place. */
function placesOfOnes({ shape, data }: FileArray): Int32Array | undefined {
  const [rows = 0, classes = 0] = shape;
  if (Array.isArray(data)) return undefined;
  const places = new Int32Array(rows).fill(-1);
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const row = Math.floor(i / classes);
    if (data[i] !== 1 || places[row] !== -1) return undefined;
    places[row] = i % classes;
  }
  return places.includes(-1) ? undefined : places;
}
