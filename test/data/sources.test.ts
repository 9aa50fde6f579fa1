import { expect, it } from "vitest";
import { splitSources, tableFrom } from "../../src/data/index.ts";
import { problemOf } from "./problem.ts";

const table = (name: string, rows: number, from: number) =>
  tableFrom(
    {
      x: Float64Array.from({ length: rows }, (_, i) => from + i),
      y: Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? "rare" : "usual")),
    },
    { name },
  );
const plentiful = table("photos", 100, 0);
const matters = table("sketches", 40, 1000);
const xs = ({ columns }: typeof plentiful): number[] => {
  const [x] = columns;
  return x?.kind === "number" ? [...x.values] : [];
};

it("trains on the plentiful source alone, and chooses and tests on the one that matters", () => {
  const parts = splitSources(plentiful, matters, { trainDev: 0.1, test: 0.25, stratify: "y", seed: 3 });
  const sizes = [parts.training, parts.trainDev, parts.validation, parts.test].map(({ rows }) => rows);
  expect(sizes).toEqual([90, 10, 30, 10]);
  const first = [...xs(parts.training), ...xs(parts.trainDev)].sort((a, b) => a - b);
  const second = [...xs(parts.validation), ...xs(parts.test)].sort((a, b) => a - b);
  expect(first).toEqual(xs(plentiful));
  expect(second).toEqual(xs(matters));
});

it("halves what matters unless told otherwise, and the same seed gives the same parts", () => {
  const parts = splitSources(plentiful, matters);
  expect([parts.trainDev.rows, parts.validation.rows, parts.test.rows]).toEqual([20, 20, 20]);
  expect(splitSources(plentiful, matters)).toEqual(parts);
  expect(xs(splitSources(plentiful, matters, { seed: 1 }).test)).not.toEqual(xs(parts.test));
});

it("refuses shares that leave nothing", async () => {
  expect(await problemOf(() => splitSources(plentiful, matters, { test: 1 }))).toMatchObject({ code: "data-split" });
});
