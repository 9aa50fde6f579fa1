import { unzipSync } from "fflate";
import { ModelError } from "../../core/index.ts";
import { type Elements, elementsOf, NotExact } from "./dtypes.ts";
import { type Literal, pythonLiteral } from "./python.ts";
import { contentOf, open, type Source } from "./source.ts";

/** An array as NumPy saved it, row-major whatever the order in the file. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Numbers; 64-bit integers as float64, which is exact up to ±2⁵³; float16 as float32; booleans as 0 and 1. Or words. */
  readonly data: Elements;
  /** NumPy's name of the type: `<f8`, `|u1`, `<U5`, … */
  readonly dtype: string;
}

/** A structured array as NumPy saved it: arrays by field name, all of the same shape. */
export interface NpyFields {
  readonly shape: readonly number[];
  readonly fields: Readonly<Record<string, NpyArray>>;
}

/**
 * Reads an array from an NPY file, plain or gzip: every kind of number (bool, int8 … uint64, float16 … float64), strings,
 * either byte order, C and Fortran order.
 *
 * @param source a path, `"-"` for standard input, bytes, or `{ content, name }`
 * @returns sizes and elements: `tensor(data, shape)` makes a tensor of them
 * @throws `file-missing`, `file-directory`; `file-format` when it is not NPY, damaged, cut off, or of a type that holds no
 *         numbers (objects, complex numbers, dates, structures); `data-number` for a 64-bit integer beyond ±2⁵³
 * @see numpy.lib.format: the NPY format, versions 1 to 3
 */
export async function readNpy(source: Source): Promise<NpyArray> {
  const opened = await open(source);
  const found = parseNpy(await contentOf(opened), opened.name);
  if (!("fields" in found)) return found;
  throw broken(
    opened.name,
    `this array is a structure of the fields ${Object.keys(found.fields).join(", ")}; one of plain numbers is needed.`,
    "readTable reads each field as a column",
  );
}

/**
 * Reads the arrays of an NPZ archive by name.
 *
 * @param source as for `readNpy`
 * @throws as `readNpy`, with the array's name
 */
export async function readNpz(source: Source): Promise<Record<string, NpyArray | NpyFields>> {
  const opened = await open(source);
  return parseNpz(await contentOf(opened), opened.name);
}

/** The arrays of an archive of NPY files. */
export function parseNpz(bytes: Uint8Array, name: string): Record<string, NpyArray | NpyFields> {
  const files = unzipped(bytes, name);
  const arrays = Object.entries(files).filter(([file]) => file.endsWith(".npy"));
  if (arrays.length > 0)
    return Object.fromEntries(
      arrays.map(([file, content]) => {
        const array = file.slice(0, -".npy".length);
        return [array, parseNpy(content, `${name}, array ${array}`)];
      }),
    );
  const sheet = Object.keys(files).some((file) => file.startsWith("xl/"));
  throw broken(
    name,
    sheet ? "this is an Excel workbook." : "this zip archive holds no NPY arrays.",
    sheet
      ? "save the sheet as CSV in UTF-8"
      : `it holds ${Object.keys(files).slice(0, 6).join(", ") || "nothing"}: unpack it first`,
  );
}

function unzipped(bytes: Uint8Array, name: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter: (file) => file.name.endsWith(".npy") || file.size < 2 ** 16 });
  } catch (error) {
    throw broken(name, `the zip archive is damaged or cut off (${(error as Error).message}).`, again);
  }
}

const again = "copy or download the file again";

function broken(where: string, rule: string, hint?: string): ModelError {
  return new ModelError({ code: "file-format", where, rule, ...(hint !== undefined && { hint }) });
}

interface Header {
  readonly descr: Literal;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** Where the elements begin. */
  readonly start: number;
}

/** An array, or arrays by field, from the bytes of an NPY file. */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray | NpyFields {
  const header = headerOf(bytes, name);
  const { descr, shape, fortran } = header;
  const fields = Array.isArray(descr)
    ? descr.map((field: Literal) => fieldOf(field, name))
    : [{ name: "", dtype: String(descr) }];
  const sizes = fields.map(({ dtype }) => elementsOf(dtype)?.bytes ?? 0);
  const bad = fields.find((_, i) => sizes[i] === 0);
  if (bad) throw unsupported(bad.dtype, bad.name === "" ? name : `${name}, field ${JSON.stringify(bad.name)}`);
  const stride = sizes.reduce((sum, size) => sum + size, 0);
  const count = shape.reduce((product, size) => product * size, 1);
  checkLength(bytes.length, { header, count, stride, name });
  const body = bytes.subarray(header.start);
  const arrays = fields.map((field, i): [string, NpyArray] => {
    const offset = sizes.slice(0, i).reduce((sum, size) => sum + size, 0);
    const where = field.name === "" ? name : `${name}, field ${JSON.stringify(field.name)}`;
    const data = decoded(field.dtype, body, { count, offset, stride, where });
    return [field.name, { shape, data: fortran ? rowMajor(data, shape) : data, dtype: field.dtype }];
  });
  return Array.isArray(descr) ? { shape, fields: Object.fromEntries(arrays) } : arrays[0]![1];
}

function headerOf(bytes: Uint8Array, name: string): Header {
  if (bytes.length === 0) throw new ModelError({ code: "file-empty", where: name, rule: "the file is empty." });
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || !magic.every((byte, i) => bytes[i] === byte))
    throw broken(name, "this is not an NPY file: it must start with \\x93NUMPY.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! >= 2;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const text = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const header = pythonLiteral(text);
  const { descr, fortran_order: fortran, shape } = (header ?? {}) as Record<string, Literal>;
  const sizes =
    Array.isArray(shape) && shape.every((size: Literal) => Number.isSafeInteger(size) && (size as number) >= 0);
  if (descr === undefined || typeof fortran !== "boolean" || !sizes || start > bytes.length)
    throw broken(name, `the header is damaged: ${JSON.stringify(text.slice(0, 80))}.`, again);
  return { descr, fortran, shape: shape as readonly number[], start };
}

function fieldOf(field: Literal, name: string): { readonly name: string; readonly dtype: string } {
  const [title, dtype, shape] = Array.isArray(field) ? (field as readonly Literal[]) : [];
  if (typeof title === "string" && typeof dtype === "string" && shape === undefined) return { name: title, dtype };
  throw broken(
    name,
    `the field ${JSON.stringify(title ?? field)} of this structure is not one number or word a row.`,
    "save plain columns",
  );
}

function checkLength(
  found: number,
  { header, count, stride, name }: { header: Header; count: number; stride: number; name: string },
): void {
  const expected = header.start + count * stride;
  if (found === expected) return;
  throw new ModelError({
    code: "file-format",
    where: name,
    given: { shape: header.shape, expected: `${expected} bytes`, found: `${found} bytes` },
    rule: `the array is ${found < expected ? "cut off" : "longer than its header says"}.`,
    hint: again,
  });
}

interface Layout {
  readonly count: number;
  readonly offset: number;
  readonly stride: number;
  readonly where: string;
}

function decoded(dtype: string, body: Uint8Array, layout: Layout): Elements {
  try {
    return elementsOf(dtype)!.read(body, layout);
  } catch (error) {
    if (!(error instanceof NotExact)) throw error;
    throw new ModelError({
      code: "data-number",
      where: layout.where,
      given: { element: error.index, value: String(error.value), type: dtype },
      rule: "this whole number lies beyond ±2^53 = 9007199254740992, where float64 cannot hold every one.",
      hint: "save float64 if rounding does no harm (X.astype(float)); identifiers are no inputs: leave the column out",
    });
  }
}

function unsupported(dtype: string, where: string): ModelError {
  const kind = dtype.replace(/^[<>|=]/, "")[0] ?? "";
  const [what, hint] = kinds[kind] ?? [`elements of type ${dtype}`, "save float64 or float32: X.astype(float)"];
  return broken(where, `this array holds ${what} (${dtype}); numbers, booleans or words are needed.`, hint);
}

const kinds: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  O: [
    "Python objects, which only Python can read safely",
    "save numbers: np.save(file, np.asarray(X, dtype=float)); rows of different lengths must be filled up first",
  ],
  c: ["complex numbers", "save real and imaginary part as columns of their own"],
  M: ["dates", "save numbers in their place: days since a first day, say, or month and weekday"],
  m: ["time spans", "save them as numbers in one unit: x / np.timedelta64(1, 's')"],
  V: ["raw bytes", "save numbers"],
  f: ["floating-point numbers of this platform's own length", "save float64: X.astype(np.float64)"],
};

/** The elements of an array in Fortran order, in C order. */
function rowMajor(data: Elements, shape: readonly number[]): Elements {
  if (shape.length < 2) return data;
  const out = data.slice();
  const index = new Int32Array(shape.length);
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  for (let to = 0, from = 0; to < data.length; to++) {
    out[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= shape[axis]! * steps[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
