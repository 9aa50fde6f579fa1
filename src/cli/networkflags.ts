import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { activations, initializers } from "../nn/index.ts";
import type { RunFile } from "../run/index.ts";
import { flag, list, name, number, sizes } from "./flags.ts";

/** What the flags say about the network. */
export interface NetworkFlags {
  hidden?: number[];
  activation?: string[];
  output?: string;
  init?: string;
  dropout?: number[];
  inputDropout?: number;
  inputNoise?: number;
  batchNorm?: boolean;
  layerNorm?: boolean;
  normAfter?: boolean;
}

/** A share that may be dropped. */
const rate = { least: 0, below: 1 } as const;

/** The flags that describe the network. */
export function networkFlags(command: Command): void {
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
  flag(
    command,
    "--dropout <rates>",
    "share of hidden units dropped while training: one, or one for each layer (default: 0)",
    (text) => list(text).map(number("--dropout", rate)),
  );
  flag(
    command,
    "--input-dropout <rate>",
    "share of inputs dropped while training (default: 0)",
    number("--input-dropout", rate),
  );
  flag(
    command,
    "--input-noise <deviation>",
    "noise on the scaled inputs while training (default: 0)",
    number("--input-noise", { least: 0 }),
  );
  command.option("--batch-norm", "normalise hidden layers over each batch, before the activation");
  command.option("--layer-norm", "normalise hidden layers over each row, before the activation");
  command.option("--norm-after", "normalise after the activation instead");
}

/** What a run file says in their place. */
export function networkOf(flags: NetworkFlags): RunFile["network"] {
  const { hidden, output, init, inputDropout, inputNoise } = flags;
  const place = (wanted: boolean | undefined): "before" | "after" | undefined =>
    wanted ? (flags.normAfter ? "after" : "before") : undefined;
  if (flags.normAfter && !flags.batchNorm && !flags.layerNorm)
    throw new ModelError({
      code: "option",
      where: "--norm-after",
      rule: "says where a normalisation stands, and there is none.",
      hint: "add --batch-norm or --layer-norm",
    });
  return {
    hidden,
    activation: oneOrEach(flags.activation),
    output,
    init,
    dropout: oneOrEach(flags.dropout),
    inputDropout,
    inputNoise,
    batchNorm: place(flags.batchNorm),
    layerNorm: place(flags.layerNorm),
  };
}

const oneOrEach = <T>(given: T[] | undefined): T | T[] | undefined => (given?.length === 1 ? given[0] : given);
