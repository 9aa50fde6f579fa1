import { type StdioOptions, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { cp, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bin, contents, folderWith, gradus } from "./command.ts";
import { binary } from "./tables.ts";

/** A small file system in memory; needs the right to mount one. */
async function smallDisk(kilobytes: number): Promise<{ path: string; free(): void } | undefined> {
  const path = await folderWith();
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "none", path]);
  return status === 0 ? { path, free: () => void spawnSync("umount", [path]) } : undefined;
}

const flags = ["data.csv", "--epochs", "80", "--hidden", "200,50"];
/** What a run writes, in this order. */
const written = ["run.json", "history.jsonl", "model.safetensors", "model.json", "predictions.csv", "report.html"];
/** Kilobytes of a page, of which a file takes whole ones. */
const page = 4;

/** Size of a disk on which the files in front of this one fit, and half of it: its times need not have as many digits again. */
async function justTooSmall(run: string, at: string): Promise<number> {
  const pages = async (name: string): Promise<number> => Math.ceil((await stat(join(run, name))).size / (1024 * page));
  const before = await Promise.all(written.slice(0, written.indexOf(at)).map(pages));
  return page * (before.reduce((a, b) => a + b, 1) + Math.ceil((await pages(at)) / 2)); // one for the lock
}

it.each([
  ["history.jsonl", ["history.jsonl", "run.json"]],
  ["model.safetensors", ["history.jsonl", "run.json"]],
  ["report.html", ["history.jsonl", "model.json", "model.safetensors", "predictions.csv", "run.json"]],
] as const)("a disk that is full at %s: exit status 1, and the files before are whole", async (at, files) => {
  const cwd = await folderWith({ "data.csv": binary });
  expect((await gradus(["train", ...flags, "--out", "whole"], { cwd })).status).toBe(0);
  const disk = await smallDisk(await justTooSmall(join(cwd, "whole"), at));
  if (!disk) return console.warn("skipped: no file system can be mounted here");
  try {
    const run = join(disk.path, "run");
    const { status, stderr } = await gradus(["train", ...flags, "--out", run], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain(`${join(run, at)}: the file cannot be written: the disk is full (ENOSPC).`);
    expect(await contents(run)).toEqual(files);
    const lines = (await readFile(join(run, "history.jsonl"), "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).epoch)).toEqual(lines.map((_, i) => i + 1));
    expect(JSON.parse(await readFile(join(run, "run.json"), "utf8")).version).toBe(1);
  } finally {
    disk.free();
  }
});

it("a disk that is full at a checkpoint: exit status 1, and the run goes on from the one before when there is space", async () => {
  const disk = await smallDisk(96);
  if (!disk) return console.warn("skipped: no file system can be mounted here");
  try {
    const cwd = await folderWith({ "data.csv": binary });
    const many = ["data.csv", "--epochs", "300", "--hidden", "40", "--checkpoint", "4"];
    const run = join(disk.path, "run");
    const { status, stderr } = await gradus(["train", ...many, "--out", run], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain("the file cannot be written: the disk is full (ENOSPC).");
    expect(stderr).toContain(`then go on: gradus train --resume ${run}`);
    expect(await contents(run)).toEqual([
      "checkpoint",
      "checkpoint/checkpoint-0.safetensors",
      "checkpoint/checkpoint-1.safetensors",
      "history.jsonl",
      "run.json",
    ]);
    await cp(run, join(cwd, "moved"), { recursive: true });
    const again = await gradus(["train", "--resume", "moved"], { cwd });
    expect(again.stdout).toMatch(/^run +moved goes on after \d+ epochs$/m);
    const whole = await gradus(["train", ...many, "--out", "whole"], { cwd });
    const fingerprint = async (name: string): Promise<string> =>
      JSON.parse(await readFile(join(cwd, name, "summary.json"), "utf8")).fingerprint;
    expect(whole.status).toBe(0);
    expect(await fingerprint("moved")).toBe(await fingerprint("whole"));
  } finally {
    disk.free();
  }
});

it("a full disk behind standard output: exit status 1, one message, and the run is kept", async () => {
  if (!existsSync("/dev/full")) return console.warn("skipped: no device here is always full");
  const cwd = await folderWith({ "data.csv": binary });
  const full = (args: readonly string[]) => {
    const disk = openSync("/dev/full", "w");
    const stdio: StdioOptions = ["ignore", disk, "pipe"];
    const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd, stdio, encoding: "utf8" });
    closeSync(disk);
    return { status, stderr };
  };
  const refused = "standard output: what is printed cannot be written: the disk is full (ENOSPC).";
  const trained = full(["train", "data.csv", "--epochs", "3", "--out", "run"]);
  expect([trained.status, trained.stderr]).toEqual([1, expect.stringContaining(refused)]);
  const predicted = full(["predict", "run"]);
  expect([predicted.status, predicted.stderr]).toEqual([
    1,
    expect.stringMatching(/^standard output: .*\n {2}hint .*\n {2}see .*\n$/),
  ]);
  expect((await gradus(["replay", "run"], { cwd })).status).toBe(0);
});
