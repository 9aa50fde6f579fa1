import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { column, type Table } from "../../../src/data/index.ts";
import { readNpy, readNpz, readParts, readTable } from "../../../src/data/readers/index.ts";
import { written } from "../../../src/data/table.ts";
import recorded from "../../numbers/npy.json" with { type: "json" };
import { problemOf } from "../problem.ts";

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const rows = (table: Table, name: string): string[] =>
  Array.from({ length: table.rows }, (_, row) => written(column(table, name), row));
const names = (table: Table): string[] => table.columns.map((each) => each.name);

/** An NPY file of float64, version 1. */
function npy(shape: readonly number[], data: Float64Array, fortran = false): Uint8Array {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '<f8', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${tuple}, }`;
  const header = text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11);
  const head = Buffer.from(`\u0093NUMPY\u0001\u0000\u0000\u0000${header}\n`, "latin1");
  head.writeUInt16LE(header.length + 1, 8);
  return Buffer.concat([head, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

describe("an NPY file", () => {
  it("gives back every number that was written, to the last bit, plain and compressed", async () => {
    const numbers = fc.array(fc.double(), { minLength: 0, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(numbers, async (numbers) => {
        const data = Float64Array.from(numbers);
        const file = npy([numbers.length], data);
        expect(await readNpy(file)).toEqual({ shape: [numbers.length], data, dtype: "<f8" });
        expect((await readNpy(gzipSync(file))).data).toEqual(data);
      }),
    );
  });

  it("in Fortran order holds the transposed array of the same numbers", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sizes, async (shape) => {
        const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
        const { data: found } = await readNpy(npy(shape, data, true));
        const at = (index: readonly number[]): number => index.reduce((sum, i, axis) => sum * shape[axis]! + i, 0);
        const turned = (index: readonly number[]): number =>
          index.reduceRight((sum, i, axis) => sum * shape[axis]! + i, 0);
        for (const index of places(shape)) expect(found[at(index)]).toBe(turned(index));
      }),
    );
  });

  it.each(recorded.arrays)("of NumPy holds $name", async ({ npy, shape, values }) => {
    const found = await readNpy(bytes(npy));
    expect(found.shape).toEqual(shape);
    expect(Array.from<number | string>(found.data)).toEqual(
      values.map((value) => (typeof value === "boolean" ? Number(value) : value)),
    );
  });

  it("is a table of its columns, the last one the target", async () => {
    const table = await readTable(npy([2, 3], Float64Array.of(1, 2, 3, 4, 5, 6)));
    expect(names(table)).toEqual(["x1", "x2", "target"]);
    expect(rows(table, "x2")).toEqual(["2", "5"]);
  });

  it("with a structure has a column for each field", async () => {
    const table = await readTable(bytes(recorded.structure));
    expect(names(table)).toEqual(["length", "count", "kind"]);
    expect([rows(table, "count"), rows(table, "kind")]).toEqual([
      ["2", "-3"],
      ["ab", "c"],
    ]);
    expect((await problemOf(() => readNpy(bytes(recorded.structure)))).rule).toContain("length, count, kind");
  });

  it("of images has a column for each pixel, and no target", async () => {
    const parts = await readParts(
      npy(
        [2, 2, 3],
        Float64Array.from({ length: 12 }, (_, i) => i),
      ),
    );
    expect(names(parts.training)).toEqual([
      "pixel_0_0",
      "pixel_0_1",
      "pixel_0_2",
      "pixel_1_0",
      "pixel_1_1",
      "pixel_1_2",
    ]);
    expect(parts).toMatchObject({ image: [2, 3], labelled: false });
  });
});

function places(shape: readonly number[]): number[][] {
  const [size, ...rest] = shape;
  if (size === undefined) return [[]];
  return Array.from({ length: size }, (_, i) => places(rest).map((place) => [i, ...place])).flat();
}

describe("an NPY file is refused", () => {
  it("when it holds what is no number", async () => {
    const { refused } = recorded;
    const problem = await problemOf(() => readNpy(bytes(refused.object)));
    expect(problem).toMatchObject({ code: "file-format", rule: expect.stringContaining("Python objects") });
    expect(problem.hint).toContain("np.asarray(X, dtype=float)");
    for (const name of ["complex", "date", "time span", "long double", "nested structure"] as const)
      expect(await problemOf(() => readNpy(bytes(refused[name])))).toMatchObject({
        code: "file-format",
        hint: expect.stringContaining("save"),
      });
  });

  it("when a whole number lies beyond what float64 holds, by its place and value", async () => {
    const { refused } = recorded;
    expect(await problemOf(() => readNpy(bytes(refused["beyond 2^53"])))).toMatchObject({
      code: "data-number",
      given: { element: 1, value: "9007199254740993" },
    });
    expect((await problemOf(() => readNpy(bytes(refused["unsigned beyond 2^53"])))).given).toMatchObject({
      value: "18446744073709551615",
    });
  });

  it("when it is cut off, too long, damaged or something else", async () => {
    const good = npy([3], Float64Array.of(1, 2, 3));
    const bad = [
      good.subarray(0, 100),
      good.subarray(0, 20),
      Uint8Array.of(...good, 0),
      new TextEncoder().encode("a,b\n1,2,3,4,5\n"),
    ];
    for (const file of bad) expect((await problemOf(() => readNpy(file))).code).toBe("file-format");
    const header = good.slice();
    header.set(new TextEncoder().encode("{'descr': "), 14);
    expect((await problemOf(() => readNpy(header))).rule).toContain("header is damaged");
    expect((await problemOf(() => readNpy(new Uint8Array()))).code).toBe("file-empty");
  });
});

describe("an NPZ archive", () => {
  it("holds arrays by name", async () => {
    expect(Object.keys(await readNpz(bytes(recorded.archives.named)))).toEqual(["X", "y", "feature_names"]);
  });

  it("of X, y and feature_names is one table", async () => {
    const table = await readTable(bytes(recorded.archives.named));
    expect(names(table)).toEqual(["a", "b", "c", "target"]);
    expect([rows(table, "b"), rows(table, "target")]).toEqual([
      ["2", "5"],
      ["0", "1"],
    ]);
  });

  it("of x_train, y_train, x_test and y_test has a test part, and images their size", async () => {
    const { training, test, image } = await readParts(bytes(recorded.archives.compressed));
    expect([training.rows, test?.rows, image]).toEqual([3, 2, [2, 4]]);
    expect(rows(training, "target")).toEqual(["2", "0", "1"]);
    expect(rows(training, "pixel_1_3")).toEqual(["14", "30", "46"]);
    expect(test && rows(test, "pixel_1_3")).toEqual(["7", "15"]);
  });

  it("of vectors has a column for each", async () => {
    const table = await readTable(bytes(recorded.archives.columns));
    expect(names(table)).toEqual(["age", "kind", "y"]);
    expect(rows(table, "kind")).toEqual(["a", "b", "a"]);
  });

  it("with one array is that array, and targets of a single 1 a row are class numbers", async () => {
    expect(names(await readTable(bytes(recorded.archives.single)))).toEqual(["x1", "target"]);
    expect(rows(await readTable(bytes(recorded.archives.onehot)), "target")).toEqual(["2", "0", "1"]);
  });

  it("is refused when its arrays make no table, when it holds none, or when it is damaged", async () => {
    const problem = await problemOf(() => readTable(bytes(recorded.archives.unclear)));
    expect(problem).toMatchObject({ code: "file-format", given: { a: [2, 2], b: [3] } });
    expect(problem.hint).toContain("X [rows, columns] and y [rows]");
    const file = new TextEncoder().encode("no numbers");
    expect((await problemOf(() => readTable(zipSync({ "note.txt": file })))).rule).toContain("no NPY arrays");
    expect((await problemOf(() => readTable(zipSync({ "xl/workbook.xml": file })))).hint).toContain("CSV");
    expect((await problemOf(() => readTable(bytes(recorded.archives.named).subarray(0, 200)))).rule).toContain(
      "damaged",
    );
    const uneven = zipSync({
      "X.npy": npy([3, 1], Float64Array.of(1, 2, 3)),
      "y.npy": npy([2], Float64Array.of(1, 2)),
    });
    expect(await problemOf(() => readTable(uneven))).toMatchObject({ code: "data-rows", given: { x: [3, 1], y: [2] } });
  });
});
