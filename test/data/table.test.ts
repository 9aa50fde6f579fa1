import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  column,
  dropColumns,
  hashTable,
  missingCounts,
  type NumberColumn,
  tableFrom,
  takeRows,
} from "../../src/data/index.ts";
import { rowName, written } from "../../src/data/table.ts";
import { problemOf } from "./problem.ts";

const people = tableFrom(
  { age: [31, null, 47], sex: ["m", "f", ""], income: [1.5, 2, Number.NaN], id: [1, 2, 3] },
  { name: "people" },
);

describe("tables", () => {
  it("keep words once, sorted, with −1 for a missing one", () => {
    expect(column(people, "sex")).toEqual({
      name: "sex",
      kind: "text",
      codes: Int32Array.of(1, 0, -1),
      levels: ["f", "m"],
    });
  });

  it("know which columns hold whole numbers", () => {
    const whole = people.columns.filter((each) => each.kind === "number" && each.integer);
    expect(whole.map((each) => each.name)).toEqual(["age", "id"]);
  });

  it("count missing values", () => {
    expect(missingCounts(people)).toEqual([
      { column: "age", missing: 1 },
      { column: "sex", missing: 1 },
      { column: "income", missing: 1 },
    ]);
  });

  it("give rows in any order, and remember which rows of the first table they were", () => {
    const some = takeRows(takeRows(people, [2, 0, 1]), [0, 2, 2]);
    expect((column(some, "id") as NumberColumn).values).toEqual(Float64Array.of(3, 2, 2));
    expect(rowName(some, 1)).toBe("row 2");
    expect(written(column(some, "sex"), 1)).toBe("f");
    expect(written(column(some, "sex"), 0)).toBe("");
  });

  it("keep the storage of their numbers when rows are taken", () => {
    for (const values of [Uint8Array.of(1, 2), Int32Array.of(1, 2), Float32Array.of(1, 2), Float64Array.of(1, 2)]) {
      const taken = column(takeRows(tableFrom({ values }), [1]), "values") as NumberColumn;
      expect(taken.values.constructor).toBe(values.constructor);
      expect([...taken.values]).toEqual([2]);
    }
  });

  it("refuse unknown columns with the nearest name", async () => {
    const problem = await problemOf(() => column(people, "incone"));
    expect(problem).toMatchObject({ code: "data-columns", where: "people" });
    expect(problem.hint).toContain("did you mean income?");
    expect((await problemOf(() => dropColumns(people, ["agee"]))).hint).toContain("age");
    expect(dropColumns(people, ["age", "id"]).columns.map((each) => each.name)).toEqual(["sex", "income"]);
  });

  it("refuse columns of different lengths, no columns, and rows that are not there", async () => {
    expect((await problemOf(() => tableFrom({ a: [1, 2], b: [1] }))).code).toBe("data-ragged");
    expect((await problemOf(() => tableFrom({}))).code).toBe("data-rows");
    expect((await problemOf(() => takeRows(people, [3]))).code).toBe("index-range");
    expect((await problemOf(() => takeRows(people, [-1]))).code).toBe("index-range");
  });
});

describe("the hash of a table", () => {
  it("depends on the numbers, not on how they are stored", () => {
    const data = [0, 1, 250];
    const stores = [Uint8Array.from(data), Int32Array.from(data), Float32Array.from(data), Float64Array.from(data)];
    const part = Float64Array.of(7, ...data, 7).subarray(1, 4);
    expect(new Set([...stores, part].map((values) => hashTable(tableFrom({ values })))).size).toBe(1);
    expect(hashTable(tableFrom({ a: [1] }, { name: "one" }))).toBe(hashTable(tableFrom({ a: [1] }, { name: "two" })));
  });

  it("takes all missing values as the same", () => {
    const odd = Float64Array.of(1, Number.NaN, 3);
    new BigUint64Array(odd.buffer)[1] = 0x7ff8_0000_0000_0001n;
    const stores = [odd, Float64Array.of(1, Number.NaN, 3), Float32Array.of(1, Number.NaN, 3), [1, null, 3]];
    expect(new Set(stores.map((values) => hashTable(tableFrom({ values })))).size).toBe(1);
  });

  it("is different for any other number, place, name or word", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.double({ noNaN: true }),
        (numbers, place, other) => {
          const i = place % numbers.length;
          fc.pre(!Object.is(numbers[i], other));
          expect(hashTable(tableFrom({ a: numbers.with(i, other) }))).not.toBe(hashTable(tableFrom({ a: numbers })));
        },
      ),
    );
    const hashes = [
      { a: [1, 2] },
      { a: [2, 1] },
      { b: [1, 2] },
      { a: [1], b: [2] },
      { a: ["1", "2"] },
      { a: ["12", ""] },
    ];
    expect(new Set(hashes.map((data) => hashTable(tableFrom(data)))).size).toBe(hashes.length);
  });

  it("is FNV-1a over 32-bit words: the same as with big integers", () => {
    const words = [2, 1, 1, 97, ...new Uint32Array(Float64Array.of(-1.5, 3e200).buffer)];
    const expected = words.reduce(
      (h, word) => BigInt.asUintN(64, (h ^ BigInt(word)) * 0x100000001b3n),
      0xcbf29ce484222325n,
    );
    expect(hashTable(tableFrom({ a: [-1.5, 3e200] }))).toBe(expected.toString(16).padStart(16, "0"));
  });

  it("reads more numbers than fit in one part", () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => i);
    const other = values.with(9_999, 0);
    expect(hashTable(tableFrom({ values }))).not.toBe(hashTable(tableFrom({ values: other })));
  });
});
