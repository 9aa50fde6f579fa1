import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderWith, gradus } from "./command.ts";
import { csv, regression } from "./tables.ts";

const lines = async (path: string): Promise<{ layers?: { layer: string; update?: number }[] }[]> =>
  (await readFile(path, "utf8")).trimEnd().split("\n").map((line) => JSON.parse(line)); // biome-ignore format: a chain

it("the history of a run says how its layers stand", async () => {
  const cwd = await folderWith({ "data.csv": regression });
  await gradus(["train", "data.csv", "--hidden", "4", "--epochs", "3", "--quiet", "--out", "run"], { cwd });
  const [first, second] = await lines(join(cwd, "run/history.jsonl"));
  for (const row of [first!, second!]) {
    expect(row.layers!.map(({ layer }) => layer)).toEqual(["dense(2 → 4)", "relu", "dense(4 → 1)"]);
    expect(row.layers![0]!.update).toBeGreaterThan(0);
  }
});

it("a rate that is far too small is noticed at the end, with what to do, on the screen and in the summary", async () => {
  const cwd = await folderWith({ "data.csv": regression });
  const slow = ["train", "data.csv", "--epochs", "6", "--learning-rate", "1e-7", "--out", "run"];
  const { stderr, stdout, status } = await gradus(slow, { cwd });
  expect(status).toBe(0);
  expect(`${stderr}${stdout}`).toMatch(/after 6 epochs the network is no better than the mean of the targets/);
  expect(`${stderr}${stdout}`).toMatch(/try a learning rate 10 times greater/);
  const summary = JSON.parse(await readFile(join(cwd, "run/summary.json"), "utf8"));
  expect(summary.findings.slice(0, 2)).toMatchObject([
    { kind: "rate-too-low", severity: "severe" },
    { kind: "nothing-learnt" },
  ]);
});

it("a number to be learnt that never changes is refused, and said to be one", async () => {
  const cwd = await folderWith({ "data.csv": csv(() => 3) });
  const { stderr, status } = await gradus(["train", "data.csv", "--task", "regression"], { cwd });
  expect(status).toBe(2);
  expect(stderr).toMatch(/every row has the target 3/);
});
