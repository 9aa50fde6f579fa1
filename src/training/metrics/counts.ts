import { itself, type Metric, metric } from "./metric.ts";
import { type ClassOutcomes, type LabelOutcomes, weightedMean } from "./outcomes.ts";

/** Weight of the rows that each class has, by what was true and what was predicted. */
interface Counts {
  /** Of this class, and taken for it. */
  readonly hits: Float64Array;
  /** Of this class. */
  readonly truth: Float64Array;
  /** Taken for this class. */
  readonly predicted: Float64Array;
  /** Of all answers: the rows, or the labels of all rows. */
  readonly total: number;
}

type Decided = ClassOutcomes | LabelOutcomes;

/** The counts, for weights of the rows. */
const gather =
  (outcomes: Decided) =>
  (weights: Float64Array): Counts =>
    outcomes.kind === "classes" ? countClasses(outcomes, weights) : countLabels(outcomes, weights);

function countClasses({ rows, classes, truth, predicted }: ClassOutcomes, weights: Float64Array): Counts {
  const counts = empty(classes);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const w = weights[i]!;
    const t = truth[i]!;
    counts.truth[t]! += w;
    counts.predicted[predicted[i]!]! += w;
    if (t === predicted[i]) counts.hits[t]! += w;
    total += w;
  }
  return { ...counts, total };
}

function countLabels({ rows, labels, truth, predicted }: LabelOutcomes, weights: Float64Array): Counts {
  const counts = empty(labels);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const w = weights[i]!;
    for (let c = 0; c < labels; c++) {
      const t = truth[i * labels + c]!;
      const p = predicted[i * labels + c]!;
      counts.truth[c]! += w * t;
      counts.predicted[c]! += w * p;
      counts.hits[c]! += w * t * p;
    }
    total += w;
  }
  return { ...counts, total };
}

const empty = (classes: number): Omit<Counts, "total"> => ({
  hits: new Float64Array(classes),
  truth: new Float64Array(classes),
  predicted: new Float64Array(classes),
});

/** 0 where there is nothing to divide by. */
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Precision, recall or F1 from the weight of hits, of what is true and of what was predicted; 0 where there is none. */
type Ratio = (hits: number, truth: number, predicted: number) => number;
const ratios = {
  precision: (hits, _truth, predicted) => share(hits, predicted),
  recall: (hits, truth) => share(hits, truth),
  f1: (hits, truth, predicted) => share(2 * hits, truth + predicted),
} as const satisfies Record<string, Ratio>;

const ratioOf = (ratio: Ratio, { hits, truth, predicted }: Counts, c: number): number =>
  ratio(hits[c]!, truth[c]!, predicted[c]!);

const indices = (counts: Counts): number[] => Array.from(counts.hits, (_, c) => c);

/** The mean over the classes that come up, as truth or as prediction; over all labels. */
function macro(ratio: Ratio, counts: Counts, { kind }: Decided): number {
  const there = indices(counts).filter((c) => kind === "labels" || counts.truth[c]! + counts.predicted[c]! > 0);
  return mean(there.map((c) => ratioOf(ratio, counts, c)));
}

/** The mean over classes, each counting as much as rows of it weigh. */
const weighted = (ratio: Ratio, counts: Counts): number =>
  share(sum(indices(counts).map((c) => counts.truth[c]! * ratioOf(ratio, counts, c))), sum(counts.truth));

/** All classes' counts added first. */
const micro = (ratio: Ratio, { hits, truth, predicted }: Counts): number =>
  ratio(sum(hits), sum(truth), sum(predicted));

const kinds = ["classes", "labels"] as const;
const decided = (label: string, figure: (counts: Counts, outcomes: Decided) => number): Metric =>
  metric({ label, better: "high", kinds, gather, figure });

/** Of the second of two classes; of more classes, and of labels, the macro mean. */
const main = (label: keyof typeof ratios): Metric =>
  decided(label, (counts, outcomes) =>
    outcomes.kind === "classes" && outcomes.classes === 2
      ? ratioOf(ratios[label], counts, 1)
      : macro(ratios[label], counts, outcomes),
  );

/** Share of rows that were taken for the class that they are of; of labels, share of right answers. */
export const accuracy: Metric = decided("accuracy", ({ hits, truth, predicted, total }, outcomes) =>
  outcomes.kind === "classes"
    ? sum(hits) / total
    : 1 - (sum(truth) + sum(predicted) - 2 * sum(hits)) / (total * outcomes.labels),
);

/** Share of rows whose labels are all right. */
export const exactMatch: Metric = metric({
  label: "exactMatch",
  better: "high",
  kinds: ["labels"],
  gather: ({ rows, labels, truth, predicted }) => {
    const right = Float64Array.from({ length: rows }, (_, i) => {
      let wrong = 0;
      for (let j = i * labels; j < (i + 1) * labels; j++) if (truth[j] !== predicted[j]) wrong++;
      return wrong === 0 ? 1 : 0;
    });
    return (weights) => weightedMean(right, weights);
  },
  figure: itself,
});

/** Recall, the mean over the classes that there are rows of; of a label, the mean of its yes and its no. */
export const balancedAccuracy: Metric = decided("balancedAccuracy", (counts, outcomes) => {
  const { hits, truth, predicted, total } = counts;
  if (outcomes.kind === "classes")
    return mean(
      indices(counts)
        .filter((c) => truth[c]! > 0)
        .map((c) => hits[c]! / truth[c]!),
    );
  const label = (c: number): number => {
    const both = [
      [hits[c]!, truth[c]!],
      [total - truth[c]! - predicted[c]! + hits[c]!, total - truth[c]!],
    ];
    return mean(both.filter(([, rows]) => rows! > 0).map(([right, rows]) => right! / rows!));
  };
  return mean(indices(counts).map(label));
});

/** Share of what was taken for a class that is of it: tp / (tp + fp), 0 where nothing was. */
export const precision: Metric = main("precision");
/** Share of a class that was recognised: tp / (tp + fn), 0 where there is no row of it. */
export const recall: Metric = main("recall");
/** Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn), 0 where that divides by nothing. */
export const f1: Metric = main("f1");

/** Precision over all classes together; of classes, not labels, the accuracy. */
export const precisionMicro: Metric = decided("precisionMicro", (counts) => micro(ratios.precision, counts));
/** Precision, the mean over the classes that come up. */
export const precisionMacro: Metric = decided("precisionMacro", (counts, o) => macro(ratios.precision, counts, o));
/** Precision, the mean over rows of the precision of their class. */
export const precisionWeighted: Metric = decided("precisionWeighted", (counts) => weighted(ratios.precision, counts));
/** Recall over all classes together; of classes, not labels, the accuracy. */
export const recallMicro: Metric = decided("recallMicro", (counts) => micro(ratios.recall, counts));
/** Recall, the mean over the classes that come up. */
export const recallMacro: Metric = decided("recallMacro", (counts, o) => macro(ratios.recall, counts, o));
/** Recall, the mean over rows of the recall of their class. */
export const recallWeighted: Metric = decided("recallWeighted", (counts) => weighted(ratios.recall, counts));
/** F1 over all classes together; of classes, not labels, the accuracy. */
export const f1Micro: Metric = decided("f1Micro", (counts) => micro(ratios.f1, counts));
/** F1, the mean over the classes that come up. */
export const f1Macro: Metric = decided("f1Macro", (counts, o) => macro(ratios.f1, counts, o));
/** F1, the mean over rows of the F1 of their class. */
export const f1Weighted: Metric = decided("f1Weighted", (counts) => weighted(ratios.f1, counts));

/**
 * Correlation of truth and prediction, from −1 to 1; 0 where one of them never changes. Of labels, their mean.
 *
 * @see Matthews (1975); for several classes Gorodkin (2004): (s·c − Σ p t) / √((s² − Σ p²)(s² − Σ t²)), with s rows, c
 *      hits, p and t rows predicted and true of each class
 */
export const matthews: Metric = decided("matthews", (counts, outcomes) => {
  const { hits, truth, predicted, total } = counts;
  if (outcomes.kind === "classes") return correlation(sum(hits), total, truth, predicted);
  const label = (c: number): number => {
    const [t, p] = [truth[c]!, predicted[c]!];
    const right = total - t - p + 2 * hits[c]!;
    return correlation(right, total, [t, total - t], [p, total - p]);
  };
  return mean(indices(counts).map(label));
});

function correlation(hits: number, total: number, truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let [both, ofPredicted, ofTruth] = [0, 0, 0];
  for (let c = 0; c < truth.length; c++) {
    both += predicted[c]! * truth[c]!;
    ofPredicted += predicted[c]! * (total - predicted[c]!);
    ofTruth += truth[c]! * (total - truth[c]!);
  }
  const spread = Math.sqrt(ofPredicted) * Math.sqrt(ofTruth);
  return spread > 0 ? (hits * total - both) / spread : 0;
}

/** How often each class was taken for which, by weight: a row a true class, a column a predicted one. */
export function confusionMatrix({ rows, classes, truth, predicted, weights }: ClassOutcomes): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < rows; i++) matrix[truth[i]!]![predicted[i]!]! += weights[i]!;
  return matrix;
}
