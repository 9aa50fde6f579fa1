import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ModelError } from "../../core/index.ts";
import { type Column, numberColumn, type Table } from "../table.ts";
import { unreadable } from "./source.ts";

/** Every kind of element that IDX knows. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An array as an IDX file holds it, row-major. */
export interface Idx {
  readonly shape: readonly number[];
  readonly data: IdxData;
}

/** The four files of MNIST's layout as two tables. */
export interface IdxFolder {
  readonly training: Table;
  readonly test: Table;
  /** Height and width of an image. */
  readonly image: readonly [height: number, width: number];
}

const elements: Readonly<Record<number, { readonly bytes: number; read(view: DataView, length: number): IdxData }>> = {
  8: { bytes: 1, read: (view, n) => Uint8Array.from({ length: n }, (_, i) => view.getUint8(i)) },
  9: { bytes: 1, read: (view, n) => Int8Array.from({ length: n }, (_, i) => view.getInt8(i)) },
  11: { bytes: 2, read: (view, n) => Int16Array.from({ length: n }, (_, i) => view.getInt16(2 * i)) },
  12: { bytes: 4, read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt32(4 * i)) },
  13: { bytes: 4, read: (view, n) => Float32Array.from({ length: n }, (_, i) => view.getFloat32(4 * i)) },
  14: { bytes: 8, read: (view, n) => Float64Array.from({ length: n }, (_, i) => view.getFloat64(8 * i)) },
};

/**
 * Reads an IDX file, plain or gzip: two zero bytes, the element type, the number of axes, the sizes, then the elements,
 * all big-endian.
 *
 * @param source a path or bytes
 * @returns the sizes and the elements, row-major
 * @throws `file-missing`, `file-directory`; `file-format` when it is not IDX, damaged or cut off
 * @see LeCun, Cortes & Burges, The MNIST database: the IDX file format
 */
export async function readIdx(source: string | Uint8Array): Promise<Idx> {
  const name = typeof source === "string" ? source : "data";
  const raw = typeof source === "string" ? await contentOf(source) : source;
  return parseIdx(raw[0] === 0x1f && raw[1] === 0x8b ? await unzip(raw, name) : raw, name);
}

async function contentOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw await unreadable(path, error as NodeJS.ErrnoException);
  }
}

async function unzip(raw: Uint8Array, name: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(raw);
  } catch (error) {
    throw broken(name, `the compressed content is damaged or cut off (${(error as Error).message}).`);
  }
}

const broken = (where: string, rule: string): ModelError => new ModelError({ code: "file-format", where, rule });

function parseIdx(bytes: Uint8Array, name: string): Idx {
  if (bytes.length === 0) throw new ModelError({ code: "file-empty", where: name, rule: "the file is empty." });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const element = bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 ? elements[bytes[2]!] : undefined;
  if (!element)
    throw broken(
      name,
      "this is not an IDX file: it must start with two zero bytes and an element type of 8, 9 or 11 to 14.",
    );
  const axes = bytes[3]!;
  const start = 4 + 4 * axes;
  if (axes === 0 || bytes.length < start) throw broken(name, `the header of ${axes} axes is cut off or empty.`);
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = start + count * element.bytes;
  if (bytes.length !== expected)
    throw new ModelError({
      code: "file-format",
      where: name,
      given: { shape, expected: `${expected} bytes`, found: `${bytes.length} bytes` },
      rule: `the file is ${bytes.length < expected ? "cut off" : "longer than its header says"}.`,
      hint: "copy or download it again",
    });
  if (element.bytes === 1 && bytes[2] === 8)
    return { shape, data: new Uint8Array(view.buffer, view.byteOffset + start, count) };
  return { shape, data: element.read(new DataView(view.buffer, view.byteOffset + start), count) };
}

const parts = ["train-images", "train-labels", "t10k-images", "t10k-labels"] as const;

/** `train-images-idx3-ubyte`, `train-images.idx3-ubyte`, each also with `.gz`. */
function spellings(part: string): string[] {
  const axes = part.endsWith("images") ? 3 : 1;
  return ["-", "."].flatMap((mark) => ["", ".gz"].map((end) => `${part}${mark}idx${axes}-ubyte${end}`));
}

/** True for a folder with a file of MNIST's layout in it: `readIdxFolder` can read it, or say what is missing. */
export async function isIdxFolder(path: string): Promise<boolean> {
  const names: string[] = await readdir(path).catch(() => []);
  return parts.some((part) => spellings(part).some((spelling) => names.includes(spelling)));
}

/**
 * Reads the four files of MNIST's layout: training and test images with labels, plain or gzip. The columns are
 * `pixel_0_0` … (row, column of the image; 0 … 255) and `target`.
 *
 * @param folder where `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the two of `t10k` are
 * @throws `file-missing` naming the files that are not there; `file-format`; `data-rows` when images and labels differ
 *         in number
 */
export async function readIdxFolder(folder: string): Promise<IdxFolder> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) throw await unreadable(folder, found);
  if (!found.isDirectory())
    throw new ModelError({
      code: "file-directory",
      where: folder,
      rule: "this is a file; a folder with four is needed.",
    });
  const names = await readdir(folder);
  const files = parts.map((part) => spellings(part).find((spelling) => names.includes(spelling)));
  const absent = parts.filter((_, i) => files[i] === undefined);
  if (absent.length > 0)
    throw new ModelError({
      code: "file-missing",
      where: folder,
      given: { "not there": absent.map((part) => spellings(part)[0]!).join(", ") },
      rule: "the four files of MNIST's layout are needed, plain or gzip.",
      hint: `the folder has ${names.slice(0, 8).join(", ") || "no files"}`,
    });
  const [images, labels, testImages, testLabels] = await Promise.all(files.map((file) => readIdx(join(folder, file!))));
  const name = basename(folder);
  const training = imageTable(`${name} (training)`, { images: images!, labels: labels! });
  const test = imageTable(`${name} (test)`, { images: testImages!, labels: testLabels! });
  if (test.columns.length !== training.columns.length) throw broken(folder, "training and test images differ in size.");
  return { training, test, image: [images!.shape[1]!, images!.shape[2]!] };
}

function imageTable(name: string, { images, labels }: { readonly images: Idx; readonly labels: Idx }): Table {
  const [rows = 0, height = 0, width = 0] = images.shape;
  if (images.shape.length !== 3 || !(images.data instanceof Uint8Array))
    throw broken(name, "the images must be bytes on three axes: [rows, height, width].");
  if (labels.shape.length !== 1 || !(labels.data instanceof Uint8Array))
    throw broken(name, "the labels must be bytes on one axis: [rows].");
  if (labels.shape[0] !== rows)
    throw new ModelError({
      code: "data-rows",
      where: name,
      given: { images: rows, labels: labels.shape[0]! },
      rule: `there must be one label an image: ${rows} images, but ${labels.shape[0]} labels.`,
    });
  const pixels = transposed(images.data, { rows, columns: height * width });
  const columns: Column[] = Array.from({ length: height * width }, (_, j) =>
    numberColumn(`pixel_${Math.floor(j / width)}_${j % width}`, pixels.subarray(j * rows, (j + 1) * rows)),
  );
  const notes = [`${name}: ${rows} images of ${height} × ${width}`];
  return { name, rows, columns: [...columns, numberColumn("target", labels.data)], notes };
}

/** One buffer, a column after the other; in squares of 64 × 64, which the cache holds. */
function transposed(
  data: Uint8Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Uint8Array {
  const out = new Uint8Array(rows * columns);
  const edge = 64;
  for (let top = 0; top < rows; top += edge)
    for (let left = 0; left < columns; left += edge)
      for (let j = left; j < Math.min(left + edge, columns); j++)
        for (let i = top; i < Math.min(top + edge, rows); i++) out[j * rows + i] = data[i * columns + j]!;
  return out;
}
