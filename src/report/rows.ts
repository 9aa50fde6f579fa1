import { grid } from "./grid.ts";
import type { ShownRow, ShownRows } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { partName } from "./matrix.ts";
import { orDash } from "./numbers.ts";
import { clip } from "./text.ts";

/** Characters of a name or a word, at most. */
const longest = 24;

/** A word on one line. */
const word = (text: string): Markup => html`<span class="word">${clip(text, longest)}</span>`;

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
    word(row.truth),
    row.wrong ? html`<span class="alarm">${clip(row.prediction, longest)} ✗</span>` : word(row.prediction),
    orDash(row.figure),
    ...row.inputs.map((text) => clip(text, longest)),
  ]);
  const set = figure === "error" ? [0, 1, 2, 3] : [0, 3];
  const measured = columns.flatMap((_, i) =>
    rows.every(({ inputs }) => inputs[i]!.trim() !== "" && Number.isFinite(Number(inputs[i]))) ? [i + 4] : [],
  );
  return grid({
    caption: title + more,
    headers: ["row", "truth", "prediction", figure, ...columns.map((name) => clip(name, longest))],
    rows: cells,
    numbers: [...set, ...measured],
  });
}
