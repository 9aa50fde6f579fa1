import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { key, normal } from "../../src/core/random.ts";
import { checkRunFile, execute, type RunFile } from "../../src/run/index.ts";
import { prepare } from "../../src/run/prepare.ts";
import { problemOf } from "../data/problem.ts";

let root = "";
let runs = 0;

/** Two classes, told apart by a² + b > 1; `shift` moves a, `noise` blurs the classes. */
function csv(seed: number, rows: number, { shift, noise }: { shift: number; noise: number }): string {
  const next = normal(key(seed));
  const line = (): string => {
    const [a, b] = [shift + next(), next()];
    return `${a.toFixed(4)},${b.toFixed(4)},${a * a + b + noise * next() > 1 ? "in" : "out"}`;
  };
  return ["a,b,y", ...Array.from({ length: rows }, line), ""].join("\n");
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "gradus-sources-"));
  await writeFile(join(root, "plentiful.csv"), csv(1, 1200, { shift: 0, noise: 0.1 }));
  await writeFile(join(root, "matters.csv"), csv(2, 300, { shift: 1.5, noise: 3 }));
});
afterAll(() => rm(root, { recursive: true }));

const data = (more: object = {}): RunFile["data"] => ({
  source: join(root, "plentiful.csv"),
  devData: join(root, "matters.csv"),
  ...more,
});
const file = (parts: RunFile) => checkRunFile("test", parts);
const network: RunFile = { network: { hidden: [16] }, training: { epochs: 60, learningRate: 0.01 } };

describe("data of two sources", () => {
  it("give four parts, and everything is learnt from the training part alone", async () => {
    const prepared = await prepare(file({ ...network, data: data() }));
    const { training, trainDev, validation, test } = prepared.tables;
    expect([training.rows, trainDev?.rows, validation.rows, test.rows]).toEqual([960, 240, 150, 150]);
    const a = training.columns.find(({ name }) => name === "a");
    const values = a?.kind === "number" ? [...a.values] : [];
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(prepared.encoding.inputs[0]).toMatchObject({ column: "a", shift: expect.closeTo(mean, 9) });
    expect(Math.abs(mean)).toBeLessThan(0.2); // the rows that matter are around 1.5
  });

  it("show a mismatch, in figures, in words, and in the report", async () => {
    const out = join(root, `run-${runs++}`);
    const { summary } = await execute(file({ ...network, data: data() }), { out, final: true });
    expect(summary.data.rows).toEqual({ train: 960, trainDev: 240, validation: 150, test: 150 });
    const { accuracy } = summary.metrics;
    expect(accuracy).toEqual({
      train: expect.any(Number),
      trainDev: expect.any(Number),
      validation: expect.any(Number),
      test: expect.any(Number),
    });
    const { gaps, largest, words, trainDev } = summary.diagnosis!;
    expect(gaps.map(({ name }) => name)).toEqual(["bias", "variance", "mismatch", "overfitting"]);
    expect(largest).toBe("mismatch");
    expect(trainDev!.error).toBeCloseTo(1 - accuracy!.trainDev!, 12);
    expect(gaps[2]!.size).toBeCloseTo(accuracy!.trainDev! - accuracy!.validation!, 12);
    const report = await readFile(join(out, "report.html"), "utf8");
    expect(report).toContain("Where the errors come from");
    expect(report).toContain(words[2]!.slice(0, 20));
    expect(report).toContain("train-dev");
  });

  it("are split the same way again from the run file, and known by their hash", async () => {
    const out = join(root, `run-${runs++}`);
    const first = await execute(file({ ...network, data: data() }), { out });
    const recorded = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
    expect(recorded.data).toMatchObject({ trainDev: 0.2, test: 0.5 });
    const again = await execute(file(recorded), { out: join(root, `run-${runs++}`) });
    expect(again.summary.fingerprint).toBe(first.summary.fingerprint);
    const alone = await prepare(file({ ...network, data: { source: join(root, "plentiful.csv") } }));
    expect(alone.hash).not.toBe(recorded.data.hash);
  });

  it("refuse shares that have no meaning, and other columns", async () => {
    const wrong = (more: object) => problemOf(() => prepare(file({ ...network, data: data(more) })));
    expect(await wrong({ validation: 0.2 })).toMatchObject({ code: "option", where: "validation" });
    expect(await wrong({ devData: undefined, trainDev: 0.2 })).toMatchObject({ code: "option", where: "trainDev" });
    await writeFile(join(root, "other.csv"), "a,c,y\n1,2,in\n2,3,out\n3,4,in\n");
    expect(await wrong({ devData: join(root, "other.csv") })).toMatchObject({ code: "data-columns" });
  });
});

describe("the optimal error of a run", () => {
  it("is as given, or as nearest neighbours suggest, or 0", async () => {
    const optimal = async (evaluation: RunFile["evaluation"]) => {
      const run = file({ ...network, training: { epochs: 1 }, data: data(), ...(evaluation && { evaluation }) });
      return (await execute(run, { out: join(root, `run-${runs++}`) })).summary.diagnosis!.optimal;
    };
    expect(await optimal(undefined)).toEqual({ error: 0, origin: "assumed" });
    expect(await optimal({ optimalError: 0.02 })).toEqual({ error: 0.02, origin: "given" });
    const { error, origin } = await optimal({ optimalError: "estimate" });
    expect(origin).toBe("estimated");
    expect(error).toBeLessThan(0.1);
  });

  it("of a regression is in the unit of the target", async () => {
    const next = normal(key(7));
    const rows = Array.from({ length: 800 }, () => {
      const x = next();
      return `${x.toFixed(4)},${(500 + 100 * Math.sin(x) + 20 * next()).toFixed(2)}`;
    });
    await writeFile(join(root, "number.csv"), ["x,y", ...rows, ""].join("\n"));
    const run = file({
      ...network,
      data: { source: join(root, "number.csv") },
      evaluation: { optimalError: "estimate" },
    });
    const { summary } = await execute(run, { out: join(root, `run-${runs++}`) });
    const { measure, optimal, training } = summary.diagnosis!;
    expect(measure).toBe("rmse");
    expect(Math.abs(optimal.error / 20 - 1)).toBeLessThan(0.15); // of 640 rows in pairs, known to about 4 %
    expect(training.error).toBeCloseTo(summary.metrics["rmse"]!.train!, 3);
  });
});
