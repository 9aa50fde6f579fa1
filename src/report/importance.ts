import * as Plot from "@observablehq/plot";
import { draw, ink, tick } from "./drawing.ts";
import { figure, grid } from "./grid.ts";
import type { ImportanceTable } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { partName } from "./matrix.ts";
import { grouped, significant } from "./numbers.ts";
import { clip } from "./text.ts";

const mostBars = 20;

/** How much each input is needed: bars with their spread, or the areas of an image. */
export function importanceFigure(table: ImportanceTable): Markup {
  const { metric, value, part, rows, repeats, inputs, areas } = table;
  const what = areas ? "area of the image" : "input";
  const sorted = [...inputs].sort((a, b) => b.mean - a.mean);
  const shown = areas ? sorted : sorted.slice(0, mostBars);
  const some = shown.length < inputs.length ? ` The first ${shown.length} of ${inputs.length}.` : "";
  const caption = html`<strong>Permutation importance.</strong> How much worse ${metric} (${significant(value)}) gets when one ${what} is shuffled among ${grouped(rows)} rows of the ${partName(part)} part: mean ± deviation of ${repeats} shuffles.${some}`;
  const data = grid({
    caption: `Permutation importance, by ${metric}`,
    headers: [what, "worse by", "deviation"],
    rows: sorted.map(({ name, mean, deviation }) => [name, significant(mean, 3), significant(deviation, 2)]),
    numbers: [1, 2],
  });
  const label = `Permutation importance by ${metric}; most needed: ${sorted
    .slice(0, 3)
    .map(({ name }) => name)
    .join(", ")}`;
  const options = areas ? areaOptions(table, areas) : barOptions(shown, metric);
  return figure({ drawing: draw({ label, options }), caption, data });
}

type Bars = ImportanceTable["inputs"];

function barOptions(inputs: Bars, metric: string): Plot.PlotOptions {
  const names = inputs.map(({ name }, i) => ({ i, text: clip(name, 26) }));
  const ends = inputs.map(({ mean, deviation }, i) => {
    const spread = Number.isFinite(deviation) ? deviation : 0;
    return { i, mean, low: mean - spread, high: mean + spread };
  });
  return {
    width: 720,
    height: 60 + 22 * inputs.length,
    marginLeft: 190,
    marginRight: 20,
    marginTop: 12,
    marginBottom: 38,
    x: { label: `${metric} worse by`, grid: true, ticks: 6, tickFormat: tick },
    y: {
      type: "band",
      domain: names.map(({ i }) => i),
      label: null,
      tickFormat: (i: number) => names[i]!.text,
      tickSize: 0,
      padding: 0.3,
    },
    marks: [
      Plot.barX(ends, { y: "i", x: "mean", fill: ink.train, fillOpacity: 0.75 }),
      Plot.ruleY(ends, { y: "i", x1: "low", x2: "high", stroke: ink.text, strokeWidth: 1.4 }),
      Plot.ruleX([0], { stroke: ink.quiet }),
    ],
  };
}

/** The areas where they lie in the image, the darker the more needed, with their figures. */
function areaOptions(
  { inputs }: ImportanceTable,
  { width, height }: NonNullable<ImportanceTable["areas"]>,
): Plot.PlotOptions {
  const most = inputs.reduce((high, { mean }) => Math.max(high, mean), 0) || 1;
  const cells = inputs.map(({ mean }, k) => ({
    column: k % width,
    row: Math.floor(k / width),
    share: Math.max(0, mean) / most,
    text: width > 4 ? mean.toFixed(2).replace("-0.00", "0.00") : significant(mean, 2),
  }));
  const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const band = { axis: null, type: "band" as const, padding: 0.04 };
  return {
    width: 360,
    height: Math.round((360 * height) / width),
    margin: 4,
    x: { ...band, domain: range(width) },
    y: { ...band, domain: range(height) },
    marks: [
      Plot.cell(cells, {
        x: "column",
        y: "row",
        fill: ink.train,
        fillOpacity: (cell: { share: number }) => 0.04 + 0.36 * cell.share,
      }),
      Plot.text(cells, { x: "column", y: "row", text: "text", fill: ink.text }),
    ],
  };
}
