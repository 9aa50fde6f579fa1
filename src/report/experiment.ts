import * as Plot from "@observablehq/plot";
import { type Drawing, draw, ink, valueScale } from "./drawing.ts";
import { escapeText } from "./markup.ts";
import { type Cell, cellText, isEstimate, type ResultRow } from "./results.ts";

/** A picture of such rows: which columns are its axes, what tells its curves apart. */
export interface Picture {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** The column whose values are the curves. */
  readonly series?: string;
  /** The column whose values are panels side by side. */
  readonly facet?: string;
  /** Axes that are logarithmic. */
  readonly log?: readonly ("x" | "y")[];
  /** `"cells"` for a grid of x by y, coloured by the column `value`. */
  readonly kind?: "lines" | "cells";
  readonly value?: string;
}

const number = (cell: Cell | undefined): number =>
  isEstimate(cell) ? cell.mean : typeof cell === "number" ? cell : Number.NaN;

const curves = [
  { stroke: "var(--first)", dash: "none" },
  { stroke: "var(--second)", dash: "7 3" },
  { stroke: "var(--third)", dash: "2 3" },
  { stroke: "var(--fourth)", dash: "9 3 2 3" },
  { stroke: "var(--fifth)", dash: "4 2" },
] as const;

const style = `
svg { --paper: #fcfcfa; --ink: #1b2126; --quiet: #59626b; --first: #1f6099; --second: #b3500a; --third: #3d7a2e; --fourth: #8a3a87; --fifth: #59626b;
  background: var(--paper); color: var(--quiet); font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
svg text { white-space: pre }
svg .title { fill: var(--ink); font-weight: 600; font-size: 14px }
@media (prefers-color-scheme: dark) {
  svg { --paper: #14181c; --ink: #e4e7ea; --quiet: #a3adb6; --first: #7ab8f2; --second: #f0a561; --third: #8fca7c; --fourth: #d996d6; --fifth: #a3adb6 }
}`;

/** Rows drawn as SVG that stands by itself, for light and dark. */
export function pictureOf(rows: readonly ResultRow[], picture: Picture): string {
  const drawn = picture.kind === "cells" ? cells(rows, picture) : lines(rows, picture);
  const svg = draw(drawn).html.match(/<svg[\s\S]*<\/svg>/)![0];
  const open = svg.indexOf(">") + 1;
  const head = svg.slice(0, open).includes("xmlns=")
    ? svg.slice(0, open)
    : svg.slice(0, open).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `${head}<style>${style}</style>${legend(rows, picture)}${svg.slice(open)}\n`;
}

const namesIn = (rows: readonly ResultRow[], column: string | undefined): string[] =>
  column === undefined ? [] : [...new Set(rows.map((row) => String(row[column])))];

const top = 80;
const margins = { marginLeft: 58, marginRight: 18, marginBottom: 40 } as const;

/** The title, what each kind of line stands for, and the name of the axis that goes up. */
function legend(rows: readonly ResultRow[], { title, series, y, kind }: Picture): string {
  let x = margins.marginLeft;
  const keys = namesIn(rows, series).map((name, i) => {
    const { stroke, dash } = curves[i % curves.length]!;
    const line = `<line x1="${x}" x2="${x + 26}" y1="37" y2="37" stroke="${stroke}" stroke-width="2" stroke-dasharray="${dash}"/>`;
    const text = `<text x="${x + 32}" y="41" text-anchor="start">${escapeText(name)}</text>`;
    x += 32 + 7 * name.length + 18;
    return line + text;
  });
  const up = kind === "cells" ? "" : `<text x="6" y="${top - 14}" text-anchor="start">↑ ${escapeText(y)}</text>`;
  return `${up}<text class="title" text-anchor="start" x="${margins.marginLeft}" y="18">${escapeText(title)}</text>${keys.join("")}`;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly facet: string;
}

function lines(rows: readonly ResultRow[], picture: Picture): Drawing {
  const { title, series, facet } = picture;
  const panels = namesIn(rows, facet);
  const names = namesIn(rows, series);
  const groups =
    series === undefined ? [rows] : names.map((name) => rows.filter((row) => String(row[series]) === name));
  const marks = groups.flatMap((own, i) =>
    curve(pointsOf(own, picture), curves[i % curves.length]!, facet !== undefined),
  );
  const size = { width: panels.length > 1 ? 300 * panels.length + 76 : 640, height: 334, marginTop: top };
  const scales = { x: scale(rows, picture, "x"), y: scale(rows, picture, "y") };
  const fx = { label: null, padding: 0.08, domain: panels };
  return { label: title, options: { ...margins, ...size, ...scales, ...(facet !== undefined && { fx }), marks } };
}

/** Where the points are; bars of errors end inside of a logarithmic scale. */
function pointsOf(rows: readonly ResultRow[], { x, y, facet, log = [] }: Picture): Point[] {
  return rows.map((row): Point => {
    const [value, error] = [number(row[y]), isEstimate(row[y]) ? row[y].error : 0];
    const low = log.includes("y") ? Math.max(value - error, value / 10) : value - error;
    const panel = facet === undefined ? "" : String(row[facet]);
    return { x: number(row[x]), y: value, low, high: value + error, facet: panel };
  });
}

const mostTicks = 8;

function scale(rows: readonly ResultRow[], picture: Picture, axis: "x" | "y"): Plot.ScaleOptions {
  const name = picture[axis];
  const values = rows.map((row) => number(row[name])).filter(Number.isFinite);
  const common = {
    label: axis === "x" ? name : null,
    grid: axis === "y",
    nice: axis === "y",
    ticks: 5,
    tickFormat: String,
  };
  if (!picture.log?.includes(axis)) return common;
  const different = [...new Set(values)];
  const few = axis === "x" && different.length <= mostTicks;
  const base = different.every((x) => Number.isInteger(Math.log2(x))) ? 2 : 10; // ticks far off the powers get no label
  const ticks = few ? { ticks: different, tickFormat: cellText, base, nice: false } : {};
  return { ...valueScale(values, name), ...ticks, label: common.label, type: "log" };
}

function curve(points: readonly Point[], { stroke, dash }: (typeof curves)[number], faceted: boolean): Plot.Markish[] {
  const fx = faceted ? { fx: "facet" } : {};
  const finite = points.filter(({ y }) => Number.isFinite(y));
  const wide = finite.filter(({ low, high }) => high > low);
  return [
    Plot.line(finite, { x: "x", y: "y", stroke, strokeWidth: 2, strokeDasharray: dash, ...fx }),
    ...(finite.length > 60 ? [] : [Plot.dot(finite, { x: "x", y: "y", fill: stroke, r: 2.5, ...fx })]),
    Plot.ruleX(wide, { x: "x", y1: "low", y2: "high", stroke, ...fx }),
  ];
}

function cells(rows: readonly ResultRow[], { title, x, y, value = "value" }: Picture): Drawing {
  const text = (column: string) => rows.map((row) => cellText(row[column]));
  const known = rows.map((row) => number(row[value]));
  const [low, high] = [Math.min(...known.filter(Number.isFinite)), Math.max(...known.filter(Number.isFinite))];
  const opacity = known.map((v) => (Number.isFinite(v) ? 0.04 + (0.5 * (v - low)) / (high - low || 1) : 0));
  const at = { x: text(x), y: text(y) };
  const labels = known.map((v) => (Number.isFinite(v) ? v.toFixed(3) : "–"));
  const marks = [
    Plot.cell(rows, { ...at, fill: "var(--first)", fillOpacity: opacity, inset: 0.5 }),
    Plot.text(rows, { ...at, text: labels, fill: ink.text }),
  ];
  const scales = { x: { label: x, domain: [...new Set(at.x)] }, y: { label: y, domain: [...new Set(at.y)].reverse() } };
  return { label: title, options: { ...margins, width: 640, height: 360, marginTop: 48, ...scales, marks } };
}
