import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  checkRunFile,
  execute,
  finishedRun,
  inspect,
  type RunFile,
  type RunOptions,
  replay,
} from "../../src/run/index.ts";
import { problemOf } from "../data/problem.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "gradus-replay-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const small: RunFile = { data: { source: "iris" }, network: { hidden: [4] }, training: { epochs: 8 } };
let count = 0;
async function runs(file: RunFile, options: RunOptions = {}): Promise<{ path: string; fingerprint: string }> {
  const path = join(root, String(++count));
  const { summary } = await execute(checkRunFile("test", file), { ...options, out: path });
  return { path, fingerprint: summary.fingerprint };
}

/** Changes a line of the history, or another JSON file of a run. */
async function edit(path: string, name: string, change: (text: string) => string): Promise<void> {
  await writeFile(join(path, name), change(await readFile(join(path, name), "utf8")));
}
const onLine = (n: number, change: (row: never) => object) => (text: string) =>
  text
    .split("\n")
    .map((line, i) =>
      i === n - 1 ? JSON.stringify({ ...JSON.parse(line), ...change(JSON.parse(line) as never) }) : line,
    )
    .join("\n");

describe("a replay is equal, epoch by epoch,", () => {
  const cases: Record<string, RunFile> = {
    "of a classification": small,
    "of a regression": { ...small, data: { source: "franke" } },
    "in f64 on the reference engine": { ...small, precision: "f64", backend: "reference", training: { epochs: 2 } },
    "in f32 on the reference engine": { ...small, backend: "reference", training: { epochs: 2 } },
    "of a run that was stopped early": {
      ...small,
      training: { epochs: 90, learningRate: 0.2, earlyStopping: { patience: 3 } },
    },
    "of no epochs": { ...small, training: { epochs: 0 } },
    "where a figure is no number": { ...small, data: { source: "xor", validation: 0, test: 0, task: "regression" } },
  };

  it.each(Object.entries(cases))("%s", async (_, file) => {
    const { path, fingerprint } = await runs(file);
    const told: number[] = [];
    const result = await replay(path, { onEpoch: ({ epoch }) => told.push(epoch) });
    expect(result).toMatchObject({ run: path, equal: true, difference: null, changes: [] });
    expect(result.fingerprint).toEqual({ recorded: fingerprint, now: fingerprint });
    expect(told).toEqual(Array.from({ length: result.epochs }, (_, i) => i + 1));
  });

  it("of a run that was broken off, as far as it came, and of one that went on", async () => {
    const stop = new AbortController();
    const onEpoch: RunOptions["onEpoch"] = ({ epoch }) => epoch === 3 && stop.abort();
    const { path, fingerprint } = await runs(small, { signal: stop.signal, onEpoch });
    const broken = { equal: true, epochs: 3, fingerprint: { recorded: null, now: null } };
    expect(await replay(path)).toMatchObject(broken);
    await rm(join(path, "summary.json")); // killed
    expect(await replay(path)).toMatchObject(broken);
    const { summary } = await execute(checkRunFile("test", small), { resume: path });
    expect(summary.fingerprint).not.toBe(fingerprint);
    expect(await replay(path)).toMatchObject({ equal: true, epochs: 8, fingerprint: { now: summary.fingerprint } });
  });

  it("of a run that diverged", async () => {
    const path = join(root, "diverged");
    const training = { epochs: 30, optimizer: "sgd", learningRate: 3 } as const;
    const file = {
      ...small,
      data: { source: "franke" },
      network: { hidden: [8], activation: "relu" },
      training,
    } as const;
    const error = await execute(checkRunFile("test", file), { out: path }).catch((e: Error) => e.message);
    expect(error).toContain("diverged");
    expect(await replay(path)).toMatchObject({ equal: true, difference: null });
  });
});

describe("a replay names the first difference:", () => {
  it("a figure of an epoch", async () => {
    const { path } = await runs(small);
    await edit(
      path,
      "history.jsonl",
      onLine(5, ({ loss }: { loss: object }) => ({ loss: { ...loss, validation: 0.25 } })),
    );
    const { difference, equal, epochs } = await replay(path);
    expect([equal, epochs]).toEqual([false, 4]);
    expect(difference).toMatchObject({ epoch: 5, what: "loss.validation", recorded: 0.25, now: expect.any(Number) });
  });

  it("parameters of an epoch, and those in the end", async () => {
    const { path, fingerprint } = await runs(small);
    await edit(path, "summary.json", (text) => text.replace(fingerprint, "0123456789abcdef"));
    expect((await replay(path)).difference).toEqual({ epoch: null, what: "parameters", recorded: "0123456789abcdef", now: fingerprint }); // biome-ignore format: one line
    await edit(
      path,
      "history.jsonl",
      onLine(2, () => ({ fingerprint: "0123456789abcdef" })),
    );
    expect((await replay(path)).difference).toMatchObject({
      epoch: 2,
      what: "parameters",
      recorded: "0123456789abcdef",
    });
  });

  it("another setting: from the first epoch on", async () => {
    const { path } = await runs(small);
    await edit(path, "run.json", (text) => text.replace('"seed": 0', '"seed": 1'));
    expect(await replay(path)).toMatchObject({ equal: false, epochs: 0, difference: { epoch: 1 }, changes: [] });
  });

  it("another end", async () => {
    const { path } = await runs(small);
    await edit(path, "run.json", (text) => text.replace('"epochs": 8', '"epochs": 6'));
    const fewer = { epoch: 7, what: "end", recorded: "goes on", now: "epochs" };
    expect(await replay(path)).toMatchObject({ equal: false, epochs: 6, difference: fewer });
    await edit(path, "run.json", (text) => text.replace('"epochs": 6', '"epochs": 9'));
    const more = { epoch: 9, what: "end", recorded: "epochs", now: "goes on" };
    expect(await replay(path)).toMatchObject({ equal: false, epochs: 8, difference: more });
  });
});

it("a replay tells that the model in the folder is not the one that was learnt, or is damaged", async () => {
  const { path, fingerprint } = await runs(small);
  const other = await runs({ ...small, seed: 1 });
  for (const name of ["model.json", "model.safetensors"]) await cp(join(other.path, name), join(path, name));
  const exchanged = { what: "model", recorded: fingerprint, now: other.fingerprint };
  expect(await replay(path)).toMatchObject({ equal: true, changes: [exchanged] });
  await rm(join(path, "model.json"));
  expect(await replay(path)).toMatchObject({ equal: true, changes: [{ ...exchanged, now: null }] });
});

it("a run that was broken off in its first epoch has nothing to compare with", async () => {
  const { path } = await runs(small, { signal: AbortSignal.abort() });
  const { code, rule } = await problemOf(() => replay(path));
  expect([code, rule]).toEqual(["file-missing", expect.stringContaining("ended before its first epoch was recorded")]);
});

it("a damaged summary is refused by replay and inspect, and a cut history by finishedRun", async () => {
  const { path } = await runs(small);
  await edit(path, "history.jsonl", (text) => text.split("\n").slice(0, 3).join("\n")); // the last of them has no end
  expect((await inspect(path)).notes).toEqual(["only 2 of 8 epochs can be read from history.jsonl: it is damaged"]);
  expect(await problemOf(() => finishedRun(path))).toMatchObject({
    code: "file-format",
    where: `${path}/history.jsonl`,
  });
  for (const [content, code] of [
    ["", "file-empty"],
    ['{ "data": {', "file-format"],
    ["{}", "file-format"],
    ["null", "file-format"],
  ] as const) {
    await edit(path, "summary.json", () => content);
    for (const look of [replay, inspect, finishedRun])
      expect(await problemOf(() => look(path))).toMatchObject({
        code,
        where: expect.stringContaining(`${path}/summary.json`),
      });
  }
});

it("a replay tells what is not as it was: data, versions, the machine, also where a run went on", async () => {
  const csv = join(root, "data.csv");
  await writeFile(csv, `a,y\n${Array.from({ length: 30 }, (_, i) => `${i},${(3 * i) % 7}`).join("\n")}\n`);
  const { path } = await runs({ ...small, data: { source: csv } });
  await execute(checkRunFile("test", JSON.parse(await readFile(join(path, "run.json"), "utf8"))), { resume: path });
  await writeFile(csv, (await readFile(csv, "utf8")).replace("\n7,0", "\n7,1"));
  await edit(path, "run.json", (text) => {
    const file = JSON.parse(text);
    file.written.versions.node = "20.0.0";
    file.written.resumed[0].machine.processor = "abacus";
    return JSON.stringify(file);
  });
  const { equal, changes, difference } = await replay(path);
  expect([equal, difference?.epoch]).toEqual([false, 1]);
  expect(changes).toEqual([
    { what: "data", recorded: expect.stringMatching(/^[0-9a-f]{16}$/), now: expect.stringMatching(/^[0-9a-f]{16}$/) },
    { what: "node", recorded: "20.0.0", now: process.versions.node },
    { what: "processor", recorded: "abacus", now: expect.any(String) },
  ]);
});

it("a run that is not there, or has nothing to compare with, is refused", async () => {
  await expect(replay(join(root, "nowhere"))).rejects.toMatchObject({ problem: { code: "file-missing" } });
  const { path } = await runs(small);
  await rm(join(path, "summary.json"));
  await writeFile(join(path, "history.jsonl"), "");
  await expect(replay(path)).rejects.toThrow("there is nothing to compare with.");
});
