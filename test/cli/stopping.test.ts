import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contents, folderWith, gradus } from "./command.ts";
import { csv } from "./tables.ts";

/** A number with noise, which a large network learns by heart. */
const noisy = csv((a, b, i) => (a * b + 0.5 * Math.sin(31 * i)).toFixed(4));
const overfitting = ["train", "data.csv", "--hidden", "40", "--learning-rate", "0.03", "--epochs", "400"];

describe.concurrent("--early-stopping", () => {
  it("keeps the best epoch, in the target's unit, and says so everywhere", async () => {
    const cwd = await folderWith({ "data.csv": noisy });
    const flags = ["--early-stopping", "6", "--early-stopping-metric", "mae", "--out", "run"];
    const { status, stdout } = await gradus([...overfitting, ...flags], { cwd });
    expect(status).toBe(0);
    const summary = JSON.parse(await readFile(join(cwd, "run/summary.json"), "utf8"));
    const rows = (await readFile(join(cwd, "run/history.jsonl"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const figures = rows.map((row) => row.metrics.mae.validation);
    const least = Math.min(...figures);
    const epoch = figures.indexOf(least) + 1;
    expect(summary).toMatchObject({ stopped: "early", epochs: epoch + 6 });
    expect(summary.best).toEqual({ epoch, metric: "mae", part: "validation", value: least });
    expect(summary.metrics.mae.validation).toBeCloseTo(least, 4); // in f32
    expect(rows.findLast((row) => row.best).epoch).toBe(epoch);
    expect(stdout).toContain(`stopped after ${epoch + 6} epochs; the parameters of epoch ${epoch} are kept`);
    expect(await readFile(join(cwd, "run/report.html"), "utf8")).toContain(`best epoch ${epoch}`);
    const { training } = JSON.parse(await readFile(join(cwd, "run/run.json"), "utf8"));
    expect(training.earlyStopping).toEqual({ metric: "mae", patience: 6, minimumChange: 0 });
    const again = await gradus(["train", "--config", "run/run.json", "--json"], { cwd });
    expect(JSON.parse(again.stdout)).toMatchObject({ fingerprint: summary.fingerprint, best: summary.best });
  });

  it("has a patience of ten epochs, and takes a minimum change in the target's unit", async () => {
    const cwd = await folderWith({ "data.csv": csv((a, b) => (1000 * (a + 2 * b)).toFixed(1)) });
    const flags = ["--early-stopping-metric", "mae", "--minimum-change", "1e5", "--epochs", "50"];
    const { stdout } = await gradus(["train", "data.csv", "--hidden", "4", ...flags, "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ stopped: "early", epochs: 11 });
    const easy = await gradus(["train", "data.csv", "--hidden", "4", ...flags, "--minimum-change=0", "--json"], {
      cwd,
    });
    expect(easy.stderr).toContain("--minimum-change: is given twice");
  });

  it.each([
    [["--early-stopping", "iris"], "write them before the flag: gradus train iris --early-stopping"],
    [["iris", "--early-stopping", "0"], "--early-stopping: must be a whole number from 1 on."],
    [["iris", "--early-stopping-metric", "rmse"], "metric: there is no metric of that name."],
  ])("%j is refused before anything is written", async (flags, message) => {
    const cwd = await folderWith();
    const { status, stderr } = await gradus(["train", ...flags], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(await contents(cwd)).toEqual([]);
  });
});

it("a run file with an unknown key in early stopping is refused with the keys that there are", async () => {
  const cwd = await folderWith({ "run.json": JSON.stringify({ training: { earlyStopping: { patiens: 3 } } }) });
  const { status, stderr } = await gradus(["train", "--config", "run.json"], { cwd });
  expect(status).toBe(2);
  expect(stderr).toContain("there is no key patiens in training.earlyStopping.");
  expect(stderr).toContain("did you mean patience? (allowed: metric, patience, minimumChange)");
});
