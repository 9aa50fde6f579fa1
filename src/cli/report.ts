import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { table } from "../report/terminal.ts";
import { comparisonOf, finishedRun, reportAgain, writeWhole } from "../run/index.ts";
import { everywhere, flag } from "./flags.ts";
import { say, speechOf } from "./screen.ts";

interface ReportFlags {
  out?: string;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

export function reportCommand(): Command {
  const command = new Command("report")
    .summary("write the report of a run again, or compare several runs in one page")
    .description(
      "Writes the report of a finished run again, with what takes longer than a training should wait for; or one page that compares several runs.",
    )
    .argument("<runs...>", "folders of finished runs");
  flag(command, "--out <file>", "the page (default: report.html in the run, comparison.html here for several)", String);
  return everywhere(command).action(report);
}

async function report(runs: readonly string[], flags: ReportFlags): Promise<void> {
  const [first, ...others] = runs.map((run) => run.replace(/(?<=.)[/\\]+$/, ""));
  await checkPlace(flags.out);
  return others.length === 0 ? one(first!, flags) : several([first!, ...others], flags);
}

/** Refuses a page that could not be written, before any work is done. */
async function checkPlace(out: string | undefined): Promise<void> {
  if (out === undefined) return;
  const [folder, own] = await Promise.all([dirname(out), out].map((path) => stat(path).catch(() => null)));
  const wrong = own?.isDirectory()
    ? "this is a folder, and the page is a file."
    : folder?.isDirectory()
      ? null
      : `there is no folder ${dirname(out)}.`;
  if (wrong === null) return;
  throw new ModelError({
    code: "output-folder",
    where: `--out ${out}`,
    rule: wrong,
    hint: own ? `--out ${join(out, "report.html")}` : "name a file in a folder that is there",
  });
}

async function one(run: string, flags: ReportFlags): Promise<void> {
  const finished = await finishedRun(run);
  const to = flags.out ?? join(run, "report.html");
  const bytes = await written(to, await reportAgain(finished));
  tell(flags, { run, report: to, bytes }, `report    ${to}`);
}

async function several(runs: readonly string[], flags: ReportFlags): Promise<void> {
  const twice = runs.find((run, i) => runs.indexOf(run) < i);
  if (twice !== undefined)
    throw new ModelError({
      code: "option",
      where: twice,
      rule: "is named twice: a run cannot be compared with itself.",
      hint: "name each run once",
    });
  const finished = [];
  for (const run of runs) finished.push(await finishedRun(run));
  const compared = await comparisonOf(finished, `gradus report ${runs.join(" ")}`);
  const { comparison, comparedRows } = await import("../report/comparison.ts");
  const to = flags.out ?? "comparison.html";
  const bytes = await written(to, comparison(compared));
  const shown = compared.runs.map(({ name, part, summary, intervals }) => ({ ...summary, run: name, part, intervals }));
  const { headers, rows } = comparedRows(compared.runs);
  const lines = table(headers, rows, { align: headers.map((_, i) => (i === 0 ? "left" : "right")) });
  tell(flags, { runs: shown, differing: compared.differing, report: to, bytes }, `${lines}\n\nreport    ${to}`);
}

async function written(to: string, page: string): Promise<number> {
  const bytes = new TextEncoder().encode(page);
  await writeWhole(dirname(to), basename(to), bytes);
  return bytes.length;
}

function tell(flags: ReportFlags, facts: object, text: string): void {
  const speech = speechOf(flags);
  if (speech.json) process.stdout.write(`${JSON.stringify(facts)}\n`);
  else say(speech, text);
}
