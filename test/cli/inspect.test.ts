import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { contents, folderWith, gradus } from "./command.ts";

/** The sign of a product, which a network without hidden layers cannot learn, at all places of a grid. */
const product = [
  "a,b,y",
  ...Array.from({ length: 256 }, (_, i) => {
    const [a, b] = [(i % 16) - 7.5, Math.floor(i / 16) - 7.5];
    return `${a},${b},${a * b > 0 ? "yes" : "no"}`;
  }),
  "",
].join("\n");

let cwd = "";
const run = (...args: string[]) => gradus(args, { cwd });
const slow = (out: string) =>
  run("train", "product.csv", "--learning-rate", "1e-6", "--epochs", "8", "--out", out, "--quiet");
const exists = (path: string): Promise<string> => readFile(join(cwd, path), "utf8");

beforeAll(async () => {
  cwd = await folderWith({ "product.csv": product });
  const common = ["--epochs", "20", "--test", "0.2", "--reproducible", "--quiet"];
  await run("train", "product.csv", "--hidden", "none", "--learning-rate", "0.01", "--out", "poor", ...common);
  await run("train", "iris", "--epochs", "60", "--out", "good", "--quiet");
  await run("train", "iris", "--epochs", "6", "--backend", "reference", "--out", "plain", "--quiet");
});

describe.concurrent("gradus inspect", () => {
  it("shows the network, how training went, what is wrong, why, and what to paste", async () => {
    const { stdout, status } = await run("inspect", "poor");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^run {7}poor: finished, 20 of 20 epochs$/m);
    expect(stdout).toMatch(/^dense\(2 → 1\) +\[batch, 1\] +sigmoid +3$/m);
    expect(stdout).toMatch(/^warning: underfitting: nearest neighbours has an error of [\d.]+ on rows that$/m);
    for (const part of ["figures", "why", "advice"]) expect(stdout).toMatch(new RegExp(`^  ${part} `, "m"));
    expect(stdout).toContain("gradus inspect poor --try underfitting  # network.hidden 32,32, network.activation relu");
  });

  it("says so when nothing is wrong", async () => {
    const { stdout, status } = await run("inspect", "good");
    expect(status).toBe(0);
    expect(stdout.trimEnd()).toMatch(/nothing was found wrong$/);
    const tried = await run("inspect", "good", "--try");
    expect(tried).toMatchObject({ status: 0, stdout: expect.stringContaining("There is nothing to try.") });
  });

  it("works for the reference engine, too", async () => {
    const { stdout, status } = await run("inspect", "plain");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^after epoch 4$/m);
  });

  it("tries a change, compares, keeps both runs, and leaves the test part sealed", async () => {
    const { stdout, status } = await run("inspect", "poor", "--try", "--out", "better", "--quiet");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^validation loss +[\d.]+ +[\d.]+$/m);
    expect(stdout).toMatch(/^it helped: validation loss [\d.]+, then [\d.]+; underfitting is gone$/m);
    for (const folder of ["poor", "better"])
      expect(await contents(join(cwd, folder))).not.toContain("test-openings.jsonl");
    const { network, training } = JSON.parse(await exists("better/run.json"));
    expect(network.hidden).toEqual([32, 32]);
    expect(training.epochs).toBe(20);
  });

  it("prints one object with --json, with the trial in it", async () => {
    const { stdout } = await run("inspect", "poor", "--try", "underfitting", "--out", "tried", "--json");
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      run: "poor",
      stopped: "epochs",
      epochs: { done: 20, planned: 20 },
      network: { rows: [{ layer: "dense(2 → 1)", parameters: 3 }] },
      layers: { rows: [{ layer: "dense(2 → 1)" }] },
      findings: [{ kind: "underfitting", severity: "warning", change: { network: { hidden: [32, 32] } } }],
      try: { kind: "underfitting", run: "tried", helped: true, gone: true, judged: { name: "loss" } },
    });
  });

  it("keeps and shows a trial that diverges: it did not help", async () => {
    await slow("wild");
    const summary = JSON.parse(await exists("wild/summary.json"));
    summary.findings[0].change = { training: { learningRate: 1e9, optimizer: "sgd" } };
    await writeFile(join(cwd, "wild/summary.json"), JSON.stringify(summary));
    const { stdout, status } = await run("inspect", "wild", "--try", "--out", "wilder", "--quiet");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^epochs {4}0, diverged$/m);
    expect(await contents(join(cwd, "wilder"))).toContain("report.html");
  });

  it("refuses what was not found, and what no setting mends, naming what can be tried", async () => {
    const other = await run("inspect", "poor", "--try", "overfitting");
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/--try.*this was not found in poor/);
    expect(other.stderr).toMatch(/underfitting/);
    const none = await run("inspect", "nowhere");
    expect(none).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/no such run folder/) });
  });
});

describe("gradus inspect, of a run that is not whole", () => {
  it("examines one that was broken off as far as its history goes, and tries nothing", async () => {
    await slow("broken");
    await rm(join(cwd, "broken/summary.json"));
    const { stdout, status } = await run("inspect", "broken");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^run {7}broken: not finished, 8 of 8 epochs \(gradus train --resume broken\)$/m);
    expect(stdout).toContain("rate-too-low");
    const tried = await run("inspect", "broken", "--try");
    expect(tried.status).toBe(2);
    expect(tried.stderr).toMatch(/has not come to its end/);
  });

  it("says what could not be looked at when the data are gone or others, and trains on none", async () => {
    await slow("moved");
    await rename(join(cwd, "product.csv"), join(cwd, "away.csv"));
    const whole = await run("inspect", "moved");
    expect(whole).toMatchObject({ status: 0, stdout: expect.stringContaining("rate-too-low") });
    const tried = await run("inspect", "moved", "--try");
    expect(tried).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/the data of this run are no longer there/),
    });
    await rm(join(cwd, "moved/summary.json"));
    const broken = await run("inspect", "moved");
    expect(broken.status).toBe(0);
    expect(broken.stdout).toMatch(/^note {6}what depends on the data was not looked at: .*no longer there/m);
    await writeFile(join(cwd, "product.csv"), product.replace("yes", "no"));
    const others = await run("inspect", "moved");
    expect(others.stdout).toMatch(/not looked at: .*have changed/);
  });
});
