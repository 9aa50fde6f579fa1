import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Optimizer } from "../../src/optim/index.ts";
import { checkRunFile, execute, type RunFile, type RunResult } from "../../src/run/index.ts";
import { optimizing } from "../../src/run/optimizing.ts";
import { common } from "../../src/run/recipes.ts";
import { problemOf } from "../data/problem.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gradus-optimizing-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

type Training = RunFile["training"];
const optimizer = (training: Training): ReturnType<typeof optimizing> =>
  optimizing(checkRunFile("test", { training }), common);
const names = (training: Training): Record<string, string[]> => {
  const { transforms } = optimizer(training).rule as Optimizer;
  return Object.fromEntries(Object.entries(transforms ?? {}).map(([at, list]) => [at, list.map(({ name }) => name)]));
};

let runs = 0;
const run = (training: Training): Promise<RunResult> =>
  execute(
    checkRunFile("test", { data: { source: "iris" }, network: { hidden: [4] }, training: { epochs: 4, ...training } }),
    { out: join(root, String(runs++)) },
  );
const rates = ({ history }: RunResult): number[] => history.map((row) => row.learningRate);

describe("a run file's optimizer", () => {
  it("is a rule by name, or with options of its own", () => {
    expect(optimizer({ optimizer: "r-adam" })).toMatchObject({ name: "radam", learningRate: 0.001, words: {} });
    const tuned = optimizer({ optimizer: { name: "adam", beta2: 0.9 }, learningRate: 0.5 });
    expect(tuned).toMatchObject({ name: "adam", learningRate: 0.5, words: { "optimizer options": "beta2 0.9" } });
  });

  it("has limits and decays around it", () => {
    const around = { clip: { value: 2, globalNorm: 1 }, weightDecay: 0.1, maxNorm: 3 };
    expect(names({ ...around, optimizer: "momentum" })).toEqual({
      gradients: ["clipByValue(2)", "clipByGlobalNorm(1)"],
      changes: ["weightDecay(0.1)"],
      parameters: ["maxNorm(3)"],
    });
    expect(names({ clip: 1 })).toMatchObject({ gradients: ["clipByGlobalNorm(1)"] });
  });

  it("that brings its own weight decay is given the one asked for, not a second one", () => {
    expect(names({ optimizer: "adamw", weightDecay: 0.5 })).toEqual({});
    expect(optimizer({ optimizer: "adamw", weightDecay: 0.5 }).words).toEqual({ "weight decay": "0.5" });
  });

  it("has rates by layer, and frozen ones", () => {
    expect(optimizer({ layerRates: { "0": 0.5 }, frozen: ["2.b"] }).rule.rates).toEqual({ "0": 0.5, "2.b": 0 });
  });

  it.each([
    [{ optimizer: { name: "adam", beta3: 0.9 } }, "adam(options)"],
    [{ schedule: { name: "cosine", finale: 1 } }, "cosine(rate, options)"],
    [{ schedule: "cosin" }, "run.json, training.schedule"],
    [{ clip: 0 }, "run.json, training.clip"],
    [{ clip: { globalnorm: 1 } }, "run.json"],
    [{ frozen: "0" }, "run.json, training.frozen"],
  ])("is refused when it is impossible: %j", async (training, where) => {
    const problem = await problemOf(() => optimizing(checkRunFile("run.json", { training }), common));
    expect(problem).toMatchObject({ code: "option" });
    expect(problem.where).toContain(where.split(",")[0]);
  });
});

describe("a run", () => {
  it("follows its schedule over all epochs, after a warm-up in epochs", async () => {
    const falling = rates(await run({ schedule: "polynomial", learningRate: 0.1, batchSize: 1000 }));
    expect(falling.map((rate) => Number(rate.toFixed(6)))).toEqual([0.1, 0.075, 0.05, 0.025]);
    const rising = rates(await run({ schedule: { name: "constant", warmup: 2 }, learningRate: 0.1, batchSize: 1000 }));
    expect(rising.map((rate) => Number(rate.toFixed(6)))).toEqual([0.05, 0.1, 0.1, 0.1]);
  });

  it("writes down what it did, so that its run file gives the same network", async () => {
    const first = await run({
      optimizer: { name: "nadam", beta2: 0.99 },
      schedule: { name: "stepDecay", epochs: 2, factor: 0.5 },
      clip: { norm: 0.5 },
      maxNorm: 2,
      frozen: ["0.b"],
    });
    const again = await execute(first.prepared.file, { out: join(root, "again") });
    expect(again.summary.fingerprint).toBe(first.summary.fingerprint);
    expect(first.prepared.file.training).toMatchObject({
      optimizer: { name: "nadam", beta2: 0.99 },
      schedule: { name: "stepDecay", epochs: 2, factor: 0.5 },
    });
  });
});
