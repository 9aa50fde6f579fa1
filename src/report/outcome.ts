import { classFigures, count, hardest, overall } from "./confusion.ts";
import { histogram, namedFigures } from "./errors.ts";
import type { Confusion, Network } from "./input.ts";
import { grouped, orDash, share, significant } from "./numbers.ts";
import { sparkline } from "./sparkline.ts";
import { table } from "./table.ts";
import { clip, printable, visibleWidth } from "./text.ts";

const most = 20;

/** Narrower, outputs are left out of the summary of a network. */
const wholeSummary = 64;

/** The layers of a network, what they give and how many parameters they have, with the sum. */
export function modelSummary({ rows }: Network, width = Number.POSITIVE_INFINITY): string {
  const cells = rows.map((row) => [row.layer, row.output, row.activation, grouped(row.parameters)]);
  const sum = `${grouped(rows.reduce((total, row) => total + row.parameters, 0))} parameters`;
  const align = ["left", "right", "left", "right"] as const;
  if (width >= wholeSummary)
    return `${table(["layer", "output", "activation", "parameters"], cells, { align })}\n\n${sum}`;
  const fewer = cells.map(([layer = "", , activation = "", parameters = ""]) => [layer, activation, parameters]);
  const text = table(["layer", "activation", "θ"], fewer, { align: ["left", "left", "right"], width });
  return `${text}\n\nθ: ${sum}`;
}

/**
 * A confusion matrix in text, a row a true class, with the recall of each; of more than 20 classes, or where it does not
 * find room, only the ten that are recognised worst and what they are taken for.
 *
 * @param width columns that there are; no limit when left out
 */
export function confusionText(confusion: Confusion, width = Number.POSITIVE_INFINITY): string {
  const { rows, accuracy } = overall(confusion);
  const head = `accuracy ${orDash(accuracy)} on ${grouped(rows)} rows, ${confusion.labels.length} classes`;
  const whole = confusion.labels.length > most ? null : matrix(confusion);
  const fits = whole?.split("\n").every((line) => visibleWidth(line) <= width) === true;
  return `${head}\n\n${fits ? whole : worst(confusion, width)}`;
}

function matrix(confusion: Confusion): string {
  const { labels } = confusion;
  const recall = classFigures(confusion).map((c) => share(c.recall));
  const cell = (i: number, j: number): string => String(count(confusion, i, j) || "·");
  const names = labels.map((label) => clip(printable(label), labels.length > 8 ? 8 : 16));
  const body = labels.map((label, i) => [label, ...labels.map((_, j) => cell(i, j)), recall[i]!]);
  const align = ["left", ...labels.map(() => "right" as const), "right"] as const;
  return table(["true ╲ predicted", ...names, "recall"], body, { align, cell: 24 });
}

function worst(confusion: Confusion, width: number): string {
  const body = hardest(confusion, 10).map(({ label, rows, recall, mistaken }) => {
    const taken = mistaken === null ? "–" : `${mistaken.label} (${mistaken.times}×)`;
    return [label, rows, share(recall), taken];
  });
  const headers = ["lowest recall", "rows", "recall", "mostly mistaken for"];
  return table(headers, body, { align: ["left", "right", "right", "left"], cell: 24, width });
}

/** Figures of regression errors (prediction − truth) and their histogram in one line. */
export function regressionText(errors: readonly number[]): string {
  const rows = namedFigures(errors).map(([name, value]) => [name, significant(value)]);
  const figures = table(["error (prediction − truth)", "value"], rows, { align: ["left", "right"] });
  const bins = histogram(errors);
  if (bins.length === 0) return figures;
  const bars = sparkline(
    bins.map((bin) => bin.count),
    bins.length,
  );
  return `${figures}\n\n${significant(bins[0]!.from)} ${bars} ${significant(bins.at(-1)!.to)}`;
}
