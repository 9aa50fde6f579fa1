import * as Plot from "@observablehq/plot";
import { draw, ink, valueScale } from "./drawing.ts";
import { errorFigures, histogram, namedFigures } from "./errors.ts";
import { figure, grid, thin } from "./grid.ts";
import type { Part, Regression } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { partName } from "./matrix.ts";
import { grouped, significant } from "./numbers.ts";

const mostPoints = 1500;
const mostRows = 50;

/** A true value and what was predicted for it. */
interface Point {
  readonly truth: number;
  readonly prediction: number;
}

/** Predicted against true values, and how the errors are spread. */
export function regressionFigures({ truth, prediction, part }: Regression & { readonly part: Part }): Markup {
  const points = truth.map((t, i): Point => ({ truth: t, prediction: prediction[i] ?? NaN }));
  const errors = points.map((p) => p.prediction - p.truth);
  const finite = points.filter((p) => Number.isFinite(p.truth) && Number.isFinite(p.prediction));
  const none = html`<p class="alarm">There are no finite predictions to draw.</p>`;
  const figures = namedFigures(errors).map(([name, value]): [string, string] => [name, significant(value)]);
  const caption = `Errors (prediction − truth) on ${grouped(points.length)} rows of the ${partName(part)} part`;
  const [against, spread] = finite.length === 0 ? [none, none] : [scatter(finite), residuals(errors)];
  const drawn =
    finite.length > mostPoints ? ` ${grouped(mostPoints)} of ${grouped(finite.length)} points are drawn.` : "";
  return html`${grid({ caption, headers: ["error", "value"], rows: figures, numbers: [1] })}
<div class="pairs">${figure({
    drawing: against,
    caption: html`<strong>Predicted against true.</strong> On the dashed line a prediction is right.${drawn}`,
    data: pointTable(points),
  })}${figure({
    drawing: spread,
    caption: html`<strong>Errors.</strong> How often each size of error occurs; the dashed line marks zero.`,
    data: binTable(errors),
  })}</div>`;
}

function scatter(points: readonly Point[]): Markup {
  const values = points.flatMap((p) => [p.truth, p.prediction]);
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const edge = (high - low || Math.abs(high) || 1) * 0.03;
  const domain = [low - edge, high + edge];
  const drawn = thin(points, mostPoints);
  const { tickFormat } = valueScale([0], "");
  const scale = { domain, grid: true, ticks: 6, ...(tickFormat === undefined ? {} : { tickFormat }) };
  const opacity = drawn.length > 300 ? 0.35 : 0.6;
  const marks = [
    Plot.line(
      [domain, domain].map(([a, b], i) => (i === 0 ? [a, a] : [b, b])),
      { stroke: ink.quiet, strokeDasharray: "5 3" },
    ),
    Plot.dot(drawn, { x: "truth", y: "prediction", r: 2.5, fill: ink.train, fillOpacity: opacity }),
  ];
  const size = { width: 440, height: 420, marginLeft: 56, marginRight: 20, marginTop: 34, marginBottom: 38 };
  const label = `Scatter plot of ${points.length} predicted against true values from ${significant(low)} to ${significant(high)}`;
  return draw({
    label,
    options: { ...size, x: { ...scale, label: "true" }, y: { ...scale, label: "predicted" }, marks },
  });
}

function residuals(errors: readonly number[]): Markup {
  const bins = histogram(errors);
  const { bias, rootMeanSquare } = errorFigures(errors);
  const marks = [
    Plot.rectY(bins, {
      x1: "from",
      x2: "to",
      y: "count",
      fill: ink.train,
      fillOpacity: 0.75,
      insetLeft: 0.5,
      insetRight: 0.5,
    }),
    Plot.ruleX([0], { stroke: ink.text, strokeDasharray: "5 3" }),
    Plot.ruleY([0], { stroke: ink.quiet }),
  ];
  const size = { width: 440, height: 420, marginLeft: 56, marginRight: 20, marginTop: 34, marginBottom: 38 };
  const label = `Histogram of errors: mean ${significant(bias)}, root mean square ${significant(rootMeanSquare)}`;
  const { grid: _, ...x } = valueScale([0], "predicted − true");
  return draw({ label, options: { ...size, x, y: { label: "rows", grid: true, ticks: 5 }, marks } });
}

function pointTable(points: readonly Point[]): Markup {
  const shown = thin(points, mostRows);
  const rows = shown.map((p) => [significant(p.truth), significant(p.prediction), significant(p.prediction - p.truth)]);
  const some = shown.length < points.length ? `, ${shown.length} of ${grouped(points.length)} rows` : "";
  return grid({ caption: `Predictions${some}`, headers: ["true", "predicted", "error"], rows, numbers: [0, 1, 2] });
}

function binTable(errors: readonly number[]): Markup {
  const rows = histogram(errors).map((bin) => [significant(bin.from), significant(bin.to), bin.count]);
  return grid({ caption: "Errors by size", headers: ["from", "to", "rows"], rows, numbers: [0, 1, 2] });
}
