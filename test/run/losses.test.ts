import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelError } from "../../src/core/index.ts";
import { checkRunFile, execute, loadModel, measure, predictTable, type RunResult } from "../../src/run/index.ts";
import { prepare } from "../../src/run/prepare.ts";
import { binary, csv, multiclass, regression } from "../cli/tables.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gradus-losses-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A run on a table, and what its folder says afterwards. */
async function run(table: string, training: object, epochs = 3, network: object = {}): Promise<RunResult> {
  await writeFile(join(root, "data.csv"), table);
  const content = {
    data: { source: join(root, "data.csv"), test: 0 },
    network: { hidden: [4], ...network },
    training: { epochs, ...training },
  };
  const result = await execute(checkRunFile("test", content), { out: join(root, "run") });
  const model = await loadModel(join(root, "run"));
  const { tables } = result.prepared;
  expect(measure(model, tables.validation).loss).toBe(result.summary.loss.validation);
  expect(predictTable(model, tables.validation).predictions).toEqual(result.shown.predictions);
  return result;
}

const csvOf = async (): Promise<string[][]> =>
  (await readFile(join(root, "run/predictions.csv"), "utf8")).trimEnd().split("\n").map((line) => line.split(",")); // biome-ignore format: a chain

describe("a run", () => {
  it("takes few whole numbers for counts where the loss is one for numbers, says so, and keeps that", async () => {
    const counts = csv((_, __, i) => i % 4);
    expect((await run(counts, {})).prepared.task).toBe("multiclass");
    await rm(join(root, "run"), { recursive: true });
    const { prepared } = await run(counts, { loss: "poisson" });
    expect(prepared).toMatchObject({ task: "regression", reason: "as poisson is a loss for numbers" });
    expect(prepared.file.data.task).toBe("regression");
  });

  it("of several quantiles predicts the median, and each of them in order", async () => {
    const { prepared, shown } = await run(regression, { quantiles: [0.1, 0.5, 0.9] });
    expect(prepared).toMatchObject({ loss: "quantile", network: { outputs: 3 } });
    const [header, ...rows] = await csvOf();
    expect(header).toEqual(["row", "target", "prediction", "q0.1", "q0.5", "q0.9"]);
    for (const row of rows) {
      const [low, median, high] = row.slice(3).map(Number);
      expect(low! <= median! && median! <= high!).toBe(true);
      expect(Number(row[2])).toBe(median);
    }
    expect(shown.predictions.heads.map(({ name }) => name)).toEqual(["q0.1", "q0.5", "q0.9"]);
  });

  it.each([
    ["meanSquaredError", "identity", "score", 1],
    ["hinge", "identity", "score", 0],
    ["meanSquaredError", "sigmoid", "p", 1],
  ])("of two classes by %s behind %s writes %s of both, which add up to %d", async (loss, output, mark, whole) => {
    await run(binary, { loss, learningRate: 0.1 }, 20, { output });
    const [header, ...rows] = await csvOf();
    expect(header).toEqual(["row", "target", "prediction", `${mark}(0)`, `${mark}(1)`]);
    const scores = rows.map((row) => Number(row[4]));
    rows.forEach((row, i) => {
      expect(Number(row[3])).toBe(whole - scores[i]!);
      expect(row[2]).toBe(String(Number(scores[i]! > whole / 2)));
    });
    expect(scores.some((score) => score < 0 || score > 1)).toBe(mark === "score");
  });

  it("says that its output cannot give the numbers that are to be learnt, as they are scaled or as they are", async () => {
    const noted = async (output: string, table: string, scale: object): Promise<readonly string[]> => {
      const source = join(root, "reach.csv");
      await writeFile(source, table);
      const data = { source, test: 0, validation: 0, task: "regression", ...scale };
      const file = checkRunFile("test", { data, network: { hidden: [4], output } });
      return (await prepare(file)).notes.filter((note) => note.startsWith("output"));
    };
    const halves = csv((_, __, i) => (i % 2 === 0 ? 0 : 1) + i / 1000);
    expect(await noted("relu", halves, {})).toEqual([
      "output relu gives numbers from 0 on, and 50 % of the targets, as they are scaled, lie outside: --target-scale none learns them as they are",
    ]);
    expect(await noted("sigmoid", halves, { targetScale: "none" })).toEqual([
      "output sigmoid gives numbers from 0 to 1, and 50 % of the targets lie outside: --output identity reaches them all",
    ]);
    expect(await noted("softplus", halves, { targetScale: "none" })).toEqual([]);
    expect(await noted("identity", halves, {})).toEqual([]);
  });

  it("by the Gaussian likelihood predicts a number and its deviation, in the target's unit", async () => {
    const hundred = regression.replaceAll(/,([^,\n]+)\n/g, (_, y) => (Number.isNaN(Number(y)) ? `,${y}\n` : `,${100 + 10 * Number(y)}\n`)); // biome-ignore format: one line
    const { prepared, summary } = await run(hundred, { loss: "gaussian" }, 40);
    expect(prepared.network.outputs).toBe(2);
    const [header, ...rows] = await csvOf();
    expect(header).toEqual(["row", "target", "prediction", "deviation"]);
    for (const [, , prediction, deviation] of rows) {
      expect(Math.abs(Number(prediction) - 100)).toBeLessThan(60);
      expect(Number(deviation)).toBeGreaterThan(0);
      expect(Number(deviation)).toBeLessThan(60); // ten times the deviation of a + 2b, not that of numbers near 100
    }
    expect(Object.keys(summary.metrics)).toContain("rmse");
  });

  it("predicts a number and its deviation for each of several targets", async () => {
    const two = regression.replaceAll(/,([^,\n]+)\n/g, (_, y) => `,${y},${Number.isNaN(Number(y)) ? "z" : 1000 * Number(y)}\n`); // biome-ignore format: one line
    await writeFile(join(root, "data.csv"), two);
    const content = {
      data: { source: join(root, "data.csv"), test: 0, target: ["y", "z"], task: "regression" },
      network: { hidden: [4] },
      training: { epochs: 200, loss: "gaussian", learningRate: 0.02 },
    };
    const { prepared } = await execute(checkRunFile("test", content), { out: join(root, "run") });
    expect(prepared.network.outputs).toBe(4);
    const [header, ...rows] = await csvOf();
    expect(header!.slice(3)).toEqual(["prediction y", "prediction z", "deviation y", "deviation z"]);
    for (const row of rows) {
      const [y, z, s, sz] = row.slice(3).map(Number);
      expect(Math.abs(z! - 1000 * y!)).toBeLessThan(800); // the same number, learnt twice
      expect(sz! / s!).toBeGreaterThan(100);
    }
  });

  it("weights classes as it is told, and keeps the weights with the model", async () => {
    const { prepared } = await run(multiclass, { classWeights: { x: 4 }, labelSmoothing: 0.1 });
    expect(prepared.classWeights).toEqual([4, 1, 1]);
    const model = await loadModel(join(root, "run"));
    expect(model.file).toMatchObject({ classWeights: [4, 1, 1], lossOptions: { labelSmoothing: 0.1 } });
    await rm(join(root, "run"), { recursive: true });
    const balanced = await run(binary, { classWeights: "balanced" });
    const counts = [0, 1].map((c) => [...balanced.prepared.training.y.data].filter((t) => t === c).length);
    const rows = counts[0]! + counts[1]!;
    expect(balanced.prepared.classWeights).toEqual(counts.map((n) => rows / (2 * n)));
  });

  it("with options of the loss is repeated from its run file bit by bit", async () => {
    const { summary } = await run(multiclass, { classWeights: "balanced", labelSmoothing: 0.2 });
    const written: unknown = JSON.parse(await readFile(join(root, "run/run.json"), "utf8"));
    const again = await execute(checkRunFile("run.json", written), { out: join(root, "again") });
    expect(again.summary.fingerprint).toBe(summary.fingerprint);
    expect(again.summary.loss).toEqual(summary.loss);
  });

  it.each([
    [regression, { loss: "huber", quantiles: [0.1] }, /quantiles: quantiles are nothing that huber knows/],
    [regression, { labelSmoothing: 0.1 }, /label smoothing is nothing that meanSquaredError knows/],
    [regression, { classWeights: "balanced" }, /only classes that exclude each other can be weighted/],
    [multiclass, { classWeights: { w: 2 } }, /there is no such class among the training rows/],
    [regression, { quantiles: [0.9, 0.1] }, /ascending order/],
    [regression, { quantiles: [0] }, /training\.quantiles/],
    [multiclass, { classWeights: { x: -1 } }, /training\.classWeights/],
  ])("refuses what does not go together (%#)", async (table, training, message) => {
    const problem = await run(table, training).catch((error: ModelError) => error);
    expect(problem).toMatchObject({ problem: { code: "option" } });
    expect(String(problem)).toMatch(message);
  });
});
