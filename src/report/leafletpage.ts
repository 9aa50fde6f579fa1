import type { Diagram } from "../explain/index.ts";
import { diagramFigure } from "./diagramfigure.ts";
import { errorFigure } from "./errorcurve.ts";
import { grid, type Section } from "./grid.ts";
import type { Block } from "./leaflet.ts";
import { html, type Markup } from "./markup.ts";
import { page } from "./page.ts";

/**
 * An explanation as one HTML file that loads nothing.
 *
 * @param version of gradus
 * @returns the file's text
 */
export function leafletHtml(blocks: readonly Block[], version: string): string {
  const sections: { title: string; content: Markup[] }[] = [];
  const top: Markup[] = [];
  let title = "gradus explain";
  for (const block of blocks) {
    if ("title" in block && block.level === 1) title = block.title;
    else if ("title" in block) sections.push({ title: block.title, content: [] });
    else if ("diagram" in block) sections.push({ title: "Graph", content: [diagramFigure(block.diagram)] });
    else (sections.at(-1)?.content ?? top).push(piece(block));
  }
  const head = html`<header>
<h1>${title}</h1>
${top}</header>
`;
  return page({ title, head, sections: sections satisfies Section[], version });
}

function piece(block: Exclude<Block, { title: string } | { diagram: Diagram }>): Markup {
  if ("line" in block) return block.line === "" ? html`` : html`<p>${block.line}</p>\n`;
  if ("curve" in block) return errorFigure(block.curve);
  const { head, rows } = block.sheet;
  const numbers = head.flatMap((_, i) => (i > 0 && rows.every((cells) => number.test(cells[i]!)) ? [i] : []));
  return grid({ caption: block.name, headers: head, rows, numbers });
}

const number = /^(-?[\d.]+(e[+-]?\d+)?|-?∞|NaN)$/;
