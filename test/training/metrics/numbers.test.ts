import { describe, expect, it } from "vitest";
import {
  confusionMatrix,
  metricNamed,
  type Outcomes,
  precisionRecallCurve,
  rocCurve,
} from "../../../src/training/metrics/index.ts";
import { classOutcomes, labelOutcomes, numberOutcomes } from "../../../src/training/metrics/plain.ts";
import { expectClose, flat, type Recorded, roundoff } from "../../numbers/close.ts";
import recorded from "../../numbers/metrics.json" with { type: "json" };

interface Case {
  readonly truth: Recorded;
  readonly probabilities?: Recorded;
  readonly predicted?: Recorded;
  readonly weights: Recorded | null;
  readonly metrics: Readonly<Record<string, number | string | null>>;
  readonly confusion?: Recorded;
  readonly roc?: Readonly<Record<string, Recorded>>;
  readonly precisionRecall?: Readonly<Record<string, Recorded>>;
}

const cases = recorded.cases as unknown as Readonly<Record<"classes" | "labels" | "numbers", Record<string, Case>>>;

/** The same outcomes from what was recorded. */
const make = {
  classes: classOutcomes,
  labels: labelOutcomes,
  numbers: numberOutcomes,
} as unknown as Readonly<Record<string, (plain: object) => Outcomes>>;

function outcomes(kind: string, { truth, probabilities, predicted, weights }: Case): Outcomes {
  return make[kind]!({
    truth,
    ...(probabilities !== undefined && { probabilities }),
    ...(predicted !== undefined && { predicted }),
    ...(weights !== null && { weights }),
  });
}

/**
 * Every figure is a few sums of at most 150 terms, whose rounding is at most 150 units in the last place of the sum of
 * sizes; the difference of two such sums, as in R², Matthews' and the calibration error, can be a hundred times smaller
 * than they are. Numbers near a million lose twelve digits of their squares' sums when a mean is taken off.
 */
const tolerance = { relative: 2e4 * roundoff, absolute: 2e4 * roundoff };
const farTolerance = { relative: 1e-9, absolute: 1e-9 };

describe.each(Object.entries(cases))("outcomes that are %s", (kind, group) => {
  describe.each(Object.entries(group))("%s", (name, example) => {
    const found = outcomes(kind, example);
    it.each(Object.entries(example.metrics))("have the %s of scikit-learn", (metric, figure) => {
      const value = metricNamed(metric)(found);
      if (figure === null) expect(value).toBeNaN();
      else expectClose([value], [figure], name.includes("far from zero") ? farTolerance : tolerance);
    });
    if (example.confusion)
      it("have its confusion matrix", () => {
        expect(found.kind).toBe("classes");
        if (found.kind === "classes") expectClose(confusionMatrix(found), example.confusion, tolerance);
      });
    if (example.roc)
      it("have its ROC curve", () => {
        const { falsePositiveRate, truePositiveRate, thresholds } = rocCurve(found);
        const { roc } = example;
        expectClose(falsePositiveRate.slice(1), roc!["falsePositiveRate"], tolerance);
        expectClose(truePositiveRate.slice(1), roc!["truePositiveRate"], tolerance);
        expect([...thresholds.slice(1)]).toEqual(flat(roc!["thresholds"]));
        expect([falsePositiveRate[0], truePositiveRate[0], thresholds[0]]).toEqual([0, 0, Infinity]);
      });
    if (example.precisionRecall)
      it("have its precision-recall curve", () => {
        const { precision, recall, thresholds } = precisionRecallCurve(found);
        const { precisionRecall } = example;
        expectClose(precision.slice(1), precisionRecall!["precision"], tolerance);
        expectClose(recall.slice(1), precisionRecall!["recall"], tolerance);
        expect([...thresholds.slice(1)]).toEqual(flat(precisionRecall!["thresholds"]));
        expect([precision[0], recall[0], thresholds[0]]).toEqual([1, 0, Infinity]);
      });
  });
});
