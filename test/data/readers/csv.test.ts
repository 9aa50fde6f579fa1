import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { column, type NumberColumn, type Table } from "../../../src/data/index.ts";
import { type CsvOptions, readCsv, readTable } from "../../../src/data/readers/index.ts";
import { written } from "../../../src/data/table.ts";
import { problemOf } from "../problem.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (content: string | Uint8Array, options?: CsvOptions): Promise<Table> =>
  readCsv({ content, name: "file.csv" }, options);
const refusal = (content: string | Uint8Array, options?: CsvOptions) => problemOf(() => read(content, options));
const numbers = (table: Table, name: string): number[] => [...(column(table, name) as NumberColumn).values];
const words = (table: Table, name: string): string[] =>
  Array.from({ length: table.rows }, (_, row) => written(column(table, name), row));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** As csv writers do: in quotes where needed. */
const quoted = (text: string): string => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe("a CSV file", () => {
  it("gives back every number that was written, to the last bit", async () => {
    const rows = fc.array(fc.tuple(fc.double({ noDefaultInfinity: true }), fc.integer()), {
      minLength: 2,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom(",", ";", "\t"),
        fc.constantFrom("\n", "\r\n"),
        async (rows, mark, end) => {
          const number = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
          const content = ["a", ...rows.map(([a]) => number(a))].map(
            (a, i) => `${a}${mark}${i === 0 ? "b" : rows[i - 1]![1]}`,
          );
          const table = await read(content.join(end) + end);
          expect(numbers(table, "a")).toEqual(rows.map(([a]) => a));
          expect(numbers(table, "b")).toEqual(rows.map(([, b]) => b));
        },
      ),
    );
  });

  it("gives back every word that was written, quotes, line breaks and all", async () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "B", "é", '"', ",", ";", " ", "\n", "\r\n", "\t", "漢", "😀"),
    });
    const rows = fc.array(fc.tuple(word, word), { minLength: 2, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(rows, async (rows) => {
        const content = ["p,q", "x,x", ...rows.map((row) => row.map(quoted).join(","))].join("\n");
        fc.pre(rows.every((row) => row.some((field) => field !== "")));
        const table = await read(content);
        expect(words(table, "p")).toEqual(["x", ...rows.map(([p]) => p)]);
        expect(words(table, "q")).toEqual(["x", ...rows.map(([, q]) => q)]);
      }),
    );
  });

  it("may start with a byte order mark, end its lines in CRLF and have blank lines", async () => {
    const table = await read("\uFEFFa,b\r\n1,2\r\n\r\n3,4\r\n\r\n  \r\n");
    expect(table.columns.map((each) => each.name)).toEqual(["a", "b"]);
    expect(numbers(table, "a")).toEqual([1, 3]);
    expect(table.notes).toEqual(["1 blank line skipped"]);
    expect((await read("a,b\n1,2\n3,4\n\n\n")).notes).toEqual([]);
  });

  it("has missing values where a field is empty, NA, NaN, null or ?", async () => {
    const table = await read("a,b\n,x\nNA,?\nnan,NULL\nNull,na\n?,y\n7,z\n");
    expect(numbers(table, "a")).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 7]);
    expect(words(table, "b")).toEqual(["x", "", "", "", "y", "z"]);
    expect(numbers(await read("a\n1\n\n3\n\n"), "a")).toEqual([1, Number.NaN, 3]);
  });

  it("says which columns are text or wholly missing", async () => {
    const table = await read("sex,age,empty\nf,1,\nm,2,\n");
    expect(table.notes).toEqual(["column sex: text, 2 levels", "column empty: every value is missing"]);
  });

  it("names its columns x1, x2, … and target where it has no header row, and says so", async () => {
    const table = await read("1,2,0\n3,NA,1\n");
    expect(table.rows).toBe(2);
    expect(table.columns.map((each) => each.name)).toEqual(["x1", "x2", "target"]);
    expect(table.notes).toEqual(["no header row: columns named x1, x2, target"]);
    expect((await read("1,2,3,0\n3,4,5,1\n")).notes).toEqual(["no header row: columns named x1 … x3, target"]);
    expect((await read("1\n2\n")).notes).toEqual(["no header row: the column is named x1"]);
    expect((await read("2019,2020\n1,2\n3,4\n", { header: true })).columns[0]!.name).toBe("2019");
  });

  it("finds its delimiter, or takes the one that is given", async () => {
    expect(words(await read("a;b\n1,5 m;x\n2 m;y\n"), "a")).toEqual(["1,5 m", "2 m"]);
    expect(numbers(await read('"a,x"\tb\n1\t2\n3\t4\n'), "a,x")).toEqual([1, 3]);
    expect(numbers(await read("a|b\n1|2\n3|4\n", { delimiter: "|" }), "b")).toEqual([2, 4]);
  });

  it("keeps words as they are written in a column that began with numbers", async () => {
    const content = "id,n\n007,1\n1.50,2\nA1,3\n007,4\n";
    for (const source of [content, gzipSync(content)]) {
      const table = await read(source);
      expect(words(table, "id")).toEqual(["007", "1.50", "A1", "007"]);
      expect(numbers(table, "n")).toEqual([1, 2, 3, 4]);
    }
  });

  it("takes decimal numbers only, no hexadecimal", async () => {
    for (const words of ["0x10\n0x20", "0b1\n0B0", "0o7\n0O1"])
      expect(column(await read(`a\n${words}\n`), "a").kind).toBe("text");
    expect(numbers(await read("a,b\n+1.,-.5e-3\n1E5, 7 \n"), "a")).toEqual([1, 1e5]);
  });

  it("gives the numbers that Number gives, however they are written", async () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 0, maxLength: 20 });
    const sign = fc.constantFrom("", "-", "+");
    const power = fc.oneof(
      fc.constant(""),
      fc.integer({ min: -330, max: 300 }).map((e) => `e${e}`),
      fc.constant("E+2"),
    );
    const field = fc
      .tuple(sign, digits, fc.constantFrom("", "."), digits, power, fc.constantFrom("", " ", "  "))
      .map(([s, a, point, b, e, blank]) => blank + s + a + (point && point + b) + e + blank)
      .filter((text) => text.trim() !== "" && Number.isFinite(Number(text)));
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 2, maxLength: 20 }), async (fields) => {
        const table = await read(["a,b", ...fields.map((text) => `${text},${text}`)].join("\r\n"));
        for (const name of ["a", "b"]) expect(numbers(table, name)).toEqual(fields.map(Number));
      }),
    );
  });

  it("keeps the words of columns that are said to be text, unchecked", async () => {
    const content = "zip,price,t\n01234,1,0\n12345,oops,1\n00501,2,0\n12345,1e999,1\n";
    const table = await read(content, { text: ["zip", "price", "not there"] });
    expect(words(table, "zip")).toEqual(["01234", "12345", "00501", "12345"]);
    expect(words(table, "price")).toEqual(["1", "oops", "2", "1e999"]);
  });

  it("has missing values where a program or the user says so", async () => {
    const usual = ["N/A", "#N/A", "<NA>", "-nan", "NaN(ind)", "-1.#IND", "1.#QNAN", "Nan"];
    const table = await read(`a,b\n${usual.map((word) => `${word},1`).join("\n")}\n1,2\n`);
    expect(numbers(table, "a")).toEqual([...usual.map(() => Number.NaN), 1]);
    expect(words(await read("element,a\nNa,1\nNA,2\nHe,3\n"), "element")).toEqual(["Na", "", "He"]);
    const sentinels = await read("a,b\n-999,x\n-999.0,none\n1,y\nnone,x\n", { absent: ["-999", "none"] });
    expect(numbers(sentinels, "a")).toEqual([Number.NaN, Number.NaN, 1, Number.NaN]);
    expect(words(sentinels, "b")).toEqual(["x", "", "y", "x"]);
  });

  it("says when whole numbers are larger than numbers can be told apart", async () => {
    const table = await read("id,t\n9007199254740993,0\n9007199254740992,1\n12345678901234567890,0\n1e300,1\n");
    expect(table.notes).toEqual(["column id: 2 whole numbers beyond 2^53 rounded"]);
  });

  it("may be compressed, whatever it is called", async () => {
    const content = "a,b\n1,2\n3,4\n";
    for (const path of [
      file("one.csv.gz", gzipSync(content)),
      file("two.csv", gzipSync(content)),
      file("three.data", content),
    ])
      expect(numbers(await readTable(path), "b")).toEqual([2, 4]);
    expect(numbers(await readCsv(new TextEncoder().encode(content)), "b")).toEqual([2, 4]);
  });

  it("of many pieces is put together at the seams", async () => {
    const rows = Array.from({ length: 120_000 }, (_, i) => `${i},"é ${i % 7}, ""q""",${i / 8}`);
    const table = await read(["i,word,eighth", ...rows].join("\n"));
    expect(table.rows).toBe(120_000);
    expect(numbers(table, "eighth").every((value, i) => value === i / 8)).toBe(true);
    expect(column(table, "word")).toMatchObject({ levels: [0, 1, 2, 3, 4, 5, 6].map((k) => `é ${k}, "q"`) });
  });

  it("with one row will do where one row is needed", async () => {
    expect((await read("a\n5\n", { minimumRows: 1 })).rows).toBe(1);
  });
});

describe("a CSV file is refused", () => {
  it("when it is not there, with the nearest name in its folder", async () => {
    const path = file("patients.csv", "a\n1\n2\n");
    const problem = await problemOf(() => readCsv(path.replace("patients", "patient")));
    expect(problem.code).toBe("file-missing");
    expect(problem.hint).toContain("did you mean patients.csv?");
    const nowhere = await problemOf(() => readCsv(join(folder, "no", "where.csv")));
    expect(nowhere).toMatchObject({ code: "file-missing", rule: expect.stringContaining("nor a folder") });
  });

  it("when it is a folder", async () => {
    expect(await problemOf(() => readCsv(folder))).toMatchObject({ code: "file-directory", where: folder });
    expect((await problemOf(() => readTable(folder))).code).toBe("file-directory");
  });

  it("when it is empty, or has a header only, or one row", async () => {
    for (const content of ["", "\n\n", "\uFEFF", " \n"])
      expect(await refusal(content)).toMatchObject({ code: "file-empty", where: "file.csv" });
    expect(await refusal("a,b\n")).toMatchObject({ code: "data-rows", given: { rows: 0 } });
    expect(await refusal("a,b\n1,2")).toMatchObject({ code: "data-rows", given: { rows: 1 } });
  });

  it("when a row has more or fewer fields than the first, by its line", async () => {
    expect(await refusal("a,b\n1,2\n\n3\n")).toMatchObject({
      code: "data-ragged",
      where: "file.csv line 4",
      given: { expected: "2 fields", found: "1 fields" },
    });
    expect(await refusal('a,b\n"x\r\ny",2\n3,4,5\n')).toMatchObject({ code: "data-ragged", where: "file.csv line 4" });
  });

  it("when two columns have one name, or one has none", async () => {
    expect(await refusal("a,b,a\n1,2,3\n4,5,6\n")).toMatchObject({
      code: "data-duplicate",
      given: { name: '"a"', positions: "1 and 3" },
    });
    expect(await refusal("a,,c\n1,2,3\n4,5,6\n")).toMatchObject({
      code: "data-columns",
      where: "file.csv line 1, column 2",
    });
  });

  it("when a number is not finite", async () => {
    for (const value of ["Infinity", "-inf", "1e400", "INF"])
      expect(await refusal(`age,t\n1,0\n${value},1\n3,0\n`)).toMatchObject({
        code: "data-number",
        where: 'file.csv line 3, column "age"',
        given: { value: JSON.stringify(value), times: 1 },
      });
  });

  it("when a few words stand among numbers, wherever the first one is", async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i},0`);
    for (const row of [0, 15, 29]) {
      const problem = await refusal(["age,t", ...lines.with(row, "abc,0")].join("\n"));
      expect(problem).toMatchObject({
        code: "data-text",
        where: `file.csv line ${row + 2}, column "age"`,
        given: { value: '"abc"', column: "29 numbers, 1 not" },
      });
    }
    // A tenth of words is the least that makes a text column.
    const tenth = ["age,t", ...lines.slice(0, 10).with(4, "abc,0")].join("\n");
    expect(column(await read(tenth), "age").kind).toBe("text");
  });

  it("when numbers have a decimal comma or marks between groups of digits", async () => {
    const say = { code: "data-number", where: 'file.csv line 2, column "a"' };
    expect(await refusal("a;b\n1,5;2\n2,5;3\n")).toMatchObject({ ...say, hint: "write 1.5" });
    expect(await refusal("a;b\n1.234,5;2\n2,5;3\n")).toMatchObject({ ...say, hint: "write 1234.5" });
    expect(await refusal("a;b\n1,234;2\n25,000;3\n")).toMatchObject({
      ...say,
      hint: "write 1.234 or 1234, as is meant",
    });
    expect(await refusal('a,b\n"1,234,567.5",2\n"2,500",3\n')).toMatchObject({ ...say, hint: "write 1234567.5" });
    for (const word of ["1 000", "1_000", "1'000", "1\u202f000"])
      expect(await refusal(`a\n${word}\n2 000\n`)).toMatchObject({ ...say, hint: "write 1000" });
    expect(await refusal("a;b\n1.234.567;2\n2.345.678;3\n")).toMatchObject({ ...say, hint: "write 1234567" });
    expect(column(await read("a;b\n1,5;2\nx;3\n"), "a").kind).toBe("text");
  });

  it("when quotes are misplaced or never closed, by the line", async () => {
    expect(await refusal('a,b\n1,5" pipe\n2,x\n')).toMatchObject({ code: "file-format", where: "file.csv line 2" });
    expect(await refusal('a,b\n1,x\n5" pipe,3\n')).toMatchObject({
      where: "file.csv line 3",
      rule: "a quote stands within a field that does not begin with one.",
    });
    expect(await refusal('a,b\n1,x\n2,"never\n3,y\n')).toMatchObject({
      where: "file.csv line 3",
      rule: "a quote is opened here and never closed.",
    });
  });

  it("when its fields are separated by spaces or bars, or comments stand before its header", async () => {
    for (const [content, marks] of [
      ["a b c\n1  2.5 3\n4 5 6e-3\n", "spaces"],
      ["1.0e+00 2.0e+00\n3.0e+00 4.0e+00\n5.0e+00 6.0e+00\n", "spaces"],
      ["a|b\n1|2\n3|4\n", "bars"],
    ] as const)
      expect(await refusal(content)).toMatchObject({ code: "file-format", rule: expect.stringContaining(marks) });
    expect(words(await read("name\nred 7\n1 2\n"), "name")).toEqual(["red 7", "1 2"]);
    expect(await refusal("# pendulum\na,b\n1,2\n")).toMatchObject({ hint: expect.stringContaining("comment") });
  });

  it("when it is binary, another kind of file, or not UTF-8", async () => {
    for (const [start, kind] of [
      ["PK\u0003\u0004", "zip"],
      ["PAR1", "Parquet"],
      ["a,b\n1,\u0000\n", "binary"],
    ] as const)
      expect(await refusal(start)).toMatchObject({ code: "file-format", rule: expect.stringContaining(kind) });
    const latin = Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a, 0x62, 0x0a);
    expect(await refusal(latin)).toMatchObject({ code: "file-format", rule: expect.stringContaining("UTF-8") });
    expect((await refusal(latin.subarray(0, 3))).code).toBe("file-format");
    expect((await refusal(Uint8Array.of(0xff, 0xfe, 0x61, 0))).rule).toContain("UTF-16");
    expect((await refusal("a,b\r1,2\r3,4\r")).rule).toContain("carriage return");
  });

  it("when its name says gzip but it is not, or the gzip is cut off", async () => {
    const content = `a,b\n${"1,2\n".repeat(9999)}`;
    expect((await problemOf(() => readCsv(file("plain.csv.gz", content)))).code).toBe("file-format");
    const cut = gzipSync(content).subarray(0, 40);
    expect(await problemOf(() => readCsv(file("cut.csv.gz", cut)))).toMatchObject({ code: "file-format" });
  });

  it("when a line has no end, before it fills the memory", async () => {
    // 64 MB arrive in pieces of 1 MB; the reader must stop at 17 of them, and so never ask for the 30th.
    let pieces = 0;
    const content = new Uint8Array(64 * 2 ** 20).fill(0x31);
    content.subarray = (from, to) => {
      pieces++;
      return Uint8Array.prototype.subarray.call(content, from, to) as typeof content;
    };
    const problem = await problemOf(() => readCsv({ name: "endless.csv", content }));
    expect(problem).toMatchObject({ code: "data-line", where: "endless.csv line 1" });
    expect(pieces).toBeLessThan(30);
  });

  it("when it has more columns than anyone means", async () => {
    expect((await refusal(`${"1,".repeat(200_000)}1\n`)).code).toBe("data-columns");
  });
});
