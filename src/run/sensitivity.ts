import type { Column, Table } from "../data/index.ts";
import type { DependenceCurve, ImportanceTable, ReportInput } from "../report/input.ts";
import { valuesBetween } from "../study/dependence.ts";
import { type Shuffled, shuffledImportances } from "../study/importance.ts";
import { accuracy, logLoss, type Outcomes, rmse } from "../training/index.ts";
import { type Ask, answers } from "./asked.ts";
import { isProbable, outcomesFrom, truthNumbers } from "./judged.ts";
import type { TrainedModel } from "./model.ts";
import { parameterCount } from "./network.ts";
import { planeOf } from "./plane.ts";
import type { Predictions } from "./predictions.ts";
import type { Prepared } from "./prepare.ts";
import type { Shown } from "./result.ts";

/** How much may be asked: a report that a training writes costs no more than a moment, one that is asked for has time. */
export interface Effort {
  /** Multiplications of all predictions together. */
  readonly budget: number;
  readonly repeats: number;
  readonly mostRows: number;
  /** Areas of an image, across and down. */
  readonly areas: number;
  /** Inputs whose partial dependence is drawn, and values of each. */
  readonly curves: number;
  readonly values: number;
}

export const brief: Effort = { budget: 2.5e7, repeats: 3, mostRows: 200, areas: 4, curves: 3, values: 12 };
export const thorough: Effort = { budget: 6e9, repeats: 10, mostRows: 2000, areas: 8, curves: 9, values: 25 };

/** Fewer rows than this say nothing, unless there are no more. */
const leastRows = 40;
/** Numbers that are predicted from at once, at most. */
const mostNumbers = 2 ** 22;

/** A run whose predictions are asked about. */
export interface Questioned {
  readonly prepared: Prepared;
  readonly model: TrainedModel;
  readonly shown: Shown;
  /** The table that `shown` has its rows from. */
  readonly table: Table;
}

/** One or more columns that are asked about together. */
interface Group {
  readonly name: string;
  readonly columns: readonly Column[];
}

export type Sensitivity = Pick<ReportInput, "plane" | "importance" | "dependence" | "leftOut">;

/** What the predictions of one target depend on, as far as the effort allows. */
export function sensitivityOf(run: Questioned, effort: Effort): Sensitivity {
  const { prepared, shown } = run;
  const truth = truthNumbers(prepared.encoding, shown.truth[0] ?? []);
  if (truth === null || truth.length < 2 || !shown.predictions.numbers.every(Number.isFinite)) return {};
  const { groups, areas } = groupsOf(run, effort);
  const plane = planeOf(run);
  const each = effort.budget / parameterCount(prepared);
  const affordable = Math.floor(each / (groups.length * effort.repeats));
  const rows = Math.min(effort.mostRows, truth.length, affordable);
  if (rows < Math.min(leastRows, truth.length, effort.mostRows))
    return { ...(plane && { plane }), leftOut: hint(prepared) };
  const sample = evenly(truth.length, rows);
  const importance = importanceOf(run, { groups, sample, effort, truth: sample.map((i) => truth[i]!) });
  if (importance === null) return { ...(plane && { plane }) };
  if (plane || areas) return { ...(plane && { plane }), importance: { ...importance, ...(areas && { areas }) } };
  const order = groups
    .map((group, i) => ({ group, mean: importance.inputs[i]!.mean }))
    .sort((a, b) => b.mean - a.mean)
    .slice(0, effort.curves);
  return { importance, dependence: dependenceOf(run, { groups: order.map(({ group }) => group), sample, effort }) };
}

const hint = ({ source }: Prepared): string =>
  `How much each input of ${source.name} is needed takes longer to find out than this report may: gradus report, with this run’s folder, writes the report again with it.`;

const evenly = (of: number, rows: number): number[] =>
  Array.from({ length: rows }, (_, k) => Math.floor((k * of) / rows));

/** The inputs, or areas of an image. */
function groupsOf(
  { prepared, table }: Questioned,
  { areas }: Effort,
): { groups: Group[]; areas?: ImportanceTable["areas"] } {
  const { source, encoding } = prepared;
  const names = encoding.inputs.map(({ column }) => column);
  const columns = names.flatMap((name) => table.columns.filter((column) => column.name === name));
  const [height, width] = source.image ?? [0, 0];
  if (width * height !== columns.length || columns.length === 0)
    return { groups: columns.map((column) => ({ name: column.name, columns: [column] })) };
  const [across, down] = [Math.min(width, areas), Math.min(height, areas)];
  const groups = Array.from({ length: across * down }, (_, a): Group => {
    const inside = (k: number): boolean =>
      Math.floor(((k % width) * across) / width) === a % across &&
      Math.floor((Math.floor(k / width) * down) / height) === Math.floor(a / across);
    const name = `${ordinal(Math.floor(a / across))} from the top, ${ordinal(a % across)} from the left`;
    return { name, columns: columns.filter((_, k) => inside(k)) };
  });
  return { groups, areas: { width: across, height: down } };
}

const ordinal = (i: number): string => `${i + 1}.`;

interface Asked {
  readonly groups: readonly Group[];
  /** Places among the rows that are shown. */
  readonly sample: readonly number[];
  readonly effort: Effort;
}

const numbersIn = (column: Column): ArrayLike<number> => (column.kind === "text" ? column.codes : column.values);

function importanceOf(
  run: Questioned,
  { groups, sample, effort, truth }: Asked & { readonly truth: readonly number[] },
): ImportanceTable | null {
  const { prepared, model, shown, table } = run;
  const rows = sample.map((i) => shown.rows[i]!);
  const metric = prepared.task === "regression" ? rmse : isProbable(prepared) ? logLoss : accuracy;
  const outcomesOn = (copies: readonly Shuffled[]): Outcomes => {
    const asks = copies.map(({ feature, order }): Ask => {
      const columns = feature === null ? [] : groups[feature]!.columns;
      const shuffled = (column: Column): number[] => Array.from(order, (i) => numbersIn(column)[rows[i]!]!);
      return { rows, instead: new Map(columns.map((column) => [column.name, shuffled(column)])) };
    });
    const all = copies.flatMap(() => truth);
    return outcomesFrom(prepared, all, answers(model, table, asks))!;
  };
  const { value, features } = shuffledImportances(outcomesOn, {
    features: groups.length,
    rows: rows.length,
    repeats: effort.repeats,
    seed: prepared.file.seed,
    metric,
    atOnce: Math.floor(mostNumbers / Math.max(1, prepared.network.inputs)),
  });
  if (!Number.isFinite(value)) return null;
  const inputs = features.map(({ mean, deviation }, i) => ({ name: groups[i]!.name, mean, deviation }));
  return { metric: metric.label, value, part: shown.part, rows: rows.length, repeats: effort.repeats, inputs };
}

const mostWords = 12;
const mostLines = 4;

function dependenceOf({ model, shown, table }: Questioned, { groups, sample, effort }: Asked): DependenceCurve[] {
  const rows = sample.map((i) => shown.rows[i]!);
  const asked = groups.map(({ columns: [column] }) => ({ column: column!, values: valuesOf(column!, rows, effort) }));
  const asks = asked.flatMap(({ column, values }) =>
    values.map((value): Ask => ({ rows, instead: new Map([[column.name, rows.map(() => value)]]) })),
  );
  const lines = linesOf(answers(model, table, asks), rows.length);
  const shownLines = widest(lines, mostLines);
  let at = 0;
  return asked.map(({ column, values }) => {
    const from = at;
    at += values.length;
    return {
      input: column.name,
      values: column.kind === "text" ? values.map((code) => column.levels[code]!) : values,
      lines: shownLines.map(({ name, means }) => ({ name, means: means.slice(from, at) })),
    };
  });
}

function valuesOf(column: Column, rows: readonly number[], { values }: Effort): number[] {
  const own = Float64Array.from(rows, (row) => numbersIn(column)[row]!);
  if (column.kind === "number") return valuesBetween(own, values);
  return [...new Set(own)]
    .filter((code) => code >= 0)
    .sort((a, b) => a - b)
    .slice(0, mostWords);
}

/** Mean predictions, one an ask of so many rows: of a number, of the second of two classes, or of each class. */
function linesOf({ name, numbers, probabilities, probable }: Predictions, rows: number): DependenceCurve["lines"] {
  const means = (values: ArrayLike<number>): number[] =>
    Array.from({ length: values.length / rows }, (_, k) => {
      let sum = 0;
      for (let i = k * rows; i < (k + 1) * rows; i++) sum += values[i]!;
      return sum / rows;
    });
  if (probabilities.length === 0) return [{ name, means: means(numbers) }];
  const of = probabilities.length === 2 ? probabilities.slice(1) : probabilities;
  return of.map((each) => ({
    name: probabilities.length === 2 ? `${probable ? "probability" : "score"} of ${each.name}` : each.name,
    means: means(each.values),
  }));
}

/** Those that change most, in their own order. */
function widest(lines: DependenceCurve["lines"], most: number): DependenceCurve["lines"] {
  const span = (means: readonly number[]): number => Math.max(...means) - Math.min(...means);
  const kept = new Set([...lines].sort((a, b) => span(b.means) - span(a.means)).slice(0, most));
  return lines.filter((line) => kept.has(line));
}
