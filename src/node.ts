// The package's entry in Node: everything of index.ts, and what needs files.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkRunFile, execute, type RunFile, type RunOptions, type RunResult } from "./run/index.ts";
import { type FitResult, fit as fitAnywhere } from "./training/index.ts";

export { readCsv, readIdx, readIdxFolder, readTable } from "./data/readers/index.ts";
export * from "./index.ts";
export { loadModel, measure, predictTable, type RunFile, type RunOptions, type RunResult } from "./run/index.ts";

/** As `fit` everywhere; in Node, `save` takes the path of a folder, too. */
export const fit: typeof fitAnywhere = async (model, data, options) => {
  const result = await fitAnywhere(model, data, options);
  const save: FitResult<never>["save"] = async (to) => {
    if (typeof to !== "string") return result.save(to);
    await mkdir(to, { recursive: true });
    return result.save((name, bytes) => writeFile(join(to, name), bytes));
  };
  return { ...result, save };
};

/**
 * Does what a run file says, as `gradus train --config` does: reads and splits data, trains, measures, writes a run folder.
 *
 * @throws `option` naming the first key that is wrong, and all that reading and training throw
 */
export const run = (file: RunFile, options: RunOptions = {}): Promise<RunResult> =>
  execute(checkRunFile("run file", file), options);
