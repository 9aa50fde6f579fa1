import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import recorded from "../numbers/npy.json" with { type: "json" };
import { bin, contents, type Files, folderWith, gradus, type Outcome } from "./command.ts";
import { binary, brief, csv, multiclass, regression } from "./tables.ts";

/** A command line, the files it finds, and what its message says: the first line, then facts and hint. */
interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly files?: Files;
  readonly says: readonly RegExp[];
}

const good = { "good.csv": binary };
const file = (content: string): Files => ({ "data.csv": content });
const npy = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const training = (...flags: string[]): readonly string[] => ["train", "good.csv", ...flags];

const cases: readonly Case[] = [
  { name: "a missing file", args: ["train", "god.csv"], files: good, says: [/^god\.csv: .*no such file/, /good\.csv/] },
  { name: "a missing folder", args: ["train", "no/data.csv"], says: [/^no\/data\.csv: .*no such file.*folder no/] },
  {
    name: "a directory",
    args: ["train", "sub"],
    files: { "sub/a.csv": binary },
    says: [/^sub: this is a folder without a training file/, /a\.csv/],
  },
  { name: "an empty file", args: ["train", "data.csv"], files: file(""), says: [/^data\.csv: the file is empty/] },
  {
    name: "a header only",
    args: ["train", "data.csv"],
    files: file("a,b,y\n"),
    says: [/^data\.csv: .*header row, but no data; at least 2/],
  },
  {
    name: "one row",
    args: ["train", "data.csv"],
    files: file("a,b,y\n1,2,0\n"),
    says: [/^data\.csv: .*one row of data; at least 2/],
  },
  {
    name: "a ragged row",
    args: ["train", "data.csv"],
    files: file(`${binary}1,2\n`),
    says: [/^data\.csv line 42: .*as many fields as the first row \(3\); this one has 2/],
  },
  {
    name: "duplicate column names",
    args: ["train", "data.csv"],
    files: file("a,a,y\n1,2,0\n3,4,1\n"),
    says: [/^data\.csv line 1: columns 1 and 2 are both called "a"/],
  },
  {
    name: "no such target",
    args: ["train", "data.csv", "--target", "prise"],
    files: file("size,rooms,price\n1,2,3\n4,5,6\n"),
    says: [/^data\.csv: there is no column "prise"/, /did you mean price\?/],
  },
  {
    name: "text where a number is needed",
    args: ["train", "data.csv"],
    files: file(`${binary}1.5,two,0\n`),
    says: [/^data\.csv line 42, column "b": "two" is not a number/],
  },
  {
    name: "NaN",
    args: ["train", "data.csv"],
    files: file(`${binary}\nNaN,1,0\n`),
    says: [/^data\.csv line 43, column "a": the value is missing \(empty, NA, NaN/, /--missing drop/],
  },
  {
    name: "Infinity",
    args: ["train", "data.csv"],
    files: file(`${binary}1,-Infinity,0\n`),
    says: [/^data\.csv line 42, column "b": "-Infinity" is not a finite number; allowed are/],
  },
  {
    name: "1e400",
    args: ["train", "data.csv"],
    files: file(`${binary}1,1e400,0\n`),
    says: [/^data\.csv line 42, column "b": "1e400" is not a finite number; allowed are/],
  },
  {
    name: "a single class",
    args: ["train", "data.csv"],
    files: file(csv(() => "yes")),
    says: [/^data\.csv, target "y": every row has the target yes/],
  },
  {
    name: "a class with one row under stratified split",
    args: ["train", "data.csv"],
    files: file(`${multiclass}1,2,w\n`),
    says: [/^data\.csv line 42, column "y": the class w has this one row/, /every class needs at least 2 rows/],
  },
  {
    name: "--hidden 0",
    args: training("--hidden", "0"),
    files: good,
    says: [/^--hidden: .*from 1 on, not "0"/, /--hidden 100,30/],
  },
  { name: "--hidden -3", args: training("--hidden", "-3"), files: good, says: [/^--hidden: .*from 1 on, not "-3"/] },
  { name: "--hidden abc", args: training("--hidden", "abc"), files: good, says: [/^--hidden: .*from 1 on, not "abc"/] },
  {
    name: "--epochs -1",
    args: training("--epochs", "-1"),
    files: good,
    says: [/^--epochs: must be a whole number from 0 on/, /-1/],
  },
  {
    name: "--batch-size 0",
    args: training("--batch-size", "0"),
    files: good,
    says: [/^--batch-size: must be a whole number from 1 on/, /given +0/],
  },
  {
    name: "validation + test of 1",
    args: training("--validation", "0.5", "--test", "0.5"),
    files: good,
    says: [/^validation \+ test: .*less than 1/, /validation 0\.5/],
  },
  {
    name: "an unknown optimizer",
    args: training("--optimizer", "adm"),
    files: good,
    says: [/^--optimizer: there is no optimizer/, /did you mean adam\?/],
  },
  {
    name: "an unknown activation",
    args: training("--activation", "rellu"),
    files: good,
    says: [/^--activation: there is no activation/, /did you mean relu\?/],
  },
  {
    name: "an unknown loss",
    args: training("--loss", "crossentrpy"),
    files: good,
    says: [/^--loss: there is no loss/, /did you mean crossEntropy\?/],
  },
  {
    name: "a loss that does not fit the task",
    args: training("--loss", "crossEntropy"),
    files: good,
    says: [/^loss: crossEntropy is for multiclass, but the task is binary/, /logisticLoss/],
  },
  {
    name: "an array of Python objects",
    args: ["train", "data.npy"],
    files: { "data.npy": npy(recorded.refused.object) },
    says: [/^data\.npy: this array holds Python objects.*numbers, booleans or words are needed/, /dtype=float/],
  },
  {
    name: "an archive whose arrays make no table",
    args: ["train", "data.npz"],
    files: { "data.npz": npy(recorded.archives.unclear) },
    says: [/^data\.npz: these arrays do not make a table/, /a +\[2, 2\]/, /x_train, y_train/],
  },
  {
    name: "Parquet that is cut off",
    args: ["train", "data.parquet"],
    files: { "data.parquet": "PAR1 and nothing more" },
    says: [/^data\.parquet: this Parquet file cannot be read/],
  },
  {
    name: "a test file with other columns",
    args: ["train", "good.csv", "--test-data", "data.csv"],
    files: { ...good, ...file("a,c,y\n1,2,0\n") },
    says: [/^data\.csv: all parts must have the columns of good\.csv/, /not there +b/],
  },
  {
    name: "a folder of tables with none to train on",
    args: ["train", "set"],
    files: { "set/one.csv": binary, "set/two.csv": binary },
    says: [/^set: this is a folder without a training file/, /tables +one\.csv, two\.csv/, /train\.csv/],
  },
  {
    name: "digit groups",
    args: ["train", "data.csv"],
    files: file('a,y\n"1,234,567",0\n"2,345",1\n'),
    says: [/^data\.csv line 2, column "a": .*marks between groups of digits/, /write 1234567/],
  },
  {
    name: "an all-missing column",
    args: ["train", "data.csv", "--missing", "mean"],
    files: file(binary.replaceAll(/^[-0-9.]+(?=,)/gm, "NA")),
    says: [/^data\.csv, column "a": every value of this column is missing/, /--drop a/],
  },
  {
    name: "a constant target",
    args: ["train", "data.csv", "--task", "regression"],
    files: file(csv(() => 5)),
    says: [/^data\.csv, target "y": every row has the target 5: .*nothing to learn/],
  },
  {
    name: "one class left to train on",
    args: ["train", "data.csv", "--order", "file"],
    files: file(csv((_a, _b, i) => (i < 30 ? "sick" : "well"))),
    says: [/^data\.csv, training part, target "y": every training row has the target sick/, /--order/],
  },
  {
    name: "dates",
    args: ["train", "data.csv", "--target", "a"],
    files: file(csv((_a, _b, i) => `2021-03-${10 + (i % 20)}`)),
    says: [/^data\.csv, column "y": this column holds dates/, /for example +2021-03-10/, /--order y/],
  },
  {
    name: "targets that do not go together",
    args: ["train", "data.csv", "--target", "a,y"],
    files: file(multiclass),
    says: [/^data\.csv, target "y": this column cannot be the target of a regression task/, /all be numbers/],
  },
  {
    name: "a target that is named twice",
    args: training("--target", "y,y"),
    files: good,
    says: [/^good\.csv: the target "y" is named twice/],
  },
  {
    name: "a negative weight",
    args: ["train", "data.csv", "--weights", "b"],
    files: file(binary),
    says: [/^data\.csv line \d+, column "b": a weight must be a finite number from 0 on/],
  },
  {
    name: "the target as the groups",
    args: training("--groups", "y"),
    files: good,
    says: [/^groups: the column "y" is the target/],
  },
  {
    name: "an unknown scaling of a column",
    args: training("--scale-columns", "a:minmx"),
    files: good,
    says: [/^--scale-columns: must be one of standard, minmax/, /did you mean minmax/],
  },
  {
    name: "features that are not known",
    args: training("--features", "splines:3"),
    files: good,
    says: [/^--features: must be polynomial:<degree>/, /given +splines:3/],
  },
  {
    name: "an output folder that is a file",
    args: training("--out", "good.csv"),
    files: good,
    says: [/^good\.csv: the run cannot be written here: there is a file of that name/, /--out/],
  },
  {
    name: "an output folder below a file",
    args: training("--out", "good.csv/runs/1"),
    files: good,
    says: [/^good\.csv\/runs\/1: the run cannot be written here: .*a file, not a folder/],
  },
  {
    name: "an output folder that is not empty",
    args: training("--out", "sub"),
    files: { ...good, "sub/note": "" },
    says: [/^sub: this folder is not empty/, /holds +note/],
  },
];

/** Exactly one message, at its head what is wrong, at its foot where to read more; no stack trace. */
function expectOneMessage({ stdout, stderr }: Outcome, says: readonly RegExp[]): void {
  expect(stdout).toBe("");
  const lines = stderr.trimEnd().split("\n");
  expect(lines.filter((line) => !line.startsWith("  "))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(/^ {2}see +(?:docs\/errors\.md#[a-z-]+|gradus \w+ --help)$/);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+|\.js:\d+|node:internal/m);
  for (const pattern of says) expect(stderr).toMatch(pattern);
}

describe.concurrent("bad input gets one message, exit status 2, and leaves no folder behind:", () => {
  it.each(cases)("$name", async ({ args, files, says }) => {
    const cwd = await folderWith(files);
    const before = await contents(cwd);
    const outcome = await gradus(args, { cwd });
    expectOneMessage(outcome, says);
    expect(outcome.status).toBe(2);
    expect(await contents(cwd)).toEqual(before);
  });

  it.runIf(existsSync("/proc/self"))("an output folder in /proc, where nothing can be made", async () => {
    const cwd = await folderWith(good);
    const outcome = await gradus(training("--out", "/proc/gradus/run"), { cwd });
    expectOneMessage(outcome, [/^\/proc\/gradus\/run: the run cannot be written here/]);
    expect(outcome.status).toBe(2);
  });

  it.skipIf(process.getuid?.() === 0)("an output folder without permission", async () => {
    const cwd = await folderWith(good);
    const outcome = await gradus(training("--out", "/gradus-run"), { cwd });
    expectOneMessage(outcome, [/^\/gradus-run: the run cannot be written here/]);
    expect(outcome.status).toBe(2);
  });
});

describe.concurrent("what looks bad, but is allowed:", () => {
  it("--epochs 0 evaluates the initial network", async () => {
    const cwd = await folderWith(good);
    const { status, stdout } = await gradus(training("--hidden", "4", "--epochs", "0", "--json"), { cwd });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ epochs: 0, steps: 0, stopped: "epochs" });
    expect(JSON.parse(stdout).loss.validation).toBeGreaterThan(0);
  });

  it("a batch size larger than the data is one batch", async () => {
    const cwd = await folderWith(good);
    const { status, stdout } = await gradus(training(...brief, "--batch-size", "1000000", "--json"), { cwd });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ epochs: 3, steps: 3 });
  });
});

it("a learning rate that makes training diverge says when and what to try, with exit status 1", async () => {
  const cwd = await folderWith({ "data.csv": regression });
  const flags = ["--learning-rate", "1e9", "--optimizer", "sgd", "--out", "run"];
  const { status, stderr } = await gradus(["train", "data.csv", ...flags], { cwd });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^epoch \d+, step \d+: the loss is no longer finite: training diverged/m);
  expect(stderr).toMatch(/learning rate +1000000000\n/);
  expect(stderr).toMatch(/hint +try a learning rate 10 times smaller/);
  expect(stderr).toMatch(/kept in +run\n/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect((await gradus(["predict", "run", "data.csv"], { cwd })).status).toBe(0);
});

describe("a line of 2 GB", () => {
  const enough = 500_000; // kilobytes

  it("on standard input is refused at once, without being held in memory", async () => {
    const cwd = await folderWith();
    const piece = new Uint8Array(2 ** 20).fill(0x31);
    let sent = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode("a,b,y\n1,2,0\n");
      for (; sent < 2048; sent++) yield piece;
    };
    const outcome = await gradus(["train", "-"], { cwd, input: endless() });
    expectOneMessage(outcome, [/^standard input line 3: this line is longer than 16 MB/, /begins +"1111/]);
    expect(outcome.status).toBe(2);
    expect(sent).toBeLessThan(100);
  });

  it("in a file is refused within 500 MB of memory", async () => {
    const cwd = await folderWith({ "data.csv": `a,b,y\n1,2,0\n${"1".repeat(20 * 2 ** 20)}` });
    await truncate(join(cwd, "data.csv"), 2 ** 31); // sparse: zero bytes follow
    const code = `import { main } from ${JSON.stringify(bin.replace("bin/gradus.js", "dist/cli/main.js"))};
      await main(["train", "data.csv"], () => undefined);
      console.log(process.resourceUsage().maxRSS);`;
    // A process counts as its own what the one that started it held: between this one and it there is a small one.
    const between = `import { spawnSync } from "node:child_process";
      const args = ["--input-type=module", "-e", ${JSON.stringify(code)}];
      process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status;`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", between], {
      cwd,
      encoding: "utf8",
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^data\.csv line 3: this line is longer than 16 MB/);
    expect(Number(stdout)).toBeLessThan(enough);
  });
});
