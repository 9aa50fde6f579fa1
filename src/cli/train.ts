import { Command } from "commander";
import { type BackendName, backends, defaultBackend } from "../backends/index.ts";
import { datasets } from "../data/index.ts";
import { activations, initializers, losses } from "../nn/index.ts";
import { schedules } from "../optim/index.ts";
import {
  allOptimizers,
  type CheckedRunFile,
  checkRunFile,
  execute,
  type RunFile,
  type RunResult,
  recordedFile,
} from "../run/index.ts";
import { checkedThreads, type Threads } from "../training/index.ts";
import { conclusion, introduction } from "./account.ts";
import { type DataFlags, dataFlags, dataOf } from "./dataflags.ts";
import { type EvaluationFlags, evaluationFlags, evaluationIn } from "./evaluationflags.ts";
import { choice, everywhere, flag, listed, number, readJson } from "./flags.ts";
import { interruption } from "./interruption.ts";
import { besideText, looksBeside } from "./looks.ts";
import { type LossFlags, lossFlags, lossIn } from "./lossflags.ts";
import { type NetworkFlags, networkFlags, networkOf } from "./networkflags.ts";
import { type OptimizerFlags, optimizerFlags, optimizerIn } from "./optimizerflags.ts";
import { placeOf, type ResumeFlags, resumeFlags } from "./resumeflags.ts";
import { progress, type Speech, say, speechOf } from "./screen.ts";
import { type StartFlags, startFlags, startIn } from "./startflags.ts";
import { type StoppingFlags, stoppingFlags, stoppingIn } from "./stoppingflags.ts";
import { findRate, type SweepFlags, sweepFlags } from "./sweep.ts";

interface TrainFlags
  extends DataFlags,
    NetworkFlags,
    OptimizerFlags,
    StoppingFlags,
    EvaluationFlags,
    ResumeFlags,
    LossFlags,
    StartFlags,
    Pick<SweepFlags, "findLearningRate"> {
  epochs?: number;
  batchSize?: number;
  l1?: number;
  l2?: number;
  seed?: number;
  precision?: "f32" | "f64";
  backend?: BackendName;
  reproducible?: boolean;
  threads?: number | "auto";
  final?: boolean;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

const wholeNumber = { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER, integer: true } as const;

export function trainCommand(): Command {
  const command = new Command("train")
    .summary("train a network and keep the run in a folder")
    .description("Trains a network on a table and keeps the run in a folder.")
    .argument(
      "[data]",
      `a file (.csv, .csv.gz, - for standard input), a folder with MNIST's four files, or one of ${Object.keys(datasets).join(", ")} (default: digits)`,
    );
  dataFlags(command);
  networkFlags(command);
  startFlags(command);
  trainingFlags(command);
  evaluationFlags(command);
  runFlags(command);
  command.addHelpText("after", names);
  return everywhere(command).action((data: string | undefined, flags: TrainFlags) => train(data, flags));
}

const names = `
* The built-in data sets have defaults of their own.

${[
  listed("Activations", activations),
  listed("Losses", losses),
  listed("Optimizers", allOptimizers),
  listed("Schedules", schedules),
  listed("Initializers", initializers),
].join("\n")}`;

function trainingFlags(command: Command): void {
  command.optionsGroup("Training:");
  lossFlags(command);
  optimizerFlags(command);
  flag(command, "--l2 <strength>", "penalty ½ λ Σ W² (default: 0)", number("--l2", { least: 0 }), ["--lam"]);
  flag(command, "--l1 <strength>", "penalty λ Σ |W| (default: 0)", number("--l1", { least: 0 }));
  flag(
    command,
    "--epochs <n>",
    "passes over the training rows; 0 measures the untrained network (default: 100*)",
    number("--epochs", { least: 0, integer: true }),
  );
  flag(
    command,
    "--batch-size <n>",
    "rows a step; more than there are: all of them (default: 32*)",
    number("--batch-size", { least: 1, integer: true }),
  );
  flag(command, "--seed <n>", "seed of everything random (default: 0)", number("--seed", wholeNumber));
  flag(command, "--precision <p>", "f32 or f64 (default: f32)", choice("--precision", ["f32", "f64"]));
  flag(
    command,
    "--backend <engine>",
    `engine: ${Object.keys(backends).join(", ")} (default: ${defaultBackend()})`,
    choice("--backend", Object.keys(backends) as BackendName[]),
  );
  stoppingFlags(command);
  command.option("--reproducible", "the same bits on every machine, somewhat slower");
  flag(
    command,
    "--threads <n>",
    "threads that may work at the same time, or auto: as many as pay (default: auto)",
    threadCount,
  );
}

const threadCount = (text: string): Threads =>
  text.trim().toLowerCase() === "auto"
    ? "auto"
    : checkedThreads(text.trim() === "" ? Number.NaN : Number(text), "--threads");

function runFlags(command: Command): void {
  command.optionsGroup("Run:");
  flag(command, "--config <file>", "a run file, such as the run.json of a run; flags have precedence", String);
  flag(command, "--out <folder>", "folder of the run (default: runs/<time>-<name>)", String);
  resumeFlags(command);
  sweepFlags(command);
  command.option("--final", "open the sealed test part once, at the end");
}

/** The run file that the flags and, under them, a given run file and that of a run that goes on amount to. */
async function runFileOf(
  data: string | undefined,
  flags: TrainFlags,
  resume: string | undefined,
): Promise<CheckedRunFile> {
  const begun: RunFile = resume === undefined ? {} : await recordedFile(resume);
  const base = flags.config === undefined ? begun : over(begun, await configuredIn(flags.config));
  const { hash: _, testHash: __, ...others } = base.data ?? {};
  const known = data === undefined || data === base.data?.source ? base.data : others; // other data have another hash
  const { epochs, batchSize, l1, l2 } = flags;
  const { seed, precision, backend, reproducible, threads, checkpoint } = flags;
  return checkRunFile("flags", {
    ...base,
    ...given({ seed, precision, backend, reproducible, threads, checkpoint }),
    ...evaluationIn(base, flags),
    ...startIn(base, flags),
    data: { ...known, ...given({ source: data, ...dataOf(flags) }) },
    network: { ...base.network, ...given({ ...networkOf(flags) }) },
    training: {
      ...base.training,
      ...given({ ...lossIn(flags), epochs, batchSize, l1, l2, frozen: flags.freeze, ...stoppingIn(base, flags) }),
      ...optimizerIn(base, flags),
    },
  });
}

/** A run file as it was written, if it is one. */
async function configuredIn(path: string): Promise<RunFile> {
  const content = await readJson(path);
  checkRunFile(path, content);
  return content as RunFile;
}

/** One run file over another, setting by setting. */
const over = (below: RunFile, above: RunFile): RunFile => ({
  ...below,
  ...above,
  data: { ...below.data, ...above.data },
  network: { ...below.network, ...above.network },
  training: { ...below.training, ...above.training },
});

const given = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

async function train(data: string | undefined, flags: TrainFlags): Promise<void> {
  const speech = speechOf(flags);
  const stop = interruption();
  let shown: ReturnType<typeof progress> | undefined;
  try {
    if (flags.findLearningRate !== undefined)
      return await findRate(await runFileOf(data, flags, undefined), flags, speech);
    const place = await placeOf(data, flags);
    const result = await execute(await runFileOf(data, flags, place.resume), {
      signal: stop.signal,
      final: flags.final === true,
      command: `gradus ${process.argv.slice(2).join(" ")}`,
      ...place,
      onReady: stop.ready,
      onStart: (prepared, epoch) => {
        say(
          speech,
          introduction(prepared, speech.page, place.resume === undefined ? null : { run: place.resume, epoch }),
        );
        shown = progress(speech, prepared.epochs);
      },
      onEpoch: (row) => shown?.epoch(row),
    });
    shown?.end();
    if (speech.json) process.stdout.write(`${JSON.stringify(result.summary)}\n`);
    else say(speech, conclusion(result, speech.page));
    if (flags.final && !speech.json) await sayBeside(speech, result);
    if (result.summary.stopped === "interrupted") sayInterrupted(result);
  } catch (error) {
    shown?.end();
    throw error;
  } finally {
    stop.over();
  }
}

async function sayBeside(speech: Speech, { summary }: RunResult): Promise<void> {
  const beside = besideText(await looksBeside(summary.run));
  if (beside) say(speech, `\n${beside}`);
}

function sayInterrupted({ summary: { epochs, run } }: RunResult): void {
  const when = epochs === 0 ? "in the first epoch" : `after ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
  process.stderr.write(`interrupted ${when}; what was learnt so far is kept in ${run}\n`);
  process.stderr.write(`to go on: gradus train --resume ${run}\n`);
  process.exitCode = 130;
}
