import { Command } from "commander";
import { type BackendName, backends, defaultBackend } from "../backends/index.ts";
import { datasets } from "../data/index.ts";
import { activations, initializers, losses } from "../nn/index.ts";
import { optimizers } from "../optim/index.ts";
import { type CheckedRunFile, checkRunFile, execute, type RunFile, type RunResult } from "../run/index.ts";
import { conclusion, introduction } from "./account.ts";
import { choice, everywhere, flag, list, name, number, readJson, sizes } from "./flags.ts";
import { interruption } from "./interruption.ts";
import { progress, say, speechOf } from "./screen.ts";

interface TrainFlags {
  target?: string;
  task?: "regression" | "binary" | "multiclass";
  drop?: string[];
  scale?: "standard" | "minmax" | "none";
  missing?: "error" | "drop" | "mean";
  validation?: number;
  test?: number;
  hidden?: number[];
  activation?: string[];
  output?: string;
  init?: string;
  loss?: string;
  optimizer?: string;
  learningRate?: number;
  epochs?: number;
  batchSize?: number;
  l1?: number;
  l2?: number;
  seed?: number;
  precision?: "f32" | "f64";
  backend?: BackendName;
  reproducible?: boolean;
  config?: string;
  out?: string;
  final?: boolean;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

const share = { least: 0, below: 1 } as const;
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
  trainingFlags(command);
  runFlags(command);
  command.addHelpText("after", names);
  return everywhere(command).action((data: string | undefined, flags: TrainFlags) => train(data, flags));
}

/** Names under a heading, in lines of at most 80 columns. */
function listed(heading: string, table: object): string {
  const lines = [`${heading}:`];
  for (const name of Object.keys(table)) {
    const line = `${lines.at(-1)} ${name},`;
    if (line.length <= 80) lines[lines.length - 1] = line;
    else lines.push(`  ${name},`);
  }
  return lines.join("\n").replace(/,$/, "");
}

const names = `
* The built-in data sets have defaults of their own.

${[
  listed("Activations", activations),
  listed("Losses", losses),
  listed("Optimizers", optimizers),
  listed("Initializers", initializers),
].join("\n")}`;

function dataFlags(command: Command): void {
  command.optionsGroup("Data:");
  flag(command, "--target <column>", "column to be learnt (default: the last)", String);
  flag(
    command,
    "--task <task>",
    "regression, binary or multiclass (default: by the target)",
    choice("--task", ["regression", "binary", "multiclass"]),
  );
  flag(command, "--drop <columns>", "columns to leave out, separated by commas", list);
  flag(
    command,
    "--scale <kind>",
    "of the inputs: standard, minmax or none (default: standard*)",
    choice("--scale", ["standard", "minmax", "none"]),
  );
  flag(
    command,
    "--missing <policy>",
    "missing values: error, drop (the row) or mean (fill in) (default: error)",
    choice("--missing", ["error", "drop", "mean"]),
  );
  flag(
    command,
    "--validation <share>",
    "share of the other rows to validate on, 0 for none (default: 0.2*)",
    number("--validation", share),
  );
  flag(
    command,
    "--test <share>",
    "share of rows to seal for the end, 0 for none (default: 0.2*)",
    number("--test", share),
  );
}

function networkFlags(command: Command): void {
  command.optionsGroup("Network:");
  flag(command, "--hidden <sizes>", "units of the hidden layers, or none (default: 100,30*)", sizes);
  flag(command, "--activation <names>", "of the hidden layers: one, or one for each (default: relu*)", (text) =>
    list(text).map(name("--activation", "activation", activations)),
  );
  flag(
    command,
    "--output <name>",
    "activation of the output (default: as the loss needs)",
    name("--output", "activation", activations),
  );
  flag(
    command,
    "--init <name>",
    "starting weights (default: as the activation needs)",
    name("--init", "initializer", initializers),
  );
}

function trainingFlags(command: Command): void {
  command.optionsGroup("Training:");
  flag(command, "--loss <name>", "what is minimised (default: by the task)", name("--loss", "loss", losses), [
    "--cost",
  ]);
  flag(command, "--optimizer <name>", "update rule (default: adam)", name("--optimizer", "optimizer", optimizers), [
    "--scheduler",
  ]);
  flag(
    command,
    "--learning-rate <rate>",
    "step size (default: 0.001 for adam, as the rule needs for others*)",
    number("--learning-rate", { above: 0 }),
    ["--eta"],
  );
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
  command.option("--reproducible", "the same bits on every machine, somewhat slower");
}

function runFlags(command: Command): void {
  command.optionsGroup("Run:");
  flag(command, "--config <file>", "a run file, such as the run.json of a run; flags have precedence", String);
  flag(command, "--out <folder>", "folder of the run (default: runs/<time>-<name>)", String);
  command.option("--final", "open the sealed test part once, at the end");
}

/** The run file that the flags and, under them, a given run file amount to. */
async function runFileOf(data: string | undefined, flags: TrainFlags): Promise<CheckedRunFile> {
  const base: RunFile = flags.config === undefined ? {} : checkRunFile(flags.config, await readJson(flags.config));
  const { hash: _, ...others } = base.data ?? {};
  const known = data === undefined || data === base.data?.source ? base.data : others; // other data have another hash
  const { target, task, drop, scale, missing, validation, test } = flags;
  const { hidden, activation, output, init } = flags;
  const { loss, optimizer, learningRate, epochs, batchSize, l1, l2 } = flags;
  const { seed, precision, backend, reproducible } = flags;
  return checkRunFile("flags", {
    ...base,
    ...given({ seed, precision, backend, reproducible }),
    data: { ...known, ...given({ source: data, target, task, drop, scale, missing, validation, test }) },
    network: {
      ...base.network,
      ...given({ hidden, activation: activation?.length === 1 ? activation[0] : activation, output, init }),
    },
    training: { ...base.training, ...given({ loss, optimizer, learningRate, epochs, batchSize, l1, l2 }) },
  });
}

const given = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

async function train(data: string | undefined, flags: TrainFlags): Promise<void> {
  const speech = speechOf(flags);
  const stop = interruption();
  let shown: ReturnType<typeof progress> | undefined;
  try {
    const result = await execute(await runFileOf(data, flags), {
      signal: stop.signal,
      final: flags.final === true,
      command: `gradus ${process.argv.slice(2).join(" ")}`,
      ...(flags.out !== undefined && { out: flags.out }),
      onReady: stop.ready,
      onStart: (prepared) => {
        say(speech, introduction(prepared));
        shown = progress(speech, prepared.epochs);
      },
      onEpoch: (row) => shown?.epoch(row),
    });
    shown?.end();
    if (speech.json) process.stdout.write(`${JSON.stringify(result.summary)}\n`);
    else say(speech, conclusion(result));
    if (result.summary.stopped === "interrupted") sayInterrupted(result);
  } catch (error) {
    shown?.end();
    throw error;
  } finally {
    stop.over();
  }
}

function sayInterrupted({ summary: { epochs, run } }: RunResult): void {
  const when = epochs === 0 ? "in the first epoch" : `after ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
  process.stderr.write(`interrupted ${when}; what was learnt so far is kept in ${run}\n`);
  process.exitCode = 130;
}
