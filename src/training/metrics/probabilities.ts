import { itself, type Metric, metric, needsProbabilities } from "./metric.ts";
import { type ClassOutcomes, type LabelOutcomes, type Outcomes, weightedMean } from "./outcomes.ts";

const kinds = ["classes", "labels"] as const;
const refusal = needsProbabilities;

/**
 * Mean surprisal −ln p of what is true, in nats; of labels, the mean over labels. From the network's logits where its
 * loss has them, so that it is exact where probabilities round to 0 or 1; from probabilities alone, p is at least 2⁻⁵².
 */
export const logLoss: Metric = metric({
  label: "logLoss",
  better: "low",
  kinds,
  refusal,
  figure: itself,
  gather: (outcomes) => {
    const surprisal = outcomes.surprisal!();
    return (weights) => weightedMean(surprisal, weights);
  },
});

/**
 * Mean squared error of probabilities. Two classes: (p − y)² of the second, from 0 to 1; of labels, the mean over labels.
 * More classes: Σ (p − y)² over the classes, from 0 to 2, which for two classes would be twice as large.
 *
 * @see Brier (1950)
 */
export const brier: Metric = metric({
  label: "brier",
  better: "low",
  kinds,
  refusal,
  figure: itself,
  gather: (outcomes) => {
    const squares = brierRows(outcomes);
    return (weights) => weightedMean(squares, weights);
  },
});

function brierRows(outcomes: ClassOutcomes | LabelOutcomes): Float64Array {
  const { rows, truth, scores } = outcomes;
  const width = scores.length / rows;
  const numbered = outcomes.kind === "classes" && width > 1;
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i * width; j < (i + 1) * width; j++) {
      const y = numbered ? (j === i * width + truth[i]! ? 1 : 0) : truth[j]!;
      out[i]! += (scores[j]! - y) ** 2;
    }
    if (outcomes.kind === "labels") out[i]! /= width;
  }
  return out;
}

/** How confident a row is, and whether that came true. */
interface Claims {
  /** Probability of the second of two classes or of the predicted one of more; of each label. */
  readonly confidence: Float64Array;
  /** 1 where it came true. */
  readonly right: Uint8Array;
  /** Claims a row. */
  readonly perRow: number;
}

function claimsOf(outcomes: ClassOutcomes | LabelOutcomes): Claims {
  const { rows, truth, scores } = outcomes;
  if (outcomes.kind === "labels") return { confidence: scores, right: outcomes.truth, perRow: outcomes.labels };
  if (outcomes.classes === 2) return { confidence: scores, right: Uint8Array.from(truth), perRow: 1 };
  const { classes, predicted } = outcomes;
  const [confidence, right] = [new Float64Array(rows), new Uint8Array(rows)];
  for (let i = 0; i < rows; i++) {
    confidence[i] = scores[i * classes + predicted[i]!]!;
    right[i] = truth[i] === predicted[i] ? 1 : 0;
  }
  return { confidence, right, perRow: 1 };
}

const usualBins = 15;

/** Bin ⌈p · bins⌉ − 1 of each claim: (0, 1/bins], …; 0 falls into the first. */
const binsOf = ({ confidence }: Claims, bins: number): Int32Array =>
  Int32Array.from(confidence, (p) => Math.max(0, Math.ceil(p * bins) - 1));

/** Weight, weighted confidence and weight of what came true in each bin. */
function binned(
  { confidence, right, perRow }: Claims,
  bin: Int32Array,
  weights: Float64Array,
  bins: number,
): Record<"weight" | "said" | "true", Float64Array> {
  const out = { weight: new Float64Array(bins), said: new Float64Array(bins), true: new Float64Array(bins) };
  for (let j = 0; j < bin.length; j++) {
    const w = perRow === 1 ? weights[j]! : weights[Math.floor(j / perRow)]!;
    const b = bin[j]!;
    out.weight[b]! += w;
    out.said[b]! += w * confidence[j]!;
    out.true[b]! += w * right[j]!;
  }
  return out;
}

/**
 * Expected calibration error: Σ over 15 equal bins of the share of rows in the bin times |mean p − share that came true|.
 * p is the probability of the second of two classes, or of the predicted one of more; of labels, of each.
 *
 * @see Naeini, Cooper & Hauskrecht (2015); Guo, Pleiss, Sun & Weinberger (2017)
 */
export const calibrationError: Metric = metric({
  label: "calibrationError",
  better: "low",
  kinds,
  refusal,
  figure: itself,
  gather: (outcomes) => {
    const claims = claimsOf(outcomes);
    if (!claims.confidence.every((p) => p >= 0 && p <= 1)) return () => Number.NaN;
    const bin = binsOf(claims, usualBins);
    return (weights) => {
      const sums = binned(claims, bin, weights, usualBins);
      let [gap, weight] = [0, 0];
      for (let b = 0; b < usualBins; b++) {
        gap += Math.abs(sums.said[b]! - sums.true[b]!);
        weight += sums.weight[b]!;
      }
      return gap / weight;
    };
  },
});

/** One bin of a reliability diagram. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  /** Share of all rows that fall into it. */
  readonly share: number;
  /** Mean probability in it; null when no row is in it. */
  readonly said: number | null;
  /** Share of it that came true. */
  readonly true: number | null;
}

/**
 * What a reliability diagram shows: how often what was given a probability came true.
 *
 * @param options bins of equal width from 0 to 1, default 15
 * @throws `metric-task` where there are no probabilities
 */
export function calibrationCurve(
  outcomes: Outcomes,
  { bins = usualBins }: { readonly bins?: number } = {},
): CalibrationBin[] {
  calibrationError.prepare(outcomes); // refuses what has no probabilities
  const claims = claimsOf(outcomes as ClassOutcomes | LabelOutcomes);
  const sums = binned(claims, binsOf(claims, bins), outcomes.weights, bins);
  const all = sums.weight.reduce((a, b) => a + b, 0);
  return Array.from(sums.weight, (weight, b) => ({
    from: b / bins,
    to: (b + 1) / bins,
    share: weight / all,
    said: weight > 0 ? sums.said[b]! / weight : null,
    true: weight > 0 ? sums.true[b]! / weight : null,
  }));
}
