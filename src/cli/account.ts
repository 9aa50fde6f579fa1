import { targetNames } from "../data/index.ts";
import { lossOf } from "../interchange/index.ts";
import { duration, figure, grouped, modelSummary, printable, table, wrapped } from "../report/terminal.ts";
import { networkTable, type Prepared, type RunResult } from "../run/index.ts";
import type { Diagnosis } from "../study/index.ts";
import type { Watch } from "../training/index.ts";
import { pictured, spelled } from "./pictured.ts";
import type { Page } from "./screen.ts";

/** Lines of a name and a text, aligned; broken where a terminal is narrow. */
const labelled = (lines: readonly (readonly [name: string, text: string])[], { width }: Page): string =>
  lines
    .map(([name, text]) => {
      const whole = printable(text);
      const broken = width < 80 ? wrapped(whole, width - 10).replaceAll("\n", `\n${" ".repeat(10)}`) : whole;
      return `${name.padEnd(9)} ${broken}`;
    })
    .join("\n");

/** A run that goes on, and after which epoch; null: nothing of it was kept. */
export interface Resumed {
  readonly run: string;
  readonly epoch: number | null;
}

const resumedLine = ({ run, epoch }: Resumed): string =>
  epoch === null
    ? `${run} begins anew: no epoch of it was kept`
    : `${run} goes on after ${epoch === 1 ? "1 epoch" : `${grouped(epoch)} epochs`}`;

/** What will be done, before it is done. */
export function introduction(prepared: Prepared, page: Page, resumed: Resumed | null = null): string {
  const { notes } = prepared;
  const lines: (readonly [name: string, text: string])[] = [
    ...(resumed ? [["run", resumedLine(resumed)] as const] : []),
    ["data", dataLine(prepared)],
    ["parts", partsLine(prepared)],
    ["target", targetLine(prepared)],
    ["training", trainingLine(prepared)],
    ["", settingsLine(prepared)],
    ...(prepared.start ? [["start", startLine(prepared.start)] as const] : []),
    ...aroundRule(prepared),
    ...(prepared.watch ? [["stopping", stoppingLine(prepared.watch)] as const] : []),
    ...notes.map((note) => ["note", note] as const),
  ];
  const network = modelSummary(networkTable(prepared, lossOf(prepared).link), page.width);
  return `${labelled(lines, page)}\n\n${network}\n`;
}

function dataLine({ source, tables, network }: Prepared): string {
  const rows = Object.values(tables).reduce((sum, part) => sum + (part?.rows ?? 0), 0);
  const inputs = network.inputs === 1 ? "1 input" : `${grouped(network.inputs)} inputs`;
  return `${source.name}: ${grouped(rows)} rows, ${inputs}`;
}

function partsLine({ tables: { training, trainDev, validation, test } }: Prepared): string {
  const parts = [
    `${grouped(training.rows)} training`,
    ...(trainDev && trainDev.rows > 0 ? [`${grouped(trainDev.rows)} train-dev`] : []),
    ...(validation.rows > 0 ? [`${grouped(validation.rows)} validation`] : []),
    ...(test.rows > 0 ? [`${grouped(test.rows)} test (sealed)`] : []),
  ];
  return parts.join(", ");
}

function targetLine({ encoding, task, reason }: Prepared): string {
  const names = targetNames(encoding.target).join(", ");
  const why = reason.startsWith(JSON.stringify(names)) ? `as it${reason.slice(JSON.stringify(names).length)}` : reason;
  return `${names}: ${task}, ${why}`;
}

function trainingLine({ optimizer, epochs, batchSize, tables }: Prepared): string {
  const rows = tables.training.rows;
  const batches = batchSize >= rows ? "all rows at once" : `batches of ${batchSize}`;
  const step = optimizer.learningRate === null ? "its own step" : `learning rate ${optimizer.learningRate}`;
  return `${optimizer.name}, ${step}, ${batches}, ${epochs === 1 ? "1 epoch" : `${grouped(epochs)} epochs`}`;
}

function settingsLine(prepared: Prepared): string {
  const { loss, l1, l2, file, target } = prepared;
  const penalties = [l1 > 0 ? `l1 ${l1}` : "", l2 > 0 ? `l2 ${l2}` : ""].filter(Boolean);
  const scaled = target.scale === 1 ? "" : " of the target scaled to deviation 1";
  return [`loss ${loss}${scaled}`, ...lossWords(prepared), ...penalties, `seed ${file.seed}`, file.precision].join(
    ", ",
  );
}

/** What is around the plain update rule. */
const aroundRule = ({ optimizer: { words } }: Prepared): [string, string][] =>
  Object.keys(words).length === 0
    ? []
    : [
        [
          "",
          Object.entries(words)
            .map(([name, value]) => `${name} ${value}`)
            .join("; "),
        ],
      ];

function lossWords({ lossOptions, classWeights, encoding }: Prepared): string[] {
  const { quantiles, labelSmoothing } = lossOptions ?? {};
  const names = encoding.target.kind === "classes" ? encoding.target.classes : [];
  const weights = classWeights?.slice(0, 6).map((w, c) => `${names[c]} ${Number(w.toPrecision(3))}`) ?? [];
  return [
    ...(quantiles ? [`quantiles ${quantiles.join(", ")}`] : []),
    ...(labelSmoothing ? [`label smoothing ${labelSmoothing}`] : []),
    ...(weights.length > 0 ? [`classes weighted: ${weights.join(", ")}${names.length > 6 ? ", …" : ""}`] : []),
  ];
}

/** What of a trained network is taken. */
function startLine({ from, fingerprint, taken, fresh }: NonNullable<Prepared["start"]>): string {
  const anew = fresh.length > 0 ? `; ${fresh.join(", ")} begin anew` : "";
  return `${grouped(taken.length)} arrays of ${from} (${fingerprint})${anew}`;
}

function stoppingLine({ metric, part, patience, minimumChange }: Watch): string {
  const more = minimumChange > 0 ? ` by more than ${minimumChange}` : "";
  const times = patience === 1 ? "1 epoch" : `${grouped(patience)} epochs`;
  return `when the ${spelled[part]} ${metric} has not improved${more} for ${times}; the best parameters are kept`;
}

const convergedLine = ({ epochs }: RunResult["summary"]): string =>
  `after ${epochs === 1 ? "1 epoch" : `${grouped(epochs)} epochs`}, where there was nothing more to gain`;

function keptLine({ stopped, epochs, best }: RunResult["summary"]): string {
  const early = stopped === "early" ? `stopped after ${grouped(epochs)} epochs; ` : "";
  if (best === null) return `${early}no epoch has a finite figure: the last parameters are kept`;
  const { epoch, part, metric, value } = best;
  return `${early}the parameters of epoch ${grouped(epoch)} are kept: ${spelled[part]} ${metric} ${figure(metric, value)}`;
}

function thresholdLine({ threshold, by, value }: NonNullable<RunResult["summary"]["threshold"]>): string {
  const above = `above ${Number(threshold.toPrecision(4))}, it is the second class`;
  if (by === undefined || value === undefined) return above;
  const rule =
    typeof by === "string"
      ? { youden: "Youden's index", f1: "F1" }[by]
      : `cost, ${by.falsePositive} a false positive and ${by.falseNegative} a false negative`;
  return `${above}: chosen on the validation part by ${rule} (${Number(value.toPrecision(4))})`;
}

/** What came out. */
export function conclusion(result: RunResult, page: Page): string {
  const { summary } = result;
  const { seconds, fingerprint, run, data } = summary;
  const sealed = data.rows.test > 0 && summary.loss.test === null;
  return [
    "",
    figures(result),
    "",
    ...pictured(result, page).flatMap((picture) => [picture, ""]),
    ...(summary.baselines ? [baselinesText(summary, page), ""] : []),
    ...(summary.diagnosis ? [diagnosisText(summary.diagnosis, page), ""] : []),
    labelled(
      [
        ["time", `${duration(seconds.total)}, of which training ${duration(seconds.training)}`],
        ...(summary.stopped === "converged" ? [["ended", convergedLine(summary)] as const] : []),
        ...(result.prepared.watch ? [["kept", keptLine(summary)] as const] : []),
        ...(summary.threshold ? [["threshold", thresholdLine(summary.threshold)] as const] : []),
        ...findingLines(summary),
        ["model", `${fingerprint} (fingerprint)`],
        ["run", run],
        ["report", `${run}/report.html`],
        ...(sealed ? [["test", `gradus evaluate ${run} --test`] as const] : []),
      ],
      page,
    ),
  ].join("\n");
}

/** At most, of what was found wrong; the rest is said by `gradus inspect`. */
const mostFindings = 3;

/** The worst of what was found wrong, each with what to do. */
function findingLines({ findings = [], run }: RunResult["summary"]): [string, string][] {
  if (findings.length === 0) return [];
  const worst = findings.filter(({ severity }) => severity !== "note").slice(0, mostFindings);
  const lines = worst.flatMap(({ text, advice }): [string, string][] => [
    ...split("finding", text),
    ...split("", advice),
  ]);
  return [...lines, ["more", `gradus inspect ${run}`]];
}

/** A long text in lines that fit beside a name. */
const split = (name: string, text: string): [string, string][] =>
  wrapped(text, 70)
    .split("\n")
    .map((line, i) => [i === 0 ? name : "", line]);

/** Loss and metrics, a column a part. */
function figures({ summary }: RunResult): string {
  const { rows } = summary.data;
  const columns = (["train", "trainDev", "validation", "test"] as const).filter((part) => (rows[part] ?? 0) > 0);
  const body = Object.entries({ loss: summary.loss, ...summary.metrics }).map(([name, parts]) => [
    name,
    ...columns.map((part) => cell(name, parts[part] ?? null, part === "test" && summary.loss.test === null)),
  ]);
  return table(["", ...columns.map((part) => (part === "trainDev" ? "train-dev" : part))], body, {
    align: ["left", ...columns.map(() => "right" as const)],
  });
}

const cell = (name: string, x: number | null, sealed: boolean): string =>
  sealed ? "sealed" : x === null ? "not finite" : figure(name, x);

/** The network among simple rules, in a line. */
function baselinesText({ baselines = [], metrics, data }: RunResult["summary"], { width }: Page): string {
  const [name = ""] = Object.keys(baselines[0]?.values ?? {});
  const part = data.rows.validation > 0 ? "validation" : "train";
  const own = { name: "this network", values: { [name]: metrics[name]?.[part] ?? Number.NaN } };
  const each = [...baselines, own].map((rule) => `${rule.name} ${figure(name, rule.values[name] ?? Number.NaN)}`);
  return wrapped(`${spelled[part]} ${name}: ${each.join(", ")}`, Math.min(80, width), "  ");
}

/** Where errors come from, and what to do about it. */
const diagnosisText = ({ words, advice }: Diagnosis, { width }: Page): string =>
  [
    "where the errors come from",
    ...[...words, `next: ${advice}`].map((line) => wrapped(`- ${line}`, Math.min(80, width), "  ")),
  ].join("\n");
