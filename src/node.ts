// The package's entry in Node: everything of index.ts, and what needs files.

import { provideThreads } from "./backends/wasm/threads/local.ts";
import { linkedForSeveral } from "./backends/wasm/threads/several.ts";
import {
  checkRunFile,
  execute,
  type RunFile,
  type RunOptions,
  type RunResult,
  recordedFile,
  sinkInto,
  sourceIn,
} from "./run/index.ts";
import {
  type CheckpointOptions,
  type FitResult,
  fit as fitAnywhere,
  train as trainAnywhere,
} from "./training/index.ts";

export { accelerate } from "./backends/wasm/node.ts";
export {
  type DataParts,
  readCsv,
  readFolder,
  readIdx,
  readIdxFolder,
  readNpy,
  readNpz,
  readParquet,
  readParts,
  readTable,
} from "./data/readers/index.ts";
export * from "./index.ts";
export {
  type Changed,
  loadModel,
  loadTensors,
  measure,
  type OpenLayer,
  type OpenParameter,
  type OpenStep,
  openStep,
  predictTable,
  type Replay,
  type ReplayHooks,
  type RunFile,
  type RunOptions,
  type RunResult,
  replay,
} from "./run/index.ts";

provideThreads(linkedForSeveral); // at once: only for pages it is worth to load it later

/** As `fit` everywhere; in Node, `save` and `checkpoint` take the path of a folder, too. */
export const fit: typeof fitAnywhere = async (model, data, options = {}) => {
  const result = await fitAnywhere(model, data, withFiles(options));
  const save: FitResult<never>["save"] = (to) => result.save(typeof to === "string" ? sinkInto(to) : to);
  return { ...result, save };
};

/** As `train` everywhere; in Node, `checkpoint` takes the path of a folder, too. */
export const train: typeof trainAnywhere = (model, options) => trainAnywhere(model, withFiles(options));

/** Paths of folders become functions that read and write there. */
function withFiles<O extends { readonly checkpoint?: CheckpointOptions }>(options: O): O {
  if (!options.checkpoint) return options;
  const { to, from } = options.checkpoint;
  const checkpoint: CheckpointOptions = {
    ...options.checkpoint,
    ...(typeof to === "string" && { to: sinkInto(to) }),
    ...(typeof from === "string" && { from: sourceIn(from) }),
  };
  return { ...options, checkpoint };
}

/**
 * Does what a run file says, as `gradus train --config` does: reads and splits data, trains, measures, writes a run folder.
 *
 * @throws `option` naming the first key that is wrong, and all that reading and training throw
 */
export const run = (file: RunFile, options: RunOptions = {}): Promise<RunResult> =>
  execute(checkRunFile("run file", file), options);

/**
 * Goes on with a run from its last checkpoint, as `gradus train --resume` does: it ends with the same bits as if it had
 * never been broken off.
 *
 * @param folder the run's folder
 * @param options as for `run`, and `epochs`, in place of those that it was begun with
 * @throws `file-missing`, `data-changed`, `resume-mismatch`, and all that reading and training throw
 */
export async function resume(
  folder: string,
  { epochs, ...options }: Omit<RunOptions, "out" | "resume"> & { readonly epochs?: number } = {},
): Promise<RunResult> {
  const file = await recordedFile(folder);
  const training = { ...file.training, ...(epochs !== undefined && { epochs }) };
  return execute(checkRunFile("resume(folder, options)", { ...file, training }), { ...options, resume: folder });
}
