import { spawn } from "node:child_process";
import { lstat, mkdtemp, readlink, rm, symlink } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lock } from "../../src/run/lock.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradus-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const link = (): string => join(folder, ".running");
const isThere = (): Promise<boolean> => lstat(link()).then(() => true, () => false); // biome-ignore format: one line

it("a folder is one process's until it gives it back, and giving it back twice takes nothing from the next", async () => {
  const unlock = await lock(folder);
  await expect(lock(folder)).rejects.toMatchObject({ problem: { code: "output-folder", given: { process: `${process.pid}` } } }); // biome-ignore format: one line
  await unlock();
  expect(await isThere()).toBe(false);
  const next = await lock(folder);
  await unlock();
  expect(await isThere()).toBe(true);
  await next();
});

it("what a process that is no more has left is taken over", async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  await symlink(`${hostname()} ${child.pid} `, link());
  if (process.platform !== "linux") await expect(lock(folder)).rejects.toThrow("another process is at work");
  child.kill("SIGKILL");
  await new Promise((resolve) => child.on("close", resolve));
  const unlock = await lock(folder);
  expect(await readlink(link())).toContain(` ${process.pid} `);
  await unlock();
});

it("so is what an earlier process with the same number, or one on another machine, has left", async () => {
  for (const holder of [`${hostname()} ${process.pid} 1`, `elsewhere ${process.pid} 1`, "", "x"]) {
    await symlink(holder || "nothing", link());
    await (await lock(folder))();
    expect(await isThere()).toBe(false);
  }
});

it("of many that ask at once one gets it", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lock(folder)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});
