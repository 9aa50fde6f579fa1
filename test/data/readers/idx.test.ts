import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { column, type NumberColumn } from "../../../src/data/index.ts";
import { isIdxFolder, readIdx, readIdxFolder, readTable } from "../../../src/data/readers/index.ts";
import { problemOf } from "../problem.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-idx-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes of an IDX file of bytes. */
function idx(shape: readonly number[], data: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

const ramp = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => i % 251);

/** A folder in MNIST's layout: 70 and 65 images of 2 × 33, so that the transposing squares have ragged edges. */
function small(name: string, change: Readonly<Record<string, Uint8Array | null>> = {}): string {
  const path = join(folder, name);
  mkdirSync(path);
  const files: Record<string, Uint8Array | null> = {
    "train-images-idx3-ubyte": idx([70, 2, 33], ramp(70 * 66)),
    "train-labels.idx1-ubyte": idx([70], ramp(70)),
    "t10k-images.idx3-ubyte.gz": gzipSync(idx([65, 2, 33], ramp(65 * 66))),
    "t10k-labels-idx1-ubyte.gz": gzipSync(idx([65], ramp(65))),
    ...change,
  };
  for (const [file, bytes] of Object.entries(files)) if (bytes) writeFileSync(join(path, file), bytes);
  return path;
}

describe("an IDX file", () => {
  it("gives back its shape and bytes, plain and compressed", async () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const data = ramp(shape.reduce((a, b) => a * b, 1));
        const bytes = idx(shape, data);
        expect(await readIdx(bytes)).toEqual({ shape, data });
        expect(await readIdx(gzipSync(bytes))).toEqual({ shape, data });
      }),
    );
  });

  it("holds big-endian numbers of six kinds", async () => {
    const of = (type: number, ...bytes: number[]) => readIdx(Uint8Array.of(0, 0, type, 1, 0, 0, 0, 1, ...bytes));
    expect((await of(9, 0xfe)).data).toEqual(Int8Array.of(-2));
    expect((await of(11, 0xff, 0xfe)).data).toEqual(Int16Array.of(-2));
    expect((await of(12, 0, 1, 0, 0)).data).toEqual(Int32Array.of(65536));
    expect((await of(13, 0x3f, 0xc0, 0, 0)).data).toEqual(Float32Array.of(1.5));
    expect((await of(14, 0xbf, 0xf8, 0, 0, 0, 0, 0, 0)).data).toEqual(Float64Array.of(-1.5));
  });

  it("is refused when it is cut off, too long, empty, damaged or something else", async () => {
    const good = idx([2, 3], ramp(6));
    const bad = [
      good.subarray(0, 17),
      Uint8Array.of(...good, 0),
      good.subarray(0, 9),
      Uint8Array.of(0, 0, 10, 1, 0, 0, 0, 0),
      Uint8Array.of(0, 0, 8, 0),
      new TextEncoder().encode("a,b\n1,2\n"),
      gzipSync(good).subarray(0, 15),
    ];
    for (const bytes of bad) expect((await problemOf(() => readIdx(bytes))).code).toBe("file-format");
    expect((await problemOf(() => readIdx(new Uint8Array()))).code).toBe("file-empty");
    expect((await problemOf(() => readIdx(join(folder, "none")))).code).toBe("file-missing");
    expect((await problemOf(() => readIdx(folder))).code).toBe("file-directory");
  });
});

describe("a folder in MNIST's layout", () => {
  it("gives two tables, a column a pixel, whatever the spelling and compression", async () => {
    const path = small("whole");
    const { training, test, image } = await readIdxFolder(path);
    expect(image).toEqual([2, 33]);
    expect([training.rows, test.rows, training.columns.length]).toEqual([70, 65, 67]);
    for (const [row, i, j] of [
      [0, 0, 0],
      [69, 1, 32],
      [64, 1, 31],
      [13, 0, 32],
    ] as const) {
      const pixel = column(training, `pixel_${i}_${j}`) as NumberColumn;
      expect(pixel.values[row]).toBe((row * 66 + i * 33 + j) % 251);
    }
    expect((column(test, "target") as NumberColumn).values).toEqual(ramp(65));
    expect(await isIdxFolder(path)).toBe(true);
    expect(await isIdxFolder(folder)).toBe(false);
    expect((await problemOf(() => readTable(path))).hint).toContain("readIdxFolder");
  });

  it("is refused when files are missing, by their names", async () => {
    const path = small("holed", { "train-labels.idx1-ubyte": null, "t10k-images.idx3-ubyte.gz": null });
    const problem = await problemOf(() => readIdxFolder(path));
    expect(problem).toMatchObject({
      code: "file-missing",
      given: { "not there": "train-labels-idx1-ubyte, t10k-images-idx3-ubyte" },
    });
    expect((await problemOf(() => readIdxFolder(join(folder, "nowhere")))).code).toBe("file-missing");
    const file = join(path, "train-images-idx3-ubyte");
    expect((await problemOf(() => readIdxFolder(file))).code).toBe("file-directory");
  });

  it("is refused when images and labels differ in number, or are not images and labels", async () => {
    const fewer = small("fewer", { "train-labels.idx1-ubyte": idx([69], ramp(69)) });
    expect((await problemOf(() => readIdxFolder(fewer))).code).toBe("data-rows");
    const flat = small("flat", { "train-images-idx3-ubyte": idx([70, 66], ramp(70 * 66)) });
    expect((await problemOf(() => readIdxFolder(flat))).code).toBe("file-format");
    const other = small("other", { "t10k-images.idx3-ubyte.gz": gzipSync(idx([65, 1, 33], ramp(65 * 33))) });
    expect((await problemOf(() => readIdxFolder(other))).code).toBe("file-format");
  });

  const mnist = join(import.meta.dirname, "../../../../shared/data/mnist");
  it.skipIf(!existsSync(mnist))("holds 60000 and 10000 images in MNIST (skipped where MNIST is absent)", async () => {
    const { training, test, image } = await readIdxFolder(mnist);
    expect([training.rows, test.rows, ...image]).toEqual([60_000, 10_000, 28, 28]);
    const counts = new Array<number>(10).fill(0);
    for (const label of (column(test, "target") as NumberColumn).values) counts[label]!++;
    expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });
});
