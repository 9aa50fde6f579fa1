import { grid } from "./grid.ts";
import type { ShownRow, ShownRows } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { partName } from "./matrix.ts";
import { orDash } from "./numbers.ts";
import { clip } from "./text.ts";

/** The rows that were predicted worst. */
export function mistakes(rows: ShownRows): Markup {
  const words =
    rows.figure === "error"
      ? "The rows that are predicted worst, the farthest off first."
      : "The rows that are wrong, those that the network is surest of first.";
  return html`<h3>Worst mistakes</h3>
<p>${words}</p>
${rowTable(rows, rows.worst, `Worst mistakes of the ${partName(rows.part)} part`)}`;
}

/** Some rows as they come. */
export const sampleRows = (rows: ShownRows): Markup => html`<h3>Some rows</h3>
${rowTable(rows, rows.some, `Rows of the ${partName(rows.part)} part, evenly chosen`)}`;

function rowTable({ columns, inputs, figure }: ShownRows, rows: readonly ShownRow[], title: string): Markup {
  const more = columns.length < inputs ? `; ${columns.length} of ${inputs} inputs are shown` : "";
  const cells = rows.map((row) => [
    row.row,
    ...row.inputs.map((text) => clip(text, 24)),
    row.truth,
    row.wrong ? html`<span class="alarm">${row.prediction} ✗</span>` : row.prediction,
    ...(figure === null ? [] : [orDash(row.figure)]),
  ]);
  const last = columns.length + 3;
  return grid({
    caption: title + more,
    headers: [
      "row",
      ...columns.map((name) => clip(name, 24)),
      "truth",
      "prediction",
      ...(figure === null ? [] : [figure]),
    ],
    rows: cells,
    numbers: [
      0,
      ...columns.map((_, i) => i + 1),
      ...(figure === null ? [] : [last]),
      ...(figure === "error" ? [last - 1, last - 2] : []),
    ],
  });
}
