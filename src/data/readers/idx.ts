import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ModelError } from "../../core/index.ts";
import type { Table } from "../table.ts";
import { alone, type DataParts, imageOf, tableOfArrays } from "./arrays.ts";
import { elementsOf } from "./dtypes.ts";
import { contentOf, open, type Source, unreadable } from "./source.ts";

/** Every kind of element that IDX knows. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An array as an IDX file holds it, row-major. */
export interface Idx {
  readonly shape: readonly number[];
  readonly data: IdxData;
}

/** The four files of MNIST's layout as two tables. */
export interface IdxFolder extends DataParts {
  readonly test: Table;
  readonly image: readonly [height: number, width: number];
}

/** NumPy's names of the element types. */
const types: Readonly<Record<number, string>> = { 8: "|u1", 9: "|i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8" };

/**
 * Reads an IDX file, plain or gzip: two zero bytes, the element type, the number of axes, the sizes, then the elements,
 * all big-endian.
 *
 * @param source a path, `"-"` for standard input, bytes, or `{ content, name }`
 * @returns the sizes and the elements, row-major
 * @throws `file-missing`, `file-directory`; `file-format` when it is not IDX, damaged or cut off
 * @see LeCun, Cortes & Burges, The MNIST database: the IDX file format
 */
export async function readIdx(source: Source): Promise<Idx> {
  const opened = await open(source);
  return parseIdx(await contentOf(opened), opened.name);
}

const broken = (where: string, rule: string): ModelError => new ModelError({ code: "file-format", where, rule });

/** The array in the bytes of an IDX file. */
export function parseIdx(bytes: Uint8Array, name: string): Idx {
  if (bytes.length === 0) throw new ModelError({ code: "file-empty", where: name, rule: "the file is empty." });
  const type = bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 ? types[bytes[2]!] : undefined;
  if (!type)
    throw broken(
      name,
      "this is not an IDX file: it must start with two zero bytes and an element type of 8, 9 or 11 to 14.",
    );
  const axes = bytes[3]!;
  const start = 4 + 4 * axes;
  if (axes === 0 || bytes.length < start) throw broken(name, `the header of ${axes} axes is cut off or empty.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const elements = elementsOf(type)!;
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = start + count * elements.bytes;
  if (bytes.length !== expected)
    throw new ModelError({
      code: "file-format",
      where: name,
      given: { shape, expected: `${expected} bytes`, found: `${bytes.length} bytes` },
      rule: `the file is ${bytes.length < expected ? "cut off" : "longer than its header says"}.`,
      hint: "copy or download it again",
    });
  return { shape, data: elements.read(bytes, { count, offset: start, stride: elements.bytes }) as IdxData };
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
  const image = imageOf(images!);
  if (!image) throw broken(folder, "the images have no pixels.");
  return { ...alone(training), test, image };
}

function imageTable(name: string, { images, labels }: { readonly images: Idx; readonly labels: Idx }): Table {
  if (images.shape.length !== 3) throw broken(name, "the images must have three axes: [rows, height, width].");
  if (labels.shape.length !== 1) throw broken(name, "the labels must have one axis: [rows].");
  return tableOfArrays(name, { x: images, y: labels });
}
