import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, gradus } from "./command.ts";
import { csv, multiclass, regression } from "./tables.ts";

const network = ["--hidden", "16", "--batch-size", "8", "--optimizer", "adam"];

describe.concurrent("gradus train --find-learning-rate", () => {
  it("draws the curve, suggests a rate that trains well, keeps figures and a page, and trains nothing", async () => {
    const cwd = await folderWith({ "t.csv": regression });
    const args = ["train", "t.csv", ...network];
    const { status, stdout } = await gradus([...args, "--find-learning-rate", "--out", "found"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("┬");
    expect(stdout).toContain("•");
    const rate = /^suggestion\s+--learning-rate (\S+)$/m.exec(stdout)![1]!;
    expect(stdout).toContain(`to train  gradus ${args.join(" ")} --learning-rate ${rate}\n`);
    expect((await readdir(join(cwd, "found"))).sort()).toEqual([
      "learning-rate.html",
      "learning-rate.json",
      "run-file.json",
    ]);
    const page = await readFile(join(cwd, "found/learning-rate.html"), "utf8");
    expect(page).toContain("<svg");
    expect(page).not.toMatch(/(?:src|href)="https?:/); // it loads nothing
    const trained = await gradus([...args, "--learning-rate", rate, "--epochs", "30", "--json"], { cwd });
    expect(JSON.parse(trained.stdout).metrics.r2.train).toBeGreaterThan(0.9);
  });

  it("gives rates, losses and the suggestion as JSON, the same again for the same seed", async () => {
    const cwd = await folderWith({ "t.csv": multiclass });
    const args = ["train", "t.csv", ...network, "--find-learning-rate", "60", "--json", "--seed", "3"];
    const [once, again] = [await gradus(args, { cwd }), await gradus(args, { cwd })];
    const [first, second] = [JSON.parse(once.stdout), JSON.parse(again.stdout)];
    expect(first).toMatchObject({ optimizer: "adam", batchSize: 8, seed: 3 });
    expect(first.rates.length).toBe(first.losses.length);
    expect(first.rates[0]).toBe(1e-7);
    expect({ ...second, run: "" }).toEqual({ ...first, run: "" });
  });

  it("says that it found none on targets that the inputs say nothing about", async () => {
    const nonsense = csv((_, __, i) => ["u", "v", "w"][((i * i * 7 + i * 3) % 11) % 3]!, 300);
    const cwd = await folderWith({ "t.csv": nonsense });
    const { status, stdout } = await gradus(["train", "t.csv", "--find-learning-rate"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("no learning rate can be suggested");
    expect(stdout).not.toContain("to train");
  });

  it.each([
    [["t.csv", "--find-learning-rate", "--resume"], "makes no sense with --find-learning-rate"],
    [["t.csv", "--find-learning-rate", "--final"], "makes no sense with --find-learning-rate"],
    [["t.csv", "--find-learning-rate", "--optimizer", "bfgs"], "finds its own step"],
    [["--find-learning-rate", "t.csv"], "write them before the flag"],
    [["t.csv", "--find-learning-rate", "3"], "from 20 on"],
  ])("refuses %s", async (args, text) => {
    const cwd = await folderWith({ "t.csv": regression });
    const { status, stderr } = await gradus(["train", ...args, "--quiet"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain(text);
    expect(await readdir(cwd)).toEqual(["t.csv"]);
  });
});
