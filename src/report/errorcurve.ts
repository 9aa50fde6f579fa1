import * as Plot from "@observablehq/plot";
import type { Trust } from "../explain/index.ts";
import { draw, ink } from "./drawing.ts";
import { figure, grid } from "./grid.ts";
import { html, type Markup } from "./markup.ts";

type Errors = Trust["differences"];

/** The V of the errors of central differences, on logarithmic scales; steps become smaller to the right. */
function drawing(errors: Errors): Markup {
  const drawn = errors.filter(({ error }) => Number.isFinite(error) && error > 0);
  if (drawn.length === 0)
    return html`<p>No error of a difference is finite and above 0, so there is nothing to draw.</p>`;
  const scale = { type: "log", tickFormat: (x: number) => x.toExponential(0), grid: true } as const;
  return draw({
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
}

/** The V with the same in figures. */
export function errorFigure(errors: Errors): Markup {
  const data = grid({
    caption: "Relative error by step",
    headers: ["step", "relative error"],
    rows: errors.map(({ step, error }) => [step.toExponential(0), error.toExponential(1)]),
    numbers: [0, 1],
  });
  const caption = html`<strong>Error of central differences</strong> by step: it falls with the square of the step, then rounding grows.`;
  return figure({ drawing: drawing(errors), caption, data });
}

/** Colours of a drawing that stands alone, by the reader's preference. */
const palette = `
.plot { --paper: #fcfcfa; --ink: #1b2126; --quiet: #59626b; --train: #1f6099; background: var(--paper); color: var(--ink); font: 12px system-ui, "DejaVu Sans", sans-serif }
@media (prefers-color-scheme: dark) { .plot { --paper: #14181c; --ink: #e4e7ea; --quiet: #a3adb6; --train: #7ab8f2 } }
.plot text { fill: var(--quiet) }
`;

/**
 * The errors of central differences by step, as `checkGradients` gives them, as the text of an SVG file.
 *
 * @param errors `differences` of a check
 */
export const errorCurveSvg = (errors: Errors): string =>
  drawing(errors)
    .html.replace(
      /^<div class="drawing"><svg/,
      '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"',
    )
    .replace(/<svg[^>]*>/, (head) => `${head}<style>${palette}</style>`)
    .replace(/<\/div>$/, "\n");
