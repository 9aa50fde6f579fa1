import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { ModelError, suggestion } from "../core/index.ts";

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
  /** Takes the folder away again if nothing has been written into it. */
  abandon(): Promise<void>;
}

/**
 * Makes the folder of a new run.
 *
 * @throws `output-folder` when it cannot be made or written to, or holds something already
 */
export async function newFolder(path: string): Promise<RunFolder> {
  await claim(path);
  let history: FileHandle | undefined;
  return {
    path,
    write: (name, content) => writeWhole(path, name, content),
    append: (line) =>
      guarded(join(path, "history.jsonl"), async () => {
        history ??= await open(join(path, "history.jsonl"), "a");
        await history.write(`${JSON.stringify(line)}\n`);
      }),
    close: async () => {
      await history?.sync().catch(() => undefined);
      await history?.close();
    },
    abandon: () => rmdir(path).catch(() => undefined),
  };
}

async function claim(path: string): Promise<void> {
  const refuse = (rule: string, hint: string): ModelError =>
    new ModelError({ code: "output-folder", where: path, rule, hint });
  try {
    await mkdir(path, { recursive: true });
    if ((await readdir(path)).length > 0)
      throw refuse("this folder is not empty, and a run never writes over another.", "name a new folder with --out.");
    await writeWhole(path, ".probe", "");
    await rm(join(path, ".probe"));
  } catch (error) {
    if (error instanceof ModelError && error.problem.code === "output-folder") throw error;
    const cause = error instanceof ModelError ? error.problem.rule : `(${(error as NodeJS.ErrnoException).code})`;
    throw refuse(`the run cannot be written here ${cause}`, "name a folder that you may write to with --out.");
  }
}

/** Runs a file operation; what the system refuses becomes an error of ours. */
async function guarded<T>(where: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ModelError({
      code: "file-write",
      where,
      rule: code === "ENOSPC" ? "the disk is full." : `the file cannot be written (${code}).`,
      hint: "free some space or choose another folder with --out; what was written before is whole.",
    });
  }
}

function writeWhole(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const aside = join(folder, `.${name}.part`);
  return guarded(join(folder, name), async () => {
    const file = await open(aside, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, join(folder, name));
  });
}

/**
 * A file of a finished run.
 *
 * @throws `file-missing` when the folder or the file is not there
 */
export async function readRunFile(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    const names = await readdir(folder).catch(() => null);
    throw new ModelError({
      code: "file-missing",
      where: names ? join(folder, name) : folder,
      rule: names
        ? `the run has no ${name} (${(error as NodeJS.ErrnoException).code}).`
        : "there is no such run folder.",
      hint: names ? "this is not the folder of a finished run." : suggestion(folder, await nearbyRuns(folder)),
    });
  }
}

/** Run folders beside the one that was asked for. */
async function nearbyRuns(folder: string): Promise<string[]> {
  const parent = folder.replace(/[/\\]+[^/\\]*[/\\]*$/, "") || ".";
  const found = await readdir(parent === folder ? "runs" : parent).catch(() => []);
  return found.map((name) => (parent === folder ? join("runs", name) : join(parent, name)));
}
