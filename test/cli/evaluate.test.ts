import { cp, readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, gradus } from "./command.ts";
import { binary, brief, csv, multiclass, regression } from "./tables.ts";

const noisy = csv((a, b, i) => Number(a + b + Math.sin(5 * i) > 0), 90);

/** A folder with a trained run and the data it was trained on. */
async function trained(table: string, ...flags: string[]): Promise<string> {
  const cwd = await folderWith({ "data.csv": table });
  const { status, stderr } = await gradus(["train", "data.csv", ...brief, "--quiet", "--out", "runs/a", ...flags], {
    cwd,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return cwd;
}

const json = async (cwd: string, ...args: string[]) => {
  const { status, stdout, stderr } = await gradus([...args, "--json"], { cwd });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
};

describe.concurrent("train --metrics", () => {
  it("measures them after every epoch and at the end, and evaluate does so again", async () => {
    const cwd = await trained(noisy, "--metrics", "roc-auc,f1");
    const summary = JSON.parse(await readFile(join(cwd, "runs/a/summary.json"), "utf8"));
    expect(Object.keys(summary.metrics)).toEqual(["accuracy", "rocAuc", "f1"]);
    expect(summary.metrics.rocAuc).toEqual({
      train: expect.any(Number),
      validation: expect.any(Number),
      test: null,
    });
    const history = (await readFile(join(cwd, "runs/a/history.jsonl"), "utf8")).trim().split("\n");
    const last = JSON.parse(history.at(-1)!).metrics.rocAuc;
    // The last epoch's figure is measured in the engine of training, that of the summary in the reproducible one.
    expect(last.validation).toBeCloseTo(summary.metrics.rocAuc.validation, 2);
    const { metrics } = await json(cwd, "evaluate", "runs/a");
    expect(metrics.rocAuc).toBe(summary.metrics.rocAuc.validation);
    expect(JSON.parse(await readFile(join(cwd, "runs/a/run.json"), "utf8")).evaluation.metrics).toEqual([
      "rocAuc",
      "f1",
    ]);
  });

  it("is in the unit of the target", async () => {
    const cwd = await trained(
      csv((a, b) => (1000 * a + 3000 * b).toFixed(2)),
      "--metrics",
      "max-error,medianAbsoluteError",
    );
    const { metrics } = JSON.parse(await readFile(join(cwd, "runs/a/summary.json"), "utf8"));
    expect(metrics.maxError.validation).toBeGreaterThan(100);
    const again = await json(cwd, "evaluate", "runs/a", "--metrics", "maxError");
    expect(again.metrics.maxError).toBe(metrics.maxError.validation);
  });

  it("refuses what it does not know, and what is not for the task, before anything is written", async () => {
    const cwd = await folderWith({ "data.csv": regression });
    const typo = await gradus(["train", "data.csv", "--metrics", "maxerrr"], { cwd });
    expect(typo).toMatchObject({ status: 2, stderr: expect.stringContaining("did you mean maxError?") });
    const wrong = await gradus(["train", "data.csv", "--metrics", "f1", "--out", "run"], { cwd });
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining("metric f1: cannot be measured here") });
    await expect(readFile(join(cwd, "run/run.json"))).rejects.toThrow();
  });
});

describe.concurrent("evaluate", () => {
  it("gives every metric that is defined for --metrics all, and intervals for --confidence", async () => {
    const cwd = await trained(multiclass);
    const found = await json(
      cwd,
      "evaluate",
      "runs/a",
      "--metrics",
      "all",
      "--confidence",
      "0.8",
      "--resamples",
      "200",
    );
    expect(Object.keys(found.metrics)).toEqual(expect.arrayContaining(["accuracy", "f1Macro", "rocAuc", "brier"]));
    expect(Object.keys(found.intervals)).toEqual(Object.keys(found.metrics));
    expect(found.confidence).toEqual({ level: 0.8, method: "bca" });
    const { low, high, standardError } = found.intervals.accuracy;
    expect(low).toBeLessThanOrEqual(found.metrics.accuracy);
    expect(high).toBeGreaterThanOrEqual(found.metrics.accuracy);
    expect(standardError).toBeGreaterThan(0);
    const { stdout } = await gradus(["evaluate", "runs/a", "--confidence", "0.8"], { cwd });
    expect(stdout).toMatch(/validation, \d+ rows {2}80 % interval/);
    expect(stdout).toMatch(/^accuracy +[01]\.\d{4} {2}[01]\.\d{4} to [01]\.\d{4}$/m);
  });

  it("shows matrix, curves and calibration for --details", async () => {
    const cwd = await trained(noisy);
    const found = await json(cwd, "evaluate", "runs/a", "--details");
    const sum = (rows: number[][]): number => rows.flat().reduce((a, b) => a + b, 0);
    expect(sum(found.confusion.matrix)).toBe(found.rows);
    expect(found.curves).toHaveLength(1);
    expect(found.curves[0].roc.truePositiveRate.at(-1)).toBe(1);
    expect(found.curves[0].roc.thresholds[0]).toBeNull();
    expect(found.calibration).toHaveLength(15);
    const { stdout } = await gradus(["evaluate", "runs/a", "--details"], { cwd });
    expect(stdout).toContain("true ╲ predicted");
    expect(stdout).toContain("came true");
  });
});

describe.concurrent("train --threshold", () => {
  it("is chosen on the validation part, kept in the model, and used by predict and evaluate", async () => {
    const cwd = await trained(noisy, "--threshold", "cost:1,20", "--metrics", "recall");
    const model = JSON.parse(await readFile(join(cwd, "runs/a/model.json"), "utf8"));
    const summary = JSON.parse(await readFile(join(cwd, "runs/a/summary.json"), "utf8"));
    expect(summary.threshold).toMatchObject({
      threshold: model.threshold,
      by: { falsePositive: 1, falseNegative: 20 },
      value: expect.any(Number),
    });
    const { predictions, probabilities } = await json(cwd, "predict", "runs/a", "data.csv");
    expect(predictions).toEqual(probabilities["1"].map((p: number) => (p > model.threshold ? "1" : "0")));
    const own = await json(cwd, "evaluate", "runs/a");
    expect(own.metrics.accuracy).toBe(summary.metrics.accuracy.validation);
    expect(own.metrics.recall).toBe(summary.metrics.recall.validation);
    const high = await json(cwd, "evaluate", "runs/a", "--threshold", "0.999");
    expect(high.metrics.recall).toBe(0);
  });

  it("is refused where there is nothing to decide or nothing to choose on", async () => {
    const cwd = await folderWith({ "data.csv": noisy, "number.csv": regression });
    for (const [args, message] of [
      [["number.csv", "--threshold", "f1"], "a threshold decides between two classes"],
      [["data.csv", "--threshold", "f1", "--validation", "0"], "this run has none"],
      [["data.csv", "--threshold", "best"], "--threshold: must be a number, youden, f1"],
      [["data.csv", "--threshold", "cost:1"], "needs two costs"],
    ] as const) {
      const { status, stderr } = await gradus(["train", ...args, ...brief], { cwd });
      expect({ status, message: stderr }).toEqual({ status: 2, message: expect.stringContaining(message) });
    }
  });
});

describe.concurrent("the sealed test part", () => {
  const opened = async (cwd: string, ...args: string[]) => (await json(cwd, "evaluate", ...args)).openings;

  it("says who has looked, when and by what, every time", async () => {
    const cwd = await trained(binary, "--final");
    const before = Date.now();
    const looks = await opened(cwd, "runs/a", "--test");
    expect(looks.map(({ by }: { by: string }) => by)).toEqual(["train --final", "evaluate --test"]);
    expect(looks[1].user).toBe(userInfo().username);
    expect(Date.parse(looks[1].time)).toBeGreaterThanOrEqual(before - 1000);
    const { stdout } = await gradus(["evaluate", "runs/a", "--test"], { cwd });
    expect(stdout).toContain("has now been opened 3 times:");
    expect(stdout).toContain("train --final");
    expect(await opened(cwd, "runs/a")).toHaveLength(3);
  });

  it("counts a look by way of the data that it was split off from, but not at other data", async () => {
    const cwd = await trained(binary);
    const { stderr } = await gradus(["evaluate", "runs/a", "data.csv"], { cwd });
    expect(stderr).toContain("the sealed test part of runs/a is among these rows");
    const { openings, testOpenings } = await json(cwd, "evaluate", "runs/a");
    expect(testOpenings).toBe(1);
    expect(openings[0].by).toBe("evaluate data.csv");
    const others = await folderWith({ "new.csv": csv((a, b) => Number(a - b > 0)) });
    expect(await opened(cwd, "runs/a", join(others, "new.csv"))).toHaveLength(1);
  });

  it("counts a look by way of the file that holds it", async () => {
    const cwd = await folderWith({ "data.csv": noisy, "sealed.csv": binary });
    const flags = [...brief, "--quiet", "--out", "run", "--test-data", "sealed.csv"];
    await gradus(["train", "data.csv", ...flags], { cwd });
    expect(await opened(cwd, "run", "data.csv")).toHaveLength(0);
    expect(await opened(cwd, "run", "sealed.csv")).toHaveLength(1);
  });

  it("tells of looks at the same rows through other runs", async () => {
    const cwd = await trained(binary, "--final");
    await cp(join(cwd, "runs/a"), join(cwd, "runs/b"), { recursive: true });
    const { stdout } = await gradus(["evaluate", "runs/b", "--test"], { cwd });
    expect(stdout).toContain("the same test rows have also been opened once through another run");
    const more = await gradus(["train", "data.csv", ...brief, "--final", "--out", "runs/c"], { cwd });
    expect(more.stdout).toContain("opened 3 times through 2 other runs");
    const seed = await gradus(["train", "data.csv", ...brief, "--final", "--out", "runs/d", "--seed", "1"], { cwd });
    expect(seed.stdout).not.toContain("have also been opened");
  });
});
