import { type ClassFigures, classFigures, count, hardest, overall } from "./confusion.ts";
import { grid, scrolling } from "./grid.ts";
import type { Confusion, Part } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { grouped, orDash, share } from "./numbers.ts";
import { clip } from "./text.ts";

const most = 40;
const partNames: Readonly<Record<Part, string>> = { train: "training", validation: "validation", test: "test" };

/** What a part of the data is called in a sentence. */
export const partName = (part: Part): string => partNames[part];

/** Who was taken for whom: the whole matrix up to 40 classes, otherwise the classes recognised worst. */
export function confusionTable(confusion: Confusion & { readonly part: Part }): Markup {
  const { rows, accuracy } = overall(confusion);
  const { labels } = confusion;
  const where = `${grouped(rows)} rows of the ${partName(confusion.part)} part`;
  const lead = html`<p>${orDash(accuracy)} of ${where} are recognised. ${remark(confusion)}</p>`;
  return html`${lead}${labels.length > most ? worst(confusion) : matrix(confusion, where)}`;
}

function remark(confusion: Confusion): string {
  const times = (c: ClassFigures): number => c.mistaken?.times ?? 0;
  const [first] = classFigures(confusion).sort((a, b) => times(b) - times(a));
  if (first === undefined || first.mistaken === null) return "There are no mistakes.";
  const often = first.mistaken.times === 1 ? "once" : `${first.mistaken.times} times`;
  return `The commonest mistake: ${first.label} taken for ${first.mistaken.label}, ${often}.`;
}

function matrix(confusion: Confusion, where: string): Markup {
  const { labels } = confusion;
  const figures = classFigures(confusion);
  const names = labels.map((label) => clip(label, 30));
  const rows = figures.map(
    ({ rows, recall }, i) =>
      html`<tr><th scope="row">${names[i]!}</th>${labels.map((_, j) => cell(count(confusion, i, j), rows, i === j))}<td class="rate">${share(recall)}</td><td class="rate">${rows}</td></tr>
`,
  );
  const tall = names.length > 5 && names.some((name) => name.length > 6) ? html` class="tall"` : null;
  const heads = names.map((name) => html`<th scope="col"${tall}>${name}</th>`);
  const caption = `Rows are the true classes, columns the predicted ones: ${where}`;
  const last = figures.map(({ precision }) => html`<td class="rate">${share(precision)}</td>`);
  return scrolling(
    caption,
    html`<table class="confusion">
<caption>${caption}</caption>
<thead><tr><th scope="col">true ╲ predicted</th>${heads}<th scope="col">recall</th><th scope="col">rows</th></tr></thead>
<tbody>
${rows}</tbody>
<tfoot><tr><th scope="row">precision</th>${last}<td></td><td></td></tr></tfoot>
</table>`,
  );
}

function cell(times: number, rows: number, hit: boolean): Markup {
  if (times === 0) return html`<td class="none">·</td>`;
  return html`<td class="${hit ? "hit" : "miss"}" style="--share:${Number((times / Math.max(1, rows)).toFixed(3))}">${times}</td>`;
}

function worst(confusion: Confusion): Markup {
  const rows = hardest(confusion, 20).map(({ label, rows, recall, mistaken }) => [
    label,
    rows,
    share(recall),
    mistaken === null ? "–" : `${mistaken.label} (${mistaken.times}×)`,
  ]);
  const caption = `${confusion.labels.length} classes; those with the lowest recall`;
  return grid({ caption, headers: ["class", "rows", "recall", "mostly mistaken for"], rows, numbers: [1, 2] });
}
