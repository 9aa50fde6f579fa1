import type { Task } from "../../core/task.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Link } from "../../nn/index.ts";
import { likeliest } from "../decision.ts";
import type { ClassOutcomes, LabelOutcomes, NumberOutcomes, Outcomes } from "./outcomes.ts";

/** What a network says about rows whose targets are known. */
export interface Predicted {
  readonly task: Task;
  /** Class numbers `[rows]`, or `[rows, outputs]`. */
  readonly targets: Tensor;
  /** After the loss's link, `[rows, outputs]`. */
  readonly output: Tensor;
  readonly link: Link;
  /** Whether what comes after the link is meant to be probabilities. */
  readonly probable: boolean;
  /** Before the link, `[rows, outputs]`: exact where probabilities round to 0 or 1. */
  readonly raw: Tensor;
  /** Two classes, or labels: above it, the answer is the second class, or yes. */
  readonly threshold: number;
  /** How much each row counts, `[rows]`; left out, all count the same. */
  readonly weights?: Float64Array;
  /** Numbers: y = shift + scale · output, and the same for targets. Left out, they are in their own unit. */
  readonly unit?: { readonly shift: number; readonly scale: number };
}

const made = new WeakMap<Predicted, Outcomes | null>();

/** Outcomes from what a network says, made once however many metrics ask; null where that is not finite. */
export function outcomesOf(predicted: Predicted): Outcomes | null {
  const known = made.get(predicted);
  if (known !== undefined) return known;
  const outcomes = predicted.output.data.every((x) => Number.isFinite(x)) ? outcomesFrom(predicted) : null;
  made.set(predicted, outcomes);
  return outcomes;
}

function outcomesFrom(predicted: Predicted): Outcomes {
  const { task, output } = predicted;
  if (task === "regression") return numbersFrom(predicted);
  const several = output.data.length > output.shape[0]!;
  return task === "multilabel" || (task === "binary" && several) ? labelsFrom(predicted) : classesFrom(predicted);
}

function numbersFrom({ targets, output, unit = { shift: 0, scale: 1 }, weights }: Predicted): NumberOutcomes {
  const rows = output.shape[0]!;
  const own = ({ data }: Tensor): Float64Array => Float64Array.from(data, (x) => unit.shift + unit.scale * x);
  return {
    kind: "numbers",
    rows,
    outputs: output.data.length / rows,
    truth: own(targets),
    predicted: own(output),
    weights: weights ?? new Float64Array(rows).fill(1),
  };
}

function classesFrom(predicted: Predicted): ClassOutcomes {
  const { targets, output, threshold, weights } = predicted;
  const rows = output.shape[0]!;
  const columns = output.data.length / rows;
  const scores = new Float64Array(output.data);
  const numbered = targets.data.length === rows;
  const truth = Int32Array.from({ length: rows }, (_, i) =>
    columns === 1
      ? Number(targets.data[i]! > 0.5)
      : numbered
        ? targets.data[i]!
        : likeliest(targets.data, i * columns, columns),
  );
  const decided = (i: number): number =>
    columns === 1 ? Number(scores[i]! > threshold) : likeliest(scores, i * columns, columns);
  return {
    kind: "classes",
    rows,
    classes: Math.max(2, columns),
    truth,
    predicted: Int32Array.from({ length: rows }, (_, i) => decided(i)),
    scores,
    surprisal: surprisalOf(predicted, truth),
    weights: weights ?? new Float64Array(rows).fill(1),
  };
}

function labelsFrom(predicted: Predicted): LabelOutcomes {
  const { targets, output, threshold, weights } = predicted;
  const rows = output.shape[0]!;
  const truth = Uint8Array.from(targets.data, (t) => Number(t > 0.5));
  return {
    kind: "labels",
    rows,
    labels: output.data.length / rows,
    truth,
    predicted: Uint8Array.from(output.data, (p) => Number(p > threshold)),
    scores: new Float64Array(output.data),
    surprisal: surprisalOf(predicted, truth),
    weights: weights ?? new Float64Array(rows).fill(1),
  };
}

/** Surprisal of what is true; from what comes before the link where that is known, as probabilities round to 0 or 1. */
function surprisalOf(
  { output, link, raw, probable }: Predicted,
  truth: ArrayLike<number>,
): (() => Float64Array) | null {
  const rows = output.shape[0]!;
  const columns = output.data.length / rows;
  if (link === "softmax") return () => surprisalOfLogits(raw.data, truth, columns);
  if (link === "sigmoid") return () => surprisalOfLogOdds(raw.data, truth, columns);
  if (!probable) return null;
  return () => surprisalOfProbabilities(output.data, truth, { rows, columns });
}

/** ln Σ exp z − z of the true class: the negative logarithm of softmax. */
function surprisalOfLogits(z: ArrayLike<number>, truth: ArrayLike<number>, classes: number): Float64Array {
  return Float64Array.from({ length: truth.length }, (_, i) => {
    const start = i * classes;
    const most = z[start + likeliest(z, start, classes)]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(z[start + c]! - most);
    return Math.log(sum) + most - z[start + truth[i]!]!;
  });
}

/** softplus(−z) for yes and softplus(z) for no: the negative logarithm of σ; the mean over a row's labels. */
function surprisalOfLogOdds(z: ArrayLike<number>, truth: ArrayLike<number>, labels: number): Float64Array {
  return Float64Array.from({ length: truth.length / labels }, (_, i) => {
    let sum = 0;
    for (let j = i * labels; j < (i + 1) * labels; j++) {
      const against = truth[j] === 0 ? z[j]! : -z[j]!;
      sum += Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against)));
    }
    return sum / labels;
  });
}

/** −ln p where only p is known, at least 2⁻⁵²: what was said to be impossible counts 36, not ∞. NaN where p is no probability. */
export function surprisalOfProbabilities(
  p: ArrayLike<number>,
  truth: ArrayLike<number>,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Float64Array {
  const surprise = (likely: number): number =>
    likely >= 0 && likely <= 1 ? -Math.log(Math.max(likely, Number.EPSILON)) : Number.NaN;
  const perRow = truth.length / rows;
  const answer = (j: number): number => (truth[j] === 0 ? 1 - p[j]! : p[j]!);
  return Float64Array.from({ length: rows }, (_, i) => {
    if (perRow === 1 && columns > 1) return surprise(p[i * columns + truth[i]!]!);
    let sum = 0;
    for (let j = i * columns; j < (i + 1) * columns; j++) sum += surprise(answer(j));
    return sum / columns;
  });
}
