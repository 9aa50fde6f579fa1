import * as Plot from "@observablehq/plot";
import type { Trust } from "../explain/index.ts";
import { diagramMarkup, diagramText } from "./diagram.ts";
import { draw, ink } from "./drawing.ts";
import { figure, grid } from "./grid.ts";
import type { Block } from "./leaflet.ts";
import { html, type Markup, raw } from "./markup.ts";
import { style } from "./style.ts";

/**
 * An explanation as one HTML file: no network, no script; light and dark, on screen and on paper. All text is escaped.
 *
 * @returns the file's text
 */
export function leafletHtml(blocks: readonly Block[]): string {
  const first = blocks.find((block) => "title" in block);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="gradus">
<title>${first && "title" in first ? first.title : "gradus explain"}</title>
<style>${raw(style)}.diagram { display: block; margin: 0 auto; max-width: none }
.drawing:focus-visible { outline-offset: -2px }</style>
</head>
<body>
<main>
${blocks.map(piece)}
</main>
</body>
</html>
`.html;
}

function piece(block: Block, i: number): Markup {
  if ("title" in block) return block.level === 1 ? html`<h1>${block.title}</h1>\n` : html`<h2>${block.title}</h2>\n`;
  if ("line" in block) return html`<p>${block.line}</p>\n`;
  if ("sheet" in block) return grid({ caption: block.name, headers: block.sheet.head, rows: block.sheet.rows });
  if ("curve" in block) return curve(block.curve);
  const graph = figure({
    drawing: html`<div class="drawing" role="region" aria-label="${block.diagram.title}" tabindex="0">${diagramMarkup(block.diagram, `graph-${i}`)}</div>`,
    caption: html`<strong>${block.diagram.title}.</strong> An arrow without a shape carries one number.`,
    data: html`<pre>${diagramText(block.diagram)}</pre>`,
    fold: "In words",
  });
  return html`<h2>Graph</h2>
${graph}`;
}

/** The V of the errors of central differences, on logarithmic scales. */
function curve(errors: Trust["differences"]): Markup {
  const drawn = errors.filter(({ error }) => Number.isFinite(error) && error > 0);
  const scale = { type: "log", tickFormat: (x: number) => x.toExponential(0), grid: true } as const;
  const drawing = draw({
    label: "Relative error of central differences by step",
    options: {
      ...{ width: 720, height: 320, marginLeft: 64, marginBottom: 40 },
      x: {
        ...scale,
        label: "step",
        reverse: true,
        ticks: errors.map(({ step }) => step).filter((_, k) => k % 2 === 0),
      },
      y: { ...scale, label: "relative error", ticks: 8 },
      marks: [
        Plot.line(drawn, { x: "step", y: "error", stroke: ink.train, strokeWidth: 2 }),
        Plot.dot(drawn, { x: "step", y: "error", fill: ink.train, r: 3 }),
      ],
    },
  });
  const data = grid({
    caption: "Relative error by step",
    headers: ["step", "relative error"],
    rows: errors.map(({ step, error }) => [step.toExponential(0), error.toExponential(1)]),
    numbers: [0, 1],
  });
  return figure({ drawing, caption: html`<strong>Error of central differences</strong> by step.`, data });
}
