import * as Plot from "@observablehq/plot";
import type { EpochRow, Pair } from "../training/history.ts";
import { draw, ink, valueScale } from "./drawing.ts";
import { figure, grid, type Section, thin } from "./grid.ts";
import type { Compared, ComparedRun } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { duration, grouped, figure as measured, orDash } from "./numbers.ts";
import { page } from "./page.ts";
import { clip } from "./text.ts";

/** Several runs as one HTML file: their figures, curves and the settings in which they differ. */
export function comparison(compared: Compared): string {
  const { runs, command, version } = compared;
  const names = [...new Set(runs.map(({ summary }) => summary.data.name))];
  const title = `${runs.length} runs of ${names.join(", ")}`;
  const head = html`<header>
<p class="kicker">Comparison</p>
<h1>${title}</h1>
<p class="lead">${warning(compared)}</p>
</header>
`;
  const sections: Section[] = [
    { title: "Figures", content: [figuresTable(compared)] },
    { title: "Learning curves", content: curveFigures(runs) },
    { title: "Settings that differ", content: [differences(compared)] },
    { title: "Runs", content: [runTable(runs), html`<pre><code>${command}</code></pre>`] },
  ];
  return page({ title, head, sections, version });
}

/** Whether the runs can be compared at all. */
function warning({ runs, differing }: Compared): string {
  const other = (name: string): boolean => differing.some((setting) => setting.name === name);
  if (new Set(runs.map(({ summary }) => summary.task)).size > 1)
    return "These runs have different tasks: their figures cannot be compared.";
  if (other("data hash") || other("data source"))
    return "These runs are of different data: a figure of one says little about the other.";
  if (other("seed") || other("data validation") || other("data test"))
    return "The same data, but not the same rows in each part, as seeds or shares differ: small differences say nothing.";
  return "The same data and the same parts. Intervals hold 95 times of 100, for the chance of which rows are measured.";
}

/** A figure of a run by its name. */
const valueOf = ({ summary, part }: ComparedRun, name: string): number | null =>
  (name === "loss" ? summary.loss : summary.metrics[name])?.[part] ?? null;

/** Names of the figures that any of the runs has, the loss last. */
export const figureNames = (runs: readonly ComparedRun[]): string[] => [
  ...new Set(runs.flatMap(({ summary }) => Object.keys(summary.metrics))),
  "loss",
];

/** One line a run: its figures with their intervals, its size, its time. */
export function comparedRows(runs: readonly ComparedRun[]): { readonly headers: string[]; readonly rows: string[][] } {
  const names = figureNames(runs);
  const cell = (run: ComparedRun, name: string): string => {
    const value = valueOf(run, name);
    const interval = run.intervals?.[name];
    if (value === null) return "–";
    return interval
      ? `${measured(name, value)} (${measured(name, interval.low)} to ${measured(name, interval.high)})`
      : measured(name, value);
  };
  return {
    headers: ["run", ...names, "parameters", "epochs", "time"],
    rows: runs.map((run) => [
      run.name,
      ...names.map((name) => cell(run, name)),
      grouped(run.summary.model.parameters),
      grouped(run.summary.epochs),
      duration(run.summary.seconds.total),
    ]),
  };
}

function figuresTable({ runs }: Compared): Markup {
  const { headers, rows } = comparedRows(runs);
  const caption = `On the ${runs.every(({ part }) => part === "validation") ? "validation" : "validation or training"} part, with 95 % intervals`;
  return grid({ caption, headers, rows, numbers: headers.map((_, i) => i).slice(1) });
}

const differences = ({ runs, differing }: Compared): Markup =>
  differing.length === 0
    ? html`<p>They have the same settings.</p>`
    : grid({
        caption: "Settings that are not the same in all runs",
        headers: ["setting", ...runs.map(({ name }) => name)],
        rows: differing.map(({ name, values }) => [name, ...values.map((value) => value ?? "–")]),
      });

const runTable = (runs: readonly ComparedRun[]): Markup =>
  grid({
    caption: "Networks, and hashes of their final parameters",
    headers: ["run", "layers", "parameters", "fingerprint"],
    rows: runs.map(({ name, summary }) => [
      name,
      summary.model.layers.map(grouped).join(" → "),
      grouped(summary.model.parameters),
      html`<span class="code">${summary.fingerprint}</span>`,
    ]),
    numbers: [2],
  });

const colors = [ink.train, ink.validation, ink.third, ink.fourth, ink.quiet];
const dashes = ["", "6 3", "2 3", "8 3 2 3", "1 2"];
/** Runs that are drawn: as many as can be told apart. */
const mostLines = 5;
const mostPoints = 400;
const mostRows = 40;

function curveFigures(runs: readonly ComparedRun[]): Markup[] {
  const names = ["loss", ...figureNames(runs).slice(0, -1)];
  return [html`<div class="pairs">${names.map((name) => curveFigure(runs, name))}</div>`];
}

const pairOf = (row: EpochRow, name: string): Pair | undefined => (name === "loss" ? row.loss : row.metrics[name]);

/** What is drawn of a run: its validation part, if it has one. */
function pointsOf({ history, part }: ComparedRun, name: string): { epoch: number; y: number }[] {
  return history.flatMap((row) => {
    const y = pairOf(row, name)?.[part];
    return y !== undefined && y !== null && Number.isFinite(y) ? [{ epoch: row.epoch, y }] : [];
  });
}

function curveFigure(runs: readonly ComparedRun[], name: string): Markup {
  const lines = runs.slice(0, mostLines).map((run) => ({ run, points: thin(pointsOf(run, name), mostPoints) }));
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y));
  if (values.length === 0) return html`<p class="alarm">There is no finite ${name} to draw.</p>`;
  const some = runs.length > mostLines ? ` The first ${mostLines} of ${runs.length} runs.` : "";
  const label = `${name} by epoch of ${lines.map(({ run, points }) => `${run.name}, at last ${orDash(points.at(-1)?.y)}`).join("; ")}`;
  const size = { width: 440, height: 280, marginLeft: 56, marginRight: 20, marginTop: 30, marginBottom: 38 };
  const marks = lines.map(({ points }, k) =>
    Plot.line(points, { x: "epoch", y: "y", stroke: colors[k]!, strokeWidth: 2, strokeDasharray: dashes[k]! }),
  );
  const keys = lines.map(({ run }, k) => html`<span class="key line-${k + 1}">${clip(run.name, 44)}</span> `);
  const x = { label: "epoch", ticks: 6, tickFormat: grouped };
  return figure({
    drawing: draw({ label, options: { ...size, x, y: valueScale(values, name), marks } }),
    caption: html`<strong>${name.charAt(0).toUpperCase() + name.slice(1)}</strong> of the validation part, or the training part without one. ${keys}${some}`,
    data: curveTable(runs, name),
  });
}

function curveTable(runs: readonly ComparedRun[], name: string): Markup {
  const columns = runs.map((run) => new Map(pointsOf(run, name).map(({ epoch, y }) => [epoch, y])));
  const epochs = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return grid({
    caption: `${name} by epoch`,
    headers: ["epoch", ...runs.map((run) => run.name)],
    rows: thin(epochs, mostRows).map((epoch) => [epoch, ...columns.map((column) => orDash(column.get(epoch)))]),
    numbers: [0, ...runs.map((_, i) => i + 1)],
  });
}
