import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { fold, key } from "../../../src/core/random.ts";
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

/** A file of every kind of page: nulls and none, dictionaries, differences, runs; several groups and pages; compressed or not. */
function varied(kind: number): Uint8Array {
  const n = 120;
  const column = <T>(f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));
  const columns: Columns = [
    { name: "age", data: column((i) => (i % 7 ? i * 1.5 : null)), type: "DOUBLE" },
    { name: "visits", data: column((i) => BigInt(i % 5)), type: "INT64", encoding: "DELTA_BINARY_PACKED" },
    { name: "number", data: column((i) => 3 * i), type: "INT32", nullable: false },
    { name: "smoker", data: column((i) => i % 3 === 0), type: "BOOLEAN" },
    { name: "city", data: column((i) => ["Oslo", "Bergen", "Bodø"][i % 3]), type: "STRING" },
  ];
  const gzip = { codec: "GZIP", compressors: { GZIP: (bytes: Uint8Array) => gzipSync(bytes) } } as const;
  const options: Options[] = [{}, { codec: "UNCOMPRESSED" }, { rowGroupSize: 50, pageSize: 128 }, gzip];
  return file(columns, options[kind % options.length]);
}

it("ends with a table or one clear message wherever bytes are wrong, and never goes on for ever", async () => {
  let tables = 0;
  for (let i = 0; i < 300; i++) {
    const bytes = varied(i);
    for (let k = 0; k <= i % 3; k++) {
      const [low] = fold(fold(key(i), k), 0);
      const at = (low >>> 8) % bytes.length;
      bytes[at]! ^= 1 << (low & 7);
    }
    try {
      const { rows, columns } = await readParquet(bytes);
      expect(columns.every((column) => (column.kind === "text" ? column.codes : column.values).length === rows)).toBe(
        true,
      );
      tables++;
    } catch (error) {
      expect(error).toMatchObject({
        name: "ModelError",
        problem: { code: expect.stringMatching(/^(file-format|data-)/) },
      });
      expect((error as Error).message).not.toMatch(/undefined|NaN|\[object/);
    }
  }
  expect(tables).toBeGreaterThan(50); // most bytes are values: any will do
  expect(tables).toBeLessThan(250);
});

/** Thrift's compact form: a number of seven bits a byte, one with its sign last, and fields behind their numbers. */
const varint = (n: number): number[] => (n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))]);
const signed = (n: number): number[] => varint(2 * n);
const word = (text: string): number[] => [...varint(text.length), ...new TextEncoder().encode(text)];
const kinds = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;
type Kind = keyof typeof kinds;
const list = (kind: Kind, items: readonly number[][]): number[] => [items.length * 16 + kinds[kind], ...items.flat()];
function struct(fields: readonly (readonly [id: number, kind: Kind, value: readonly number[]])[]): number[] {
  const ids = [0, ...fields.map(([id]) => id)];
  return [...fields.flatMap(([id, kind, value], i) => [(id - ids[i]!) * 16 + kinds[kind], ...value]), 0];
}

/** A file with one optional column of whole numbers in one page of the first kind, from its levels and values. */
function firstKind(levels: number[], values: readonly number[], rows: number): Uint8Array {
  const plain = new Uint8Array(Int32Array.from(values).buffer);
  const page = [...new Uint8Array(Uint32Array.of(levels.length).buffer), ...levels, ...plain];
  const about = struct([[1, "i32", signed(rows)], [2, "i32", [0]], [3, "i32", signed(3)], [4, "i32", signed(3)]]); // biome-ignore format: as it is
  const header = struct([[1, "i32", [0]], [2, "i32", signed(page.length)], [3, "i32", signed(page.length)], [5, "struct", about]]); // biome-ignore format: as it is
  const size = signed(header.length + page.length);
  const column = struct([
    ...([[1, "i32", signed(1)], [2, "list", list("i32", [[0]])], [3, "list", list("binary", [word("a")])]] as const), // biome-ignore format: as it is
    ...([[4, "i32", [0]], [5, "i64", signed(rows)], [6, "i64", size], [7, "i64", size], [9, "i64", signed(4)]] as const), // biome-ignore format: as it is
  ]);
  const chunk = struct([[2, "i64", signed(4)], [3, "struct", column]]); // biome-ignore format: as it is
  const group = struct([[1, "list", list("struct", [chunk])], [2, "i64", size], [3, "i64", signed(rows)]]); // biome-ignore format: as it is
  const schema = [struct([[4, "binary", word("root")], [5, "i32", signed(1)]]), struct([[1, "i32", signed(1)], [3, "i32", signed(1)], [4, "binary", word("a")]])]; // biome-ignore format: as it is
  const footer = struct([[1, "i32", signed(1)], [2, "list", list("struct", schema)], [3, "i64", signed(rows)], [4, "list", list("struct", [group])]]); // biome-ignore format: as it is
  const mark = word("PAR1").slice(1);
  return Uint8Array.from([...mark, ...header, ...page, ...footer, ...new Uint8Array(Uint32Array.of(footer.length).buffer), ...mark]); // biome-ignore format: as it is
}

describe("a page of the first kind, levels and values in one", () => {
  it("is read, whether its levels are packed or runs", async () => {
    expect(numbers(await readParquet(firstKind([3, 0b101], [1, 3], 3)), "a")).toEqual([1, Number.NaN, 3]);
    expect(numbers(await readParquet(firstKind([4, 1, 2, 0], [7, 8], 3)), "a")).toEqual([7, 8, Number.NaN]);
  });

  it("is refused where a run is longer than the page, levels do not fit, or values are missing", async () => {
    const damaged = [
      firstKind([...varint(2 ** 32 - 2), 1], [7, 8], 2), // a run of 2³¹ − 1
      firstKind([...varint(2 ** 31 + 1), 1], [7, 8], 2), // 2³⁰ groups of eight
      firstKind([4, 1], [7], 2),
      firstKind([4, 1], [7, 8], 2).map((byte, i) => (i === 4 + 21 ? 200 : byte)),
    ];
    for (const bytes of damaged) expect((await problemOf(() => readParquet(bytes))).code).toBe("file-format");
  });
});
