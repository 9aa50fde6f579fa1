import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/index.ts";
import { chooseTask, type Encoding, encode, fitEncoding, tableFrom, takeRows } from "../../src/data/index.ts";
import { problemOf } from "./problem.ts";

const houses = tableFrom(
  {
    size: [30, 50, 80, 120, 60],
    rent: [500, 700, 900, 1500, 800],
    price: [100, 150, 210, 400, 170],
    lift: ["no", "yes", "no", "yes", "yes"],
    new: [0, 1, 1, 0, 0],
  },
  { name: "houses" },
);

describe("several targets", () => {
  it("that are numbers are a regression, each brought to mean 0 and deviation 1", () => {
    const encoding = fitEncoding(houses, { target: ["rent", "price"] });
    expect(encoding).toMatchObject({ task: "regression", features: ["size", "lift=no", "lift=yes", "new"] });
    const { y } = encode(JSON.parse(JSON.stringify(encoding)) as Encoding, houses);
    expect(y.shape).toEqual([5, 2]);
    for (const j of [0, 1]) {
      const values = [...y.data].filter((_, i) => i % 2 === j);
      // Five numbers near 1: sums are right to some 5 · 2⁻⁵³.
      expect(Math.abs(values.reduce((a, b) => a + b))).toBeLessThan(1e-14);
      expect(values.reduce((a, b) => a + b * b, 0) / 5).toBeCloseTo(1, 13);
    }
    const plain = fitEncoding(houses, { target: ["rent", "price"], scaleTargets: false });
    expect(encode(plain, houses, { precision: "f32" }).y).toEqual(
      tensor(Float32Array.of(500, 100, 700, 150, 900, 210, 1500, 400, 800, 170), [5, 2]),
    );
    const holed = tableFrom({ size: [null, 50, 80], rent: [1, 2, 3], price: [4, 5, 7] });
    const dropped = fitEncoding(holed, {
      target: ["rent", "price"],
      task: "regression",
      missing: "drop",
      scaleTargets: false,
    });
    expect(encode(dropped, holed).y.toArray()).toEqual([[2, 5], [3, 7]]); // biome-ignore format: a table
    expect(fitEncoding(houses, { target: ["rent", "price"], scale: "none" }).target).toMatchObject({ scale: [1, 1] });
  });

  it("of two values each are labels: 0 for the first, 1 for the second", () => {
    const encoding = fitEncoding(houses, { target: ["lift", "new"], scale: "none" });
    expect(encoding).toMatchObject({
      task: "multilabel",
      reason: "2 targets with two values each",
      target: {
        kind: "labels",
        columns: ["lift", "new"],
        classes: [
          ["no", "yes"],
          ["0", "1"],
        ],
      },
    });
    expect(encode(encoding, houses).y).toEqual(tensor([[0, 0], [1, 1], [0, 1], [1, 0], [1, 0]])); // biome-ignore format: a table
    expect(chooseTask(houses, { target: "lift", task: "multilabel" }).task).toBe("multilabel");
    expect(chooseTask(houses, { target: ["new"], task: "binary" }).task).toBe("binary");
  });

  it("are refused when they do not go together, are constant, or hold an answer that training did not have", async () => {
    const mixed = await problemOf(() => fitEncoding(houses, { target: ["rent", "lift"] }));
    expect(mixed).toMatchObject({ code: "data-target", where: 'houses, target "lift"' });
    for (const task of ["binary", "multiclass"] as const)
      expect((await problemOf(() => chooseTask(houses, { target: ["lift", "new"], task }))).rule).toContain(
        "one target",
      );
    expect((await problemOf(() => chooseTask(houses, { target: ["rent"], task: "multilabel" }))).code).toBe(
      "data-target",
    );
    const same = tableFrom({ a: [1, 2, 3], s: [4, 4, 4], t: [1, 5, 7] });
    expect((await problemOf(() => fitEncoding(same, { target: ["s", "t"] }))).code).toBe("data-classes");
    const encoding = fitEncoding(houses, { target: ["lift", "new"] });
    const other = tableFrom({ size: [1], rent: [1], price: [1], lift: ["maybe"], new: [0] }, { name: "other" });
    expect(await problemOf(() => encode(encoding, other))).toMatchObject({ where: 'other row 1, column "lift"' });
    expect((await problemOf(() => encode(encoding, takeRows(same, [0])))).code).toBe("data-target");
  });

  it("are never filled in where one is missing", async () => {
    const holed = tableFrom({ a: [1, 2, 3], s: [4, null, 6], t: [1, 5, 7] }, { name: "holed" });
    const problem = await problemOf(() => fitEncoding(holed, { target: ["s", "t"], missing: "mean" }));
    expect(problem).toMatchObject({ code: "data-missing", where: 'holed row 2, column "s"' });
  });
});
