import { mkdir, open, readdir, readFile, rm, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelError, nearest } from "../core/index.ts";
import type { Sink } from "../training/index.ts";
import { HistoryFile, historyName } from "./history.ts";
import { lock, lockName, type Unlock } from "./lock.ts";
import { cause, reason, sinkInto, syncFolder, writeWhole } from "./write.ts";

/**
 * The folder of a run. Every file but the growing history is written aside, synced and renamed, so that at any moment
 * each file is either whole or not there.
 */
export interface RunFolder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Adds a line to `history.jsonl`. */
  append(line: object): Promise<void>;
  /** Waits until the lines so far last. */
  sync(): Promise<void>;
  /** Keeps a checkpoint, behind the history that leads to it. */
  readonly checkpoint: Sink;
  /** Closes the history, and makes everything last. */
  close(): Promise<void>;
  /** Takes away what was written, and the folders that were made for it. */
  abandon(): Promise<void>;
}

/** Where the checkpoints of a run are. */
export const checkpointsIn = (path: string): string => join(path, "checkpoint");

/**
 * Makes the folder of a new run.
 *
 * @param out its path, new or empty; left out, `runs/<time>-<name>`, which never is the folder of another run
 * @throws `output-folder` when it cannot be made or written to, or holds something already
 */
export async function newFolder(out: string | undefined, name: string): Promise<RunFolder> {
  const { path, made } = out === undefined ? await freshFolder(name) : await claimed(out);
  const written = new Set([historyName]);
  const folder = folderAt(path, new HistoryFile(path), await lock(path));
  return {
    ...folder,
    write: (file, content) => {
      written.add(file);
      return folder.write(file, content);
    },
    abandon: async () => {
      await folder.close().catch(() => undefined);
      for (const file of written) await rm(join(path, file), { force: true });
      await removed(made);
    },
  };
}

/**
 * The folder of a run that goes on.
 *
 * @param size bytes of the history to keep
 */
export function sameFolder(path: string, size: number, unlock: Unlock): RunFolder {
  return { ...folderAt(path, new HistoryFile(path, size), unlock), abandon: async () => undefined };
}

/**
 * Claims the folder of a run that is to go on.
 *
 * @throws `output-folder` when it cannot be written to, or another process is at work there
 */
export async function claim(path: string): Promise<Unlock> {
  await probed({ path, made: [] });
  return lock(path);
}

function folderAt(path: string, history: HistoryFile, unlock: Unlock): Omit<RunFolder, "abandon"> {
  const keep = sinkInto(checkpointsIn(path));
  return {
    path,
    write: (file, content) => writeWhole(path, file, content),
    append: (line) => history.append(line),
    sync: () => history.sync(),
    checkpoint: async (name, bytes) => {
      await history.sync();
      await keep(name, bytes);
    },
    close: async () => {
      try {
        await history.close();
        await syncFolder(path);
      } finally {
        await unlock();
      }
    },
  };
}

interface Claim {
  readonly path: string;
  /** Folders that were not there before, the outermost first. */
  readonly made: readonly string[];
}

/** `runs/<time>-<name>`; two runs of the same second get two folders. */
async function freshFolder(name: string): Promise<Claim> {
  const time = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const base = join("runs", `${time}-${name}`);
  const outer = await folders("runs").catch((error: unknown) => {
    throw refused("runs", error);
  });
  for (let n = 1; ; n++) {
    const path = n === 1 ? base : `${base}-${n}`;
    try {
      await mkdir(path);
    } catch (error) {
      if (reason(error) === "EEXIST") continue;
      await removed(outer);
      throw refused(path, error);
    }
    return probed({ path, made: [...outer, path] });
  }
}

async function claimed(path: string): Promise<Claim> {
  const made = await folders(path).catch((error: unknown) => {
    throw refused(path, error);
  });
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    throw refused(path, error.code === "ENOTDIR" ? { code: "EEXIST" } : error);
  });
  if (names.every(isLeftover)) return probed({ path, made });
  throw new ModelError({
    code: "output-folder",
    where: path,
    given: { holds: names.slice(0, 6).join(", ") + (names.length > 6 ? ", …" : "") },
    rule: "this folder is not empty, and a run never writes over another.",
    hint: "name a new folder with --out.",
  });
}

/** Files of ours that were never finished. */
const isLeftover = (name: string): boolean => name === ".probe" || name === lockName || /^\..*\.part$/.test(name);

/** Makes a folder and those above it that are missing; tells which. */
async function folders(path: string): Promise<string[]> {
  try {
    await mkdir(path);
    return [path];
  } catch (error) {
    if (reason(error) === "EEXIST") return [];
    if (reason(error) !== "ENOENT" || dirname(path) === path) throw error;
  }
  const above = await folders(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    await removed(above);
    throw error;
  }
  return [...above, path];
}

async function removed(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) await rmdir(folder).catch(() => undefined);
}

/** Tries to write. */
async function probed(claim: Claim): Promise<Claim> {
  const probe = join(claim.path, ".probe");
  try {
    await (await open(probe, "w")).close();
    await unlink(probe);
    return claim;
  } catch (error) {
    await removed(claim.made);
    throw refused(claim.path, error);
  }
}

const refused = (path: string, error: unknown): ModelError =>
  new ModelError({
    code: "output-folder",
    where: path || '""',
    rule: `the run cannot be written here: ${cause(error)}.`,
    hint: "name a folder that you may write to with --out.",
  });

/**
 * A file of a finished run.
 *
 * @throws `file-missing` when the folder or the file is not there
 */
export async function readRunFile(folder: string, name: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(join(folder, name)));
  } catch (error) {
    const names = await readdir(folder).catch(() => null);
    if (names === null) throw await noSuchRun(folder, error);
    const runs = (await Promise.all(names.map((each) => isRun(join(folder, each))))).filter(Boolean).length;
    throw new ModelError({
      code: "file-missing",
      where: join(folder, name),
      rule: reason(error) === "ENOENT" ? `there is no ${name} here.` : `the file cannot be read: ${cause(error)}.`,
      hint: runs > 0 ? `${folder} holds runs: name one of them` : `${folder} is not the folder of a finished run`,
    });
  }
}

const isRun = (path: string): Promise<boolean> =>
  readdir(path).then(
    (names) => names.includes("run.json"),
    () => false,
  );

async function noSuchRun(folder: string, error: unknown): Promise<ModelError> {
  const file = reason(error) === "ENOTDIR";
  const parent = dirname(folder);
  const beside = await readdir(parent === "." ? "runs" : parent).catch((): string[] => []);
  const runs = beside.map((name) => join(parent === "." ? "runs" : parent, name)).sort();
  if (file && (await isRun(parent)))
    return new ModelError({
      code: "file-missing",
      where: folder,
      rule: "this is a file, not the folder of a run.",
      hint: `did you mean ${parent}?`,
    });
  const near = nearest(folder, runs) ?? runs.findLast((path) => path.includes(folder));
  const hint = near
    ? `did you mean ${near}?`
    : runs.length > 0
      ? `the latest are ${runs.slice(-3).join(", ")}`
      : "gradus train writes run folders, under runs/ unless --out says otherwise";
  return new ModelError({
    code: "file-missing",
    where: folder,
    rule: file ? "this is a file, not the folder of a run." : "there is no such run folder.",
    hint,
  });
}
