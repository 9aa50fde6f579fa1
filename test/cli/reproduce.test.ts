import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contents, folderWith, gradus } from "./command.ts";
import { binary, brief, csv, multiclass, regression } from "./tables.ts";

/** An object out of a JSON file. */
type Json = Readonly<Record<string, unknown>>;

const json = async (path: string): Promise<Json> => JSON.parse(await readFile(path, "utf8"));

describe.concurrent("predictions in another process are those of the run, bit by bit:", () => {
  const tables = { binary, multiclass, regression };
  const cases = Object.keys(tables).flatMap((task) => ["f32", "f64"].map((precision) => [task, precision] as const));

  it.each(cases)("%s in %s", async (task, precision) => {
    const cwd = await folderWith({ "data.csv": tables[task as keyof typeof tables] });
    await gradus(["train", "data.csv", ...brief, "--precision", precision, "--quiet", "--out", "run"], { cwd });
    const kept = (await readFile(join(cwd, "run/predictions.csv"), "utf8")).trimEnd().split("\n");
    const withoutTarget = kept.map((line) => line.split(",").toSpliced(1, 1).join(","));
    expect(withoutTarget.length).toBeGreaterThan(5);

    const all = (await gradus(["predict", "run", "data.csv"], { cwd })).stdout.trimEnd().split("\n");
    expect(all).toHaveLength(41);
    expect(withoutTarget.map((line) => (line.startsWith("row") ? all[0] : all[Number.parseInt(line, 10)]))).toEqual(
      withoutTarget,
    );
    const own = await gradus(["predict", "run"], { cwd });
    expect(own.stdout).toBe(`${withoutTarget.join("\n")}\n`);

    const { loss } = await json(join(cwd, "run/summary.json"));
    const evaluated = JSON.parse((await gradus(["evaluate", "run", "--json"], { cwd })).stdout);
    expect(loss).toMatchObject({ validation: evaluated.loss });
  });
});

describe("a run", () => {
  const train = async (cwd: string, ...flags: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await gradus(["train", ...flags, "--json"], { cwd })).stdout);

  it("has the same fingerprint again, another with another seed, and the same from its run file", async () => {
    const cwd = await folderWith({ "data.csv": multiclass });
    const data = ["data.csv", ...brief];
    const [first, second, other] = await Promise.all([
      train(cwd, ...data, "--out", "run"),
      train(cwd, ...data),
      train(cwd, ...data, "--seed", "1"),
    ]);
    expect(second["fingerprint"]).toBe(first["fingerprint"]);
    expect(other["fingerprint"]).not.toBe(first["fingerprint"]);
    const replayed = await train(cwd, "--config", "run/run.json", "--out", "again");
    expect(replayed["fingerprint"]).toBe(first["fingerprint"]);
    expect(await readFile(join(cwd, "again/predictions.csv"))).toEqual(
      await readFile(join(cwd, "run/predictions.csv")),
    );
  });

  it("records --reproducible, and keeps it when it is repeated", async () => {
    const cwd = await folderWith({ "data.csv": binary });
    const first = await train(cwd, "data.csv", ...brief, "--reproducible", "--out", "run");
    expect(await json(join(cwd, "run/run.json"))).toMatchObject({ reproducible: true });
    const replayed = await train(cwd, "--config", "run/run.json", "--out", "again");
    expect(replayed["fingerprint"]).toBe(first["fingerprint"]);
    expect(await json(join(cwd, "again/run.json"))).toMatchObject({ reproducible: true });
  });

  it("says so when it is repeated on data that have changed", async () => {
    const cwd = await folderWith({ "data.csv": binary });
    await gradus(["train", "data.csv", ...brief, "--quiet", "--out", "run"], { cwd });
    await writeFile(
      join(cwd, "data.csv"),
      csv((a, b) => Number(a + b > 0.1)),
    );
    const { status, stdout } = await gradus(["train", "--config", "run/run.json"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^note +the data have changed since the run file was written: hash [0-9a-f]{16} then, /m);
  });

  it("never shares a folder with one of the same second", async () => {
    const cwd = await folderWith();
    const runs = await Promise.all([1, 2, 3].map(() => train(cwd, "xor", "--epochs", "1")));
    expect(new Set(runs.map((run) => run["run"])).size).toBe(3);
    expect((await contents(join(cwd, "runs"))).filter((name) => name.endsWith("run.json"))).toHaveLength(3);
  });
});

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

describe("a run folder", () => {
  it("holds everything that the interface names, each file well formed", async () => {
    const cwd = await folderWith({ "data.csv": binary });
    const flags = ["--epochs", "5", "--hidden", "4", "--missing", "mean", "--out", "deep/down/run"];
    await gradus(["train", "data.csv", ...flags, "--quiet"], { cwd });
    const run = join(cwd, "deep/down/run");
    expect(await contents(run)).toEqual([
      "history.jsonl",
      "model.json",
      "model.safetensors",
      "predictions.csv",
      "report.html",
      "run.json",
      "summary.json",
    ]);

    const history = (await readFile(join(run, "history.jsonl"), "utf8")).trimEnd().split("\n");
    expect(history.map((line) => JSON.parse(line).epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(Object.keys(JSON.parse(history[0]!)).sort()).toEqual(
      [
        "epoch",
        "fingerprint",
        "layers",
        "learningRate",
        "loss",
        "metrics",
        "objective",
        "rowsPerSecond",
        "seconds",
        "steps",
      ].sort(),
    );

    expect(await json(join(run, "run.json"))).toEqual({
      version: 1,
      data: {
        source: "data.csv",
        target: "y",
        task: "binary",
        scale: "standard",
        missing: "mean",
        validation: 0.2,
        test: 0.2,
        hash: expect.stringMatching(/^[0-9a-f]{16}$/),
        testHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      network: { hidden: [4], activation: ["relu"], output: "identity" },
      training: {
        loss: "logisticLoss",
        optimizer: "adam",
        learningRate: 0.001,
        epochs: 5,
        batchSize: 32,
        l1: 0,
        l2: 0,
      },
      seed: 0,
      precision: "f32",
      backend: expect.any(String),
      written: {
        chosen: expect.arrayContaining(["source", "epochs"]),
        command: expect.stringMatching(/^gradus train data\.csv --epochs 5 /),
        versions: expect.objectContaining({ gradus: expect.any(String), node: process.versions.node }),
        machine: { processor: expect.any(String), "fused multiply-add": expect.stringMatching(/^(yes|no)$/) },
      },
    });
    const html = await readFile(join(run, "report.html"), "utf8");
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<(script|link|img)[^>]* (src|href)="(?!data:)|https?:\/\/(?!www\.w3\.org)/);
  });

  it("has its numbers in a file that the definition of safetensors reads", async () => {
    const cwd = await folderWith({ "data.csv": multiclass });
    await gradus(["train", "data.csv", ...brief, "--precision", "f64", "--quiet", "--out", "run"], { cwd });
    const bytes = await readFile(join(cwd, "run/model.safetensors"));
    const length = Number(bytes.readBigUInt64LE(0));
    const { __metadata__: notes, ...tensors } = JSON.parse(bytes.subarray(8, 8 + length).toString("utf8"));
    expect(notes).toEqual({ fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect((8 + length) % 8).toBe(0);
    const entries = Object.entries(tensors as Record<string, Entry>);
    expect(entries.map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ["0.W", "F64", [2, 4]],
      ["0.b", "F64", [4]],
      ["2.W", "F64", [4, 3]],
      ["2.b", "F64", [3]],
    ]);
    let at = 0; // the numbers stand without gaps, to the end of the file
    for (const [, { shape, data_offsets }] of entries) {
      expect(data_offsets).toEqual([at, at + 8 * shape.reduce((a, b) => a * b, 1)]);
      at = data_offsets[1];
    }
    expect(8 + length + at).toBe(bytes.length);
    expect(bytes.readDoubleLE(8 + length)).toBeGreaterThan(-3);
  });

  it("gets its history line by line while training goes on", async () => {
    const cwd = await folderWith();
    let lines = 0;
    await gradus(["train", "digits", "--epochs", "100000", "--out", "run"], {
      cwd,
      watch: async (text, kill) => {
        if (lines > 0 || !text.includes("epoch      1/")) return;
        lines = -1;
        await new Promise((resolve) => setTimeout(resolve, 700));
        lines = (await readFile(join(cwd, "run/history.jsonl"), "utf8")).split("\n").length;
        kill("SIGINT");
      },
    });
    expect(lines).toBeGreaterThan(2);
  });
});
