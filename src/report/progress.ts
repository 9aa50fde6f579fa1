import colors from "picocolors";
import type { EpochRow, Pair } from "../training/history.ts";
import { compact, duration, figure, significant } from "./numbers.ts";
import { sparkline } from "./sparkline.ts";
import { clip, printable, visibleWidth } from "./text.ts";

/** What a progress line shows beside the epoch's row. */
export interface ProgressOptions {
  /** Epochs that the run will take. */
  readonly epochs: number;
  readonly secondsPerEpoch: number;
  /** The best epoch so far and its figure. */
  readonly best: { readonly epoch: number; readonly value: number } | null;
  /** The losses so far, for the sparkline. */
  readonly losses: readonly number[];
  /** Columns of the terminal; the line takes that many at most. */
  readonly width: number;
  readonly color: boolean;
  /** Name of the metric to show, or null for none. */
  readonly metric: string | null;
  /** True when training has ended before its last epoch: elapsed time instead of time left. */
  readonly done?: boolean;
}

/** One piece of the line: its forms from long to short, and how soon it is dropped (0 last). */
interface Field {
  readonly rank: number;
  readonly forms: readonly string[];
  readonly paint: (text: string) => string;
}

type Palette = ReturnType<typeof colors.createColors>;

const plain = (text: string): string => text;
const gap = 2;
const widest = 30;

/**
 * One line about a running training: bar, epoch, loss and metric, best so far, time left, speed, sparkline.
 *
 * @returns a line that takes `width` columns at most: pieces are shortened, then dropped, the least needed first
 */
export function progressLine(row: EpochRow, options: ProgressOptions): string {
  const palette = colors.createColors(options.color);
  const fields = fieldsOf(row, options, palette);
  const chosen = choose(fields, options.width);
  const spare = options.width - widthOf(chosen);
  const parts = fields.flatMap((field, i) => {
    const text = chosen[i];
    if (text === undefined) return [];
    if (field.rank !== ranks.bar) return [field.paint(text)];
    return [bar(fraction(row, options), Math.min(widest, text.length + Math.max(0, spare)), palette)];
  });
  return parts.join(" ".repeat(gap));
}

const ranks = {
  alarm: 0,
  epoch: 1,
  loss: 2,
  metric: 3,
  bar: 4,
  left: 5,
  best: 6,
  spark: 7,
  percent: 8,
  pace: 9,
  rate: 10,
};

function fieldsOf(row: EpochRow, options: ProgressOptions, palette: Palette): Field[] {
  const { epochs, best, secondsPerEpoch } = options;
  const count = `${String(row.epoch).padStart(String(epochs).length)}/${epochs}`;
  const share = `${Math.floor(100 * fraction(row, options))}%`.padStart(4);
  const field = (rank: number, forms: readonly string[], paint = plain): Field => ({ rank, forms, paint });
  return [
    field(ranks.alarm, isFinitePair(row.loss) ? [] : ["✗ non-finite", "✗"], palette.red),
    field(ranks.epoch, [`epoch ${count}`, count]),
    field(ranks.bar, ["━".repeat(8)]),
    field(ranks.percent, [share]),
    field(ranks.loss, pairForms("loss", row.loss)),
    field(ranks.metric, metricForms(row, options.metric)),
    field(ranks.best, best === null ? [] : [`best ${significant(best.value)} @ ${best.epoch}`], palette.green),
    field(ranks.left, [timing(row, options)]),
    field(ranks.pace, [`${duration(secondsPerEpoch)}/epoch`], palette.dim),
    field(ranks.rate, [`${compact(row.rowsPerSecond)} rows/s`], palette.dim),
    field(ranks.spark, options.losses.length < 2 ? [] : [sparkline(options.losses)], palette.cyan),
  ];
}

const isFinitePair = ({ train, validation }: Pair): boolean =>
  Number.isFinite(train) && (validation === null || Number.isFinite(validation));

const fraction = ({ epoch }: EpochRow, { epochs }: { readonly epochs: number }): number =>
  epochs > 0 ? Math.min(1, Math.max(0, epoch / epochs)) : 1;

function timing(row: EpochRow, { epochs, secondsPerEpoch, done }: ProgressOptions): string {
  const left = epochs - row.epoch;
  return done === true || left <= 0 ? `in ${duration(row.seconds)}` : `ETA ${duration(left * secondsPerEpoch)}`;
}

function metricForms(row: EpochRow, metric: string | null): string[] {
  const pair = metric === null ? undefined : row.metrics[metric];
  return metric === null || pair === undefined ? [] : pairForms(printable(metric), pair);
}

function pairForms(name: string, { train, validation }: Pair): string[] {
  const first = figure(name, train);
  if (validation === null) return [`${name} ${first}`];
  const second = figure(name, validation);
  return [`${name} ${first} val ${second}`, `${name} ${first}/${second}`];
}

/** For each field the form that is shown, or nothing: first as many fields as fit, then their longer forms. */
function choose(fields: readonly Field[], width: number): (string | undefined)[] {
  const chosen = new Array<string | undefined>(fields.length).fill(undefined);
  const order = fields.map((_, i) => i).sort((a, b) => fields[a]!.rank - fields[b]!.rank);
  for (const i of order) {
    const { rank, forms } = fields[i]!;
    const fits = (form: string): boolean => widthOf(chosen.with(i, form)) <= width;
    const first = rank <= ranks.epoch ? forms.find(fits) : forms.at(-1);
    if (first !== undefined && fits(first)) chosen[i] = first;
  }
  for (const i of order) {
    const longer = fields[i]!.forms.find((form) => widthOf(chosen.with(i, form)) <= width);
    if (chosen[i] !== undefined && longer !== undefined) chosen[i] = longer;
  }
  return chosen;
}

function widthOf(texts: readonly (string | undefined)[]): number {
  const shown = texts.filter((text) => text !== undefined);
  return shown.reduce((sum, text) => sum + visibleWidth(text), 0) + gap * Math.max(0, shown.length - 1);
}

/** `━━━━╸─────`: half a column is the finest step. */
function bar(share: number, width: number, palette: Palette): string {
  const halves = Math.floor(share * width * 2);
  const full = "━".repeat(halves >> 1);
  const half = halves % 2 === 1 ? "╸" : "";
  return palette.green(full + half) + palette.dim("─".repeat(width - full.length - half.length));
}

/** What a plain line shows beside the epoch's row. */
export interface PlainOptions {
  /** Epochs that the run will take. */
  readonly epochs: number;
  /** Name of the metric to show, or null for none. */
  readonly metric: string | null;
}

/** One line an epoch for log files and pipes: the same figures in plain words, without control characters. */
export function plainLine(row: EpochRow, { epochs, metric }: PlainOptions): string {
  const pair = metric === null ? undefined : row.metrics[metric];
  const name = clip(printable(metric ?? ""), 40);
  const part = (side: keyof Pair): string[] => {
    const loss = row.loss[side];
    const value = pair?.[side];
    if (loss === null) return [];
    const more = value === undefined || value === null ? "" : `${name} ${figure(name, value)}`;
    const figures = more ? `loss ${significant(loss)},`.padEnd(16) + more : `loss ${significant(loss)}`;
    return [`${side}: ${figures}`];
  };
  const alarm = isFinitePair(row.loss) ? [] : ["NON-FINITE LOSS"];
  const count = `epoch ${String(row.epoch).padStart(String(epochs).length)}/${epochs}`;
  const speed = [`${compact(row.rowsPerSecond)} rows/s`, duration(row.seconds)];
  return [count, ...alarm, ...part("train"), ...part("validation"), ...speed].join("  ");
}
