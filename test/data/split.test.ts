import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, datasets, split, splitRows, tableFrom } from "../../src/data/index.ts";
import { problemOf } from "./problem.ts";

const share = fc.double({ min: 0, max: 0.45, noNaN: true });
const seed = fc.integer({ min: 0 });

describe("a split", () => {
  it("puts every row into exactly one part", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 300 }), share, share, seed, (rows, test, validation, seed) => {
        const parts = splitRows(rows, { test, validation, seed });
        const all = [...parts.training, ...parts.validation, ...parts.test].sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: rows }, (_, i) => i));
        for (const part of Object.values(parts)) expect([...part]).toEqual([...part].sort((a, b) => a - b));
      }),
    );
  });

  it("keeps the share of every class to within a row, and a training row of each", () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0.01, max: 0.3, noNaN: true }), seed, (sizes, test, seed) => {
        const labels = sizes.flatMap((size, c) => new Array<number>(size).fill(c));
        fc.pre(Math.ceil(labels.length * test) <= labels.length - 2 * sizes.length);
        const parts = splitRows(labels.length, { test, seed, labels });
        sizes.forEach((size, c) => {
          const drawn = parts.test.filter((row) => labels[row] === c).length;
          expect(Math.abs(drawn - (size * parts.test.length) / labels.length)).toBeLessThanOrEqual(1);
          expect(parts.training.some((row) => labels[row] === c)).toBe(true);
        });
      }),
    );
  });

  it("draws the same test rows whatever the validation share is", () => {
    const labels = Array.from({ length: 90 }, (_, i) => i % 4);
    fc.assert(
      fc.property(share, share, seed, (first, second, seed) => {
        for (const strata of [{}, { labels }]) {
          const a = splitRows(90, { test: 0.2, validation: first, seed, ...strata });
          const b = splitRows(90, { test: 0.2, validation: second, seed, ...strata });
          expect(a.test).toEqual(b.test);
        }
      }),
    );
  });

  it("is the same for the same seed, and another for another", () => {
    const options = { test: 0.2, validation: 0.2 };
    expect(splitRows(100, { ...options, seed: 7 })).toEqual(splitRows(100, { ...options, seed: 7 }));
    expect(splitRows(100, { ...options, seed: 7 }).test).not.toEqual(splitRows(100, { ...options, seed: 8 }).test);
  });

  it("puts every row into the test part about as often as any other", () => {
    // 2000 draws at p = 1/4: mean 500, deviation √(2000 · ¼ · ¾) = 19.4; six deviations are 117.
    const counts = new Int32Array(8);
    for (let seed = 0; seed < 2000; seed++) for (const row of splitRows(8, { test: 0.25, seed }).test) counts[row]!++;
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(117);
  });

  it("has the sizes of scikit-learn: 1149, 288 and 360 of 1797 digits, 143 of 569 tumours", async () => {
    const digits = split(await datasets.digits.load(), { test: 0.2, validation: 0.2, stratify: "target" });
    expect([digits.training.rows, digits.validation.rows, digits.test.rows]).toEqual([1149, 288, 360]);
    expect(splitRows(569, { test: 0.25 }).test).toHaveLength(143);
    expect(splitRows(569, { test: 0.25 }).validation).toHaveLength(0);
    expect(splitRows(30, { test: 0.1 }).test).toHaveLength(3);
    expect(splitRows(1800, { test: 0.15 }).test).toHaveLength(270);
    expect(0.07 * 100).toBeGreaterThan(7); // by rounding alone, so it must not make an eighth row
    expect(splitRows(100, { test: 0.07 }).test).toHaveLength(7);
  });

  it("gives the rows of the table that it names", () => {
    const table = tableFrom({ id: Array.from({ length: 12 }, (_, i) => i), kind: [..."aabbaabbaabb"] });
    const parts = split(table, { test: 0.25, validation: 0.2, stratify: "kind", seed: 3 });
    for (const part of ["training", "validation", "test"] as const) {
      const id = column(parts[part], "id");
      expect(id.kind === "number" && [...id.values]).toEqual([...parts.rows[part]]);
    }
  });

  it("stratifies by numbers as by words", () => {
    const words = tableFrom({ kind: [..."aabbbbaabb"] });
    const numbers = tableFrom({ kind: Array.from("aabbbbaabb", (letter) => (letter === "a" ? 10 : 20)) });
    const options = { test: 0.3, stratify: "kind" };
    expect(split(words, options).rows).toEqual(split(numbers, options).rows);
  });
});

describe("a split by groups", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 12, maxLength: 40 });
  const grouped = (sizes: readonly number[]) =>
    tableFrom({
      patient: sizes.flatMap((size, g) => new Array<number>(size).fill(g * 7)),
      ill: sizes.flatMap((size, g) => new Array<string>(size).fill(g % 3 === 0 ? "yes" : "no")),
    });

  it("has no group in two parts, and every row in one", () => {
    fc.assert(
      fc.property(sizes, seed, fc.boolean(), (sizes, seed, stratified) => {
        const table = grouped(sizes);
        const options = {
          test: 0.25,
          validation: 0.2,
          groups: "patient",
          seed,
          ...(stratified && { stratify: "ill" }),
        };
        const parts = split(table, options);
        const of = (part: "training" | "validation" | "test"): Set<number> => {
          const patients = column(parts[part], "patient");
          return new Set(patients.kind === "number" ? patients.values : []);
        };
        const several = [...of("training"), ...of("validation"), ...of("test")];
        expect(new Set(several).size).toBe(several.length);
        const rows = [...parts.rows.training, ...parts.rows.validation, ...parts.rows.test].sort((a, b) => a - b);
        expect(rows).toEqual(Array.from({ length: table.rows }, (_, i) => i));
      }),
    );
  });

  it("has about the rows that are asked for: a group more or less", () => {
    fc.assert(
      fc.property(sizes, seed, (sizes, seed) => {
        const table = grouped(sizes);
        const { rows } = split(table, { test: 0.25, groups: "patient", seed });
        // Groups of 1 to 12 rows, at least 12 of them: one is refused only if it leads further away, by half its size at most.
        expect(Math.abs(rows.test.length - Math.ceil(table.rows * 0.25))).toBeLessThanOrEqual(Math.max(...sizes) / 2);
      }),
    );
  });

  it("keeps the classes' shares where the groups allow it, and leaves each class rows to train on", () => {
    const table = grouped(new Array<number>(60).fill(5));
    const { test, training } = split(table, { test: 0.2, groups: "patient", stratify: "ill", seed: 1 });
    const ill = (part: typeof test): number => {
      const found = column(part, "ill");
      return found.kind === "text" ? found.codes.filter((code) => found.levels[code] === "yes").length : 0;
    };
    expect([test.rows, ill(test), ill(training)]).toEqual([60, 20, 80]);
    const rare = tableFrom({ g: [1, 1, 2, 2, 3, 3, 4, 4], t: ["a", "a", "b", "b", "b", "b", "b", "b"] });
    for (let seed = 0; seed < 20; seed++)
      expect(split(rare, { test: 0.6, groups: "g", stratify: "t", seed }).rows.training).toContain(0);
  });

  it("depends on the seed, and its test part not on the validation share", () => {
    const table = grouped(new Array<number>(30).fill(3));
    const test = (options: object): Int32Array => split(table, { test: 0.2, groups: "patient", ...options }).rows.test;
    expect(test({ seed: 1 })).not.toEqual(test({ seed: 2 }));
    expect(test({ validation: 0.3 })).toEqual(test({ validation: 0 }));
  });

  it("takes the nearest group where each is too large for the share", () => {
    const large = tableFrom({ g: [1, 1, 1, 2, 2, 3, 3, 3, 3, 3] });
    for (let seed = 0; seed < 10; seed++)
      expect([...split(large, { test: 0.1, groups: "g", seed }).rows.test]).toEqual([3, 4]);
  });

  it("is refused when no group can be held out, or a row has none", async () => {
    const one = tableFrom({ g: ["a", "a", "a", "a"] });
    expect((await problemOf(() => split(one, { test: 0.25, groups: "g" }))).code).toBe("data-split");
    const holed = tableFrom({ g: ["a", "b", "", "c"] });
    expect(await problemOf(() => split(holed, { test: 0.25, groups: "g" }))).toMatchObject({
      code: "data-missing",
      where: 'table row 3, column "g"',
    });
    expect((await problemOf(() => split(one, { test: 0.25, groups: "gg" }))).hint).toContain("did you mean g?");
  });
});

describe("a split in an order", () => {
  it("trains on the first, validates on the next, tests on the last", () => {
    const times = fc.array(fc.double({ noNaN: true }), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(times, (times) => {
        const parts = split(tableFrom({ time: times }), { test: 0.2, validation: 0.2, order: "time" });
        const of = (rows: Int32Array): number[] => [...rows].map((row) => times[row]!);
        const [first, next, last] = [parts.rows.training, parts.rows.validation, parts.rows.test].map(of);
        expect(Math.max(...first!)).toBeLessThanOrEqual(Math.min(...next!));
        expect(Math.max(...next!)).toBeLessThanOrEqual(Math.min(...last!));
        expect([first!.length, next!.length, last!.length]).toEqual(
          [splitRows(times.length, { test: 0.2, validation: 0.2 })].flatMap((rows) => [
            rows.training.length,
            rows.validation.length,
            rows.test.length,
          ]),
        );
      }),
    );
  });

  it("takes dates that begin with the year, or the rows as they stand", () => {
    const day = ["2021-03-04", "2020-12-31", "2021-01-01", "2019-06-30", "2021-03-05"];
    const table = tableFrom({ day });
    expect([...split(table, { test: 0.4, order: "day" }).rows.test]).toEqual([0, 4]);
    expect([...split(table, { test: 0.4, order: true }).rows.test]).toEqual([3, 4]);
  });

  it("is refused for dates in another form, for words, for missing values, and with groups or strata", async () => {
    const order = (values: readonly string[], more = {}) =>
      problemOf(() => split(tableFrom({ when: values }), { test: 0.4, order: "when", ...more }));
    expect(await order(["4.3.2021", "31.12.2020", "1.1.2021"])).toMatchObject({ code: "data-date" });
    expect((await order(["spring", "summer", "autumn"])).hint).toContain("--order file");
    expect(await order(["2021-03-04", "", "2021-01-01"])).toMatchObject({ where: 'table row 2, column "when"' });
    for (const more of [{ stratify: "when" }, { groups: "when" }])
      expect((await order(["2021-03-04", "2021-03-04"], more)).code).toBe("data-split");
  });
});

describe("a split refuses", () => {
  it("shares below 0, from 1, or of which nothing is left", async () => {
    for (const shares of [{ test: -0.1 }, { test: 1 }, { validation: Number.NaN }, { test: 0.5, validation: 0.5 }])
      expect((await problemOf(() => splitRows(100, shares))).code).toBe("data-split");
  });

  it("to leave no training row", async () => {
    const problem = await problemOf(() => splitRows(2, { test: 0.2, validation: 0.2 }));
    expect(problem).toMatchObject({ code: "data-split", given: { rows: 2, test: 1, validation: 1 } });
  });

  it("a class of one row, by its name", async () => {
    const table = tableFrom({ kind: ["a", "a", "b", "b", "odd"] });
    const problem = await problemOf(() => split(table, { test: 0.2, stratify: "kind" }));
    expect(problem).toMatchObject({ code: "data-classes", given: { class: "odd", rows: 1 } });
    expect(splitRows(5, { test: 0.2 }).test).toHaveLength(1);
  });

  it("to take the last training row of a class", async () => {
    const labels = [0, 0, 1, 1, 2, 2];
    expect((await problemOf(() => splitRows(6, { test: 0.6, labels }))).code).toBe("data-split");
  });

  it("an unknown column to stratify by", async () => {
    const problem = await problemOf(() => split(tableFrom({ kind: ["a", "b"] }), { test: 0.5, stratify: "kinds" }));
    expect(problem.hint).toContain("did you mean kind?");
  });
});
