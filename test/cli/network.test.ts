import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderWith, gradus } from "./command.ts";
import { multiclass } from "./tables.ts";

const train = ["train", "data.csv", "--hidden", "6,4", "--epochs", "2", "--out", "run"];

it("flags for dropout, noise and normalisation reach the network and stand in the run file", async () => {
  const cwd = await folderWith({ "data.csv": multiclass });
  const flags = [
    "--dropout",
    "0.5,0",
    "--input-dropout",
    "0.1",
    "--input-noise",
    "0.2",
    "--batch-norm",
    "--norm-after",
  ];
  const { stderr, stdout } = await gradus([...train, ...flags], { cwd });
  expect(`${stderr}${stdout}`).toMatch(/gaussianNoise\(0\.2\).*dropout\(0\.1\).*batchNorm\(6\).*dropout\(0\.5\)/s);
  const { network } = JSON.parse(await readFile(join(cwd, "run/run.json"), "utf8"));
  expect(network).toMatchObject({ dropout: [0.5, 0], inputDropout: 0.1, inputNoise: 0.2, batchNorm: "after" });
});

it("--norm-after alone, and rates out of bounds, are refused with what to do", async () => {
  const cwd = await folderWith({ "data.csv": multiclass });
  const alone = await gradus([...train, "--norm-after"], { cwd });
  expect(alone).toMatchObject({ status: 2 });
  expect(alone.stderr).toContain("add --batch-norm or --layer-norm");
  const rate = await gradus([...train, "--dropout", "0.5,1"], { cwd });
  expect(rate).toMatchObject({ status: 2 });
  expect(rate.stderr).toContain("--dropout: must be a number from 0 on less than 1.");
});

it("flags for quantiles, label smoothing and class weights reach the loss", async () => {
  const cwd = await folderWith({ "data.csv": multiclass });
  const { stderr, stdout } = await gradus([...train, "--class-weights", "x=3, y=0.5", "--label-smoothing", "0.1"], {
    cwd,
  });
  expect(`${stderr}${stdout}`).toMatch(/label smoothing 0\.1, classes weighted: x 3, y 0\.5, z 1/);
  const { training } = JSON.parse(await readFile(join(cwd, "run/run.json"), "utf8"));
  expect(training).toMatchObject({ classWeights: { x: 3, y: 0.5 }, labelSmoothing: 0.1 });
  const wrong = await gradus([...train, "--class-weights", "x"], { cwd });
  expect(wrong).toMatchObject({ status: 2 });
  expect(wrong.stderr).toContain("write --class-weights yes=5,no=1");
});
