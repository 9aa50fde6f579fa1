import { type LearningRateSearch, learningRateFor } from "../training/index.ts";
import { newFolder } from "./folder.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { runJson } from "./record.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { trainingOf } from "./training.ts";
import { version } from "./version.ts";

export interface SweepRunOptions {
  /** Folder for the page and the figures. Default `runs/<time>-<name>-learning-rate`. */
  readonly out?: string;
  /** Steps of the sweep. Default: those of an epoch, 100 to 1000. */
  readonly steps?: number;
  readonly command: string;
  /** All data are read and all choices made; nothing is written yet. */
  readonly onStart?: (prepared: Prepared) => void;
}

/** What came of a search for a learning rate, and where it is kept. */
export interface SweepResult {
  readonly prepared: Prepared;
  readonly search: LearningRateSearch;
  readonly run: string;
}

/**
 * Looks for a learning rate for what a run file says, and keeps the curve in a folder. Nothing is trained.
 *
 * @throws what is wrong with the input, as `execute`, before anything is written
 */
export async function sweepRun(file: CheckedRunFile, options: SweepRunOptions): Promise<SweepResult> {
  const { out, steps, command, onStart } = options;
  const prepared = await prepare(file);
  onStart?.(prepared);
  const search = await learningRateFor(trainingOf(prepared, {}), steps === undefined ? {} : { steps });
  const folder = await newFolder(out, `${prepared.source.name}-learning-rate`);
  try {
    const { sweepPage } = await import("../report/sweep.ts");
    const { name } = prepared.source;
    const about = aboutOf(prepared);
    await folder.write("learning-rate.html", sweepPage({ name, about, search, command, version }));
    await folder.write("learning-rate.json", `${JSON.stringify(search, null, 2)}\n`);
    await folder.write("run-file.json", runJson(prepared, { command }));
    return { prepared, search, run: folder.path };
  } catch (error) {
    await folder.abandon();
    throw error;
  } finally {
    await folder.close();
  }
}

function aboutOf({ network, optimizer, batchSize, file, training }: Prepared): string {
  const layers = [network.inputs, ...network.hidden, network.outputs].join(" → ");
  const rows = training.y.shape[0]!;
  return `A network of ${layers} units, ${optimizer.name}, batches of ${Math.min(batchSize, rows)} of ${rows} rows, seed ${file.seed}: one step at each learning rate.`;
}
