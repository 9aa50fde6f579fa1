import { losses } from "../nn/index.ts";
import {
  confusionText,
  duration,
  figure,
  grouped,
  modelSummary,
  printable,
  regressionText,
  table,
} from "../report/terminal.ts";
import { networkTable, outcome, type Prepared, type RunResult } from "../run/index.ts";

/** Lines of a name and a text, aligned. */
const labelled = (lines: readonly (readonly [name: string, text: string])[]): string =>
  lines.map(([name, text]) => `${name.padEnd(9)} ${printable(text)}`).join("\n");

/** What will be done, before it is done. */
export function introduction(prepared: Prepared): string {
  const { loss, notes } = prepared;
  const head = labelled([
    ["data", dataLine(prepared)],
    ["parts", partsLine(prepared)],
    ["target", targetLine(prepared)],
    ["training", trainingLine(prepared)],
    ["", settingsLine(prepared)],
    ...notes.map((note) => ["note", note] as const),
  ]);
  return `${head}\n\n${modelSummary(networkTable(prepared, losses[loss].link))}\n`;
}

function dataLine({ source, tables, network }: Prepared): string {
  const rows = Object.values(tables).reduce((sum, part) => sum + part.rows, 0);
  const inputs = network.inputs === 1 ? "1 input" : `${grouped(network.inputs)} inputs`;
  return `${source.name}: ${grouped(rows)} rows, ${inputs}`;
}

function partsLine({ tables: { training, validation, test } }: Prepared): string {
  const parts = [
    `${grouped(training.rows)} training`,
    ...(validation.rows > 0 ? [`${grouped(validation.rows)} validation`] : []),
    ...(test.rows > 0 ? [`${grouped(test.rows)} test (sealed)`] : []),
  ];
  return parts.join(", ");
}

function targetLine({ encoding, task, reason }: Prepared): string {
  const { column } = encoding.target;
  const why = reason.startsWith(JSON.stringify(column))
    ? `as it${reason.slice(JSON.stringify(column).length)}`
    : reason;
  return `${column}: ${task}, ${why}`;
}

function trainingLine({ optimizer, epochs, batchSize, tables }: Prepared): string {
  const rows = tables.training.rows;
  const batches = batchSize >= rows ? "all rows at once" : `batches of ${batchSize}`;
  return `${optimizer.name}, learning rate ${optimizer.learningRate}, ${batches}, ${epochs === 1 ? "1 epoch" : `${grouped(epochs)} epochs`}`;
}

function settingsLine({ loss, l1, l2, file, target }: Prepared): string {
  const penalties = [l1 > 0 ? `l1 ${l1}` : "", l2 > 0 ? `l2 ${l2}` : ""].filter(Boolean);
  const scaled = target.scale === 1 ? "" : " of the target scaled to deviation 1";
  return [`loss ${loss}${scaled}`, ...penalties, `seed ${file.seed}`, file.precision].join(", ");
}

/** What came out. */
export function conclusion(result: RunResult): string {
  const { summary } = result;
  const { seconds, fingerprint, run, data } = summary;
  const sealed = data.rows.test > 0 && summary.loss.test === null;
  return [
    "",
    figures(result),
    "",
    pictured(result),
    "",
    labelled([
      ["time", `${duration(seconds.total)}, of which training ${duration(seconds.training)}`],
      ["model", `${fingerprint} (fingerprint)`],
      ["run", run],
      ["report", `${run}/report.html`],
      ...(sealed ? [["test", `gradus evaluate ${run} --test`] as const] : []),
    ]),
  ].join("\n");
}

/** Loss and metrics, a column a part. */
function figures({ summary }: RunResult): string {
  const { rows } = summary.data;
  const columns = (["train", "validation", "test"] as const).filter((part) => rows[part] > 0);
  const body = Object.entries({ loss: summary.loss, ...summary.metrics }).map(([name, parts]) => [
    name,
    ...columns.map((part) => cell(name, parts[part], part === "test" && summary.loss.test === null)),
  ]);
  return table(["", ...columns], body, { align: ["left", ...columns.map(() => "right" as const)] });
}

const cell = (name: string, x: number | null, sealed: boolean): string =>
  sealed ? "sealed" : x === null ? "not finite" : figure(name, x);

/** The confusion matrix, or the errors of a regression. */
function pictured(result: RunResult): string {
  const { confusion, regression } = outcome(result);
  if (confusion) return `on the ${spelled[confusion.part]} part: ${confusionText(confusion)}`;
  const errors = regression?.prediction.map((y, i) => y - regression.truth[i]!) ?? [];
  return `on the ${spelled[regression?.part ?? "train"]} part:\n${regressionText(errors)}`;
}

const spelled = { train: "training", validation: "validation", test: "test" } as const;
