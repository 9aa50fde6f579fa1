import { ModelError } from "../core/index.ts";
import type { Table } from "../data/index.ts";
import { parseJson } from "../interchange/index.ts";
import { readRunFile } from "./folder.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { type CheckedRunFile, checkRunFile } from "./runfile.ts";

/**
 * The run file of a run.
 *
 * @throws `file-missing`, `file-format`, `option` when it is not there, damaged, or not a run file
 */
export async function recordedFile(run: string): Promise<CheckedRunFile> {
  const text = new TextDecoder().decode(await readRunFile(run, "run.json"));
  return checkRunFile(`${run}/run.json`, parseJson(`${run}/run.json`, text));
}

/** A part of a run's own data. */
export interface OwnPart {
  readonly part: "training" | "validation" | "test";
  readonly table: Table;
}

/**
 * A part of the data of a run, split off once more as it was for training.
 *
 * @param wanted `"held out"` is the validation part, or the training part of a run without one
 * @throws `data-changed` when the data are not those of the run any more, `data-split` when there is no such part
 */
export async function ownPart(run: string, wanted: "validation" | "test" | "held out"): Promise<OwnPart> {
  const tables = await ownTables(run);
  const heldOut = tables.validation.rows > 0 ? "validation" : "training";
  const part = wanted === "held out" ? heldOut : wanted;
  if (tables[part].rows > 0) return { part, table: tables[part] };
  throw new ModelError({
    code: "data-split",
    where: run,
    rule: `this run has no ${part} part.`,
    hint: `name a file with data: gradus evaluate ${run} <data>`,
  });
}

async function ownTables(run: string): Promise<Prepared["tables"]> {
  const { start: _, ...apart } = await recordedFile(run); // parts do not depend on where its numbers began
  return (await unchangedAgain(run, apart, "name a file with data behind the run folder")).tables;
}

/**
 * A run prepared once more, on the data on which it was trained.
 *
 * @param hint what to do when they are gone, or others
 * @throws `data-changed` when they are not those any more; what `preparedAgain` throws
 */
export async function unchangedAgain(run: string, file: CheckedRunFile, hint: string): Promise<Prepared> {
  const { source, hash } = file.data;
  const prepared = await preparedAgain(run, file, hint);
  if (hash === undefined || hash === prepared.hash) return prepared;
  throw new ModelError({
    code: "data-changed",
    where: source,
    given: { "hash in training": hash, "hash now": prepared.hash },
    rule: `the data have changed since ${run} was trained, so its parts cannot be split off again.`,
    hint: `restore the data, or ${hint}`,
  });
}

/**
 * A run prepared once more, from its own run file.
 *
 * @param hint what to do when its data are gone
 * @throws `file-missing` when they are; what reading, splitting and encoding throw
 */
export async function preparedAgain(run: string, file: CheckedRunFile, hint: string): Promise<Prepared> {
  if (file.data.source === "-" && process.stdin.isTTY)
    throw new ModelError({
      code: "file-missing",
      where: run,
      rule: "this run read its data from standard input, so they must be given again.",
      hint,
    });
  return prepare(file).catch((error: unknown) => {
    if (!(error instanceof ModelError) || error.problem.code !== "file-missing") throw error;
    const started = file.start && error.problem.where.includes(file.start.from);
    const what = started ? "the network that this run started from is" : "the data of this run are";
    throw new ModelError({ ...error.problem, rule: `${what} no longer there.`, hint });
  });
}
