import { columnNames, missingCounts, targetNames } from "../data/index.ts";
import { networkDiagram } from "../explain/index.ts";
import { lossOf, networkOf } from "../interchange/index.ts";
import type { ColumnRow, ReportInput } from "../report/input.ts";
import { classCurvesOf } from "./classcurves.ts";
import type { TrainedModel } from "./model.ts";
import { networkTable } from "./network.ts";
import { confusionOf, imageSamples } from "./predictions.ts";
import type { Prepared } from "./prepare.ts";
import { originOf, type RunResult } from "./result.ts";
import { type Effort, type Sensitivity, sensitivityOf } from "./sensitivity.ts";
import { rowsShown } from "./shownrows.ts";

/** A run to be reported: what the user typed, and how much may be asked of its network. */
export interface Reported {
  readonly result: RunResult;
  readonly model: TrainedModel;
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly effort: Effort;
  /** Names of the settings that the user chose. */
  readonly chosen: ReadonlySet<string>;
}

/** The report of a run as one HTML file. */
export async function reportOf(run: Reported): Promise<string> {
  const { report } = await import("../report/html.ts");
  return report(reportInput(run));
}

/** Everything that the report shows, as plain data. */
function reportInput({ result, model, command, versions, effort, chosen }: Reported): ReportInput {
  const { summary, history, prepared, shown } = result;
  const settings = settingsOf(prepared);
  const table = shown.part === "validation" ? prepared.tables.validation : prepared.tables.training;
  const sensitivity = sensitivityOf({ prepared, model, shown, table }, effort);
  const needed = sensitivity.importance?.areas ? [] : byImportance(sensitivity);
  const rows = prepared.source.image
    ? null
    : rowsShown({ encoding: prepared.encoding, table, shown, origin: originOf(prepared, shown) }, needed);
  const classCurves = classCurvesOf(prepared, shown);
  return {
    summary,
    history,
    network: {
      ...networkTable(prepared, lossOf(prepared).link),
      diagram: networkDiagram(networkOf(prepared.network), { inputs: prepared.network.inputs, title: "The network" }),
    },
    data: dataOf(prepared),
    settings,
    changed: Object.keys(settings).filter((name) => chosen.has(name)),
    ...outcome(result),
    ...(classCurves && { classCurves }),
    ...(rows && { rows }),
    ...sensitivity,
    ...(summary.baselines && { baselines: summary.baselines }),
    command,
    versions,
    dataHash: prepared.hash,
  };
}

const byImportance = ({ importance }: Sensitivity): string[] =>
  [...(importance?.inputs ?? [])].sort((a, b) => b.mean - a.mean).map(({ name }) => name);

/** Confusion and sample images of classifiers, truth and prediction of regressions. */
export function outcome({ prepared, shown }: RunResult): Pick<ReportInput, "confusion" | "regression" | "samples"> {
  const { part, predictions } = shown;
  const [truth = []] = shown.truth;
  const { target } = prepared.encoding;
  if (target.kind === "numbers" || target.kind === "labels") return {};
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

function dataOf({ source, encoding, notes, file }: Prepared): ReportInput["data"] {
  const targets = targetNames(encoding.target);
  const missing = new Map(missingCounts(source.table).map(({ column, missing }) => [column, missing]));
  const detail = (name: string): ColumnRow => {
    const input = encoding.inputs.find((i) => i.column === name);
    const gaps = missing.get(name);
    const gap = gaps ? `, ${gaps} missing` : "";
    if (targets.includes(name)) return { name, kind: "target", detail: targetWords(encoding.target, name) + gap };
    if (!input) return { name, kind: "left out", detail: roleOf(name, file.data) };
    if (input.kind === "text") return { name, kind: "text", detail: `${input.levels.length} levels, one-hot${gap}` };
    if (input.kind === "boolean") return { name, kind: "text", detail: `${input.levels.join(" 0, ")} 1${gap}` };
    if (input.kind === "level") return { name, kind: "text", detail: `${input.levels.length} levels, embedded${gap}` };
    return { name, kind: "number", detail: `(x − ${short(input.shift)}) / ${short(input.scale)}${gap}` };
  };
  const { target } = encoding;
  return {
    source: source.description,
    notes: [encoding.reason, ...notes],
    columns: columnNames(source.table).map(detail),
    target: targets.join(", "),
    ...(target.kind === "classes" && { classes: target.classes }),
  };
}

/** What a column that is no input is there for. */
const roleOf = (name: string, { weights, groups, order }: Prepared["file"]["data"]): string =>
  [
    name === weights && "weights of the rows",
    name === groups && "groups of rows",
    name === order && "order of the rows",
  ]
    .filter(Boolean)
    .join(", ");

const short = (x: number): string => String(Number(x.toPrecision(4)));

function targetWords(target: Prepared["encoding"]["target"], name: string): string {
  if (target.kind === "classes") return `${target.classes.length} classes`;
  if (target.kind === "number") return `mean ${short(target.mean)}, deviation ${short(target.deviation)}`;
  const j = target.columns.indexOf(name);
  if (target.kind === "labels") return `${target.classes[j]!.join(" or ")}`;
  return `(y − ${short(target.shift[j]!)}) / ${short(target.scale[j]!)}`;
}

/** Every setting of a run by name. */
function settingsOf(prepared: Prepared): ReportInput["settings"] {
  const { file, network, optimizer, loss } = prepared;
  return {
    hidden: network.hidden.join(", ") || "none",
    activation: [...new Set(network.activation)].join(", ") || "none",
    output: network.output === "identity" ? lossOf(prepared).link : network.output,
    dropout: network.dropout?.join(", ") ?? null,
    "input dropout": network.inputDropout ?? null,
    "input noise": network.inputNoise ?? null,
    "batch norm": network.batchNorm ?? null,
    "layer norm": network.layerNorm ?? null,
    start: prepared.start?.from ?? null,
    loss,
    quantiles: prepared.lossOptions?.quantiles?.join(", ") ?? null,
    "label smoothing": prepared.lossOptions?.labelSmoothing ?? null,
    "class weights": prepared.classWeights?.map(short).join(", ") ?? null,
    optimizer: optimizer.name,
    "learning rate": optimizer.learningRate,
    ...optimizer.words,
    epochs: prepared.epochs,
    "batch size": prepared.batchSize,
    l1: prepared.l1,
    l2: prepared.l2,
    "early stopping": prepared.watch && `${prepared.watch.metric}, patience ${prepared.watch.patience}`,
    scale: prepared.encoding.scale,
    missing: prepared.encoding.missing,
    validation: file.data.validation ?? null,
    test: file.data.test ?? null,
    seed: file.seed,
    precision: file.precision,
    backend: file.backend ?? null,
    reproducible: file.reproducible ? "yes" : null,
    threads: file.threads ?? null,
  };
}
