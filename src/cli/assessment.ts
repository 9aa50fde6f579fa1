import { targetNames } from "../data/index.ts";
import type { ModelFile } from "../interchange/index.ts";
import { confusionText, figure, grouped, table } from "../report/terminal.ts";
import type { TableAssessment, TrainedModel } from "../run/index.ts";
import {
  type ClassOutcomes,
  calibrationCurve,
  confusionMatrix,
  type Outcomes,
  precisionRecallCurve,
  rocCurve,
} from "../training/index.ts";

/** What is said besides the figures. */
export interface Shown {
  readonly run: string;
  /** What was measured. */
  readonly part: string;
  readonly model: TrainedModel;
  /** Matrix and curves, too. */
  readonly details: boolean;
}

/** An assessment as a JSON object. */
export function assessmentObject(assessment: TableAssessment, { run, part, model, details }: Shown): object {
  const { rows, loss, metrics, outcomes } = assessment;
  const intervals = Object.entries(assessment.intervals);
  const [first] = intervals;
  const { threshold } = model.file;
  return {
    run,
    part,
    rows,
    loss,
    metrics,
    ...(threshold !== undefined && { threshold }),
    ...(first && {
      confidence: { level: first[1].level, method: first[1].method },
      intervals: Object.fromEntries(
        intervals.map(([name, { low, high, standardError }]) => [name, { low, high, standardError }]),
      ),
    }),
    ...(details && outcomes && detailsOf(outcomes, model.file)),
  };
}

function detailsOf(outcomes: Outcomes, { encoding: { target } }: ModelFile): object {
  if (outcomes.kind === "numbers") return {};
  const names = target.kind === "classes" ? target.classes : targetNames(target);
  const asked =
    outcomes.kind === "classes" && outcomes.classes === 2 ? [1] : Array.from(namesOf(outcomes, names), (_, i) => i);
  const curves = asked.map((c) => {
    const [roc, pr] = [rocCurve(outcomes, { of: c }), precisionRecallCurve(outcomes, { of: c })];
    const plain = (curve: object): object =>
      Object.fromEntries(
        Object.entries(curve).map(([name, values]) => [name, Array.from(values as Float64Array, bounded)]),
      );
    return { class: names[c] ?? String(c), roc: plain(roc), precisionRecall: plain(pr) };
  });
  return {
    ...(outcomes.kind === "classes" && {
      confusion: { labels: namesOf(outcomes, names), matrix: confusionMatrix(outcomes) },
    }),
    curves,
    ...(outcomes.surprisal && { calibration: calibrationCurve(outcomes) }),
  };
}

/** The first threshold of a curve is infinite, which JSON cannot say. */
const bounded = (x: number): number | null => (Number.isFinite(x) ? x : null);

const namesOf = (outcomes: Exclude<Outcomes, { kind: "numbers" }>, names: readonly string[]): string[] =>
  Array.from(
    { length: outcomes.kind === "classes" ? outcomes.classes : outcomes.labels },
    (_, c) => names[c] ?? String(c),
  );

/** An assessment in text: a line a figure, with its interval. */
export function assessmentText(assessment: TableAssessment, { part, model, details }: Shown): string {
  const { rows, loss, metrics, intervals, outcomes } = assessment;
  const level = Object.values(intervals)[0]?.level;
  const interval = (name: string): string => {
    const found = intervals[name];
    return found ? `${figure(name, found.low)} to ${figure(name, found.high)}` : "";
  };
  const lines = Object.entries({ loss, ...metrics }).map(([name, x]) => [name, figure(name, x), interval(name)]);
  const headers = ["", `${part}, ${grouped(rows)} rows`];
  const figures =
    level === undefined
      ? table(
          headers,
          lines.map((line) => line.slice(0, 2)),
          { align: ["left", "right"] },
        )
      : table([...headers, `${Number((100 * level).toPrecision(4))} % interval`], lines, {
          align: ["left", "right", "left"],
        });
  const more = details && outcomes ? detailsText(outcomes, model.file) : [];
  return [figures, ...more].join("\n\n");
}

function detailsText(outcomes: Outcomes, { encoding: { target } }: ModelFile): string[] {
  if (outcomes.kind === "numbers") return [];
  const names = target.kind === "classes" ? target.classes : targetNames(target);
  const matrix = outcomes.kind === "classes" ? [matrixText(outcomes, names)] : [];
  return outcomes.surprisal ? [...matrix, calibrationText(outcomes)] : matrix;
}

const matrixText = (outcomes: ClassOutcomes, names: readonly string[]): string =>
  confusionText({ labels: namesOf(outcomes, names), matrix: confusionMatrix(outcomes) });

/** How often what was given a probability came true. */
function calibrationText(outcomes: Outcomes): string {
  const lines = calibrationCurve(outcomes)
    .filter(({ said }) => said !== null)
    .map(({ from, to, share, said, true: came }) => [
      `${from.toFixed(2)} to ${to.toFixed(2)}`,
      share.toFixed(3),
      said!.toFixed(3),
      came!.toFixed(3),
    ]);
  return table(["probability", "share of rows", "said", "came true"], lines, {
    align: ["left", "right", "right", "right"],
  });
}
