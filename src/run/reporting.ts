import { columnNames, missingCounts } from "../data/index.ts";
import { losses } from "../nn/index.ts";
import type { ColumnRow, ReportInput } from "../report/input.ts";
import { networkTable } from "./network.ts";
import { confusionOf, imageSamples } from "./predictions.ts";
import type { Prepared } from "./prepare.ts";
import type { RunResult } from "./result.ts";
import { versions } from "./version.ts";

/** The report of a run as one HTML file. */
export async function reportOf(result: RunResult, command: string): Promise<string> {
  const { report } = await import("../report/html.ts");
  return report(reportInput(result, command));
}

/** Everything that the report shows, as plain data. */
function reportInput(result: RunResult, command: string): ReportInput {
  const { summary, history, prepared } = result;
  const { settings, changed } = settingsOf(prepared);
  return {
    summary,
    history,
    network: networkTable(prepared, losses[prepared.loss].link),
    data: dataOf(prepared),
    settings,
    changed,
    ...outcome(result),
    command,
    versions: versions(),
  };
}

/** Confusion and sample images of classifiers, truth and prediction of regressions. */
export function outcome({ prepared, shown }: RunResult): Pick<ReportInput, "confusion" | "regression" | "samples"> {
  const { part, truth, predictions } = shown;
  const { target } = prepared.encoding;
  if (target.kind === "number")
    return { regression: { truth: truth.map(Number), prediction: [...predictions.numbers], part } };
  const numbers = truth.map((name) => target.classes.indexOf(name));
  const table = part === "validation" ? prepared.tables.validation : prepared.tables.training;
  const samples = imageSamples(prepared, table, shown, part);
  return {
    confusion: { ...confusionOf(target.classes, numbers, predictions.numbers), part },
    ...(samples && { samples }),
  };
}

function dataOf({ source, encoding, notes }: Prepared): ReportInput["data"] {
  const missing = new Map(missingCounts(source.table).map(({ column, missing }) => [column, missing]));
  const detail = (name: string): ColumnRow => {
    const input = encoding.inputs.find((i) => i.column === name);
    const gaps = missing.get(name);
    const gap = gaps ? `, ${gaps} missing` : "";
    if (name === encoding.target.column) return { name, kind: "target", detail: targetWords(encoding.target) + gap };
    if (!input) return { name, kind: "left out", detail: "" };
    if (input.kind === "text") return { name, kind: "text", detail: `${input.levels.length} levels, one-hot${gap}` };
    return { name, kind: "number", detail: `(x − ${short(input.shift)}) / ${short(input.scale)}${gap}` };
  };
  const { target } = encoding;
  return {
    source: source.description,
    notes: [encoding.reason, ...notes],
    columns: columnNames(source.table).map(detail),
    target: target.column,
    ...(target.kind === "classes" && { classes: target.classes }),
  };
}

const short = (x: number): string => String(Number(x.toPrecision(4)));

const targetWords = (target: Prepared["encoding"]["target"]): string =>
  target.kind === "classes"
    ? `${target.classes.length} classes`
    : `mean ${short(target.mean)}, deviation ${short(target.deviation)}`;

/** Every setting of a run by name, and which of them were chosen by the user. */
function settingsOf(prepared: Prepared): Pick<ReportInput, "settings" | "changed"> {
  const { file, network, optimizer, loss, chosen } = prepared;
  const settings = {
    hidden: network.hidden.join(", ") || "none",
    activation: [...new Set(network.activation)].join(", ") || "none",
    output: network.output === "identity" ? losses[loss].link : network.output,
    loss,
    optimizer: optimizer.name,
    "learning rate": optimizer.learningRate,
    epochs: prepared.epochs,
    "batch size": prepared.batchSize,
    l1: prepared.l1,
    l2: prepared.l2,
    scale: prepared.encoding.scale,
    missing: prepared.encoding.missing,
    validation: file.data.validation ?? null,
    test: file.data.test ?? null,
    seed: file.seed,
    precision: file.precision,
    backend: file.backend ?? null,
    reproducible: file.reproducible ? "yes" : null,
  };
  return { settings, changed: Object.keys(settings).filter((name) => chosen.has(name)) };
}
