import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrainSummary } from "../../src/report/input.ts";
import { checkRunFile, execute, type RunFile, type RunOptions, recordedFile } from "../../src/run/index.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "gradus-resume-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
const place = (): string => join(root, String(++count));

type Training = NonNullable<RunFile["training"]>;
const fileOf = (source: string, training: Training): RunFile => ({
  data: { source },
  network: { hidden: [4] },
  training,
  checkpoint: { every: 5 },
});

/** Runs it; a run that goes on takes its run file from its folder, and what is given here over that. */
async function run(file: RunFile, options: RunOptions): Promise<TrainSummary> {
  return (await execute(checkRunFile("test", file), options)).summary;
}
async function goOn(path: string, change: RunFile = {}, options: RunOptions = {}): Promise<TrainSummary> {
  const before = await recordedFile(path);
  const data = { ...before.data, ...change.data };
  const network = { ...before.network, ...change.network };
  const training = { ...before.training, ...change.training };
  return run({ ...before, ...change, data, network, training }, { ...options, resume: path });
}

const lines = async (path: string): Promise<string[]> =>
  (await readFile(join(path, "history.jsonl"), "utf8")).trimEnd().split("\n");
/** The history without what takes time. */
const history = async (path: string): Promise<unknown[]> =>
  (await lines(path)).map((line) => ({ ...JSON.parse(line), seconds: 0, rowsPerSecond: 0 }));

describe("a run that goes on", () => {
  it.each([
    "iris",
    "breast-cancer",
    "franke",
  ])("with more epochs ends where these would have led at once: %s", async (source) => {
    const earlyStopping = { patience: 40 };
    const [path, whole] = [place(), place()];
    await run(fileOf(source, { epochs: 12, earlyStopping }), { out: path });
    const told: (number | null)[] = [];
    const { fingerprint, best, epochs, steps, seconds } = await goOn(path, { training: { epochs: 30 } }, { command: "again", onStart: (_, from) => told.push(from) }); // biome-ignore format: one line
    const summary = await run(fileOf(source, { epochs: 30, earlyStopping }), { out: whole });
    expect({ fingerprint, best, epochs, steps }).toEqual({ fingerprint: summary.fingerprint, best: summary.best, epochs: 30, steps: summary.steps }); // biome-ignore format: one line
    expect(told).toEqual([12]);
    expect(await history(path)).toEqual(await history(whole));
    expect(await readFile(join(path, "predictions.csv"))).toEqual(await readFile(join(whole, "predictions.csv")));
    const clock = (await lines(path)).map((line) => (JSON.parse(line) as { seconds: number }).seconds);
    expect(clock).toEqual([...clock].sort((a, b) => a - b)); // what was spent before the pause counts, whatever a step takes
    expect(seconds.training).toBeGreaterThanOrEqual(clock.at(-1)!);
    expect(seconds.total).toBeGreaterThanOrEqual(seconds.training);
    const { training, written } = JSON.parse(await readFile(join(path, "run.json"), "utf8"));
    expect(training.epochs).toBe(30);
    expect(written.resumed).toMatchObject([{ epoch: 12, command: "again" }]);
  });

  it("that was finished ends where it was", async () => {
    const path = place();
    const first = await run(fileOf("iris", { epochs: 12 }), { out: path });
    const rows = await lines(path);
    expect(await goOn(path)).toMatchObject({ fingerprint: first.fingerprint, stopped: "epochs", epochs: 12 });
    expect(await lines(path)).toEqual(rows);
  });

  it("that was finished is not trained for fewer epochs, with a checkpoint or without", async () => {
    for (const checkpoint of [{ every: 5 }, false] as const) {
      const path = place();
      const { fingerprint } = await run({ ...fileOf("iris", { epochs: 12 }), checkpoint }, { out: path });
      await expect(goOn(path, { training: { epochs: 8 } })).rejects.toThrow("this run has gone further than 8 epochs.");
      expect(JSON.parse(await readFile(join(path, "summary.json"), "utf8"))).toMatchObject({ fingerprint, epochs: 12 });
    }
  });

  it("that was stopped early ends at once, or goes on with more patience", async () => {
    const training = { epochs: 60, learningRate: 0.2, earlyStopping: { metric: "accuracy", patience: 4 } };
    const [path, whole] = [place(), place()];
    const first = await run(fileOf("iris", training), { out: path });
    expect(first.stopped).toBe("early");
    expect(await goOn(path)).toMatchObject({ fingerprint: first.fingerprint, epochs: first.epochs, best: first.best });
    const patient = { ...training, earlyStopping: { metric: "accuracy", patience: 9 } };
    const { fingerprint, epochs } = await goOn(path, { training: patient });
    expect(await run(fileOf("iris", patient), { out: whole })).toMatchObject({ fingerprint, epochs });
    expect(epochs).toBeGreaterThan(first.epochs);
  });

  it("of which nothing was kept begins anew", async () => {
    const path = place();
    const file = { ...fileOf("iris", { epochs: 12 }), checkpoint: false as const };
    const first = await run(file, { out: path });
    expect(await readdir(path)).not.toContain("checkpoint");
    const told: (number | null)[] = [];
    const summary = await goOn(path, {}, { onStart: (_, from) => told.push(from) });
    expect(told).toEqual([null]);
    expect(summary.fingerprint).toBe(first.fingerprint);
    expect(await lines(path)).toHaveLength(12);
  });

  it("passes over a damaged checkpoint, and lines of the history that are damaged or too many", async () => {
    const path = place();
    const { fingerprint } = await run(fileOf("iris", { epochs: 12 }), { out: path });
    const rows = await lines(path);
    const newest = join(path, "checkpoint/checkpoint-1.safetensors"); // of epochs 5, 10, 12 the third
    await writeFile(newest, (await readFile(newest)).subarray(0, 900));
    await writeFile(join(path, "history.jsonl"), `${rows.join("\n")}\n{"epoch":13,"los`);
    const told: (number | null)[] = [];
    const onStart: RunOptions["onStart"] = (_, from) => told.push(from);
    expect((await goOn(path, {}, { onStart })).fingerprint).toBe(fingerprint);
    expect(await lines(path)).toHaveLength(12);
    // A history shorter than the latest checkpoint: then an earlier one, or none.
    await writeFile(join(path, "history.jsonl"), `${rows.slice(0, 10).join("\n")}\n`);
    expect((await goOn(path, {}, { onStart })).fingerprint).toBe(fingerprint);
    await writeFile(join(path, "history.jsonl"), `${rows.slice(0, 3).join("\n")}\n`);
    expect((await goOn(path, {}, { onStart })).fingerprint).toBe(fingerprint);
    expect(told).toEqual([10, 10, null]);
    expect((await history(path)).length).toBe(12);
  });

  it("may find its data elsewhere", async () => {
    const [path, csv, moved] = [place(), `${place()}.csv`, `${place()}.csv`];
    await writeFile(csv, `a,y\n${Array.from({ length: 30 }, (_, i) => `${i},${(3 * i) % 7}`).join("\n")}\n`);
    const { fingerprint } = await run(fileOf(csv, { epochs: 12 }), { out: path });
    await rename(csv, moved);
    await expect(goOn(path)).rejects.toMatchObject({ problem: { code: "file-missing" } });
    expect((await goOn(path, { data: { source: moved } })).fingerprint).toBe(fingerprint);
    await writeFile(moved, (await readFile(moved, "utf8")).replace("5,", "5.5,"));
    await expect(goOn(path, { data: { source: moved } })).rejects.toMatchObject({ problem: { code: "data-changed" } });
  });

  it("adds to the log of who opened the test part", async () => {
    const path = place();
    await run(fileOf("iris", { epochs: 6 }), { out: path, final: true });
    await goOn(path, {}, { final: true });
    expect((await readFile(join(path, "test-openings.jsonl"), "utf8")).trimEnd().split("\n")).toHaveLength(2);
  });

  it("of another version may have been compiled otherwise; named differences still count", async () => {
    const path = place();
    const { fingerprint } = await run(fileOf("iris", { epochs: 12 }), { out: path });
    const file = JSON.parse(await readFile(join(path, "run.json"), "utf8"));
    file.written.versions.gradus = "0.0.0";
    delete file.data.missing; // a setting that it did not know
    await writeFile(join(path, "run.json"), JSON.stringify(file));
    expect((await goOn(path)).fingerprint).toBe(fingerprint);
    await expect(goOn(path, { seed: 1 })).rejects.toMatchObject({ problem: { where: "seed" } });
  });
});

describe("a run does not go on as another, and stays as it is:", () => {
  let path = "";
  beforeAll(async () => {
    path = place();
    await run(fileOf("iris", { epochs: 12 }), { out: path });
  });

  it.each<[string, RunFile, string, string]>([
    ["network.hidden", { network: { hidden: [5] } }, "[4]", "[5]"],
    ["network.activation", { network: { activation: "tanh" } }, '["relu"]', '["tanh"]'],
    ["training.optimizer", { training: { optimizer: "sgd" } }, '"adam"', '"sgd"'],
    ["training.batchSize", { training: { batchSize: 7 } }, "32", "7"],
    ["training.earlyStopping.metric", { training: { earlyStopping: {} } }, "nothing", '"loss"'],
    ["seed", { seed: 3 }, "0", "3"],
    ["data.test", { data: { test: 0.3 } }, "0.2", "0.3"],
    ["precision", { precision: "f64" }, '"f32"', '"f64"'],
  ])("%s", async (where, change, was, now) => {
    const files = await Promise.all((await readdir(path)).map((name) => readFile(join(path, name)).catch(() => null)));
    await expect(goOn(path, change)).rejects.toMatchObject({
      problem: { code: "resume-mismatch", where, given: { [`in ${path}`]: was, now } },
    });
    const after = await Promise.all((await readdir(path)).map((name) => readFile(join(path, name)).catch(() => null)));
    expect(after).toEqual(files);
  });

  it("fewer epochs than are done, another data set, a run that is not there", async () => {
    await expect(goOn(path, { training: { epochs: 7 } })).rejects.toThrow("this run has gone further than 7 epochs.");
    await expect(goOn(path, { data: { source: "franke" } })).rejects.toThrow();
    await expect(run(fileOf("iris", {}), { resume: place() })).rejects.toThrow("there is no such run folder.");
  });

  it("numbers of another network under the same run file", async () => {
    const [copy, other] = [place(), place()];
    await cp(path, copy, { recursive: true });
    await run({ ...fileOf("iris", { epochs: 12 }), network: { hidden: [7] } }, { out: other });
    await rm(join(copy, "checkpoint"), { recursive: true });
    await cp(join(other, "checkpoint"), join(copy, "checkpoint"), { recursive: true });
    await expect(goOn(copy)).rejects.toMatchObject({ problem: { code: "resume-mismatch", where: "network" } });
  });
});
