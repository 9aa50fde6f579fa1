import { readFile, readlink, symlink, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { ModelError } from "../core/index.ts";
import { reason } from "./write.ts";

/** A link that says which process is at work in a run folder: links are made at once or not at all, and take no space. */
export const lockName = ".running";

/** Gives the folder back. */
export type Unlock = () => Promise<void>;

/**
 * Claims a run folder for this process. What a process that is no more has left is taken over; so is what one on another
 * machine has left, for nothing can be known of it.
 *
 * @throws `output-folder` while another process is at work there
 */
export async function lock(folder: string): Promise<Unlock> {
  const path = join(folder, lockName);
  const own = `${hostname()} ${process.pid} ${(await startOf(process.pid)) ?? ""}`;
  const free = (): Promise<void> =>
    unlink(path).catch((error) => {
      if (reason(error) !== "ENOENT") throw error;
    });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await symlink(own, path);
      let freed: Promise<void> | null = null;
      return () => (freed ??= free()); // once: later it may be another's
    } catch (error) {
      if (reason(error) !== "EEXIST") return async () => undefined; // no links here: then there is no lock
    }
    const holder = await readlink(path).catch(() => "");
    if (await isAtWork(holder)) throw busy(folder, holder);
    if ((await readlink(path).catch(() => "")) === holder) await free(); // unless another was faster
  }
  throw busy(folder, await readlink(path).catch(() => ""));
}

async function isAtWork(holder: string): Promise<boolean> {
  const [host, pid, start] = holder.split(" ");
  if (host !== hostname() || !isAlive(Number(pid))) return false;
  return (await startOf(Number(pid))) === (start || null);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return reason(error) === "EPERM";
  }
}

/** When a process began, as Linux tells it, since numbers of processes come again; null where it is not told, or when it has ended. */
async function startOf(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  const [state, ...fields] = line.slice(line.lastIndexOf(")") + 2).split(" "); // behind the name, which may hold anything
  return state === "Z" || state === "X" ? "ended" : (fields[18] ?? null);
}

const busy = (folder: string, holder: string): ModelError =>
  new ModelError({
    code: "output-folder",
    where: folder,
    given: { process: holder.split(" ")[1] ?? "?" },
    rule: "another process is at work in this run.",
    hint: "wait until it has ended, or end it: it keeps what it has learnt",
  });
