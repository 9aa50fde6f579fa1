import { diagramFigure } from "./diagramfigure.ts";
import { grid } from "./grid.ts";
import type { Baseline, DataDescription, Network, ReportInput, TrainSummary } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { grouped, orDash } from "./numbers.ts";

/** The network among simple rules, on the validation part. */
export function baselineTable(baselines: readonly Baseline[], summary: TrainSummary): Markup {
  const names = [...new Set(baselines.flatMap(({ values }) => Object.keys(values)))];
  const side = summary.data.rows.validation > 0 ? "validation" : "train";
  const own = names.map((name) => (name === "loss" ? summary.loss : summary.metrics[name])?.[side]);
  const rows = baselines.map(({ name, values }) => [name, ...names.map((metric) => orDash(values[metric]))]);
  const caption = `Figures of the ${side === "train" ? "training" : side} part`;
  const numbers = names.map((_, i) => i + 1);
  return grid({
    caption,
    headers: ["rule", ...names],
    rows: [[html`<strong>this network</strong>`, ...own.map(orDash)], ...rows],
    numbers,
  });
}

/** Where the data came from, how they were split and what the columns hold. */
export function dataTables(data: DataDescription, { data: { rows } }: TrainSummary): Markup {
  const { trainDev } = rows;
  const total = rows.train + (trainDev ?? 0) + rows.validation + rows.test;
  const share = (n: number): string => (total > 0 ? `${((100 * n) / total).toFixed(1)} %` : "–");
  const parts = [
    ["training", grouped(rows.train), share(rows.train)],
    ...(trainDev ? [["train-dev", grouped(trainDev), share(trainDev)]] : []),
    ["validation", grouped(rows.validation), share(rows.validation)],
    ["test", grouped(rows.test), share(rows.test)],
  ];
  const notes =
    data.notes.length === 0 ? null : html`<ul class="notes">${data.notes.map((note) => html`<li>${note}</li>`)}</ul>`;
  return html`<p>Source: <code>${data.source}</code>. Target: <code>${data.target}</code>${classes(data)}.</p>
${notes}
${grid({ caption: "Parts", headers: ["part", "rows", "share"], rows: parts, numbers: [1, 2] })}
${columns(data)}`;
}

const classes = ({ classes }: DataDescription): Markup | null =>
  classes === undefined
    ? null
    : html`, ${classes.length} classes: ${classes.slice(0, 40).join(", ")}${classes.length > 40 ? ", …" : ""}`;

const open = 12;

function columns({ columns }: DataDescription): Markup | null {
  if (columns.length === 0) return null;
  const rows = columns.map(({ name, kind, detail }) => [name, kind, detail]);
  const table = grid({ caption: `${grouped(columns.length)} columns`, headers: ["column", "kind", "detail"], rows });
  return columns.length <= open
    ? table
    : html`<details><summary>${grouped(columns.length)} columns</summary>${table}</details>`;
}

/** The layers of the network. */
export function networkTable({ rows, diagram }: Network): Markup {
  const sum = rows.reduce((total, row) => total + row.parameters, 0);
  const cells = rows.map((row) => [row.layer, row.output, row.activation, grouped(row.parameters)]);
  const caption = `Layers, from input to output: ${grouped(sum)} parameters`;
  const table = grid({
    caption,
    headers: ["layer", "output", "activation", "parameters"],
    rows: cells,
    numbers: [1, 3],
  });
  return html`${table}${diagram ? html`<details><summary>As a picture</summary>${diagramFigure(diagram)}</details>` : null}`;
}

/** Every setting; those that are not at their default are marked. */
export function settingsTable({ settings, changed }: ReportInput): Markup {
  const word = (value: string | number | boolean | null): string =>
    value === null ? "none" : value === true ? "yes" : value === false ? "no" : String(value);
  const rows = Object.entries(settings).map(([name, value]) => [
    html`${name}${changed.includes(name) ? html` <span class="badge">changed</span>` : null}`,
    word(value),
  ]);
  const caption =
    changed.length === 0 ? "All settings are at their defaults" : "Settings; those marked are not at their default";
  return grid({ caption, headers: ["setting", "value"], rows });
}

/** The command and everything that the figures depend on. */
export function reproduction({ command, summary, versions, dataHash }: ReportInput): Markup {
  const replay = /^[\w./:@+-]+$/.test(summary.run)
    ? html`<pre><code>npx gradus replay ${summary.run}</code></pre>`
    : null;
  const facts = [
    ["seed", String(summary.seed)],
    ["precision", summary.precision],
    ["backend", `${summary.backend}, ${summary.threads === 1 ? "1 thread" : `${summary.threads} threads`}`],
    ...Object.entries(versions).map(([name, version]): [string, string] => [name, version]),
    ...(dataHash === undefined ? [] : [["hash of the data", dataHash]]),
    ["run folder", summary.run],
    ["fingerprint", summary.fingerprint],
  ];
  const rows = facts.map(([name, value]) => [name!, html`<span class="code">${value!}</span>`]);
  return html`<pre><code>${command}</code></pre>
${replay === null ? null : html`<p>This runs it again from its folder and compares epoch by epoch, bit by bit:</p>${replay}`}
${grid({ caption: "What the figures depend on", headers: ["fact", "value"], rows })}`;
}
