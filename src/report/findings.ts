import * as Plot from "@observablehq/plot";
import { bySeverity, type Finding, type Series, type Severity } from "../training/finding.ts";
import { draw, ink, valueScale } from "./drawing.ts";
import { figure, grid, thin } from "./grid.ts";
import { html, type Markup } from "./markup.ts";
import { grouped, orDash, significant } from "./numbers.ts";

/** What was found wrong with a run, the worst first: each with its figures, a plot of them, cause and advice. */
export function findingsSection(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return html`<p>Nothing was found wrong with this training.</p>`;
  return html`${bySeverity(findings).map(one)}`;
}

function one({ severity, text, evidence, cause, advice }: Finding): Markup {
  const rows = Object.entries(evidence.figures).map(([name, value]): [string, string] => [name, significant(value)]);
  return html`<article>
<h3>${mark(severity)} ${sentence(text)}</h3>
<p><strong>Why.</strong> ${sentence(cause)} <strong>What to try.</strong> ${sentence(advice)}</p>
${rows.length === 0 ? null : grid({ caption: "What speaks for it", headers: ["figure", "value"], rows, numbers: [1] })}
${evidence.series === undefined ? null : plot(evidence.series)}
</article>
`;
}

const mark = (severity: Severity): Markup =>
  html`<span class="badge">${severity === "note" ? severity : html`<span class="alarm">${severity}</span>`}</span>`;

/** A text as a sentence of its own. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? "" : "."}`;

const mostPoints = 200;
const mostLines = 12;

/** One number of a plot. */
interface Point {
  readonly x: number | string;
  readonly y: number;
  readonly line: string;
}

function plot(series: Series): Markup {
  const lines = series.lines.slice(0, mostLines);
  const points = lines.flatMap((line) => pointsOf(series, line));
  const limit = series.limit === undefined ? "" : ` The dashed line, ${significant(series.limit)}, is where it begins.`;
  const several = lines.length > 1 ? `: ${lines.map(({ name }) => name).join(", ")}` : "";
  if (points.length === 0) return html`<p class="alarm">There is no finite ${series.label} to draw.</p>`;
  return figure({
    drawing: draw({ label: `${series.label} by ${series.over}${several}`, options: options(series, points) }),
    caption: html`<strong>${sentence(series.label)}</strong>${keys(lines)}${limit}`,
    data: data(series, lines),
  });
}

const keys = (lines: Series["lines"]): Markup | null =>
  lines.length === 1 ? null : html` By ${lines.map(({ name }) => name).join(", ")}; each line ends in its name.`;

function pointsOf({ x }: Series, { name, y }: Series["lines"][number]): Point[] {
  const points = x.map((at, i) => ({ x: at, y: y[i] ?? Number.NaN, line: name }));
  return [...thin(points, mostPoints)].filter((point) => Number.isFinite(point.y));
}

const size = { width: 720, height: 240, marginLeft: 56, marginTop: 24, marginBottom: 42 };

function options(series: Series, points: readonly Point[]): Plot.PlotOptions {
  const bars = series.x.some((x) => typeof x === "string");
  const limits = series.limit === undefined ? [] : [series.limit];
  const y = valueScale([...points.map((point) => point.y), ...limits], series.label);
  const rule = limits.length > 0 ? [Plot.ruleY(limits, { stroke: ink.quiet, strokeDasharray: "5 3" })] : [];
  if (bars) {
    const x = { label: series.over, domain: [...series.x], tickFormat: short };
    const fill = ink.train;
    const marks = [Plot.dot(points, { x: "x", y: "y", r: 4, fill }), ...rule];
    return { ...size, marginRight: 20, x: { ...x, type: "point" }, y, marks };
  }
  const last = lastPoints(points);
  const marks = [
    ...[...new Set(points.map(({ line }) => line))].map((name) => curve(points, name)),
    ...(last.length > 1
      ? [
          Plot.text(last, {
            x: "x",
            y: "y",
            text: (point: Point) => short(point.line),
            textAnchor: "start",
            dx: 7,
            fill: ink.text,
          }),
        ]
      : []),
    ...rule,
  ];
  return {
    ...size,
    marginRight: last.length > 1 ? 130 : 20,
    x: { label: series.over, ticks: 8, tickFormat: grouped },
    y,
    marks,
  };
}

/** A line; that of the validation part as everywhere in a report. */
function curve(points: readonly Point[], name: string): Plot.Markish {
  const own = points.filter(({ line }) => line === name);
  const look = name === "validation" ? { stroke: ink.validation, strokeDasharray: "5 3" } : { stroke: ink.train };
  const dots = own.length <= 60 ? [Plot.dot(own, { x: "x", y: "y", r: 2.5, fill: look.stroke })] : [];
  return [Plot.line(own, { x: "x", y: "y", strokeWidth: 1.8, ...look }), ...dots];
}

/** Where each line ends. */
const lastPoints = (points: readonly Point[]): Point[] => [
  ...new Map(points.map((point) => [point.line, point])).values(),
];

const short = (name: string | number): string => {
  const text = String(name);
  return text.length > 22 ? `${text.slice(0, 21)}…` : text;
};

const mostRows = 60;

function data(series: Series, lines: Series["lines"]): Markup {
  const kept = thin(
    series.x.map((_, i) => i),
    mostRows,
  );
  const rows = kept.map((i) => [String(series.x[i]), ...lines.map(({ y }) => orDash(y[i]))]);
  const headers = [series.over, ...lines.map(({ name }) => name)];
  const some = kept.length < series.x.length ? `, ${kept.length} of ${grouped(series.x.length)}` : "";
  return grid({
    caption: `${series.label} by ${series.over}${some}`,
    headers,
    rows,
    numbers: lines.map((_, i) => i + 1),
  });
}
