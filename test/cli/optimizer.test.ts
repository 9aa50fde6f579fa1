import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, gradus } from "./command.ts";
import { brief, regression } from "./tables.ts";

const recorded = async (folder: string): Promise<Record<string, unknown>> =>
  (JSON.parse(await readFile(join(folder, "run/run.json"), "utf8")) as { training: Record<string, unknown> }).training;

describe.concurrent("flags of the optimizer", () => {
  it("go into the run file, and into what is said", async () => {
    const cwd = await folderWith({ "t.csv": regression });
    const around = ["--schedule", "one-cycle", "--warmup", "1", "--clip", "norm:2", "--weight-decay", "0.01"];
    const args = ["train", "t.csv", ...brief, "--optimizer", "lion", ...around, "--max-norm", "4", "--out", "run"];
    const { status, stdout } = await gradus(args, { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("schedule oneCycle (warmup 1); clip norm 2; weight decay 0.01; max norm 4");
    expect(await recorded(cwd)).toMatchObject({
      optimizer: "lion",
      schedule: { name: "oneCycle", warmup: 1 },
      clip: { norm: 2 },
      weightDecay: 0.01,
      maxNorm: 4,
    });
  });

  it("stand over a run file: another schedule leaves the options of the first, a warm-up keeps them", async () => {
    const config = JSON.stringify({ training: { schedule: { name: "cosine", final: 0.01 }, epochs: 2 } });
    const cwd = await folderWith({ "t.csv": regression, "c.json": config });
    const train = ["train", "t.csv", "--config", "c.json", "--quiet", "--out", "run"];
    await gradus([...train, "--warmup", "2"], { cwd });
    expect((await recorded(cwd))["schedule"]).toEqual({ name: "cosine", final: 0.01, warmup: 2 });
    await gradus([...train.slice(0, -1), "other", "--schedule", "exponential"], { cwd });
    const other = JSON.parse(await readFile(join(cwd, "other/run.json"), "utf8")) as {
      training: { schedule: unknown };
    };
    expect(other.training.schedule).toEqual({ name: "exponential" });
  });

  it("take all rows at once, and say so, with an optimizer that does", async () => {
    const cwd = await folderWith({ "t.csv": regression });
    const args = ["train", "t.csv", "--optimizer", "l-bfgs", "--hidden", "4", "--activation", "tanh", "--out", "run"];
    const { status, stdout } = await gradus([...args, "--epochs", "200"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("training  lbfgs, its own step, all rows at once, 200 epochs");
    expect(stdout).toMatch(/seed 0, f64/);
    const { stdout: json } = await gradus(["train", "--config", "run/run.json", "--json", "--out", "again"], { cwd });
    const [first, again] = [JSON.parse(await readFile(join(cwd, "run/summary.json"), "utf8")), JSON.parse(json)];
    expect(again.fingerprint).toBe(first.fingerprint);
    const adam = await gradus(
      ["train", "--config", "run/run.json", "--optimizer", "adam", "--quiet", "--out", "adam"],
      { cwd },
    );
    expect(adam.status).toBe(0);
    const back = ["train", "--config", "adam/run.json", "--optimizer", "bfgs", "--quiet", "--out", "back"];
    expect((await gradus(back, { cwd })).status).toBe(0);
    const refused = await gradus([...args, "--learning-rate", "0.1"], { cwd });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("leave learningRate out.");
  });

  it.each([
    [["--schedule", "cosin"], "did you mean cosine?"],
    [["--clip", "norm"], "must be a number, or norm: or value: with a number."],
    [["--clip", "value:0"], "must be a number greater than 0."],
    [["--max-norm", "-1"], "must be a number greater than 0."],
    [["--weight-decay", "x"], "must be a number."],
  ])("refuse %j", async (args, text) => {
    const cwd = await folderWith({ "t.csv": regression });
    const { status, stderr } = await gradus(["train", "t.csv", ...args], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain(text);
  });
});
