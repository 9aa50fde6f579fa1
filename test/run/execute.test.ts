import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkRunFile, execute, type RunFile } from "../../src/run/index.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gradus-run-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const small: RunFile = { data: { source: "iris" }, network: { hidden: [4] }, training: { epochs: 4 } };
const file = checkRunFile("test", small);

it("tells in turn that it is ready, that it starts, and each epoch", async () => {
  const told: string[] = [];
  await execute(file, {
    out: join(root, "run"),
    onReady: () => told.push("ready"),
    onStart: () => told.push("start"),
    onEpoch: ({ epoch }) => told.push(`epoch ${epoch}`),
  });
  expect(told).toEqual(["ready", "start", "epoch 1", "epoch 2", "epoch 3", "epoch 4"]);
});

it("keeps a whole run when it is stopped", async () => {
  const stop = new AbortController();
  const { summary } = await execute(file, {
    out: join(root, "run"),
    signal: stop.signal,
    onEpoch: ({ epoch }) => epoch === 2 && stop.abort(),
  });
  expect(summary).toMatchObject({ stopped: "interrupted", epochs: 2 });
  expect(await readdir(join(root, "run"))).toContain("model.safetensors");
});

it("takes its folder away when it fails before anything was learnt", async () => {
  const failing = (): never => {
    throw new Error("no screen");
  };
  await expect(execute(file, { out: join(root, "a/run"), onStart: failing })).rejects.toThrow("no screen");
  expect(await readdir(root)).toEqual([]);
});

it("seals the same test rows whatever the validation share is", async () => {
  const test = async (validation: number): Promise<unknown> => {
    const run = checkRunFile("test", { ...small, data: { source: "iris", validation } });
    const { prepared } = await execute(run, { out: join(root, String(validation)) });
    return prepared.tables.test.origin;
  };
  expect(await test(0.1)).toEqual(await test(0.4));
});
