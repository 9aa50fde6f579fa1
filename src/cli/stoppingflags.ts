import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import type { RunFile } from "../run/index.ts";
import { flag, number } from "./flags.ts";

/** What may be said about stopping before all epochs are done. */
export interface StoppingFlags {
  /** Patience; true: the default one. */
  earlyStopping?: number | true;
  earlyStoppingMetric?: string;
  minimumChange?: number;
}

export function stoppingFlags(command: Command): void {
  flag(
    command,
    "--early-stopping [patience]",
    "stop after so many epochs without improvement (10), keep the best parameters",
    patience,
  );
  flag(
    command,
    "--early-stopping-metric <name>",
    "what must improve: loss, objective or a metric (default: loss)",
    String,
  );
  flag(
    command,
    "--minimum-change <x>",
    "what counts as an improvement: more than this (default: 0)",
    number("--minimum-change", { least: 0 }),
  );
}

function patience(text: string): number {
  const flag = "--early-stopping";
  if (Number.isFinite(Number(text)) && text.trim() !== "") return number(flag, { least: 1, integer: true })(text);
  throw new ModelError({
    code: "option",
    where: flag,
    given: { given: text },
    rule: "the patience must be a whole number.",
    hint: `to name data, write them before the flag: gradus train ${text} ${flag}`,
  });
}

/** The part of the run file that the flags amount to; any of them turns early stopping on. */
export function stoppingIn(
  base: RunFile,
  flags: StoppingFlags,
): Pick<NonNullable<RunFile["training"]>, "earlyStopping"> {
  const { earlyStopping: patience, earlyStoppingMetric: metric, minimumChange } = flags;
  if (patience === undefined && metric === undefined && minimumChange === undefined) return {};
  return {
    earlyStopping: {
      ...base.training?.earlyStopping,
      ...(typeof patience === "number" && { patience }),
      ...(metric !== undefined && { metric }),
      ...(minimumChange !== undefined && { minimumChange }),
    },
  };
}
