import { type FileHandle, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "../core/index.ts";
import type { Sink, Source } from "../training/index.ts";

/** What the system calls an error. */
export const reason = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

const inWords: Readonly<Record<string, string>> = {
  EACCES: "you may not write here",
  EPERM: "you may not write here",
  EROFS: "the file system is read-only",
  EEXIST: "there is a file of that name",
  EISDIR: "there is a folder of that name",
  ENOTDIR: "a part of this path is a file, not a folder",
  ENOENT: "no folder can be made here",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is full",
};

/** The same in words. */
export const cause = (error: unknown): string => {
  const code = reason(error);
  return inWords[code] ? `${inWords[code]} (${code})` : code;
};

/** Runs a file operation; what the system refuses becomes an error of ours. */
export async function guarded<T>(where: string, operation: () => Promise<T>): Promise<T> {
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

/**
 * Writes a file aside, syncs it and renames it, so that at any moment the file of that name is whole: the old one or the new.
 *
 * @throws `file-write` when the system refuses; nothing is left behind
 */
export function writeWhole(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const aside = join(folder, `.${name}.part`);
  return guarded(join(folder, name), async () => {
    try {
      const file = await open(aside, "w");
      try {
        await writeAll(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
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

/** In as few turns of the event loop as the system allows: training is at work meanwhile. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, Math.min(bytes.length - at, 2 ** 30));
    at += bytesWritten;
  }
}

/** Makes the names in a folder last, where the system can do that. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null); // Windows opens no folders
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** Keeps files in a folder, which is made when it is needed; each is whole at any moment, and lasts once it is there. */
export const sinkInto =
  (folder: string): Sink =>
  async (name, bytes) => {
    await guarded(folder, () => mkdir(folder, { recursive: true }));
    await writeWhole(folder, name, bytes);
    await syncFolder(folder);
  };

/** Gives files of a folder back. */
export const sourceIn =
  (folder: string): Source =>
  async (name) => {
    try {
      return await readFile(join(folder, name));
    } catch (error) {
      if (reason(error) === "ENOENT") return null;
      throw new ModelError({
        code: "file-missing",
        where: join(folder, name),
        rule: `the file cannot be read: ${cause(error)}.`,
      });
    }
  };
