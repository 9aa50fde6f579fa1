import { beforeAll, describe, expect, it } from "vitest";
import { checkRunFile } from "../../src/run/index.ts";
import { modelOf, shownPart } from "../../src/run/measured.ts";
import { parameterCount } from "../../src/run/network.ts";
import { type Prepared, prepare } from "../../src/run/prepare.ts";
import { brief, type Questioned, type Sensitivity, sensitivityOf, thorough } from "../../src/run/sensitivity.ts";
import { runEpochs } from "../../src/run/training.ts";

/** A short training, ready to be asked about. */
async function questioned(source: string, epochs: number): Promise<Questioned> {
  const prepared = await prepare(checkRunFile("test", { data: { source }, training: { epochs }, checkpoint: false }));
  const course = runEpochs(prepared, { signal: undefined, checkpoint: null, from: null });
  for (;;) {
    const next = await course.next();
    if (!next.done) continue;
    const { model } = modelOf(prepared, next.value.end);
    return { prepared, model, shown: shownPart(prepared, model), table: prepared.tables.validation };
  }
}

const names = ({ importance }: Sensitivity): string[] => importance!.inputs.map(({ name }) => name);
const parameters = (prepared: Prepared): number => parameterCount(prepared);

describe("what predictions depend on", () => {
  let iris: Questioned;
  beforeAll(async () => {
    iris = await questioned("iris", 40);
  });

  it("is measured input by input, and drawn for those that are needed most", () => {
    const found = sensitivityOf(iris, brief);
    expect(names(found)).toEqual(iris.prepared.encoding.inputs.map(({ column }) => column));
    expect(found.importance).toMatchObject({ metric: "logLoss", part: "validation", repeats: 3 });
    const order = [...found.importance!.inputs].sort((a, b) => b.mean - a.mean).map(({ name }) => name);
    expect(found.dependence!.map(({ input }) => input)).toEqual(order.slice(0, 3));
    for (const { values, lines } of found.dependence!) {
      // Probabilities of all three classes add up to 1 in every row, so their means do; sums of float32 numbers.
      const sums = values.map((_, i) => lines.reduce((sum, { means }) => sum + means[i]!, 0));
      for (const sum of sums) expect(Math.abs(sum - 1)).toBeLessThan(1e-5);
    }
    expect(found.plane).toBeUndefined();
  });

  it("is the same for the same run", () => {
    expect(sensitivityOf(iris, brief)).toEqual(sensitivityOf(iris, brief));
  });

  it("is left out, and how to get it is said, where too few rows could be afforded", () => {
    const inputs = iris.prepared.encoding.inputs.length;
    const budget = parameters(iris.prepared) * inputs * 3 * 10; // ten rows
    const found = sensitivityOf(iris, { ...brief, budget });
    expect(found.importance).toBeUndefined();
    expect(found.leftOut).toMatch(/gradus report/);
    expect(sensitivityOf(iris, { ...thorough, mostRows: 20 }).importance).toMatchObject({ rows: 20, repeats: 10 });
  });

  it("is the whole plane for two inputs, which says what is predicted for the rows on it", async () => {
    const spiral = await questioned("spiral", 30);
    const { plane } = sensitivityOf(spiral, brief);
    expect(plane).toMatchObject({ kind: "probability", names: ["0", "1"], part: "validation" });
    expect(plane!.values).toHaveLength(plane!.columns * plane!.rows);
    const wrong = plane!.points.filter((point) => point.wrong).length;
    const { truth, predictions } = spiral.shown;
    expect(wrong).toBe(truth[0]!.filter((name, i) => name !== predictions.values[i]).length);
    for (const { x, y } of plane!.points)
      expect(x > plane!.x.from && x < plane!.x.to && y > plane!.y.from && y < plane!.y.to).toBe(true);
  });

  it("is measured by areas where rows are images, each pixel in one of them", async () => {
    const digits = await questioned("digits", 2);
    const { importance, dependence } = sensitivityOf(digits, { ...brief, budget: 1e8 });
    expect(importance!.areas).toEqual({ width: 4, height: 4 });
    expect(importance!.inputs).toHaveLength(16);
    expect(importance!.inputs[5]!.name).toBe("2. from the top, 2. from the left");
    expect(dependence).toBeUndefined();
  });
});
