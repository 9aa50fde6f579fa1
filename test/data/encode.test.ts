import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/index.ts";
import {
  type Encoding,
  encode,
  encodeInputs,
  fitEncoding,
  minMax,
  standardize,
  tableFrom,
  takeRows,
} from "../../src/data/index.ts";
import { problemOf } from "./problem.ts";

const patients = tableFrom(
  {
    age: [20, 30, 40, 50, 60, 70],
    smoker: ["no", "yes", "no", "ex", "no", "yes"],
    dose: [1, 1, 2, 2, 3, 3],
    ill: ["no", "yes", "no", "yes", "yes", "no"],
  },
  { name: "patients" },
);

const holes = tableFrom(
  {
    age: [20, null, 40, 60],
    smoker: ["no", "yes", "", "no"],
    ill: ["no", "yes", "no", "yes"],
  },
  { name: "holes" },
);

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe("encoding", () => {
  it("scales numbers as the scalers do, and keeps the target of a regression", () => {
    const rows = fc.array(fc.tuple(number, number, number), { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(rows, (rows) => {
        const [a, b, t] = [0, 1, 2].map((j) => Float64Array.from(rows, (row) => row[j]!));
        const table = tableFrom({ a: a!, t: t!, b: b! });
        const x = tensor(rows.map((row) => [row[0], row[1]]));
        for (const [scale, fitted] of [
          ["standard", standardize(x)],
          ["minmax", minMax(x)],
        ] as const) {
          const encoding = fitEncoding(table, { target: "t", task: "regression", scale });
          const { x: encoded, y } = encode(encoding, table);
          expect(encoded).toEqual(fitted.apply(x));
          expect(y).toEqual(tensor(t!, [rows.length, 1]));
        }
      }),
    );
  });

  it("comes back from JSON, and the classes can be read back from y", () => {
    const words = fc.array(fc.constantFrom("red", "green", "blue", "grey"), { minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(words, (colours) => {
        fc.pre(new Set(colours).size > 1);
        const table = tableFrom({ colours, hue: [...colours.keys()].map((i) => colours[(i * 7) % colours.length]!) });
        const encoding = fitEncoding(table, { target: "colours", task: "multiclass" });
        const copy = JSON.parse(JSON.stringify(encoding)) as Encoding;
        const { x, y } = encode(copy, table);
        expect({ x, y }).toEqual({ x: encode(encoding, table).x, y: encode(encoding, table).y });
        const classes = encoding.target.kind === "classes" ? encoding.target.classes : [];
        expect([...y.data].map((code) => classes[code])).toEqual(colours);
      }),
    );
  });

  it("writes words as one feature a level", () => {
    const encoding = fitEncoding(patients, { target: "ill", scale: "none" });
    expect(encoding.features).toEqual(["age", "smoker=ex", "smoker=no", "smoker=yes", "dose"]);
    const { x, y, rows } = encode(encoding, patients);
    expect(x.toArray()).toEqual([
      [20, 0, 1, 0, 1],
      [30, 0, 0, 1, 1],
      [40, 0, 1, 0, 2],
      [50, 1, 0, 0, 2],
      [60, 0, 1, 0, 3],
      [70, 0, 0, 1, 3],
    ]);
    expect(y).toEqual(tensor([[0], [1], [0], [1], [1], [0]]));
    expect([...rows]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(encoding).toMatchObject({ task: "binary", target: { kind: "classes", classes: ["no", "yes"] } });
  });

  it("gives class numbers as integers [rows] to a multiclass task", () => {
    const encoding = fitEncoding(patients, { target: "dose", task: "multiclass" });
    expect(encode(encoding, patients).y).toEqual(tensor(Int32Array.of(0, 0, 1, 1, 2, 2)));
    expect(encoding.target).toMatchObject({ classes: ["1", "2", "3"] });
  });

  it("learns from the training part alone", () => {
    const encoding = fitEncoding(takeRows(patients, [0, 1, 2]), { target: "ill", scale: "minmax" });
    const ages = [...encodeInputs(encoding, patients).x.data].filter((_, i) => i % 4 === 0);
    expect(ages).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
    expect(encoding.features).toEqual(["age", "smoker=no", "smoker=yes", "dose"]);
  });

  it("finds columns by name, in any order, and ignores others", () => {
    const encoding = fitEncoding(patients, { target: "ill" });
    const moved = { ...patients, columns: patients.columns.toReversed() };
    expect(encode(encoding, moved).x).toEqual(encode(encoding, patients).x);
    const more = { ...patients, columns: [...tableFrom({ extra: [0, 0, 0, 0, 0, 0] }).columns, ...patients.columns] };
    expect(encode(encoding, more).x).toEqual(encode(encoding, patients).x);
  });

  it("stores float32 when asked", () => {
    const encoding = fitEncoding(patients, { target: "ill" });
    const { x, y } = encode(encoding, patients, { precision: "f32" });
    expect(x.data).toEqual(Float32Array.from(encode(encoding, patients).x.data));
    expect(y.data).toEqual(Float32Array.of(0, 1, 0, 1, 1, 0));
  });

  it("encodes more rows than one band", () => {
    const n = 1000;
    const table = tableFrom({
      a: Float64Array.from({ length: n }, (_, i) => i),
      t: Int32Array.from({ length: n }, (_, i) => i % 2),
    });
    const { x } = encode(fitEncoding(table, { target: "t", scale: "none" }), table);
    expect([...x.data]).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it("reads number-like words of a column that was text", () => {
    const encoding = fitEncoding(tableFrom({ code: ["1", "2", "A", "1"], t: [0, 1, 0, 1] }), { target: "t" });
    expect(encodeInputs(encoding, tableFrom({ code: [2, 1] })).x.toArray()).toEqual([
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });
});

describe("missing values", () => {
  it("are refused, with the count of each column and the way out", async () => {
    const problem = await problemOf(() => fitEncoding(holes, { target: "ill" }));
    expect(problem).toMatchObject({ code: "data-missing", where: 'holes row 2, column "age"' });
    expect(problem.given).toEqual({ '"age"': "1 of 4 rows", '"smoker"': "1 of 4 rows" });
    expect(problem.hint).toContain("--missing drop");
    expect(problem.hint).toContain("--missing mean");
  });

  it("drop their rows, and keep the words of the others in place", () => {
    const table = tableFrom({ colour: ["", "red", "blue"], t: [0, 0, 1] });
    const encoding = fitEncoding(table, { target: "t", missing: "drop" });
    expect(encode(encoding, table).x).toEqual(
      tensor([
        [0, 1],
        [1, 0],
      ]),
    );
  });

  it("drop their rows", () => {
    const encoding = fitEncoding(holes, { target: "ill", scale: "minmax", missing: "drop" });
    const { x, y, rows } = encode(encoding, holes);
    expect([...rows]).toEqual([0, 3]);
    expect(x.toArray()).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect([...y.data]).toEqual([0, 1]);
  });

  it("are filled with the training mean or the most frequent word", () => {
    const encoding = fitEncoding(holes, { target: "ill", scale: "none", missing: "mean" });
    expect(encode(encoding, holes).x.toArray()).toEqual([
      [20, 1, 0],
      [40, 0, 1],
      [40, 1, 0],
      [60, 1, 0],
    ]);
    const gone = tableFrom({ age: [Number.NaN], smoker: ["yes"] });
    expect(encodeInputs(encoding, gone).x.toArray()).toEqual([[40, 0, 1]]);
  });

  it("are filled before numbers are scaled, and stored as the others are", () => {
    const table = tableFrom({ a: [0, 8, null, 4], t: [1, 2, 3, 5] });
    for (const [options, expected] of [
      [{ scale: "minmax" as const, missing: "mean" as const }, [0, 1, 0.5, 0.5]],
      [{ scale: "minmax" as const, missing: "median" as const }, [0, 1, 0.5, 0.5]],
      [{ scale: "robust" as const, missing: "mean" as const }, [-1, 1, 0, 0]], // median 4, quartiles 2 and 6
    ] as const) {
      const encoding = fitEncoding(table, { target: "t", ...options });
      expect([...encode(encoding, table).x.data]).toEqual(expected);
      expect(encode(encoding, table, { precision: "f32" }).x.data).toEqual(Float32Array.from(expected));
    }
  });

  it("are never filled in the target", async () => {
    const table = tableFrom({ a: [1, 2, 3, 4], t: ["x", "", "y", "x"] });
    for (const missing of ["error", "mean"] as const) {
      const problem = await problemOf(() => fitEncoding(table, { target: "t", missing }));
      expect(problem.code).toBe("data-missing");
      expect(problem.rule).toContain("never filled");
    }
    expect([...encode(fitEncoding(table, { target: "t", missing: "drop" }), table).rows]).toEqual([0, 2, 3]);
  });

  it("of a whole column, or of every row, cannot be mended", async () => {
    const column = tableFrom({ a: [null, null, null], b: [1, 2, 3], t: ["x", "y", "x"] });
    expect((await problemOf(() => fitEncoding(column, { target: "t", missing: "mean" }))).code).toBe("data-missing");
    const problem = await problemOf(() => fitEncoding(column, { target: "t", missing: "drop" }));
    expect(problem).toMatchObject({ code: "data-missing", given: { a: "3 missing" } });
  });

  it("are refused when predicting, if they were when training", async () => {
    const encoding = fitEncoding(patients, { target: "ill" });
    const holed = tableFrom({ age: [20], smoker: [""], dose: [1] }, { name: "new" });
    expect(await problemOf(() => encodeInputs(encoding, holed))).toMatchObject({
      code: "data-missing",
      where: 'new row 1, column "smoker"',
    });
  });
});

describe("encoding refuses", () => {
  const encoding = fitEncoding(patients, { target: "ill" });

  it("a column that is not there, with the likely new name", async () => {
    const renamed = tableFrom({ Age: [20], smoker: ["no"], dose: [1], city: ["Oslo"] }, { name: "new" });
    const problem = await problemOf(() => encodeInputs(encoding, renamed));
    expect(problem).toMatchObject({ code: "data-columns", given: { "not there": '"age"' } });
    expect(problem.hint).toBe('rename the column "Age" to "age"?');
    const two = await problemOf(() => encodeInputs(encoding, tableFrom({ smoker: ["no"] })));
    expect(two).toMatchObject({ code: "data-columns", given: { "not there": '"age", "dose"' } });
  });

  it("a word that training did not have, when it is told to, with row, column and allowed words", async () => {
    const table = takeRows(tableFrom({ age: [1, 2], smoker: ["no", "yess"], dose: [1, 1] }, { name: "new" }), [1]);
    const strict = fitEncoding(patients, { target: "ill", unseen: "error" });
    const problem = await problemOf(() => encodeInputs(strict, table));
    expect(problem).toMatchObject({
      code: "data-text",
      where: 'new row 2, column "smoker"',
      given: { value: '"yess"' },
    });
    expect(problem.hint).toContain("did you mean yes?");
  });

  it("words in a column of numbers", async () => {
    const table = tableFrom({ age: ["old", "young"], smoker: ["no", "no"], dose: [1, 1] }, { name: "new" });
    expect(await problemOf(() => encodeInputs(encoding, table))).toMatchObject({
      code: "data-text",
      where: 'new row 1, column "age"',
      given: { value: '"old"' },
    });
  });

  it("a class that training did not have, and a table without the target", async () => {
    const other = tableFrom({ age: [1], smoker: ["no"], dose: [1], ill: ["perhaps"] }, { name: "new" });
    expect(await problemOf(() => encode(encoding, other))).toMatchObject({
      code: "data-classes",
      where: 'new row 1, column "ill"',
    });
    const without = tableFrom({ age: [1], smoker: ["no"], dose: [1] });
    expect((await problemOf(() => encode(encoding, without))).code).toBe("data-target");
    expect(encodeInputs(encoding, without).x.shape).toEqual([1, 5]);
  });

  it("identifiers as inputs: a word a row, or more than 100 words", async () => {
    const n = 300;
    const t = Int32Array.from({ length: n }, (_, i) => i % 2);
    for (const words of [11, 101].map((k) => Array.from({ length: k === 11 ? 11 : n }, (_, i) => `w${i % k}`))) {
      const table = tableFrom({ id: words, t: t.slice(0, words.length) });
      const problem = await problemOf(() => fitEncoding(table, { target: "t" }));
      expect(problem).toMatchObject({ code: "data-text", where: 'table, column "id"' });
      expect(problem.hint).toContain("--drop id");
    }
    const hundred = tableFrom({ id: Array.from({ length: n }, (_, i) => `w${i % 100}`), t });
    expect(fitEncoding(hundred, { target: "t" }).features).toHaveLength(100);
  });

  it("a table of nothing but the target, and an unknown target", async () => {
    const table = tableFrom({ target: [0, 1, 0, 1] });
    expect((await problemOf(() => fitEncoding(table, { target: "target" }))).code).toBe("data-columns");
    const problem = await problemOf(() => fitEncoding(patients, { target: "il" }));
    expect(problem.code).toBe("data-target");
    expect(problem.hint).toContain("did you mean ill?");
  });
});
