import { html, type Markup } from "./markup.ts";

type Cell = Markup | string | number;

/** An HTML table: what it is called, its headers, its rows. */
export interface Grid {
  readonly caption: string;
  readonly headers: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Indices of the columns that hold numbers and are set right. */
  readonly numbers?: readonly number[];
}

/** A table in a box that scrolls sideways by itself when it is too wide; the first cell of a row is its header. */
export function grid({ caption, headers, rows, numbers = [] }: Grid): Markup {
  const kind = (column: number): Markup | null => (numbers.includes(column) ? html` class="number"` : null);
  const row = (cells: readonly Cell[]): Markup =>
    html`<tr>${cells.map((cell, i) => (i === 0 ? html`<th scope="row"${kind(i)}>${cell}</th>` : html`<td${kind(i)}>${cell}</td>`))}</tr>
`;
  return scrolling(
    caption,
    html`<table>
<caption>${caption}</caption>
<thead><tr>${headers.map((name, i) => html`<th scope="col"${kind(i)}>${name}</th>`)}</tr></thead>
<tbody>
${rows.map(row)}</tbody>
</table>`,
  );
}

/** A box that scrolls sideways, also by keyboard. */
export const scrolling = (name: string, content: Markup): Markup =>
  html`<div class="scroll" role="group" aria-label="${name}" tabindex="0">${content}</div>`;

/** Something to look at, what it shows, and the same in figures behind a fold. */
export interface Figure {
  readonly drawing: Markup;
  readonly caption: Markup;
  readonly data: Markup;
  /** What the fold is called. */
  readonly fold?: string;
}

/** A figure with its caption and, folded away, the table of what it shows. */
export const figure = ({ drawing, caption, data, fold = "As a table" }: Figure): Markup => html`<figure>
${drawing}
<figcaption>${caption}</figcaption>
<details><summary>${fold}</summary>${data}</details>
</figure>
`;

/** A part of the page, by which it is found from the list of contents. */
export interface Section {
  readonly title: string;
  readonly content: readonly (Markup | null)[];
}

/** The name of a section in addresses. */
export const anchor = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** A part of the page under its heading. */
export const section = ({
  title,
  content,
}: Section): Markup => html`<section id="${anchor(title)}" aria-labelledby="${anchor(title)}-title">
<h2 id="${anchor(title)}-title">${title}</h2>
${content}
</section>
`;

/** At most `most` items, evenly chosen, the first and the last among them. */
export function thin<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}
