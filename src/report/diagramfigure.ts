import type { Diagram } from "../explain/index.ts";
import { diagramMarkup, diagramText } from "./diagram.ts";
import { figure } from "./grid.ts";
import { html, type Markup } from "./markup.ts";

/** A graph that scrolls sideways where it is wider than the page, and the same in words. */
export const diagramFigure = (diagram: Diagram): Markup =>
  figure({
    drawing: html`<div class="drawing" role="group" aria-label="${diagram.title}" tabindex="0">${diagramMarkup(diagram)}</div>`,
    caption: html`<strong>${diagram.title}.</strong> An arrow without a shape carries one number.`,
    data: html`<pre>${diagramText(diagram)}</pre>`,
    fold: "In words",
  });
