import type { ClassCurve, ClassCurves, Line, Part } from "../report/input.ts";
import {
  averagePrecision,
  type ClassOutcomes,
  calibrationCurve,
  calibrationError,
  precisionRecallCurve,
  rocAuc,
  rocCurve,
} from "../training/index.ts";
import { type Judged, outcomesFrom, truthNumbers } from "./judged.ts";
import type { Shown } from "./result.ts";

/** Curves of a classifier over all thresholds, and its calibration; nothing where classes cannot be told apart by scores. */
export function classCurvesOf(run: Judged, { part, truth, predictions }: Shown): (ClassCurves & { part: Part }) | null {
  const { target } = run.encoding;
  const numbers = truthNumbers(run.encoding, truth[0] ?? []);
  if (target.kind !== "classes" || numbers === null) return null;
  const outcomes = outcomesFrom(run, numbers, predictions);
  if (outcomes?.kind !== "classes") return null;
  const asked = outcomes.classes === 2 ? [1] : target.classes.map((_, c) => c);
  const classes = asked.map((c) => curveOf(outcomes, c, target.classes[c]!));
  if (classes.every(({ area }) => area === null)) return null;
  return {
    part,
    rows: outcomes.rows,
    classes,
    area: mean(classes.map(({ area }) => area)),
    averagePrecision: mean(classes.map((curve) => curve.averagePrecision)),
    calibration: outcomes.surprisal
      ? { bins: calibrationCurve(outcomes, { bins: 10 }), error: calibrationError(outcomes) }
      : null,
  };
}

function curveOf(outcomes: ClassOutcomes, c: number, name: string): ClassCurve {
  const { truth, classes, scores, rows, weights } = outcomes;
  const own = Float64Array.from({ length: rows }, (_, i) => (classes === 2 ? scores[i]! : scores[i * classes + c]!));
  const isIt = Int32Array.from(truth, (t) => Number(t === c));
  const one = {
    kind: "classes",
    classes: 2,
    rows,
    truth: isIt,
    predicted: isIt,
    scores: own,
    surprisal: null,
    weights,
  } as const;
  const { falsePositiveRate, truePositiveRate } = rocCurve(one);
  const { precision, recall } = precisionRecallCurve(one);
  const count = isIt.reduce((a, b) => a + b, 0);
  const some = count > 0 && count < rows;
  return {
    name,
    rows: count,
    roc: some ? corners(falsePositiveRate, truePositiveRate) : { x: [], y: [] },
    precisionRecall: some ? corners(recall, precision) : { x: [], y: [] },
    area: some ? rocAuc(one) : null,
    averagePrecision: some ? averagePrecision(one) : null,
  };
}

const most = 250;

/** A line without the points that lie between two others on a level or upright, and with so many points at most. */
function corners(x: Float64Array, y: Float64Array): Line {
  const kept = Array.from(x, (_, i) => i).filter((i) => {
    if (i === 0 || i === x.length - 1) return true;
    return !((x[i] === x[i - 1] && x[i] === x[i + 1]) || (y[i] === y[i - 1] && y[i] === y[i + 1]));
  });
  const every = Math.max(1, Math.ceil(kept.length / most));
  const some = kept.filter((_, k) => k % every === 0 || k === kept.length - 1);
  return { x: some.map((i) => x[i]!), y: some.map((i) => y[i]!) };
}

function mean(figures: readonly (number | null)[]): number | null {
  const known = figures.filter((x) => x !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}
