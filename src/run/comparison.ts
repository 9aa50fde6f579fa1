import type { Compared, ComparedRun } from "../report/input.ts";
import { bootstrap } from "../study/index.ts";
import { type Metric, metricNamed, metrics } from "../training/index.ts";
import type { Finished } from "./finished.ts";
import { loadModel, outcomesOn } from "./model.ts";
import { words } from "./record.ts";
import { unchangedAgain } from "./recorded.ts";
import { version } from "./version.ts";

/** Resamples for intervals: their ends move by a thirtieth of their width, at most. */
const resamples = 1000;

/** Several finished runs beside each other. */
export async function comparisonOf(runs: readonly Finished[], command: string): Promise<Compared> {
  const compared: ComparedRun[] = [];
  for (const run of runs) compared.push(await comparedRun(run));
  return { runs: compared, differing: differing(runs), command, version };
}

async function comparedRun(finished: Finished): Promise<ComparedRun> {
  const { run, summary, history } = finished;
  const part = summary.data.rows.validation > 0 ? "validation" : "train";
  return { name: run, part, summary, history, intervals: await intervalsOf(finished, part) };
}

/** 95 % intervals of the metrics on the part that is compared; nothing where the data are not what they were. */
async function intervalsOf(
  { run, file, summary }: Finished,
  part: "validation" | "train",
): Promise<ComparedRun["intervals"]> {
  const { start: _, ...apart } = file; // where its numbers began does not matter any more
  const found = await unchangedAgain(run, apart, "").catch(() => null);
  if (found === null) return null;
  const rows = part === "validation" ? found.validation : found.training;
  const outcomes = rows && outcomesOn(await loadModel(run), rows);
  if (!outcomes) return null;
  const measurable = Object.keys(summary.metrics)
    .filter((name) => Object.hasOwn(metrics, name))
    .map((name): Metric => metricNamed(name))
    .filter((metric) => metric.refusal(outcomes) === null);
  const intervals = bootstrap(outcomes, measurable, { resamples });
  return Object.fromEntries(Object.entries(intervals).map(([name, { low, high }]) => [name, { low, high }]));
}

/** What is no setting, or says where the run was and not what it is. */
const noSetting = /^(written|version|name)\b/;

/** Settings in which the runs differ, each with one value a run. */
function differing(runs: readonly Finished[]): Compared["differing"] {
  const all = runs.map(({ file }) => new Map(flat(file)));
  const names = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  return names.flatMap((name) => {
    const values = all.map((settings) => settings.get(name) ?? null);
    return values.every((value) => value === values[0]) ? [] : [{ name, values }];
  });
}

/** Settings by their names in words: `learning rate`, and `data hash`, as `hash` alone says little. */
function flat(part: object, path: readonly string[] = []): [string, string][] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const at = [...path, key];
    if (value === undefined || noSetting.test(at.join("."))) return [];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return flat(value, at);
    const name = at[0] === "network" || at[0] === "training" ? at.slice(1) : at;
    return [[name.map(words).join(" "), Array.isArray(value) ? value.join(", ") : String(value)]];
  });
}
