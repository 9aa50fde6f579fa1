import type { Diagram, DiagramNode } from "../explain/index.ts";
import { type Layout, letter, type Point, placed } from "./layout.ts";
import { html, type Markup, raw } from "./markup.ts";

/** Colours by the reader's preference: of its own where a picture stands alone. */
const palette = `
.diagram { display: block; margin: 0 auto; max-width: none }
.diagram { --paper: #fcfcfa; --ink: #1b2126; --quiet: #59626b; --line: #7d868e; --in: #e3eef8; --out: #fbe9d7; --op: #ffffff; --fold: #eceef0; --box: #f3f4f2 }
@media (prefers-color-scheme: dark) {
  .diagram { --paper: #14181c; --ink: #e4e7ea; --quiet: #a3adb6; --line: #8a949d; --in: #1d3550; --out: #4a3015; --op: #1f252b; --fold: #2b3238; --box: #191e23 }
}
@media print { .diagram { --paper: #fff; --ink: #000; --quiet: #444; --line: #666; --in: #e3eef8; --out: #fbe9d7; --op: #fff; --fold: #eceef0; --box: #f6f6f6 } }
.diagram text { font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); text-anchor: middle }
.diagram .title { font-weight: 600 }
.diagram .quiet { fill: var(--quiet) }
.diagram .shape { fill: var(--quiet); paint-order: stroke; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round }
.diagram .label { text-anchor: start; font-style: italic; stroke: var(--box) }
.diagram rect { stroke: var(--line); stroke-width: 1.2; fill: var(--op) }
.diagram .input rect, .diagram .number rect { fill: var(--in) }
.diagram .number rect { stroke-dasharray: 3 2 }
.diagram .output rect { fill: var(--out); stroke: var(--ink); stroke-width: 2 }
.diagram .chain rect { fill: var(--fold) }
.diagram .box { fill: var(--box); stroke-dasharray: 6 4 }
.diagram .paper { fill: var(--paper); stroke: none }
.diagram path { fill: none; stroke: var(--line); stroke-width: 1.4 }
.diagram .back { stroke-dasharray: 5 4 }
.diagram marker path { fill: var(--line); stroke: none }
`;

/**
 * A diagram as SVG, laid out by dagre: light and dark by the reader's preference, with a title and, for those who do not
 * see it, every arrow in words.
 *
 * @param id what names inside the picture begin with, so that several can stand on one page
 */
export function diagramMarkup(diagram: Diagram, id = "diagram"): Markup {
  const layout = placed(diagram);
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  const arrows = layout.edges.map(
    ({ points, back }) =>
      html`<path${back ? html` class="back"` : null} d="${curve(points)}" marker-end="url(#${id}-arrow)"/>
`,
  );
  const shapes = layout.edges.flatMap(({ at, label }) =>
    at ? [html`<text class="shape" x="${px(at.x)}" y="${px(at.y + 4)}">${label}</text>\n`] : [],
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="diagram" role="img" aria-labelledby="${id}-title ${id}-description" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="${id}-title">${diagram.title}</title>
<desc id="${id}-description">${described(diagram)}</desc>
<style>${raw(palette)}</style>
<defs><marker id="${id}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0.5L8,4L0,7.5Z"/></marker></defs>
<rect class="paper" width="${width}" height="${height}"/>
${layout.boxes.map(box)}${arrows}${layout.nodes.map(node)}${shapes}${layout.boxes.map(boxLabel)}</svg>
`;
}

/** The same as the text of a file. */
export const diagramSvg = (diagram: Diagram): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${diagramMarkup(diagram).html}`;

/** A diagram in words: `v1 square ← x`. */
export function diagramText(diagram: Diagram): string {
  const box = new Map(diagram.boxes.map(({ id, label }) => [id, label]));
  return diagram.nodes
    .map((n) => {
      const inside = n.box ? `   (${box.get(n.box)})` : "";
      return `${said(n)}${sources(diagram, n)}${inside}`;
    })
    .join("\n");
}

const said = ({ id, lines }: DiagramNode): string => `${id} ${lines.join(", ")}`;

function sources({ edges }: Diagram, { id }: DiagramNode): string {
  const from = edges.filter((e) => e.to === id).map((e) => (e.label ? `${e.from} ${e.label}` : e.from));
  return from.length === 0 ? "" : ` ← ${from.join(", ")}`;
}

function described(diagram: Diagram): string {
  const { nodes, edges } = diagram;
  const size = `A graph of ${nodes.length} nodes and ${edges.length} arrows.`;
  return `${size} ${diagramText(diagram).replaceAll("\n", "; ")}. An arrow without a shape carries one number.`;
}

function box({ x, y, width, height }: Layout["boxes"][number]): Markup {
  const [left, top] = [x - width / 2, y - height / 2];
  return html`<rect class="box" x="${px(left)}" y="${px(top)}" width="${px(width)}" height="${px(height)}" rx="10"/>
`;
}

const boxLabel = ({ x, y, width, height, label }: Layout["boxes"][number]): Markup =>
  html`<text class="shape label" x="${px(x - width / 2 + 9)}" y="${px(y - height / 2 + letter.line)}">${label}</text>
`;

function node({ x, y, width, height, kind, lines }: Layout["nodes"][number]): Markup {
  const first = y - ((lines.length - 1) * letter.line) / 2 + 4;
  const text = lines.map(
    (line, i) =>
      html`<text class="${i === 0 ? "title" : "quiet"}" x="${px(x)}" y="${px(first + i * letter.line)}">${line}</text>`,
  );
  return html`<g class="${kind}"><rect x="${px(x - width / 2)}" y="${px(y - height / 2)}" width="${px(width)}" height="${px(height)}" rx="6"/>${text}</g>
`;
}

const px = (x: number): number => Number(x.toFixed(1));

/** Through the middles between the points, with the points as handles: no corner. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points as [Point, ...Point[]];
  const last = rest.at(-1)!;
  const turns = rest.slice(0, -1).map((p, i) => {
    const next = rest[i + 1]!;
    const to = i === rest.length - 2 ? next : { x: (p.x + next.x) / 2, y: (p.y + next.y) / 2 };
    return `Q${px(p.x)},${px(p.y)} ${px(to.x)},${px(to.y)}`;
  });
  const end = turns.length === 0 ? `L${px(last.x)},${px(last.y)}` : turns.join("");
  return `M${px(first.x)},${px(first.y)}${end}`;
}
