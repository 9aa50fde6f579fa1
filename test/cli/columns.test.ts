import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Files, folderWith, gradus } from "./command.ts";
import { brief, csv } from "./tables.ts";

/** A table of flats: a zip code with a leading zero, truth, holes written -1, a patient, a day, a weight. */
const flats = csv((a, b, i) => (a + (i % 3 === 0 ? 1 : -1) > b ? "dear" : "cheap"))
  .trim()
  .split("\n")
  .map((line, i) =>
    i === 0
      ? `zip,new,size,owner,day,w,${line}`
      : `0${100 + (i % 3)},${i % 2 === 0},${i % 7 === 0 ? -1 : i},o${i % 10},2021-01-${10 + (i % 20)},${i % 4},${line}`,
  )
  .join("\n");
const flags = ["--categorical", "zip", "--absent=-1", "--missing", "indicator", "--groups", "owner", "--drop", "day"];

async function train(files: Files, ...args: string[]) {
  const cwd = await folderWith(files);
  const { stdout, stderr, status } = await gradus(["train", "data.csv", ...brief, "--out", "run", ...args], { cwd });
  if (status !== 0) throw new Error(stderr);
  return { cwd, stdout };
}

describe.concurrent("train takes", () => {
  it("columns as it is told, and predict takes them the same way", async () => {
    const { cwd, stdout } = await train({ "data.csv": flats }, ...flags, "--weights", "w", "--json");
    // zip 3, new 1, size and whether it is missing 2, a and b 2
    expect(JSON.parse(stdout).data.inputs).toBe(8);
    const { encoding } = JSON.parse(readFileSync(join(cwd, "run/model.json"), "utf8"));
    expect(encoding.features).toEqual([
      ...["zip=0100", "zip=0101", "zip=0102", "new=true", "size", "size missing", "a", "b"],
    ]);
    const again = await gradus(["train", "--config", "run/run.json", "--json", "--out", "again"], { cwd });
    expect(JSON.parse(again.stdout).fingerprint).toBe(JSON.parse(stdout).fingerprint);
    const own = await gradus(["predict", "run"], { cwd });
    expect(own.stdout).toBe(readFileSync(join(cwd, "run/predictions.csv"), "utf8").replaceAll(/^(\w+),\w+,/gm, "$1,"));
  });

  it("words that training did not have, and says so", async () => {
    const { cwd } = await train({ "data.csv": flats, "new.csv": flats.replaceAll("0100", "0999") }, ...flags);
    const lenient = await gradus(["predict", "run", "new.csv"], { cwd });
    expect(lenient.stderr).toMatch(/^note: column zip: 13 rows have words that training did not have \("0999"\)/);
    expect(lenient.stdout.trim().split("\n")).toHaveLength(41);
    const strict = await train(
      { "data.csv": flats, "new.csv": flats.replaceAll("0100", "0999") },
      ...flags,
      "--unseen",
      "error",
    );
    const refused = await gradus(["predict", "run", "new.csv"], { cwd: strict.cwd });
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^new\.csv line \d+, column "zip": "0999" did not/),
    ]);
  });

  it("words for which numbers are learnt, in predict and in another run, too", async () => {
    const args = ["--embed", "owner:3,zip", "--drop", "day", "--absent=-1", "--missing", "mean"];
    const { cwd, stdout } = await train(
      { "data.csv": flats, "new.csv": flats.replaceAll("o3", "who") },
      ...args,
      "--json",
    );
    // The embedding has (10 + 1) · 3 and, by the rule for 3 levels, (3 + 1) · 3 numbers; inputs are 7, behind it 11.
    expect(JSON.parse(stdout)).toMatchObject({
      data: { inputs: 7 },
      model: { layers: [7, 4, 1], parameters: 33 + 12 + 11 * 4 + 4 + 4 + 1 },
    });
    const again = await gradus(["train", "--config", "run/run.json", "--json", "--out", "again"], { cwd });
    expect(JSON.parse(again.stdout).fingerprint).toBe(JSON.parse(stdout).fingerprint);
    const { stdout: predictions, stderr } = await gradus(["predict", "run", "new.csv"], { cwd });
    expect(stderr).toMatch(/^note: column owner: 4 rows have words that training did not have \("who"\)/);
    expect(predictions.trim().split("\n")).toHaveLength(41);
  });

  it("polynomial and random features, kept with the model", async () => {
    for (const [features, inputs] of [
      ["polynomial:3", 9],
      ["fourier:20:2", 20],
    ] as const) {
      const { cwd, stdout } = await train(
        { "data.csv": csv((a, b) => (a * b).toFixed(4)) },
        "--features",
        features,
        "--json",
      );
      expect(JSON.parse(stdout).data.inputs).toBe(inputs);
      const { stdout: predictions } = await gradus(["predict", "run"], { cwd });
      expect(predictions).toBe(
        readFileSync(join(cwd, "run/predictions.csv"), "utf8").replaceAll(/^(\w+),[^,]+,/gm, "$1,"),
      );
    }
  });

  it("rows in the order of a day, which is no input", async () => {
    const sorted = csv((_a, _b, i) => (i % 2 === 0 && i < 30 ? "well" : "sick"));
    const shares = ["--validation", "0.1", "--test", "0.1"];
    const { stdout: told } = await train({ "data.csv": sorted }, "--order", "file", ...shares);
    expect(told).toMatch(/note +parts in the order of the rows: training first, test last/);
    expect(told).toMatch(/note +all 4 validation rows are of the class sick/);
    const { stdout } = await train(
      { "data.csv": flats },
      "--order",
      "day",
      "--drop",
      "owner,zip,w",
      "--absent=-1",
      "--missing",
      "median",
      "--json",
    );
    expect(JSON.parse(stdout)).toMatchObject({ data: { inputs: 4, rows: { train: 25, validation: 7, test: 8 } } });
  });

  it("row numbers and copies of rows with a word of warning", async () => {
    const lines = csv((a, b) => Number(a > b))
      .trim()
      .split("\n");
    const doubled = ["id,a,b,y", ...[...lines.slice(1), ...lines.slice(1)].map((line, i) => `${i},${line}`)].join("\n");
    const { stdout } = await train({ "data.csv": doubled });
    expect(stdout).toMatch(/note +column id: a different whole number in every row, as row numbers are; --drop id/);
    const { stdout: dropped } = await train({ "data.csv": doubled }, "--drop", "id");
    expect(dropped).toMatch(/note +\d+ of 13 validation rows are copies of training rows/);
    expect(dropped).toMatch(/note +\d+ of 16 test rows are copies of training rows/);
  });

  it("rows by their weights: three to one makes a probability of three quarters", async () => {
    const row = (i: number): string => `${i % 5},${i < 20 ? "1,no" : "3,yes"}`;
    const cwd = await folderWith({ "data.csv": ["x,w,y", ...Array.from({ length: 40 }, (_, i) => row(i))].join("\n") });
    const network = ["--hidden", "none", "--epochs", "400", "--batch-size", "40", "--learning-rate", "0.05"];
    const parts = ["--validation", "0", "--test", "0", "--out", "run"];
    const { stdout } = await gradus(["train", "data.csv", "--weights", "w", ...network, ...parts], { cwd });
    expect(stdout).toMatch(/note +column w: weights of the rows in the loss, no input/);
    const predictions = await gradus(["predict", "run", "--json"], { cwd });
    for (const p of JSON.parse(predictions.stdout).probabilities.yes) expect(p).toBeCloseTo(0.75, 2);
  });

  it("several targets: numbers, predicted in their own units, or labels, each with its probabilities", async () => {
    const lines = csv((a, b) => (1000 + 100 * (a + 2 * b)).toFixed(3))
      .trim()
      .split("\n");
    const more = (line: string, i: number): string => {
      if (i === 0) return `${line},z,wet,cold`;
      const [a = 0, b = 0] = line.split(",").map(Number);
      return `${line},${(a - b).toFixed(4)},${a > 0 ? "yes" : "no"},${b > 0 ? 1 : 0}`;
    };
    const files = { "data.csv": lines.map(more).join("\n") };
    const train = async (...flags: string[]) => {
      const cwd = await folderWith(files);
      const network = ["--hidden", "16", "--epochs", "300", "--learning-rate", "0.01", "--out", "run"];
      const { stdout, stderr } = await gradus(["train", "data.csv", ...network, ...flags], { cwd });
      return { cwd, stdout, stderr };
    };
    const [numbers, labels] = await Promise.all([
      train("--target", "y,z", "--drop", "wet,cold"),
      train("--target", "wet,cold", "--drop", "y,z"),
    ]);
    expect(numbers.stdout).toMatch(/target +y, z: regression, 2 targets with numbers/);
    expect(labels.stdout).toMatch(/target +wet, cold: multilabel, 2 targets with two values each/);
    const predictions = readFileSync(join(numbers.cwd, "run/predictions.csv"), "utf8").trim().split("\n");
    expect(predictions[0]).toBe("row,target y,target z,prediction y,prediction z");
    for (const line of predictions.slice(1)) {
      const [, y, z, ŷ, ẑ] = line.split(",").map(Number);
      // What a smooth network of two inputs learns in 300 epochs: within a tenth of each target's range.
      expect(Math.abs(ŷ! - y!)).toBeLessThan(60);
      expect(Math.abs(ẑ! - z!)).toBeLessThan(0.4);
    }
    const header = (await gradus(["predict", "run", "data.csv"], { cwd: labels.cwd })).stdout.split("\n")[0];
    expect(header).toBe("row,prediction wet,prediction cold,p(wet=no),p(wet=yes),p(cold=0),p(cold=1)");
    const evaluated = await gradus(["evaluate", "run", "data.csv", "--json"], { cwd: labels.cwd });
    expect(JSON.parse(evaluated.stdout).metrics.accuracy).toBeGreaterThan(0.8);
    const again = await gradus(["train", "--config", "run/run.json", "--json", "--out", "again"], { cwd: labels.cwd });
    const { fingerprint } = JSON.parse(readFileSync(join(labels.cwd, "run/summary.json"), "utf8"));
    expect(JSON.parse(again.stdout).fingerprint).toBe(fingerprint);
  });

  it("the target of a regression as it is, if asked to", async () => {
    const table = { "data.csv": csv((a, b) => (1000 + a + 2 * b).toFixed(4)) };
    const { cwd } = await train(table, "--target-scale", "none");
    expect(JSON.parse(readFileSync(join(cwd, "run/model.json"), "utf8")).target).toEqual({ shift: 0, scale: 1 });
  });
});
