import { Command } from "commander";
import { type Changed, type Replay, replay } from "../run/index.ts";
import { everywhere } from "./flags.ts";
import { progress, speechOf } from "./screen.ts";

interface ReplayFlags {
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

export function replayCommand(): Command {
  const command = new Command("replay")
    .summary("run a run again and compare bit by bit")
    .description("Runs a run again from its run file and compares it, epoch by epoch, bit by bit; nothing is written.")
    .argument("<run>", "folder of a run, finished or not");
  return everywhere(command).action(again);
}

async function again(run: string, flags: ReplayFlags): Promise<void> {
  const speech = speechOf(flags);
  let shown: ReturnType<typeof progress> | undefined;
  try {
    const result = await replay(run, {
      onStart: (_, epochs) => {
        shown = progress(speech, epochs);
      },
      onEpoch: (row) => shown?.epoch(row),
    });
    shown?.end();
    process.stdout.write(`${speech.json ? JSON.stringify(result) : account(result)}\n`);
    if (!result.equal) process.exitCode = 1;
  } catch (error) {
    shown?.end();
    throw error;
  }
}

const counted = (epochs: number): string => (epochs === 1 ? "1 epoch" : `${epochs} epochs`);

/** What came of it, and where it is not the same, since when, and what may be why. */
function account({ run, epochs, difference, fingerprint, changes }: Replay): string {
  if (!difference) {
    const end = fingerprint.now ? `, and the parameters in the end (fingerprint ${fingerprint.now})` : "";
    return [`the same, bit by bit: ${counted(epochs)} of ${run}${end}`, ...changes.map(indented)].join("\n");
  }
  const { epoch, what, recorded, now } = difference;
  const where = epoch === null ? "in the end" : `from epoch ${epoch} on`;
  return [
    `not the same ${where}: ${what} was ${recorded}, is ${now}`,
    ...(epochs > 0 ? [`the same before: ${counted(epochs)}`] : []),
    changes.length > 0
      ? "not as it was:"
      : "data, versions and machine are as they were: please report it as a fault of gradus.",
    ...changes.map(indented),
    ...(changes.some(({ what }) => what !== "data") ? [advice] : []),
  ].join("\n");
}

const indented = ({ what, recorded, now }: Changed): string => `  ${what}: ${recorded} then, ${now ?? "none"} now`;

const advice = "with --reproducible a run has the same bits on every machine and in every version of Node.";
