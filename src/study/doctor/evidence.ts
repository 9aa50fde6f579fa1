import type { Task } from "../../core/task.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Column } from "../../data/index.ts";
import type { InputSpread, RivalRule, TellingColumn } from "./patient.ts";

/** Numbers that are gone through at most, so that it takes a few hundredths of a second. */
const budget = 1e7;

/**
 * Mean and deviation of inputs.
 *
 * @param x     `[rows, features]`, as the network sees them
 * @param names one a feature; null for one that is no number of its own (of a word, say) and is left out
 */
export function inputSpreads({ shape, data }: Tensor, names: readonly (string | null)[]): InputSpread[] {
  const rows = shape[0]!;
  const width = names.length;
  const every = Math.max(1, Math.ceil((10 * rows * width) / budget)); // columns lie apart in memory
  return names.flatMap((name, j) => {
    if (name === null || rows === 0) return [];
    let [count, mean, squares] = [0, 0, 0];
    for (let i = 0; i < rows; i += every) {
      const δ = data[i * width + j]! - mean;
      mean += δ / ++count;
      squares += δ * (data[i * width + j]! - mean);
    }
    return [{ name, mean, deviation: Math.sqrt(squares / count) }];
  });
}

/** Inputs and targets as they are learnt: class numbers, 0 and 1, or one number a row. */
interface Rows {
  readonly x: Tensor;
  readonly y: Tensor;
}

const neighbours = 5;

/**
 * The error of the nearest neighbours among the training rows, the most frequent class or the mean of five of them: what a
 * rule without any training reaches. Of large data, some rows stand for all.
 *
 * @returns an error rate, or a root mean squared error in the unit that is learnt; null for several targets
 */
export function neighbourRule(training: Rows, measured: Rows, task: Task): RivalRule | null {
  const [known, asked] = [training.y.shape[0]!, measured.y.shape[0]!];
  if (task === "multilabel" || training.y.data.length !== known || known < neighbours || asked === 0) return null;
  const width = training.x.data.length / known;
  const questions = evenly(asked, 300);
  const answers = evenly(known, Math.max(neighbours, Math.floor(budget / (width * questions.length))));
  const wrongness = questions.map((row) => {
    const near = nearest(training.x.data, answers, measured.x.data.subarray(row * width, (row + 1) * width));
    const found = near.map((i) => training.y.data[i]!);
    const truth = measured.y.data[row]!;
    return task === "regression" ? (average(found) - truth) ** 2 : Number(mostFrequent(found) !== truth);
  });
  const mean = average(wrongness);
  return { name: "nearest neighbours", error: task === "regression" ? Math.sqrt(mean) : mean };
}

const evenly = (rows: number, most: number): number[] =>
  Array.from({ length: Math.min(rows, most) }, (_, i) => Math.floor((i * rows) / Math.min(rows, most)));

/** The rows nearest to a point. */
function nearest(data: Tensor["data"], rows: readonly number[], point: Tensor["data"]): number[] {
  const best: { row: number; distance: number }[] = [];
  for (const row of rows) {
    const limit = best.length < neighbours ? Number.POSITIVE_INFINITY : best.at(-1)!.distance;
    let distance = 0;
    for (let j = 0; j < point.length && distance < limit; j++) {
      const d = data[row * point.length + j]! - point[j]!;
      distance += d * d;
    }
    if (distance >= limit) continue;
    if (best.length === neighbours) best.pop();
    best.push({ row, distance });
    best.sort((a, b) => a.distance - b.distance);
  }
  return best.map(({ row }) => row);
}

const average = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** The most frequent of some numbers, the earliest of those that are as frequent. */
function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** Fewer rows than this say nothing about a column. */
const leastRows = 20;

/**
 * The column that says most about the target when it stands alone: every other row is predicted from the rows between, by
 * the nearest value of a number or a straight line, by the same word of a text.
 *
 * @param columns of the training part, without the target
 * @param y       as it is learnt, one number a row
 * @returns null for fewer than two columns or twenty rows, or several targets
 */
export function mostTelling(columns: readonly Column[], y: Tensor, task: Task): TellingColumn | null {
  const rows = y.shape[0]!;
  if (task === "multilabel" || y.data.length !== rows || columns.length < 2 || rows < leastRows) return null;
  const used = evenly(rows, Math.max(leastRows, Math.floor(budget / 20 / columns.length)));
  const target = used.map((row) => y.data[row]!);
  const [best, next] = columns
    .map((column) => {
      const values = valuesOf(column, used);
      const line = task === "regression" && column.kind === "number" ? lineSkill(values, target) : 0;
      return { column: column.name, skill: Math.max(line, skillAlone(values, target, column.kind, task)) };
    })
    .sort((a, b) => b.skill - a.skill);
  return best && next ? { ...best, next } : null;
}

const valuesOf = (column: Column, rows: readonly number[]): number[] =>
  rows.map((row) => (column.kind === "text" ? column.codes[row]! : column.values[row]!));

/** Skill of predicting every other target from the rows between: 0 for a constant answer, 1 for being right. */
function skillAlone(values: readonly number[], target: readonly number[], kind: Column["kind"], task: Task): number {
  const answer = task === "regression" ? average : mostFrequent;
  const known = target.filter((_, i) => i % 2 === 0);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < values.length; i += 2) {
    const group = groups.get(values[i]!);
    if (group) group.push(target[i]!);
    else groups.set(values[i]!, [target[i]!]);
  }
  const answers = new Map([...groups].map(([value, found]) => [value, answer(found)]));
  const sorted = Float64Array.from(groups.keys()).sort();
  const constant = answer(known);
  const error = (a: number, b: number): number => (task === "regression" ? (a - b) ** 2 : Number(a !== b));
  let [own, blind] = [0, 0];
  for (let i = 1; i < values.length; i += 2) {
    const value = kind === "text" ? values[i]! : nearestIn(sorted, values[i]!);
    own += error(answers.get(value) ?? constant, target[i]!);
    blind += error(constant, target[i]!);
  }
  return blind > 0 ? 1 - own / blind : 0;
}

/** R² of every other target on the straight line through the rows between. */
function lineSkill(values: readonly number[], target: readonly number[]): number {
  const half = (from: number, numbers: readonly number[]): number[] => numbers.filter((_, i) => i % 2 === from);
  const [x, y] = [half(0, values), half(0, target)];
  const [mx, my] = [average(x), average(y)];
  const slope = sum(x, (v, i) => (v - mx) * (y[i]! - my)) / sum(x, (v) => (v - mx) ** 2);
  const [x2, y2] = [half(1, values), half(1, target)];
  const error = sum(x2, (v, i) => (y2[i]! - my - slope * (v - mx)) ** 2);
  const r2 = 1 - error / sum(y2, (v) => (v - my) ** 2);
  return Number.isFinite(r2) ? r2 : 0;
}

const sum = (numbers: readonly number[], of: (x: number, i: number) => number): number =>
  numbers.reduce((total, x, i) => total + of(x, i), 0);

/** The nearest of some sorted numbers. */
function nearestIn(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < x) low = middle + 1;
    else high = middle;
  }
  const [before, at] = [sorted[low - 1], sorted[low]!];
  return before !== undefined && x - before < at - x ? before : at;
}
