import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import recorded from "../numbers/npy.json" with { type: "json" };
import { type Files, folderWith, gradus } from "./command.ts";
import { binary, brief } from "./tables.ts";

const lines = binary.trim().split("\n");
const rows = lines.slice(1).map((line) => line.split(",").map(Number));
const column = (j: number): Float64Array => Float64Array.from(rows, (row) => row[j]!);
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: ["a", "b", "y"].map((name, j) => ({ name, data: column(j), type: "DOUBLE" as const })),
  }),
);
const part = (from: number, to: number, names = lines[0]!): string =>
  [names, ...lines.slice(1 + from, 1 + to)].join("\n");

async function summary(files: Files, ...args: string[]) {
  const cwd = await folderWith(files);
  const { stdout, stderr } = await gradus(["train", ...args, ...brief, "--json", "--out", "run"], { cwd });
  if (stdout === "") throw new Error(stderr);
  return { cwd, ...(JSON.parse(stdout) as { fingerprint: string; data: { name: string; rows: object } }) };
}

describe.concurrent("train reads", () => {
  it("Parquet as CSV: the same numbers, the same network; predict and evaluate read it, too", async () => {
    const [csv, other] = await Promise.all([
      summary({ "data.csv": binary }, "data.csv"),
      summary({ "wine.parquet": parquet }, "wine.parquet"),
    ]);
    expect(other).toMatchObject({ fingerprint: csv.fingerprint, data: { name: "wine" } });
    const { stdout } = await gradus(["predict", "run", "wine.parquet"], { cwd: other.cwd });
    expect(stdout.trim().split("\n")).toHaveLength(1 + rows.length);
    const streamed = await gradus(["predict", "run", "-"], { cwd: other.cwd, input: gzipSync(parquet) });
    expect(streamed.stdout).toBe(stdout);
  });

  it("an NPZ archive of two parts, its test part sealed", async () => {
    const archive = new Uint8Array(Buffer.from(recorded.archives.compressed, "base64"));
    const { data } = await summary({ "keras.npz": archive }, "keras.npz", "--validation", "0");
    expect(data).toMatchObject({ name: "keras", rows: { train: 3, validation: 0, test: 2 } });
  });

  it("a folder with train.csv, validation.csv and test.csv, and --test-data: each file is its part", async () => {
    const [folder, file] = await Promise.all([
      summary(
        { "set/train.csv": part(0, 24), "set/validation.csv": part(24, 32), "set/test.csv": part(32, 40) },
        "set",
      ),
      summary({ "one.csv": part(0, 24), "other.csv": part(24, 40) }, "one.csv", "--test-data", "other.csv"),
    ]);
    expect(folder.data.rows).toEqual({ train: 24, validation: 8, test: 8 });
    expect(file.data.rows).toEqual({ train: 19, validation: 5, test: 16 });
    const { stdout } = await gradus(["evaluate", "run", "--test", "--json"], { cwd: file.cwd });
    expect(JSON.parse(stdout)).toMatchObject({ part: "test", rows: 16, testOpenings: 1 });
  });

  it("a test.csv without a target as rows to be predicted, and says so", async () => {
    const unlabelled = part(24, 40).replaceAll(/,[^,\n]*$/gm, "");
    const cwd = await folderWith({ "set/train.csv": part(0, 24), "set/test.csv": unlabelled });
    const { stdout } = await gradus(["train", "set", ...brief, "--out", "run"], { cwd });
    expect(stdout).toMatch(/note +set\/test\.csv has no column y, so it is not the test part/);
    expect(stdout).toMatch(/parts +15 training, 4 validation, 5 test/);
    expect((await gradus(["predict", "run", "set/test.csv"], { cwd })).stdout.trim().split("\n")).toHaveLength(17);
  });

  it("nothing as a test part whose file has changed since", async () => {
    const { cwd } = await summary({ "a.csv": part(0, 24), "b.csv": part(24, 40) }, "a.csv", "--test-data", "b.csv");
    const changed = await folderWith({ "a.csv": part(0, 24), "b.csv": part(23, 40) });
    const { status, stderr } = await gradus(["evaluate", join(cwd, "run"), "--test"], { cwd: changed });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/the data have changed since/)]);
    expect(JSON.parse(readFileSync(join(cwd, "run/run.json"), "utf8")).data.testData).toBe("b.csv");
  });
});
