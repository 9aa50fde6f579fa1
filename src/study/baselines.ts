import type { Task } from "../core/task.ts";
import { type Tensor, tensor } from "../core/tensor.ts";
import { classOutcomes, type Metric, metricNamed, numberOutcomes, type Outcomes } from "../training/metrics/index.ts";
import { total, weightedMean } from "../training/metrics/outcomes.ts";
import { correlation, type Design, designOf, factored, logisticSlope, scores, solve } from "./linear.ts";

/** What a simple rule reaches. */
export interface Baseline {
  readonly name: string;
  /** Its figures, by the names of the metrics. */
  readonly values: Readonly<Record<string, number>>;
}

/** Inputs and targets as `encode` gives them: class numbers, 0 and 1, or one number a row. */
export interface BaselineRows {
  /** `[rows, features]`, scaled. */
  readonly x: Tensor;
  readonly y: Tensor;
  /** How much each row counts where figures are measured, and for the constant, `[rows]`; the linear models count all alike. */
  readonly weights?: Tensor | null;
}

export interface BaselineOptions {
  readonly task: Task;
  /** Classes, of a choice among several. */
  readonly classes?: number;
  /** Default: accuracy; r2 and rmse for numbers. */
  readonly metrics?: readonly Metric[];
  /** Numbers: y = shift + scale · target. Default: as they are. */
  readonly unit?: { readonly shift: number; readonly scale: number };
}

/** Multiplications that a linear model may cost. */
const budget = 4e8;
const steps = 40;

/**
 * What simple rules reach that were fitted to the training rows: the constant prediction (the mean, or the shares of the
 * classes), and linear or logistic regression, unless the data are so large that it would take long. Nothing for labels.
 *
 * @param training rows to fit to
 * @param measured rows to measure on
 */
export function baselines(training: BaselineRows, measured: BaselineRows, options: BaselineOptions): Baseline[] {
  const { task } = options;
  if (task === "multilabel" || training.y.data.length !== training.y.shape[0]) return [];
  const names = task === "regression" ? ["r2", "rmse"] : ["accuracy"];
  const { metrics = names.map(metricNamed) } = options;
  const rules =
    task === "regression" ? numberRules(training, measured, options) : classRules(training, measured, options);
  return rules.map(([name, outcomes]) => ({
    name,
    values: Object.fromEntries(metrics.map((metric) => [metric.label, metric(outcomes)])),
  }));
}

type Rule = [name: string, outcomes: Outcomes];

const affordable = ({ rows, columns }: Design, vectors: number): boolean =>
  rows * columns * columns + 4 * steps * rows * columns * vectors <= budget;

const weightsIn = ({ weights }: BaselineRows): { readonly weights?: Tensor } => (weights ? { weights } : {});

const countsIn = ({ y, weights }: BaselineRows): Float64Array =>
  weights ? Float64Array.from(weights.data) : new Float64Array(y.shape[0]!).fill(1);

function numberRules(training: BaselineRows, measured: BaselineRows, options: BaselineOptions): Rule[] {
  const { unit: { shift, scale } = { shift: 0, scale: 1 } } = options;
  const own = (values: Float64Array): Float64Array => values.map((v) => shift + scale * v);
  const truth = own(new Float64Array(measured.y.data));
  const judged = (predicted: Float64Array): Outcomes =>
    numberOutcomes({ truth, predicted: own(predicted), ...weightsIn(measured) });
  const t = training.y.data;
  const mean = weightedMean(new Float64Array(t), countsIn(training));
  const rules: Rule[] = [["constant predictor", judged(new Float64Array(truth.length).fill(mean))]];
  const design = designOf(training.x.data, t.length);
  if (!affordable(design, 0)) return rules;
  const w = solve(
    factored(design, 1e-9),
    correlation(design, (i) => t[i]!),
    1,
  );
  return [...rules, ["linear regression", judged(scores(designOf(measured.x.data, truth.length), w))]];
}

function classRules(training: BaselineRows, measured: BaselineRows, { task, classes = 2 }: BaselineOptions): Rule[] {
  const vectors = task === "binary" ? 1 : classes;
  const truth = Int32Array.from(measured.y.data);
  const judged = (p: Float64Array): Outcomes =>
    classOutcomes({ truth, probabilities: vectors === 1 ? p : shaped(p, vectors), ...weightsIn(measured) });
  const t = training.y.data;
  const shares = new Float64Array(Math.max(2, vectors));
  const counts = countsIn(training);
  const all = total(counts);
  for (let i = 0; i < t.length; i++) shares[t[i]!]! += counts[i]! / all;
  const constant = vectors === 1 ? shares.subarray(1, 2) : shares;
  const always = Float64Array.from({ length: truth.length * vectors }, (_, i) => constant[i % vectors]!);
  const rules: Rule[] = [["constant predictor", judged(always)]];
  const design = designOf(training.x.data, t.length);
  if (!affordable(design, vectors)) return rules;
  const z = scores(designOf(measured.x.data, truth.length), logistic(design, t, vectors));
  return [...rules, ["logistic regression", judged(probabilities(z, vectors))]];
}

const shaped = (p: Float64Array, columns: number): Tensor => tensor(p, [p.length / columns, columns]);

/**
 * Logistic regression by steps with an upper bound of the curvature, ¼ XᵀX for two classes and ½ XᵀX for several, which is
 * factored once; each step lowers the loss, and Nesterov's momentum speeds them up.
 *
 * @returns weights `[columns, vectors]`
 * @see Böhning (1992), Multinomial logistic regression algorithm
 */
function logistic(design: Design, t: ArrayLike<number>, vectors: number): Float64Array {
  const L = factored(design, 1e-4);
  const scale = vectors === 1 ? 4 : 2;
  const is = (i: number, c: number): number => (vectors === 1 ? t[i]! : t[i] === c ? 1 : 0);
  const targets = Float64Array.from({ length: t.length * vectors }, (_, i) => is(Math.floor(i / vectors), i % vectors));
  const slope = logisticSlope(design, shaped(targets, vectors));
  let weights = new Float64Array(design.columns * vectors);
  let ahead = weights;
  for (let step = 0; step < steps; step++) {
    const moves = solve(L, slope(ahead), vectors);
    const next = ahead.map((w, i) => w + scale * moves[i]!);
    const push = step / (step + 3);
    ahead = next.map((w, i) => w + push * (w - weights[i]!));
    weights = next;
  }
  return weights;
}

/** σ of one score, softmax of several. */
function probabilities(z: Float64Array, columns: number): Float64Array {
  if (columns === 1) return z.map((v) => 1 / (1 + Math.exp(-v)));
  const out = new Float64Array(z.length);
  for (let start = 0; start < z.length; start += columns) {
    const row = z.subarray(start, start + columns);
    const most = row.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += Math.exp(row[c]! - most);
    for (let c = 0; c < columns; c++) out[start + c] = Math.exp(row[c]! - most) / sum;
  }
  return out;
}
