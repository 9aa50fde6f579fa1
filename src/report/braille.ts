import colors from "picocolors";
import type { EpochRow, Pair } from "../training/history.ts";
import { figure, grouped } from "./numbers.ts";
import { isWide } from "./sparkline.ts";
import { clip, pad, printable, visibleWidth } from "./text.ts";

/** How much room a curve has, and whether it may be coloured. */
export interface CurveOptions {
  /** Columns of the whole picture, labels included. */
  readonly width: number;
  /** Lines of the curve itself. Default 8. */
  readonly height?: number;
  readonly color?: boolean;
}

/** Which dot of a braille character stands where: 2 across, 4 down. */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A canvas of braille characters: one set of dots a curve. */
class Canvas {
  readonly #cells: Uint8Array[];
  readonly #columns: number;
  readonly #rows: number;

  constructor(columns: number, rows: number, curves: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#cells = Array.from({ length: curves }, () => new Uint8Array(columns * rows));
  }
  dot(curve: number, x: number, y: number): void {
    const [column, row] = [x >> 1, y >> 2];
    if (column < 0 || column >= this.#columns || row < 0 || row >= this.#rows) return;
    this.#cells[curve]![row * this.#columns + column]! |= dots[y & 3]![x & 1]!;
  }
  /** A line of the canvas; a character takes the colour of the last curve that is in it. */
  line(row: number, paints: readonly ((text: string) => string)[]): string {
    return Array.from({ length: this.#columns }, (_, column) => {
      const parts = this.#cells.map((cells) => cells[row * this.#columns + column]!);
      const all = parts.reduce((a, b) => a | b, 0);
      if (all === 0) return " ";
      return paints[parts.findLastIndex((part) => part !== 0)]!(String.fromCharCode(0x2800 + all));
    }).join("");
  }
}

/** A curve over the epochs; of the values that are not finite nothing is drawn. */
interface Curve {
  readonly values: readonly (number | null)[];
  /** Only every other dot, so that it can be told from a full one without colour. */
  readonly dotted: boolean;
}

/**
 * A figure over the epochs in braille dots, training full and validation dotted, on a logarithmic scale when it spans
 * more than a factor of 100.
 *
 * @param name `loss`, or the name of a metric
 * @returns lines of `width` columns at most: name, curve, axis; one line where there is nothing finite to draw
 */
export function curveText(history: readonly EpochRow[], name: string, options: CurveOptions): string {
  const { width, height = 8, color = false } = options;
  const pairs = history.map((row): Pair | undefined => (name === "loss" ? row.loss : row.metrics[name]));
  const curves: Curve[] = [
    { values: pairs.map((pair) => pair?.train ?? null), dotted: false },
    { values: pairs.map((pair) => pair?.validation ?? null), dotted: true },
  ];
  const finite = curves.flatMap(({ values }) => values.filter((v) => v !== null && Number.isFinite(v))) as number[];
  if (finite.length === 0) return clip(`${printable(name)}: nothing finite to draw`, width);
  const scale = scaleOf(finite);
  const labels = [figure(name, scale.high), figure(name, scale.low)];
  const margin = Math.min(Math.max(...labels.map(visibleWidth)), Math.max(0, width - 8));
  const columns = Math.max(4, width - margin - 2);
  const canvas = new Canvas(columns, height, curves.length);
  curves.forEach((curve, c) => {
    trace(curve, scale, { columns: 2 * columns, rows: 4 * height }, (x, y) => canvas.dot(c, x, y));
  });
  const palette = colors.createColors(color);
  const paints = [palette.cyan, palette.yellow];
  const label = (row: number): string => (row === 0 ? labels[0]! : row === height - 1 ? labels[1]! : "");
  const lines = Array.from({ length: height }, (_, row) =>
    `${pad(clip(label(row), margin), margin, "right")} ┤${canvas.line(row, paints)}`.trimEnd(),
  );
  const validated = curves[1]!.values.some((v) => v !== null);
  const key = validated ? ` ${paints[0]!("⠤⠤")} training ${paints[1]!("⠄⠄")} validation` : "";
  const title = clip(printable(name), 24) + (scale.log ? " (log)" : "");
  const head = visibleWidth(title + key) <= width ? title + key : clip(title, width);
  return [head, ...lines, ...axis(history, { margin, columns })].join("\n");
}

interface Scale {
  readonly log: boolean;
  readonly low: number;
  readonly high: number;
  /** From 0 at the highest value to 1 at the lowest. */
  readonly depth: (value: number) => number;
}

function scaleOf(finite: readonly number[]): Scale {
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const log = isWide(finite);
  const place = log ? Math.log : (v: number): number => v / 2; // so that the span of the largest numbers is finite
  const span = place(high) - place(low);
  return { log, low, high, depth: (value) => (span > 0 ? (place(high) - place(value)) / span : 1) };
}

/** Dots from each point to the next. */
function trace(
  { values, dotted }: Curve,
  { depth }: Scale,
  size: { readonly columns: number; readonly rows: number },
  dot: (x: number, y: number) => void,
): void {
  const last = Math.max(1, values.length - 1);
  let before: readonly [number, number] | null = null;
  values.forEach((value, i) => {
    if (value === null || !Number.isFinite(value)) {
      before = null;
      return;
    }
    const to: readonly [number, number] = [
      Math.round((i / last) * (size.columns - 1)),
      Math.round(depth(value) * (size.rows - 1)),
    ];
    const from: readonly [number, number] = before ?? to;
    const steps = Math.max(1, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]));
    for (let s = 0; s <= steps; s++) {
      const [x, y] = [0, 1].map((k) => Math.round(from[k]! + ((to[k]! - from[k]!) * s) / steps)) as [number, number];
      if (!dotted || (x + y) % 4 === 0) dot(x, y);
    }
    before = to;
  });
}

function axis(
  history: readonly EpochRow[],
  { margin, columns }: { readonly margin: number; readonly columns: number },
): string[] {
  const [first, last] = [grouped(history[0]!.epoch), grouped(history.at(-1)!.epoch)];
  const blank = " ".repeat(margin + 1);
  const room = columns - visibleWidth(first) - visibleWidth(last);
  const ends = room < 1 ? last : first + pad(room >= 10 ? " epoch" : "", room) + last;
  return [`${blank}└${"─".repeat(columns)}`, `${blank} ${history.length === 1 ? first : ends}`];
}

/** Pictures of several lines beside each other, as many in a row as the width holds. */
export function beside(pictures: readonly string[], width: number, gap = 3): string {
  const rows: string[][][] = [];
  let used = Infinity;
  for (const lines of pictures.map((picture) => picture.split("\n"))) {
    const own = Math.max(...lines.map(visibleWidth));
    if (used + gap + own > width) {
      rows.push([]);
      used = -gap;
    }
    rows.at(-1)!.push(lines);
    used += gap + own;
  }
  return rows.map((row) => joined(row, gap)).join("\n\n");
}

function joined(row: readonly (readonly string[])[], gap: number): string {
  const height = Math.max(...row.map((lines) => lines.length));
  const widths = row.map((lines) => Math.max(...lines.map(visibleWidth)));
  return Array.from({ length: height }, (_, i) =>
    row
      .map((lines, k) => pad(lines[i] ?? "", widths[k]!))
      .join(" ".repeat(gap))
      .trimEnd(),
  ).join("\n");
}
