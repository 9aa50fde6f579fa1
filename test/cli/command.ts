import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";

/** The repository. */
export const root = join(import.meta.dirname, "../..");
export const bin = join(root, "bin/gradus.js");

const stamp = join(root, "dist/.tsbuildinfo");
const lock = join(root, "dist/.building");

function stale(): boolean {
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  return sources.some((file) => statSync(join(root, "src", file)).mtimeMs > built);
}

/** Builds what the command runs on, if sources have changed since; of several test files, one builds and the others wait. */
async function build(): Promise<void> {
  mkdirSync(dirname(lock), { recursive: true });
  while (stale()) {
    try {
      mkdirSync(lock);
    } catch {
      await pause(100);
      continue;
    }
    try {
      const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
      run(join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json");
      run(join(root, "scripts/bundle.mjs"));
      utimesSync(stamp, new Date(), new Date());
    } finally {
      rmdirSync(lock);
    }
  }
}

/** What a command did. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Spawned {
  readonly cwd: string;
  /** What comes in on standard input; nothing when left out. */
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly env?: Readonly<Record<string, string>>;
  /** Called at once, with a function that sends a signal. */
  readonly started?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with all of standard error so far, and a function that sends a signal. */
  readonly watch?: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs the real command. */
export async function gradus(args: readonly string[], { cwd, input, env, started, watch }: Spawned): Promise<Outcome> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "", ...env },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  started?.((signal) => child.kill(signal));
  let [stdout, stderr] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    watch?.(stderr, (signal) => child.kill(signal));
  });
  if (input !== undefined) await feed(child.stdin!, input);
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, stdout, stderr };
}

type Stdin = NonNullable<ReturnType<typeof spawn>["stdin"]>;

/** Writes until the reader has had enough. */
async function feed(stdin: Stdin, input: NonNullable<Spawned["input"]>): Promise<void> {
  if (typeof input === "string" || input instanceof Uint8Array) {
    stdin.on("error", () => undefined).end(input);
    return;
  }
  const gone = new Promise<"gone">((resolve) => {
    stdin.on("error", () => resolve("gone")).on("close", () => resolve("gone"));
  });
  for await (const piece of input) {
    if (stdin.write(piece)) continue;
    const drained = new Promise<"drained">((resolve) => stdin.once("drain", () => resolve("drained")));
    if ((await Promise.race([drained, gone])) === "gone") return;
  }
  stdin.end();
}

/** Files by name; a name may have folders in it. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

const folders: string[] = [];

/** A new folder with files, taken away when the tests of the file are over. */
export async function folderWith(files: Files = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gradus-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** Everything in a folder, sorted. */
export const contents = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).sort();

beforeAll(build, 120_000);
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});
