import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkRunFile, execute, type RunFile } from "../../src/run/index.ts";
import { prepare } from "../../src/run/prepare.ts";
import { csv } from "../cli/tables.ts";

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

it("learns the same targets in float32 wherever their zero is", async () => {
  const targets = async (zero: number): Promise<number[]> => {
    const source = join(root, `${zero}.csv`);
    await writeFile(
      source,
      csv((_, __, i) => zero + ((7 * i) % 40)),
    );
    const { training } = await prepare(checkRunFile("test", { ...small, data: { source, task: "regression" } }));
    return [...training.y.data];
  };
  const near = await targets(0);
  // The mean of numbers near 2^30 is rounded by 2^-24, of a deviation of about 11.5; a scaled target below 2 by 2^-24.
  const far = await targets(2 ** 30);
  expect(Math.max(...far.map((y, i) => Math.abs(y - near[i]!)))).toBeLessThan(2 ** -22);
});
