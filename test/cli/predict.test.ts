import { cp, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderWith, gradus } from "./command.ts";
import { binary, brief, csv, multiclass } from "./tables.ts";

let cwd = "";

beforeAll(async () => {
  cwd = await folderWith({
    "two.csv": binary,
    "three.csv": multiclass,
    "missing.csv": "a,y\n1,0\n",
    "renamed.csv": "a,beta,y\n1,2,0\n",
    "words.csv": "a,b\none,2\n",
    "header.csv": "a,b,y\n",
    "others.csv": "a,b,y\n1,2,x\n3,4,w\n",
    "bare.csv": "a,b\n1,2\n",
    "extra.csv": "more,b,y,a\n7,2,0,1\n",
    "holes.csv": "a,b,y\n1,2,0\n,2,0\n",
  });
  await Promise.all(
    (["two", "three"] as const).map((name) =>
      gradus(["train", `${name}.csv`, ...brief, "--quiet", "--out", `runs/${name}`], { cwd }),
    ),
  );
}, 120_000);

/** A command line that is wrong, and what its message says. */
const wrong: readonly (readonly [line: string, ...says: RegExp[]])[] = [
  ["predict runs/two missing.csv", /^missing\.csv: a column that the model needs is not there/, /not there +"b"/],
  [
    "predict runs/two renamed.csv",
    /^renamed\.csv: a column that the model needs/,
    /rename the column "beta" to "b"\?|allowed: a, beta/,
  ],
  ["predict runs/two words.csv", /^words\.csv line 2, column "a": this column held numbers/, /value +"one"/],
  ["predict runs/two holes.csv", /^holes\.csv line 3, column "a": the value is missing/],
  ["predict runs/two header.csv", /^header\.csv: .*no data; at least 1 row/],
  ["predict runs/two no.csv", /^no\.csv: there is no such file/],
  [
    "evaluate runs/three others.csv",
    /^others\.csv line 3, column "y": the class "w" was not among the training rows/,
    /allowed: x, y, z/,
  ],
  ["evaluate runs/two bare.csv", /^bare\.csv: there is no column "y" to be the target/],
  ["evaluate runs/two two.csv --test", /^--test: opens the run's own test part/],
  ["predict runs/tow", /^runs\/tow: there is no such run folder/, /did you mean runs\/two\?/],
  ["predict runs", /^runs\/model\.json: there is no model\.json here/, /runs holds runs: name one of them/],
  ["predict two.csv", /^two\.csv: this is a file, not the folder of a run/],
];

describe.concurrent("predict and evaluate refuse, with exit status 2 and nothing on standard output:", () => {
  it.each(wrong.map(([line, ...says]) => ({ line, says })))("gradus $line", async ({ line, says }) => {
    const { status, stdout, stderr } = await gradus(line.split(" "), { cwd });
    expect(stdout).toBe("");
    for (const pattern of says) expect(stderr).toMatch(pattern);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });

  it.each([0, 4, 8, 100, 300, -1])("model.safetensors cut off at byte %i", async (at) => {
    const folder = await damaged(async (run) => {
      const path = join(run, "model.safetensors");
      await truncate(path, at < 0 ? (await stat(path)).size + at : at);
    });
    const { status, stdout, stderr } = await gradus(["predict", "run", "two.csv"], { cwd: folder });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^run\/model\.safetensors: /);
    expect(stderr).toMatch(/hint/);
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, 200), /^run\/model\.json line \d+, column \d+: the JSON ends here/],
    ["empty", () => "", /^run\/model\.json: the file is empty/],
    ["of another kind", () => "{}", /^run\/model\.json: this is not a model of gradus/],
    ["of another version", (text: string) => text.replace('"version": 1', '"version": 9'), /version 9 is not known/],
    [
      "of another network",
      (text: string) => text.replace(/"hidden": \[\s*4/, '"hidden": [5'),
      /parameter 0\.W should be \[2, 5\], is \[2, 4\]/,
    ],
    ["without a part", (text: string) => text.replace('"inputs"', '"input"'), /^run\/model\.json, network\.inputs: /],
  ] as const)("model.json %s", async (_, change, says) => {
    const folder = await damaged(async (run) => {
      const text = await readFile(join(run, "model.json"), "utf8");
      await writeFile(join(run, "model.json"), change(text));
    });
    const { status, stdout, stderr } = await gradus(["predict", "run", "two.csv"], { cwd: folder });
    expect(stderr).toMatch(says);
    expect([status, stdout]).toEqual([2, ""]);
  });

  it("run.json damaged", async () => {
    const folder = await damaged((run) => truncate(join(run, "run.json"), 100));
    const { status, stderr } = await gradus(["evaluate", "run"], { cwd: folder });
    expect(stderr).toMatch(/^run\/run\.json line \d+, column \d+: the JSON ends here/);
    expect(status).toBe(2);
  });

  it.each([
    "evaluate run",
    "evaluate run --test",
    "predict run",
  ])("%s when the data have changed since, naming both hashes", async (line) => {
    const folder = await damaged(async () => undefined);
    await writeFile(
      join(folder, "two.csv"),
      csv((a, b) => Number(a + b > 0.1)),
    );
    const { status, stdout, stderr } = await gradus(line.split(" "), { cwd: folder });
    expect(stderr).toMatch(/^two\.csv: the data have changed since run was trained/);
    expect(stderr).toMatch(/hash in training +[0-9a-f]{16}\n +hash now +[0-9a-f]{16}\n/);
    expect([status, stdout]).toEqual([2, ""]);
  });

  it("evaluate when the data file is gone", async () => {
    const folder = await folderWith();
    await cp(join(cwd, "runs/two"), join(folder, "run"), { recursive: true });
    const { status, stderr } = await gradus(["evaluate", "run"], { cwd: folder });
    expect(stderr).toMatch(/^two\.csv: the data of this run are no longer there/);
    expect(status).toBe(2);
  });
});

/** A folder with two.csv and a copy of its run, changed. */
async function damaged(change: (run: string) => Promise<unknown>): Promise<string> {
  const folder = await folderWith({ "two.csv": binary });
  await cp(join(cwd, "runs/two"), join(folder, "run"), { recursive: true });
  await change(join(folder, "run"));
  return folder;
}

describe.concurrent("predict", () => {
  it("needs no target column, and no order of the columns", async () => {
    const bare = await gradus(["predict", "runs/two", "bare.csv"], { cwd });
    expect(bare.stdout).toMatch(/^row,prediction,p\(0\),p\(1\)\n1,[01],0\.\d+,0\.\d+\n$/);
    expect((await gradus(["predict", "runs/two", "extra.csv"], { cwd })).stdout).toBe(bare.stdout);
  });

  it("reads standard input", async () => {
    const file = await gradus(["predict", "runs/three", "three.csv"], { cwd });
    const stdin = await gradus(["predict", "runs/three", "-"], { cwd, input: multiclass });
    expect(file.stdout).toMatch(/^row,prediction,p\(x\),p\(y\),p\(z\)\n/);
    expect(stdin.stdout).toBe(file.stdout);
  });

  it("prints JSON, too", async () => {
    const { stdout } = await gradus(["predict", "runs/three", "three.csv", "--json"], { cwd });
    const { task, rows, predictions, probabilities } = JSON.parse(stdout);
    expect(task).toBe("multiclass");
    expect(rows).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(predictions).toHaveLength(40);
    expect(Object.keys(probabilities)).toEqual(["x", "y", "z"]);
  });
});

it("evaluate --test records every opening", async () => {
  const folder = await damaged(async () => undefined);
  for (const times of [1, 2, 3]) {
    const { stdout } = await gradus(["evaluate", "run", "--test", "--json"], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ part: "test", rows: 8, testOpenings: times });
  }
  const log = await readFile(join(folder, "run/test-openings.jsonl"), "utf8");
  expect(
    log
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).by),
  ).toEqual(Array(3).fill("evaluate --test"));
});
