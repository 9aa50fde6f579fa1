import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bin, contents, folderWith, gradus, type Outcome } from "./command.ts";
import { binary } from "./tables.ts";

const small = ["data.csv", "--hidden", "4", "--epochs", "12"];
const json = async (path: string): Promise<{ fingerprint: string }> => JSON.parse(await readFile(path, "utf8"));
const train = (cwd: string, ...args: string[]): Promise<Outcome> => gradus(["train", ...args], { cwd });

it("one and the same command begins a run, goes on with it, and finds it finished", async () => {
  const cwd = await folderWith({ "data.csv": binary });
  const command = [...small, "--checkpoint", "5", "--out", "run", "--resume"];
  expect((await train(cwd, ...command)).stdout).not.toMatch(/^run +run goes on/m);
  const { fingerprint } = await json(join(cwd, "run/summary.json"));
  expect((await train(cwd, ...command)).stdout).toMatch(/^run +run goes on after 12 epochs$/m);
  const more = await train(cwd, "--resume", "run", "--epochs", "15", "--json");
  expect(JSON.parse(more.stdout)).toMatchObject({ epochs: 15, stopped: "epochs", run: "run" });
  expect(JSON.parse(more.stdout).fingerprint).not.toBe(fingerprint);
});

it("--resume alone goes on with the latest run that is not finished", async () => {
  const cwd = await folderWith({ "data.csv": binary });
  await train(cwd, ...small, "--out", "runs/one");
  await train(cwd, ...small, "--out", "runs/two");
  expect((await train(cwd, "--resume")).stdout).toMatch(/^run +runs\/two begins anew: no epoch of it was kept$/m);
  await rm(join(cwd, "runs/one/summary.json"));
  expect((await train(cwd, "--resume")).stdout).toMatch(/^run +runs\/one begins anew/m);
});

describe.concurrent("refused before anything is written:", () => {
  it.each([
    [["--resume"], "there is no run under runs/ to go on with."],
    [["--resume", "run"], "run: there is no such run folder."],
    [["iris", "--resume", "run", "--out", "elsewhere"], "--out: a run goes on in its own folder."],
    [["iris", "--checkpoint", "0"], "--checkpoint: must be a whole number from 1 on."],
    [["iris", "--checkpoint", "2.5"], "--checkpoint: must be a whole number from 1 on."],
    [["iris", "--checkpoint=-1s"], "--checkpoint: must be a number from 0 on."],
    [["iris", "--checkpoint", "often"], "--checkpoint: must be a whole number."],
  ])("%j", async (args, message) => {
    const cwd = await folderWith();
    const { status, stderr } = await train(cwd, ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(await contents(cwd)).toEqual([]);
  });
});

it("--checkpoint takes seconds, and none", async () => {
  const cwd = await folderWith({ "data.csv": binary });
  await train(cwd, ...small, "--checkpoint", "0s", "--out", "often");
  expect(await contents(join(cwd, "often/checkpoint"))).toContain("checkpoint-1.safetensors");
  expect(await json(join(cwd, "often/run.json"))).toMatchObject({ checkpoint: { seconds: 0 } });
  await train(cwd, ...small, "--checkpoint", "none", "--out", "never");
  expect(await contents(join(cwd, "never"))).not.toContain("checkpoint");
  expect(await json(join(cwd, "never/run.json"))).toMatchObject({ checkpoint: false });
});

it("Ctrl-C keeps what is needed to go on to the same end, and says how", async () => {
  const cwd = await folderWith({ "data.csv": binary });
  const long = ["data.csv", "--hidden", "4", "--epochs", "2000"];
  let sent = false;
  const { status, stderr } = await gradus(["train", ...long, "--out", "run"], {
    cwd,
    watch: (text, kill) => {
      if (sent || !text.includes("epoch")) return;
      sent = true;
      kill("SIGINT");
    },
  });
  expect(status).toBe(130);
  expect(stderr).toContain("to go on: gradus train --resume run\n");
  const again = await train(cwd, "--resume", "run", "--json");
  const whole = await train(cwd, ...long, "--json");
  expect(JSON.parse(again.stdout).fingerprint).toBe(JSON.parse(whole.stdout).fingerprint);
  const lines = (await readFile(join(cwd, "run/history.jsonl"), "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).epoch)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
});

it("a run whose terminal is closed is kept, though nothing can be told any more", async () => {
  const cwd = await folderWith({ "data.csv": binary });
  const long = ["train", "data.csv", "--hidden", "4", "--epochs", "100000", "--out", "closed"];
  const closed = spawn(process.execPath, [bin, ...long], { cwd });
  closed.stderr.once("data", () => {
    closed.stderr.destroy();
    closed.stdout.destroy();
    closed.kill("SIGHUP");
  });
  expect(await new Promise((resolve) => closed.on("close", resolve))).toBe(130);
  expect(await contents(join(cwd, "closed"))).toContain("checkpoint/checkpoint-1.safetensors");
  expect(await json(join(cwd, "closed/summary.json"))).toMatchObject({ stopped: "interrupted" });
});
