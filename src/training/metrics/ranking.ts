import { ModelError } from "../../core/errors.ts";
import { checkedNumber } from "../../core/names.ts";
import { itself, type Measure, type Metric, metric } from "./metric.ts";
import { type ClassOutcomes, type LabelOutcomes, type Outcomes, type Question, questions } from "./outcomes.ts";

/** Rows from the highest score to the lowest, and where the score changes. */
interface Ranking {
  readonly order: Int32Array;
  /** 1 at the last of each run of equal scores. */
  readonly last: Uint8Array;
  /** Truth in that order. */
  readonly truth: Uint8Array;
}

function ranked({ truth, scores }: Question): Ranking {
  const order = Int32Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const n = order.length;
  const [last, sorted] = [new Uint8Array(n), new Uint8Array(n)];
  for (let i = 0; i < n; i++) {
    last[i] = i + 1 === n || scores[order[i]!] !== scores[order[i + 1]!] ? 1 : 0;
    sorted[i] = truth[order[i]!]!;
  }
  return { order, last, truth: sorted };
}

/** A sum over the steps of a ranking, from weights of the rows. */
type Area = (ranking: Ranking, weights: Float64Array) => number;

/** Area under the ROC curve: the chance that a yes stands above a no, ties counting one half. NaN without one of them. */
function rocArea({ order, last, truth }: Ranking, weights: Float64Array): number {
  let [yes, no, yesBefore, noBefore, area] = [0, 0, 0, 0, 0];
  for (let i = 0; i < order.length; i++) {
    const w = weights[order[i]!]!;
    if (truth[i] === 1) yes += w;
    else no += w;
    if (last[i] === 0) continue;
    area += ((no - noBefore) * (yes + yesBefore)) / 2;
    yesBefore = yes;
    noBefore = no;
  }
  return area / (yes * no);
}

/** Area under the steps of the precision-recall curve: Σ (Rᵢ − Rᵢ₋₁) Pᵢ. NaN without a yes. */
function precisionArea({ order, last, truth }: Ranking, weights: Float64Array): number {
  let [yes, taken, yesBefore, area] = [0, 0, 0, 0];
  for (let i = 0; i < order.length; i++) {
    const w = weights[order[i]!]!;
    taken += w;
    if (truth[i] === 1) yes += w;
    if (last[i] === 0) continue;
    if (yes > yesBefore) area += (yes - yesBefore) * (yes / taken);
    yesBefore = yes;
  }
  return area / yes;
}

/** The mean over questions where the area is defined, each counting alike or by the weight of its yes. */
const overQuestions =
  (area: Area, byWeight: boolean) =>
  (outcomes: ClassOutcomes | LabelOutcomes): Measure => {
    const rankings = questions(outcomes).map(ranked);
    return (weights) => {
      let [sum, weight] = [0, 0];
      for (const ranking of rankings) {
        const value = area(ranking, weights);
        if (Number.isNaN(value)) continue;
        const w = byWeight && rankings.length > 1 ? weightOfYes(ranking, weights) : 1;
        sum += w * value;
        weight += w;
      }
      return sum / weight;
    };
  };

function weightOfYes({ order, truth }: Ranking, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < order.length; i++) if (truth[i] === 1) sum += weights[order[i]!]!;
  return sum;
}

const ranking = (label: string, area: Area, byWeight: boolean): Metric =>
  metric({
    label,
    better: "high",
    kinds: ["classes", "labels"],
    gather: overQuestions(area, byWeight),
    figure: itself,
  });

/**
 * Area under the ROC curve: the chance that a row of the class gets a higher score than one that is not, ties counting
 * one half. More than two classes: one against the rest, the mean over those that there are rows of, and others.
 */
export const rocAuc: Metric = ranking("rocAuc", rocArea, false);
/** The same, each class counting as much as its rows weigh. */
export const rocAucWeighted: Metric = ranking("rocAucWeighted", rocArea, true);
/**
 * Area under the precision-recall curve by its steps, Σ (Rᵢ − Rᵢ₋₁) Pᵢ, without the interpolation that flatters.
 * More than two classes: one against the rest, the mean over those that there are rows of.
 *
 * @see Davis & Goadrich (2006)
 */
export const averagePrecision: Metric = ranking("averagePrecision", precisionArea, false);
/** The same, each class counting as much as its rows weigh. */
export const averagePrecisionWeighted: Metric = ranking("averagePrecisionWeighted", precisionArea, true);

/**
 * Share of rows whose class is among the k likeliest; of equals, the first are taken, as in predicting.
 *
 * @throws `option` when k is not a whole number from 1 on
 */
export function topK(k: number): Metric {
  checkedNumber("topK(k)", k, { least: 1, integer: true });
  return metric({
    label: `top${k}`,
    better: "high",
    kinds: ["classes"],
    refusal: ({ classes }) => (classes > 2 ? null : "it is for more than two classes"),
    figure: itself,
    gather: (outcomes) => {
      const found = Uint8Array.from({ length: outcomes.rows }, (_, i) => Number(placeOfTruth(outcomes, i) < k));
      return (weights) => {
        let [sum, weight] = [0, 0];
        for (let i = 0; i < found.length; i++) {
          if (found[i] === 1) sum += weights[i]!;
          weight += weights[i]!;
        }
        return sum / weight;
      };
    },
  });
}

/** How many classes are preferred to the one that row i is of. */
function placeOfTruth({ classes, truth, scores }: ClassOutcomes, i: number): number {
  const start = i * classes;
  const own = scores[start + truth[i]!]!;
  let before = 0;
  for (let c = 0; c < classes; c++) {
    const score = scores[start + c]!;
    if (score > own || (score === own && c < truth[i]!)) before++;
  }
  return before;
}

/** A curve over all thresholds, from the highest down: a point for each distinct score. */
export interface RocCurve {
  /** Share of the no that is above the threshold; begins at 0. */
  readonly falsePositiveRate: Float64Array;
  /** Share of the yes that is above the threshold, or at it; begins at 0. */
  readonly truePositiveRate: Float64Array;
  /** At or above it, the answer is yes; begins at infinity. */
  readonly thresholds: Float64Array;
}

/** A curve over all thresholds, from the highest down: a point for each distinct score. */
export interface PrecisionRecallCurve {
  /** Begins at 1, where nothing is taken. */
  readonly precision: Float64Array;
  /** Begins at 0. */
  readonly recall: Float64Array;
  readonly thresholds: Float64Array;
}

/** Weight of yes and no at or above each distinct score, from infinity down. */
export interface Steps {
  readonly thresholds: Float64Array;
  readonly yes: Float64Array;
  readonly no: Float64Array;
}

/** Counts at every threshold that matters. */
export function stepsOf(question: Question, weights: Float64Array): Steps {
  const { order, last, truth } = ranked(question);
  const [thresholds, yes, no] = [[Number.POSITIVE_INFINITY], [0], [0]];
  let [above, against] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    if (truth[i] === 1) above += weights[order[i]!]!;
    else against += weights[order[i]!]!;
    if (last[i] === 0) continue;
    thresholds.push(question.scores[order[i]!]!);
    yes.push(above);
    no.push(against);
  }
  return { thresholds: Float64Array.from(thresholds), yes: Float64Array.from(yes), no: Float64Array.from(no) };
}

/** Which class or label a curve is about. */
export interface CurveOptions {
  /** Default 0, or the second of two classes, which is the only question there. */
  readonly of?: number;
}

function stepsFor(outcomes: Outcomes, { of = 0 }: CurveOptions): Steps {
  rocAuc.prepare(outcomes); // refuses numbers
  const asked = questions(outcomes as ClassOutcomes | LabelOutcomes);
  const question = asked.length === 1 ? asked[0] : asked[of];
  if (question) return stepsOf(question, outcomes.weights);
  throw new ModelError({
    code: "option",
    where: "curve, of",
    given: { of },
    rule: `must be a class or label from 0 to ${asked.length - 1}.`,
  });
}

/**
 * The ROC curve of two classes, of one class against the rest, or of one label. A rate is NaN where there is nothing to
 * be a share of.
 *
 * @throws `metric-task` for numbers
 */
export function rocCurve(outcomes: Outcomes, options: CurveOptions = {}): RocCurve {
  const { thresholds, yes, no } = stepsFor(outcomes, options);
  return {
    falsePositiveRate: no.map((n) => n / no.at(-1)!),
    truePositiveRate: yes.map((n) => n / yes.at(-1)!),
    thresholds,
  };
}

/**
 * The precision-recall curve of two classes, of one class against the rest, or of one label.
 *
 * @throws `metric-task` for numbers
 */
export function precisionRecallCurve(outcomes: Outcomes, options: CurveOptions = {}): PrecisionRecallCurve {
  const { thresholds, yes, no } = stepsFor(outcomes, options);
  return {
    precision: yes.map((n, i) => (n + no[i]! > 0 ? n / (n + no[i]!) : 1)),
    recall: yes.map((n) => n / yes.at(-1)!),
    thresholds,
  };
}
