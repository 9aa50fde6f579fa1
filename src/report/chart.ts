import { significant } from "./numbers.ts";
import { isWide } from "./sparkline.ts";

/** A point of a curve over a logarithmic axis. */
export interface ChartPoint {
  /** Above 0. */
  readonly x: number;
  readonly y: number;
}

export interface ChartOptions {
  readonly width?: number;
  readonly height?: number;
  /** An x to be marked below the axis. */
  readonly mark?: number | null;
  readonly markText?: string;
}

/**
 * A curve in lines of text, over powers of ten: `•` for the mean of the points above each character.
 *
 * @param points in the order of x; y finite
 */
export function chart(
  points: readonly ChartPoint[],
  { width = 60, height = 12, mark = null, markText = "" }: ChartOptions = {},
): string {
  const places = points.map(({ x }) => Math.log10(x));
  const [first, last] = [places[0]!, places.at(-1)!];
  const column = (place: number): number => Math.round(((place - first) / (last - first || 1)) * (width - 1));
  const scale = isWide(points.map(({ y }) => y)) ? Math.log : (y: number): number => y;
  const back = scale === Math.log ? Math.exp : scale;
  const means = columnMeans(
    points.map(({ y }) => scale(y)),
    places.map(column),
    width,
  );
  const known = means.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const level = (y: number): number =>
    high > low ? Math.round(((high - y) / (high - low)) * (height - 1)) : height - 1;
  const label = (row: number): string =>
    row % Math.floor((height - 1) / 2) === 0 ? significant(back(high - (row / (height - 1)) * (high - low)), 3) : "";
  const labels = Array.from({ length: height }, (_, row) => label(row));
  const margin = Math.max(...labels.map((text) => text.length));
  const lines = labels.map((text, row) => {
    const drawn = means.map((y) => (Number.isFinite(y) && level(y) === row ? "•" : " ")).join("");
    return `${text.padStart(margin)} ┤${drawn}`.trimEnd();
  });
  const blank = " ".repeat(margin + 2);
  const marked = mark === null ? [] : [blank + pointer(column(Math.log10(mark)), markText, width)];
  return [
    ...lines,
    ...axis(first, last, column, width).map((line, i) => (i === 0 ? " ".repeat(margin + 1) + line : blank + line)),
    ...marked,
  ].join("\n");
}

/** Mean of the values in each column; NaN where there is none. */
function columnMeans(values: readonly number[], columns: readonly number[], width: number): number[] {
  const sums = Array.from({ length: width }, () => [0, 0] as [number, number]);
  values.forEach((y, i) => {
    const sum = sums[columns[i]!]!;
    sum[0] += y;
    sum[1]++;
  });
  return sums.map(([sum, count]) => sum / count);
}

/** The axis with a tick at each power of ten, and their names below as far as there is room. */
function axis(first: number, last: number, column: (place: number) => number, width: number): [string, string] {
  const line = Array<string>(width).fill("─");
  let names = "";
  for (let power = Math.ceil(first - 1e-9); power <= last + 1e-9; power++) {
    const at = column(power);
    line[at] = "┬";
    const name = `1e${power}`;
    const from = Math.max(0, at - 1);
    if (names === "" || from > names.length) names = names.padEnd(from) + name;
  }
  return [`└${line.join("")}`, names];
}

const pointer = (at: number, text: string, width: number): string =>
  at + text.length + 2 <= width ? `${" ".repeat(at)}▲ ${text}` : `${`${text} ▲`.padStart(at + 1)}`;
