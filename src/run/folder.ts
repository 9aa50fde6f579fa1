import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelError, nearest } from "../core/index.ts";

/**
 * The folder of a run. Every file but the growing history is written aside, synced and renamed, so that at any moment
 * each file is either whole or not there.
 */
export interface RunFolder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Adds a line to `history.jsonl`. */
  append(line: object): Promise<void>;
  /** Closes the history. */
  close(): Promise<void>;
  /** Takes away what was written, and the folders that were made for it. */
  abandon(): Promise<void>;
}

const historyName = "history.jsonl";

/**
 * Makes the folder of a new run.
 *
 * @param out its path, new or empty; left out, `runs/<time>-<name>`, which never is the folder of another run
 * @throws `output-folder` when it cannot be made or written to, or holds something already
 */
export async function newFolder(out: string | undefined, name: string): Promise<RunFolder> {
  const { path, made } = out === undefined ? await freshFolder(name) : await claimed(out);
  const written = new Set<string>();
  let history: FileHandle | undefined;
  const close = async (): Promise<void> => {
    await history?.sync().catch(() => undefined);
    await history?.close();
    history = undefined;
  };
  return {
    path,
    close,
    write: (file, content) => {
      written.add(file);
      return writeWhole(path, file, content);
    },
    append: (line) =>
      guarded(join(path, historyName), async () => {
        written.add(historyName);
        history ??= await open(join(path, historyName), "a");
        await appendWhole(history, `${JSON.stringify(line)}\n`);
      }),
    abandon: async () => {
      await close();
      for (const file of written) await rm(join(path, file), { force: true });
      await removed(made);
    },
  };
}

/** A line, or nothing of it. */
async function appendWhole(file: FileHandle, line: string): Promise<void> {
  const { size } = await file.stat();
  try {
    await file.appendFile(line);
  } catch (error) {
    await file.truncate(size).catch(() => undefined);
    throw error;
  }
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
  if (names.length === 0) return probed({ path, made });
  throw new ModelError({
    code: "output-folder",
    where: path,
    given: { holds: names.slice(0, 6).join(", ") + (names.length > 6 ? ", …" : "") },
    rule: "this folder is not empty, and a run never writes over another.",
    hint: "name a new folder with --out.",
  });
}

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
    await rm(probe);
    return claim;
  } catch (error) {
    await removed(claim.made);
    throw refused(claim.path, error);
  }
}

const reason = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

const inWords: Readonly<Record<string, string>> = {
  EACCES: "you may not write here",
  EPERM: "you may not write here",
  EROFS: "the file system is read-only",
  EEXIST: "there is a file of that name",
  ENOTDIR: "a part of this path is a file, not a folder",
  ENOENT: "no folder can be made here",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is full",
};

const cause = (error: unknown): string => {
  const code = reason(error);
  return inWords[code] ? `${inWords[code]} (${code})` : code;
};

const refused = (path: string, error: unknown): ModelError =>
  new ModelError({
    code: "output-folder",
    where: path || '""',
    rule: `the run cannot be written here: ${cause(error)}.`,
    hint: "name a folder that you may write to with --out.",
  });

/** Runs a file operation; what the system refuses becomes an error of ours. */
async function guarded<T>(where: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw new ModelError({
      code: "file-write",
      where,
      rule: `the file cannot be written: ${cause(error)}.`,
      hint: "free some space or choose another folder with --out; the files that are there are whole.",
    });
  }
}

function writeWhole(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const aside = join(folder, `.${name}.part`);
  return guarded(join(folder, name), async () => {
    try {
      const file = await open(aside, "w");
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(aside, join(folder, name));
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined);
      throw error;
    }
  });
}

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
