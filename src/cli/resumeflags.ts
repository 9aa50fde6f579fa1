import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { holdsRun, latestRun, type RunFile } from "../run/index.ts";
import { flag, number } from "./flags.ts";

/** What may be said about a run that goes on. */
export interface ResumeFlags {
  /** A run folder; true: that of --out, or the latest run. */
  resume?: string | true;
  checkpoint?: RunFile["checkpoint"];
  out?: string;
  config?: string;
}

export function resumeFlags(command: Command): void {
  flag(
    command,
    "--resume [run]",
    "go on with a run (the one in --out, or else the latest) from its last checkpoint",
    String,
  );
  flag(
    command,
    "--checkpoint <when>",
    "keep training in progress: every 20 (epochs), 30s (seconds), or none (default: 10s)",
    when,
  );
}

function when(text: string): RunFile["checkpoint"] {
  const flag = "--checkpoint";
  if (text === "none") return false;
  if (text.endsWith("s")) return { seconds: number(flag, { least: 0 })(text.slice(0, -1)) };
  return { every: number(flag, { least: 1, integer: true })(text) };
}

/** Where a run goes on or begins. */
export interface Place {
  /** Folder of the run that goes on. */
  readonly resume?: string;
  /** Folder of the run that begins. */
  readonly out?: string;
}

/**
 * With --resume, the run that goes on. A command that says itself what to train begins where there is no run yet, so that
 * one and the same command can be given again and again until the run is finished.
 *
 * @throws `option` when --resume and --out name two folders, or there is no run to go on with
 */
export async function placeOf(data: string | undefined, { resume, out, config }: ResumeFlags): Promise<Place> {
  if (resume === undefined) return out === undefined ? {} : { out };
  if (typeof resume === "string" && out !== undefined && out !== resume)
    throw new ModelError({
      code: "option",
      where: "--out",
      given: { "--resume": resume, "--out": out },
      rule: "a run goes on in its own folder.",
      hint: "leave --out out",
    });
  const named = typeof resume === "string" ? resume : out;
  const run = named ?? (await latestRun());
  const complete = data !== undefined || config !== undefined || resume === true;
  return !complete || (await holdsRun(run)) ? { resume: run } : { out: run };
}
