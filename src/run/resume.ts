import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "../core/index.ts";
import { latest } from "../training/checkpoint.ts";
import type { Checkpoint, EpochRow } from "../training/index.ts";
import { checkpointsIn, claim, type RunFolder, sameFolder } from "./folder.ts";
import { readHistory } from "./history.ts";
import type { Prepared } from "./prepare.ts";
import { resumedWith, runJson, type Written } from "./record.ts";
import { recordedFile } from "./recorded.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { version } from "./version.ts";
import { sourceIn } from "./write.ts";

/** A run that goes on. */
export interface Resumed {
  readonly folder: RunFolder;
  /** The epochs that are done; it grows. */
  readonly history: EpochRow[];
  /** The checkpoint from which it goes on; without one, it begins anew. */
  readonly from: Checkpoint | null;
}

/**
 * Takes up a run where its last whole checkpoint is. Lines of the history behind that are taken away: these epochs come
 * again. Without a checkpoint it begins anew, which leads to the same.
 *
 * @throws `resume-mismatch` when what is to be done is not what was begun, `data-changed` when the data are others
 */
export async function resumed(path: string, prepared: Prepared, command: string | undefined): Promise<Resumed> {
  const file = await recordedFile(path);
  checkData(path, file, prepared);
  checkStart(path, file, prepared);
  checkSame(path, file, prepared.file);
  const unlock = await claim(path);
  try {
    const lines = await readHistory(path, prepared.validation !== null);
    const { checkpoint } = await latest(sourceIn(checkpointsIn(path)), lines.length);
    const epoch = checkpoint?.epoch ?? 0;
    checkEpochs(path, (await isFinished(path)) ? lines.length : epoch, prepared.epochs);
    const folder = sameFolder(path, epoch === 0 ? 0 : lines[epoch - 1]!.end, unlock);
    await folder.write("run.json", runJson(prepared, resumedWith(writtenIn(file), epoch, command)));
    await rm(join(path, "summary.json"), { force: true }); // a run that goes on is not finished
    const from = checkpoint && (ofThisVersion(file) ? checkpoint : ofAnotherVersion(checkpoint));
    return { folder, history: lines.slice(0, epoch).map(({ row }) => row), from };
  } catch (error) {
    await unlock();
    throw error;
  }
}

const writtenIn = (file: CheckedRunFile): Written => (file.written ?? {}) as Written;
const ofThisVersion = (file: CheckedRunFile): boolean => writtenIn(file).versions?.["gradus"] === version;

/** Another version may compile the same training into another program. */
function ofAnotherVersion({ identity, ...checkpoint }: Checkpoint): Checkpoint {
  const { "compiled epoch": _, ...named } = identity;
  return { ...checkpoint, identity: named };
}

function checkData(path: string, { data }: CheckedRunFile, { hash, source }: Prepared): void {
  if (data.hash === undefined || data.hash === hash) return;
  throw new ModelError({
    code: "data-changed",
    where: source.description,
    given: { "hash in training": data.hash, "hash now": hash },
    rule: `these are not the data on which ${path} was trained.`,
    hint: "restore the data, or train anew with --config and another --out",
  });
}

function checkStart(path: string, { start: before }: CheckedRunFile, { start: now }: Prepared): void {
  if (!before?.fingerprint || !now || before.fingerprint === now.fingerprint) return;
  throw new ModelError({
    code: "data-changed",
    where: now.from,
    given: { "fingerprint in training": before.fingerprint, "fingerprint now": now.fingerprint },
    rule: `this is not the network from which ${path} was started.`,
    hint: "restore it, or train anew with --config and another --out",
  });
}

/** What may be another: how long it goes on, how often it is kept, and what says nothing of the way of training. */
const free = [
  /^(?:name|version|written|checkpoint)(?:\.|$)/,
  /^data\.(?:source|hash|testHash)$/,
  /^start\.from$/,
  /^training\.(?:epochs|earlyStopping\.patience)$/,
  /^evaluation\.(?:threshold(?:\..*)?|optimalError|baselines)$/,
];
const isFree = (key: string): boolean => free.some((pattern) => pattern.test(key));

function checkSame(path: string, before: CheckedRunFile, now: CheckedRunFile): void {
  const [was, is] = [settingsIn(before), settingsIn(now)];
  const keys = ofThisVersion(before) ? new Set([...was.keys(), ...is.keys()]) : was.keys(); // another may write more settings down
  const odd = [...keys].find((key) => !isFree(key) && was.get(key) !== is.get(key));
  if (odd === undefined) return;
  throw new ModelError({
    code: "resume-mismatch",
    where: odd,
    given: { [`in ${path}`]: was.get(odd) ?? "nothing", now: is.get(odd) ?? "nothing" },
    rule: "a run goes on as it was begun: this setting cannot be another.",
    hint: `leave it out; or train anew: --config ${path}/run.json, this setting, and another --out`,
  });
}

/** Every setting of a run file by its path, as text. */
function settingsIn(file: unknown, path = ""): Map<string, string> {
  if (typeof file !== "object" || file === null || Array.isArray(file))
    return new Map(file === undefined ? [] : [[path, JSON.stringify(file)]]);
  return new Map(Object.entries(file).flatMap(([key, value]) => [...settingsIn(value, path ? `${path}.${key}` : key)]));
}

function checkEpochs(path: string, done: number, wanted: number): void {
  if (done <= wanted) return;
  throw new ModelError({
    code: "option",
    where: "epochs",
    given: { [`done in ${path}`]: done, wanted },
    rule: `this run has gone further than ${wanted} epochs.`,
    hint: `give more: --epochs ${2 * done}`,
  });
}

/** Whether a folder holds a run that has begun. */
export const holdsRun = (path: string): Promise<boolean> =>
  stat(join(path, "run.json")).then(
    () => true,
    () => false,
  );

/** Whether a run has come to its own end: all epochs, or early stopping. */
const isFinished = (path: string): Promise<boolean> =>
  readFile(join(path, "summary.json"), "utf8").then(
    (text) => /"stopped": "(?:epochs|early)"/.test(text),
    () => false,
  );

/**
 * The run under `runs/` that was begun or gone on with last; one that is not finished comes before those that are.
 *
 * @throws `file-missing` when there is none
 */
export async function latestRun(): Promise<string> {
  const names = await readdir("runs").catch((): string[] => []);
  const time = (file: string): Promise<number> =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  const runs = names.map(async (name) => {
    const path = join("runs", name);
    return { path, begun: await time(join(path, "run.json")), finished: await isFinished(path) };
  });
  const found = (await Promise.all(runs)).filter(({ begun }) => begun > 0);
  const [last] = found.sort((a, b) => Number(a.finished) - Number(b.finished) || b.begun - a.begun);
  if (last) return last.path;
  throw new ModelError({
    code: "file-missing",
    where: "--resume",
    rule: "there is no run under runs/ to go on with.",
    hint: "name the folder of a run: --resume <run>",
  });
}
