import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, gradus } from "./command.ts";
import { brief, csv, multiclass } from "./tables.ts";

const others = csv((a, b) => (a > b ? "p" : "q"));

describe.concurrent("gradus train --from", () => {
  it("takes a trained network with another last layer, freezes the rest, and says so", async () => {
    const cwd = await folderWith({ "t.csv": multiclass, "o.csv": others });
    await gradus(["train", "t.csv", ...brief, "--quiet", "--out", "first"], { cwd });
    const flags = ["--from", "first", "--new-head", "--freeze", "body", "--layer-rates", "2.b:0.5"];
    const { status, stdout } = await gradus(["train", "o.csv", "--epochs", "2", ...flags, "--out", "second"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^start +2 arrays of first \([0-9a-f]{16}\); 2\.W, 2\.b begin anew$/m);
    expect(stdout).toContain("frozen body");
    const { start, training } = JSON.parse(await readFile(join(cwd, "second/run.json"), "utf8"));
    expect(start).toMatchObject({ from: "first", fresh: "head", inputs: "kept" });
    expect(training).toMatchObject({ frozen: ["body"], layerRates: { "2.b": 0.5 } });
    expect((await gradus(["replay", "second", "--quiet"], { cwd })).status).toBe(0);
    expect((await gradus(["train", "--resume", "second", "--epochs", "4", "--quiet"], { cwd })).status).toBe(0);
  });

  it.each([
    [["--from", "nowhere"], "no such run or file to start from"],
    [["--new-head"], "name it with --from <run>"],
    [["--freeze", "5"], "layers with parameters are 0, 2"],
    [["--layer-rates", "0"], "a factor of the learning rate each"],
  ])("refuses %s", async (flags, text) => {
    const cwd = await folderWith({ "t.csv": multiclass });
    const { status, stderr } = await gradus(["train", "t.csv", ...brief, ...flags, "--quiet"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain(text);
  });
});
