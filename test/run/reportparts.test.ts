import { expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import { tableFrom } from "../../src/data/index.ts";
import { classCurvesOf } from "../../src/run/classcurves.ts";
import type { Shown } from "../../src/run/result.ts";
import { rowsShown } from "../../src/run/shownrows.ts";
import { classOutcomes, rocAuc } from "../../src/training/index.ts";

const target = { kind: "classes", column: "kind", classes: ["no", "yes"] };
const p = [0.1, 0.4, 0.35, 0.8, 0.7];
const truth = ["no", "no", "yes", "yes", "no"];
const shown = {
  part: "validation",
  rows: Int32Array.from(p, (_, i) => i),
  truth: [truth],
  predictions: {
    name: "kind",
    values: p.map((x) => (x > 0.5 ? "yes" : "no")),
    probabilities: [
      { name: "no", values: p.map((x) => 1 - x) },
      { name: "yes", values: p },
    ],
    probable: true,
    heads: [],
    numbers: Float64Array.from(p, (x) => Number(x > 0.5)),
    others: [],
  },
} as const satisfies Shown;
const encoding = { target, inputs: [{ kind: "number", column: "size" }] };
const run = { encoding, loss: "logisticLoss" } as unknown as Parameters<typeof classCurvesOf>[0];

it("curves of a classifier are those of its scores, without points that lie on a straight line", () => {
  const { classes, area, calibration, rows } = classCurvesOf(run, shown)!;
  const expected = rocAuc(classOutcomes({ truth: tensor([0, 0, 1, 1, 0]), probabilities: p }));
  expect({ rows, area, names: classes.map(({ name }) => name) }).toEqual({ rows: 5, area: expected, names: ["yes"] });
  // From the highest score down: yes (0.8), no (0.7), no (0.4), yes (0.35), no (0.1).
  expect(classes[0]!.roc).toEqual({ x: [0, 0, 2 / 3, 2 / 3, 1], y: [0, 0.5, 0.5, 1, 1] });
  expect(calibration!.bins.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
});

it("there are no curves where all rows are of one class, or where a prediction is not finite", () => {
  expect(classCurvesOf(run, { ...shown, truth: [truth.map(() => "no")] })).toBeNull();
  const probabilities = shown.predictions.probabilities.map((each) => ({ ...each, values: p.map(() => NaN) }));
  expect(classCurvesOf(run, { ...shown, predictions: { ...shown.predictions, probabilities } })).toBeNull();
});

it("the worst mistakes are the wrong rows, those first of which the network is surest", () => {
  const table = tableFrom({ size: [1, 2, 3, 4, 5], kind: truth });
  const origin = [10, 11, 12, 13, 14];
  const found = rowsShown({ encoding: encoding as never, table, shown, origin }, []);
  expect(found!.worst).toEqual([
    { row: 15, inputs: ["5"], truth: "no", prediction: "yes", figure: 0.7, wrong: true },
    { row: 13, inputs: ["3"], truth: "yes", prediction: "no", figure: 0.65, wrong: true },
  ]);
  expect(found!.some.map(({ row }) => row)).toEqual(origin.map((row) => row + 1));
});
