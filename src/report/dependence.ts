import * as Plot from "@observablehq/plot";
import { draw, ink, tick, valueScale } from "./drawing.ts";
import { figure, grid } from "./grid.ts";
import type { DependenceCurve } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { significant } from "./numbers.ts";
import { clip } from "./text.ts";

const strokes = [ink.train, ink.validation, ink.third, ink.fourth];
const dashes = ["", "6 3", "2 3", "8 3 2 3"];

/** The mean prediction when one input is set to a value in all rows, a picture an input. */
export function dependenceFigures(curves: readonly DependenceCurve[]): Markup {
  const [first] = curves;
  const names = first?.lines.map(({ name }) => name) ?? [];
  const values = curves.flatMap(({ lines }) => lines.flatMap(({ means }) => means));
  const keys = names.map((name, k) => html`<span class="key line-${k + 1}">${clip(name, 40)}</span> `);
  const what = names.length > 1 ? "probabilities" : (names[0] ?? "");
  return html`<h3>Partial dependence</h3>
<p>The mean prediction when one input is set to a value in every row and the others stay as they are: ${what}. ${names.length > 1 ? keys : null}</p>
<div class="thirds">${curves.map((curve) => dependenceFigure(curve, values))}</div>`;
}

function dependenceFigure(curve: DependenceCurve, all: readonly number[]): Markup {
  const { input, values, lines } = curve;
  const ends = lines.map(
    ({ name, means }) => `${name} from ${significant(means[0]!, 3)} to ${significant(means.at(-1)!, 3)}`,
  );
  const label = `Partial dependence on ${input}: ${ends.join(", ")}`;
  const rows = values.map((value, i) => [
    typeof value === "number" ? significant(value) : value,
    ...lines.map(({ means }) => significant(means[i]!)),
  ]);
  const data = grid({
    caption: `Mean prediction by ${input}`,
    headers: [input, ...lines.map((line) => line.name)],
    rows,
    numbers: [0, ...lines.map((_, k) => k + 1)],
  });
  const caption = html`<strong>${clip(input, 30)}</strong>`;
  return figure({ drawing: draw({ label, options: options(curve, all) }), caption, data });
}

const size = { width: 320, height: 240, marginLeft: 52, marginRight: 16, marginTop: 20, marginBottom: 38 };

function options({ input, values, lines }: DependenceCurve, all: readonly number[]): Plot.PlotOptions {
  const words = values.some((value) => typeof value === "string");
  const finite = all.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const edge = (high - low || Math.abs(high) || 1) * 0.05;
  const label = clip(input, 30);
  const marks = lines.map(({ means }, k): Plot.Markish => {
    const points = means.flatMap((y, i) => (Number.isFinite(y) ? [{ x: values[i]!, y }] : []));
    const stroke = strokes[k]!;
    if (words || points.length === 1) return Plot.dot(points, { x: "x", y: "y", r: 4, fill: stroke });
    return Plot.line(points, { x: "x", y: "y", stroke, strokeWidth: 2, strokeDasharray: dashes[k]! });
  });
  const x = words
    ? { type: "point" as const, domain: [...values], tickFormat: (word: string) => clip(word, 10), label }
    : { ...valueScale([0], input), nice: false, ticks: 4, label };
  const y = { label: null, domain: [low - edge, high + edge], grid: true, ticks: 4, tickFormat: tick };
  return { ...size, x, y, marks };
}
