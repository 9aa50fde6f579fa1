import { lowestLoss } from "./curves.ts";
import type { ReportInput, TrainSummary } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { duration, grouped, significant } from "./numbers.ts";

/** What the tasks are called. */
const tasks: Readonly<Record<TrainSummary["task"], string>> = {
  regression: "Regression",
  binary: "Classification into two classes",
  multilabel: "Several labels",
  multiclass: "Classification",
};

/** The title of a report. */
export const title = ({ summary }: ReportInput): string =>
  `${summary.data.name}: ${summary.model.layers.join("–")} network`;

/** What was trained on what, in a sentence, and the main figures. */
export function headline(input: ReportInput): Markup {
  const { summary } = input;
  return html`<header>
<p class="kicker">${tasks[summary.task]}</p>
<h1>${summary.data.name}</h1>
<p class="lead">${lead(summary)}</p>
<dl class="tiles">
${tiles(input).map(tile)}</dl>
</header>
`;
}

function lead({ data, model, epochs, steps, stopped, best }: TrainSummary): string {
  const layers = model.layers.map(grouped).join(" → ");
  const rows = `${grouped(data.rows.train)} rows`;
  const ends: Readonly<Record<string, string>> = { epochs: "", early: " Training stopped early." };
  const why = ends[stopped] ?? ` Training ended early: ${stopped}.`;
  const kept = best === null ? "" : ` The parameters are those of epoch ${grouped(best.epoch)}, the best.`;
  const times = epochs === 1 ? "1 epoch" : `${grouped(epochs)} epochs`;
  return `A network of ${layers} units with ${grouped(model.parameters)} parameters, trained on ${rows} for ${times} (${grouped(steps)} steps).${why}${kept}`;
}

/** One figure of the headline. */
interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly kind?: "first" | "code";
}

const tile = ({ name, value, note, kind }: Tile): Markup =>
  html`<div${kind === "first" ? html` class="first"` : null}><dt>${name}</dt><dd class="value${kind === "code" ? " code" : ""}">${value}</dd><dd class="note">${note}</dd></div>
`;

function tiles(input: ReportInput): Tile[] {
  const { summary } = input;
  const { seconds, fingerprint } = summary;
  return [
    mainTile(summary),
    testTile(summary),
    ...(main(summary).name === "loss" ? [] : [lossTile(input)]),
    {
      name: "Time",
      value: duration(seconds.total),
      note: `training ${duration(seconds.training)}, compiling ${duration(seconds.compile)}`,
    },
    { name: "Fingerprint", value: fingerprint.slice(0, 12), note: "hash of the final parameters", kind: "code" },
  ];
}

/** The first metric, or the loss where there is none. */
function main({ metrics, loss }: TrainSummary): { name: string; parts: TrainSummary["loss"] } {
  const [first] = Object.entries(metrics);
  return first === undefined ? { name: "loss", parts: loss } : { name: first[0], parts: first[1] };
}

function mainTile(summary: TrainSummary): Tile {
  const { name, parts } = main(summary);
  const validated = summary.data.rows.validation > 0;
  const value = validated ? parts.validation : parts.train;
  const train = parts.train === null ? "" : `training ${significant(parts.train)}`;
  const range = validated ? interval(name, value, summary.data.rows.validation) : "";
  const note = validated ? [range, train].filter((text) => text !== "").join(", ") : "no validation part";
  return {
    name: `${validated ? "Validation" : "Training"} ${name}`,
    value: value === null ? "not finite" : significant(value),
    note,
    kind: "first",
  };
}

function testTile(summary: TrainSummary): Tile {
  const { name, parts } = main(summary);
  const rows = summary.data.rows.test;
  const head = `Test ${name}`;
  if (rows === 0) return { name: head, value: "none", note: "no test part was split off" };
  if (parts.test === null) return { name: head, value: "sealed", note: `${grouped(rows)} rows, not looked at` };
  return {
    name: head,
    value: significant(parts.test),
    note: interval(name, parts.test, rows) || `${grouped(rows)} rows`,
  };
}

function lossTile({ summary, history }: ReportInput): Tile {
  const { train, validation } = summary.loss;
  const validated = summary.data.rows.validation > 0;
  const value = validated ? validation : train;
  const best = lowestLoss(history);
  const at =
    best === null ? "" : `lowest ${significant(best.loss.validation ?? best.loss.train)} in epoch ${best.epoch}`;
  return {
    name: validated ? "Validation loss" : "Training loss",
    value: value === null ? "not finite" : significant(value),
    note: at,
  };
}

/** A 95 % interval of a share of `rows` independent rows (Wilson 1927); nothing for other metrics. */
function interval(metric: string, share: number | null, rows: number): string {
  if (metric !== "accuracy" || share === null || rows === 0) return "";
  const z2 = 1.959964 ** 2;
  const middle = (share + z2 / (2 * rows)) / (1 + z2 / rows);
  const half = Math.sqrt((share * (1 - share)) / rows + z2 / (4 * rows ** 2)) * (Math.sqrt(z2) / (1 + z2 / rows));
  const bound = (x: number): string => Math.min(1, Math.max(0, x)).toFixed(3);
  return `95 % interval ${bound(middle - half)} to ${bound(middle + half)}`;
}
