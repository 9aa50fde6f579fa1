import { Command } from "commander";
import { ModelError } from "../core/index.ts";
import type { Table } from "../data/index.ts";
import { printable } from "../report/terminal.ts";
import {
  assessTable,
  holdTestPart,
  loadModel,
  loadSource,
  type Opening,
  openings,
  ownPart,
  readingFor,
  recordedFile,
  recordOpening,
  type TrainedModel,
} from "../run/index.ts";
import type { BootstrapOptions } from "../study/index.ts";
import { checkDecides, metrics } from "../training/index.ts";
import { assessmentObject, assessmentText } from "./assessment.ts";
import { metricNames } from "./evaluationflags.ts";
import { choice, everywhere, flag, listed, number } from "./flags.ts";
import { looksBeside, looksText } from "./looks.ts";
import { speechOf } from "./screen.ts";

interface EvaluateFlags {
  test?: boolean;
  metrics?: string[];
  confidence?: number;
  interval?: "bca" | "percentile";
  resamples?: number;
  seed?: number;
  threshold?: number;
  details?: boolean;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .summary("loss and metrics of a trained network")
    .description("Prints loss and metrics of a trained network.")
    .argument("<run>", "folder of a run")
    .argument(
      "[data]",
      "a file with the same columns and the target, - for standard input (default: the run's validation part)",
    )
    .option("--test", "open the sealed test part; the run records who has looked, and when");
  flag(command, "--metrics <names>", "beside the task's own, separated by commas; all: every one", (text) =>
    text === "all" ? [text] : metricNames(text),
  );
  confidenceFlags(command);
  flag(command, "--threshold <p>", "between two classes (default: the model's own)", number("--threshold", {}));
  command.option("--details", "confusion matrix and calibration; with --json also ROC and precision-recall curves");
  command.addHelpText("after", `\n${listed("Metrics (top3: top with any number)", metrics)}`);
  return everywhere(command).action(evaluate);
}

function confidenceFlags(command: Command): void {
  flag(
    command,
    "--confidence <level>",
    "intervals by the bootstrap, such as 0.95",
    number("--confidence", { above: 0, below: 1 }),
  );
  flag(
    command,
    "--interval <method>",
    "bca (corrected for bias and skewness) or percentile (default: bca)",
    choice("--interval", ["bca", "percentile"]),
  );
  flag(command, "--resamples <n>", "of the rows (default: 2000)", number("--resamples", { least: 10, integer: true }));
  flag(command, "--seed <n>", "of the resamples (default: 0)", number("--seed", { integer: true }));
}

async function evaluate(run: string, data: string | undefined, flags: EvaluateFlags): Promise<void> {
  const model = withThreshold(await loadModel(run), flags.threshold);
  const { part, rows, look } = await partOf({ run, model }, data, flags.test === true);
  const names = flags.metrics ?? (await ownMetrics(run));
  const assessment = assessTable(model, rows, { metrics: names, confidence: bootstrapOf(flags) });
  const looks = look === null ? await openings(run) : await recordOpening(run, look); // before anything is shown
  for (const note of assessment.notes) process.stderr.write(`note: ${printable(note)}\n`);
  const shown = { run, part, model, details: flags.details === true };
  if (speechOf(flags).json)
    return write(JSON.stringify({ ...assessmentObject(assessment, shown), ...looksObject(looks) }));
  write(assessmentText(assessment, shown));
  if (look !== null && !flags.quiet) write(`\n${looksText(looks, await looksBeside(run))}`);
}

const write = (text: string): void => void process.stdout.write(`${text}\n`);

/** How often the test part was opened, and each time by whom. */
const looksObject = (looks: readonly Opening[]): object => ({ testOpenings: looks.length, openings: looks });

function withThreshold(model: TrainedModel, threshold: number | undefined): TrainedModel {
  if (threshold === undefined) return model;
  checkDecides(model.file.task);
  return { ...model, file: { ...model.file, threshold } };
}

/** The metrics that the run was measured by. */
const ownMetrics = (run: string): Promise<readonly string[]> =>
  recordedFile(run).then(
    ({ evaluation }) => evaluation?.metrics ?? [],
    () => [],
  );

function bootstrapOf({ confidence, interval, resamples, seed }: EvaluateFlags): BootstrapOptions | undefined {
  if (confidence === undefined) return undefined;
  return {
    level: confidence,
    ...(interval && { method: interval }),
    ...(resamples !== undefined && { resamples }),
    ...(seed !== undefined && { seed }),
  };
}

interface Rows {
  readonly part: string;
  readonly rows: Table;
  /** What to record as a look at the sealed test part, if it is one. */
  readonly look: string | null;
}

async function partOf(
  { run, model }: { readonly run: string; readonly model: TrainedModel },
  data: string | undefined,
  test: boolean,
): Promise<Rows> {
  if (data === undefined) {
    const { part, table: rows } = await ownPart(run, test ? "test" : "validation");
    return { part, rows, look: test ? "evaluate --test" : null };
  }
  if (test)
    throw new ModelError({
      code: "option",
      where: "--test",
      given: { data },
      rule: "opens the run's own test part, so it does not go together with other data.",
      hint: `leave out --test, or ${data}`,
    });
  const source = await loadSource(data, readingFor(model));
  const sealed = await holdTestPart(run, { source, table: source.table });
  if (sealed)
    process.stderr.write(
      `note: the sealed test part of ${run} is among these rows: this is recorded as a look at it.\n`,
    );
  return { part: data, rows: source.table, look: sealed ? `evaluate ${data}` : null };
}
