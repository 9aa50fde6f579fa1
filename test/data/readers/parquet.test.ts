import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { column, fitEncoding, type NumberColumn, type Table } from "../../../src/data/index.ts";
import { readParquet, readTable } from "../../../src/data/readers/index.ts";
import { written } from "../../../src/data/table.ts";
import { problemOf } from "../problem.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-parquet-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"];
type Options = Omit<Parameters<typeof parquetWriteBuffer>[0], "columnData">;

const file = (columnData: Columns, options: Options = {}): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...options }));
const numbers = (table: Table, name: string): number[] => [...(column(table, name) as NumberColumn).values];
const words = (table: Table, name: string): string[] =>
  Array.from({ length: table.rows }, (_, row) => written(column(table, name), row));

const patients: Columns = [
  { name: "age", data: [31, null, 47, 50], type: "DOUBLE" },
  { name: "visits", data: [1n, 2n, null, 4n], type: "INT64" },
  { name: "dose", data: Float32Array.of(0.1, 0.2, 0.3, 0.4), type: "FLOAT" },
  { name: "smoker", data: [true, false, null, true], type: "BOOLEAN" },
  { name: "city", data: ["Oslo", "Bergen", null, "Oslo"], type: "STRING" },
];

describe("a Parquet file", () => {
  it("holds numbers, booleans and words, and nulls are missing", async () => {
    const table = await readParquet(file(patients));
    expect(table.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "age number",
      "visits number",
      "dose number",
      "smoker text",
      "city text",
    ]);
    expect(numbers(table, "age")).toEqual([31, Number.NaN, 47, 50]);
    expect(numbers(table, "visits")).toEqual([1, 2, Number.NaN, 4]);
    expect((column(table, "dose") as NumberColumn).values).toEqual(Float32Array.of(0.1, 0.2, 0.3, 0.4));
    expect(words(table, "smoker")).toEqual(["true", "false", "", "true"]);
    expect(words(table, "city")).toEqual(["Oslo", "Bergen", "", "Oslo"]);
    expect(table.notes).toEqual(["column smoker: text, 2 levels", "column city: text, 2 levels"]);
  });

  it("gives back every number in its place, through any number of row groups and pages", async () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 2, maxLength: 50 });
    const sizes = fc.integer({ min: 1, max: 20 });
    await fc.assert(
      fc.asyncProperty(values, sizes, async (values, rowGroupSize) => {
        const data = Float64Array.from(values);
        const table = await readTable(file([{ name: "a", data, type: "DOUBLE" }], { rowGroupSize, pageSize: 64 }));
        expect((column(table, "a") as NumberColumn).values).toEqual(data);
      }),
      { numRuns: 30 },
    );
  });

  it("may be compressed as a whole, or its pages by gzip or brotli", async () => {
    const path = join(folder, "patients.parquet");
    writeFileSync(path, file(patients));
    const compressors = {
      GZIP: (input: Uint8Array) => gzipSync(input),
      BROTLI: (input: Uint8Array) => brotliCompressSync(input),
    };
    const sources = [
      path,
      gzipSync(file(patients)),
      file(patients, { codec: "UNCOMPRESSED" }),
      file(patients, { codec: "GZIP", compressors }),
      file(patients, { codec: "BROTLI", compressors }),
    ];
    for (const source of sources)
      expect(words(await readTable(source), "city")).toEqual(["Oslo", "Bergen", "", "Oslo"]);
  });

  it("says when whole numbers are rounded, and what it leaves out", async () => {
    const index = { name: "__index_level_0__", data: [0n, 1n], type: "INT64" as const };
    const table = await readParquet(file([{ name: "id", data: [1n, 2n ** 53n + 1n], type: "INT64" }, index]));
    expect(table.notes).toEqual([
      "column __index_level_0__: pandas' index, left out",
      "column id: a whole number beyond 2^53 rounded",
    ]);
    expect(table.columns).toHaveLength(1);
  });

  it("holds dates, which are no inputs", async () => {
    const day = new Date("2021-03-04T00:00:00Z");
    const next = new Date("2021-03-05T00:00:00Z");
    const table = await readParquet(
      file([
        { name: "day", data: [day, next, day, next], type: "TIMESTAMP" },
        { name: "t", data: [0, 1, 1, 0], type: "INT32" },
      ]),
    );
    expect(words(table, "day")[0]).toBe("2021-03-04T00:00:00.000Z");
    expect((await problemOf(() => fitEncoding(table, { target: "t" }))).code).toBe("data-date");
  });
});

describe("a Parquet file is refused", () => {
  it("when it is cut off or damaged", async () => {
    const good = file(patients);
    for (const bytes of [
      good.subarray(0, 50),
      good.subarray(0, good.length - 3),
      Uint8Array.from([...good].fill(7, 8, 60)),
    ])
      expect((await problemOf(() => readParquet(bytes))).code).toBe("file-format");
    expect((await problemOf(() => readParquet(new TextEncoder().encode("a,b\n1,2\n")))).code).toBe("file-format");
    expect((await problemOf(() => readParquet(join(folder, "none.parquet")))).code).toBe("file-missing");
  });

  it("when it is compressed in a way that is not known, by the column", async () => {
    const compressors = { LZO: (input: Uint8Array) => input };
    const problem = await problemOf(() => readParquet(file(patients, { codec: "LZO", compressors })));
    expect(problem).toMatchObject({ code: "file-format", given: { compression: "LZO" } });
    expect(problem.where).toContain('column "age"');
  });

  it("when it has no column that could be read", async () => {
    const index = file([{ name: "__index_level_0__", data: [0n, 1n], type: "INT64" }]);
    expect(await problemOf(() => readParquet(index))).toMatchObject({
      code: "data-columns",
      given: { columns: "__index_level_0__" },
    });
  });
});
