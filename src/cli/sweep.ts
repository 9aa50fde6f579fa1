import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { capitalised, chart, significant, wrapped } from "../report/terminal.ts";
import { type CheckedRunFile, type SweepResult, sweepRun } from "../run/index.ts";
import { introduction } from "./account.ts";
import { flag, number } from "./flags.ts";
import { type Speech, say } from "./screen.ts";

export interface SweepFlags {
  /** Steps; true: the default. */
  findLearningRate?: number | true;
  out?: string;
  resume?: unknown;
  final?: unknown;
}

export function sweepFlags(command: Command): void {
  flag(
    command,
    "--find-learning-rate [steps]",
    "train nothing: try rates from 1e-7 to 10, one a step, and suggest one",
    steps,
  );
}

function steps(text: string): number {
  const flag = "--find-learning-rate";
  if (Number.isFinite(Number(text)) && text.trim() !== "") return number(flag, { least: 20, integer: true })(text);
  throw new ModelError({
    code: "option",
    where: flag,
    given: { given: text },
    rule: "the number of steps must be a whole number.",
    hint: `to name data, write them before the flag: gradus train ${text} ${flag}`,
  });
}

/** Looks for a learning rate in place of training. */
export async function findRate(
  file: CheckedRunFile,
  { findLearningRate, out, resume, final }: SweepFlags,
  speech: Speech,
): Promise<void> {
  const odd = resume === undefined ? (final ? "--final" : undefined) : "--resume";
  if (odd)
    throw new ModelError({
      code: "option",
      where: odd,
      rule: "makes no sense with --find-learning-rate, which trains nothing.",
      hint: "give one of the two",
    });
  const command = `gradus ${process.argv.slice(2).join(" ")}`;
  const result = await sweepRun(file, {
    ...(out !== undefined && { out }),
    ...(typeof findLearningRate === "number" && { steps: findLearningRate }),
    command,
    onStart: (prepared) => say(speech, introduction(prepared, speech.page)),
  });
  if (speech.json) process.stdout.write(`${JSON.stringify(sweepObject(result))}\n`);
  else say(speech, sweepText(result));
}

const sweepObject = ({ prepared, search, run }: SweepResult): object => ({
  data: prepared.source.name,
  optimizer: prepared.optimizer.name,
  batchSize: prepared.batchSize,
  seed: prepared.file.seed,
  ...search,
  run,
});

function sweepText({ search, run }: SweepResult): string {
  const { rates, smoothed, suggestion, minimum, constants } = search;
  const points = rates.map((x, i) => ({ x, y: smoothed[i]! }));
  const rate = suggestion === null ? "" : significant(suggestion, 2);
  return [
    ...(points.length > 1
      ? ["loss against learning rate, smoothed", "", chart(points, { mark: suggestion, markText: rate }), ""]
      : []),
    ...(minimum
      ? [
          `least smoothed loss ${significant(minimum.loss)} at ${significant(minimum.rate, 2)}, where the best constant answer loses ${significant(constants[smoothed.indexOf(minimum.loss)]!)}`,
          "",
        ]
      : []),
    suggestion === null ? "no learning rate can be suggested" : `suggestion  --learning-rate ${rate}`,
    wrapped(`${capitalised(search.reason)}.`, 80),
    "",
    `plot      ${run}/learning-rate.html`,
    `figures   ${run}/learning-rate.json`,
    ...(suggestion === null ? [] : [`to train  ${trainingCommand(rate)}`]),
  ].join("\n");
}

/** Words without a flag and its value, if that looks as it must. */
function without(words: readonly string[], flag: string, value: RegExp): string[] {
  const at = words.findIndex((word) => word.split("=")[0] === flag);
  const taken = words[at] === flag && value.test(words[at + 1] ?? "") ? 2 : 1;
  return words.filter((_, i) => at === -1 || i < at || i >= at + taken);
}

/** What was typed, with the rate in place of the search, to be pasted into a shell; into a folder of its own. */
function trainingCommand(rate: string): string {
  const others = without(without(process.argv.slice(2), "--find-learning-rate", /^\d+$/), "--out", /^/);
  const quoted = others.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return `gradus ${quoted.join(" ")} --learning-rate ${rate}`;
}
