import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import type { RunFile } from "../run/index.ts";
import { flag, list } from "./flags.ts";

/** What the flags say about a trained network to start from. */
export interface StartFlags {
  from?: string;
  newHead?: boolean;
  freeze?: string[];
}

export function startFlags(command: Command): void {
  command.optionsGroup("Reuse:");
  flag(command, "--from <run>", "start from a trained network: the folder of a run, or a model.safetensors", String);
  command.option("--new-head", "with that: let the last layer begin anew, for other classes or targets");
  flag(
    command,
    "--freeze <layers>",
    "layers or parameters that stay as they are: 0,2.b, or body: all but the last layer",
    list,
  );
}

/**
 * The part of the run file that the flags amount to.
 *
 * @throws `option` for a new head of nothing
 */
export function startIn({ start: base }: RunFile, { from, newHead }: StartFlags): Pick<RunFile, "start"> {
  const named = from === undefined || from === base?.from ? base : { from };
  if (newHead && !named && from === undefined)
    throw new ModelError({
      code: "option",
      where: "--new-head",
      rule: "says what becomes of a trained network, and there is none.",
      hint: "name it with --from <run>",
    });
  const start = from === undefined ? named : { ...named, from };
  return start ? { start: { ...start, ...(newHead && { fresh: "head" as const }) } } : {};
}
