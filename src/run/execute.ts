import { ModelError } from "../core/index.ts";
import type { Divergence, EpochRow } from "../training/index.ts";
import { conclude } from "./conclude.ts";
import { newFolder, type RunFolder } from "./folder.ts";
import { encodePart } from "./model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { begunWith, runJson } from "./record.ts";
import type { RunResult } from "./result.ts";
import { type Resumed, resumed } from "./resume.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { type RunEnd, runEpochs } from "./training.ts";

/** What a run tells while it goes on, and by what it is stopped. */
export interface RunHooks {
  readonly signal?: AbortSignal;
  /** All data are read and all choices made; nothing is written yet. */
  readonly onReady?: () => void;
  /** The run folder is there; training begins. */
  /** With the epoch after which it goes on, if it does. */
  readonly onStart?: (prepared: Prepared, from: number | null) => void;
  readonly onEpoch?: (row: EpochRow) => void;
}

export interface RunOptions extends RunHooks {
  /** Folder of the run. Default `runs/<time>-<name>`. */
  readonly out?: string;
  /** Folder of a run that is to go on from its last checkpoint. */
  readonly resume?: string;
  /** Opens the sealed test part at the end. */
  readonly final?: boolean;
  /** What the user typed, for the record. */
  readonly command?: string;
}

/** A run that has its folder. */
interface Begun extends Pick<Resumed, "history" | "from"> {
  readonly prepared: Prepared;
  readonly folder: RunFolder;
}

/**
 * Does everything that a run file says: reads and splits the data, trains, measures, and writes the run folder, which is
 * made only after all input has been found good.
 *
 * @throws what is wrong with the input, before anything is written; `diverged` after the last good parameters are saved;
 *         `resume-mismatch` and `data-changed` when a run that is to go on is not what the run file says
 */
export async function execute(file: CheckedRunFile, options: RunOptions = {}): Promise<RunResult> {
  const started = performance.now();
  const prepared = await prepare(file);
  if (options.final) checkSealed(prepared);
  options.onReady?.();
  const begun = await (options.resume === undefined ? fresh : again)(prepared, options);
  const { folder, history, from } = begun;
  try {
    options.onStart?.(prepared, from?.epoch ?? null);
    const { end, diverged } = await trainInto(begun, options);
    const seconds = (): number => (from?.seconds ?? 0) + (performance.now() - started) / 1000;
    const result = await conclude({ prepared, folder, history, end, seconds }, options);
    if (diverged) throw keptIn(folder, diverged);
    return result;
  } catch (error) {
    const learnt = history.length > 0 || (error instanceof ModelError && error.problem.code === "diverged");
    if (!learnt) await folder.abandon();
    throw learnt ? withWayOn(error, folder) : error;
  } finally {
    await folder.close();
  }
}

async function fresh(prepared: Prepared, { out, command }: RunOptions): Promise<Begun> {
  const folder = await newFolder(out, prepared.source.name);
  await folder.write("run.json", runJson(prepared, begunWith(command)));
  return { prepared, folder, history: [], from: null };
}

async function again(prepared: Prepared, { resume, command }: RunOptions): Promise<Begun> {
  return { prepared, ...(await resumed(resume!, prepared, command)) };
}

/** Finds out before training whether the test part can be measured after it. */
function checkSealed({ tables, encoding, target, file }: Prepared): void {
  if (tables.test.rows === 0)
    throw new ModelError({
      code: "data-split",
      where: "--final",
      rule: "this run has no test part that could be opened.",
      hint: "set one aside with --test 0.2",
    });
  encodePart({ encoding, target, precision: file.precision }, tables.test);
}

const keptIn = ({ path }: RunFolder, { problem }: Divergence): ModelError =>
  new ModelError({ ...problem, given: { ...problem.given, "kept in": path } });

/** Trains, writing a line of history an epoch. */
async function trainInto({ prepared, folder, history, from }: Begun, { signal, onEpoch }: RunHooks): Promise<RunEnd> {
  const { checkpoint } = prepared.file;
  const keeping = checkpoint === false ? null : { ...checkpoint, to: folder.checkpoint, history: false };
  const epochs = runEpochs(prepared, { signal, checkpoint: keeping, from });
  for (;;) {
    const next = await epochs.next();
    if (next.done) {
      await folder.sync();
      return next.value;
    }
    const { row, fingerprint } = next.value;
    history.push(row);
    await folder.append({ ...row, fingerprint });
    onEpoch?.(row);
  }
}

/** What could not be written can be, when there is space: training goes on from the last checkpoint. */
function withWayOn(error: unknown, { path }: RunFolder): unknown {
  if (!(error instanceof ModelError) || error.problem.code !== "file-write") return error;
  const hint = `what was written before is whole. Free some space, then go on: gradus train --resume ${path}`;
  return new ModelError({ ...error.problem, hint });
}
