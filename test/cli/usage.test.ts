import { describe, expect, it } from "vitest";
import { contents, type Files, folderWith, gradus } from "./command.ts";
import { binary, brief, multiclass } from "./tables.ts";

const train = (...flags: string[]): readonly string[] => ["train", "good.csv", ...flags];

/** What was typed, and what the one message says. */
const wrong: readonly (readonly [args: readonly string[], ...says: RegExp[]])[] = [
  [["trian"], /^gradus: there is no command trian\./, /did you mean train\?/],
  [train("--epoch", "3"), /^gradus train: there is no flag --epoch\./, /did you mean --epochs\?/],
  [train("--learningrate", "3"), /no flag --learningrate/, /did you mean --learning-rate\?/],
  [train("--batch_size", "3"), /no flag --batch_size/, /did you mean --batch-size\?/],
  [train("--drop-out", "0.1"), /no flag --drop-out/, /see +gradus train --help/],
  [train("--fields", "2"), /no flag --fields/],
  [train("--threads", "0"), /^--threads: must be "auto", or a whole number from 1 to 64/, /given +0/],
  [train("--threads", "1.5"), /^--threads: must be "auto"/],
  [train("--threads", "many"), /^--threads: must be "auto"/],
  [train("--resume"), /there is no run under runs\/ to go on with/],
  [train("--epochs"), /^gradus train: --epochs needs a value: --epochs <n>\./],
  [train("more.csv"), /^gradus train: there are more words than <data> can take/],
  [["predict"], /^gradus predict: <run> is missing\./],
  [["evaluate"], /^gradus evaluate: <run> is missing\./],
  [train("--hidden", "3", "--hidden", "4"), /^--hidden: is given twice/, /first +3/, /second +4/],
  [train("--eta", "1", "--learning-rate", "2"), /^--learning-rate: is given twice \(--eta is the same flag\)/],
  [train("--seed", "1.5"), /^--seed: must be a whole number/, /given +1\.5/],
  [train("--seed", "1e30"), /^--seed: must be a whole number/],
  [train("--validation", "1"), /^--validation: must be .*less than 1/, /given +1/],
  [train("--validation", "-0.1"), /^--validation: must be .*from 0/, /given +-0\.1/],
  [train("--validation", "abc"), /^--validation: must be a number/, /given +abc/],
  [train("--learning-rate", "0"), /^--learning-rate: must be a number greater than 0/],
  [train("--l2", "-1"), /^--l2: must be a number from 0 on/],
  [train("--test", "0", "--final"), /^--final: this run has no test part/, /--test 0\.2/],
  [train("--task", "cluster"), /^--task: must be one of regression, binary, multiclass/],
  [train("--precision", "f16"), /^--precision: must be one of f32, f64/],
  [train("--init", "heNormall"), /^--init: there is no initializer/, /did you mean heNormal/],
  [train("--activation", "relu,tanh,relu"), /^activation: give one activation for all hidden layers, or one for each/],
  [train("--hidden", "1000000000"), /^hidden: this network would have \d+ parameters; at most/],
  [train("--drop", "a,c"), /^good\.csv: there is no column "c"/, /allowed: a, b, y/],
  [train("--drop", "a,b"), /^good\.csv: besides the target "y" there is no column to learn from/],
  [["train", "digit"], /^digit: there is no data set and no file/, /did you mean digits\?/],
  [["explain", "-x^2", "--at", "x=3"], /there is no flag -x\^2/, /brackets: "\(-x\^2\)"/],
  [["explain", "2 sin x", "--at", "x=3"], /sin is a function, and what it is taken of stands in brackets: sin\(x\)/],
  [["explain", "--network", "5000-1"], /^--network: must give .*whole numbers from 1 to 4096/, /given +5000-1/],
  [["explain", "x^2", "--at", "x=3,x=4"], /^--at: x is given twice/],
  [["explain", "x^2", "--at", "x=3", "--at", "x=4"], /^--at: x is given twice/],
  [["explain", "toString + x", "--at", "x=3"], /^--at: a number is missing for toString/],
  [train("--config", "no.json"), /^no\.json: there is no such file/],
  [train("--config", "sub"), /^sub: .*EISDIR/, /name the run file in it: sub\/run\.json/],
  [train("--config", "cut.json"), /^cut\.json line 2, column 1: the JSON ends here/],
  [train("--config", "bad.json"), /^bad\.json line 2, column 12: this is not valid JSON from here on/, /found +nought/],
  [train("--config", "key.json"), /^key\.json: there is no key epoch in training/, /did you mean epochs\?/],
  [train("--config", "value.json"), /^value\.json, training\.epochs: /, /given +-2/],
  [train("--config", "name.json"), /^name\.json, training\.optimizer: there is no optimizer.*did you mean adam/],
];

const files: Files = {
  "good.csv": binary,
  "sub/run.json": "{}",
  "cut.json": '{ "seed": 1,\n',
  "bad.json": '{ "seed": 1,\n  "name" : nought }',
  "key.json": '{ "training": { "epoch": 3 } }',
  "value.json": '{ "training": { "epochs": -2 } }',
  "name.json": '{ "training": { "optimizer": "adm" } }',
};

describe.concurrent("wrong usage gets one message and exit status 2:", () => {
  it.each(wrong.map(([args, ...says]) => ({ line: args.join(" "), args, says })))("gradus $line", async ({
    args,
    says,
  }) => {
    const cwd = await folderWith(files);
    const before = await contents(cwd);
    const { status, stdout, stderr } = await gradus(args, { cwd });
    expect(stdout).toBe("");
    for (const pattern of says) expect(stderr).toMatch(pattern);
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .filter((line) => !line.startsWith("  ")),
    ).toHaveLength(1);
    expect(status).toBe(2);
    expect(await contents(cwd)).toEqual(before);
  });
});

describe.concurrent("help", () => {
  it.each([
    [],
    ["--help"],
    ["help"],
    ["help", "train"],
    ["train", "--help"],
    ["predict", "-h"],
    ["evaluate", "--help"],
  ])("gradus %s %s prints help that fits into 80 columns", async (...args) => {
    const { status, stdout, stderr } = await gradus(args, { cwd: await folderWith() });
    expect(status).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^Usage: gradus/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("says the defaults of train's flags", async () => {
    const { stdout } = await gradus(["train", "--help"], { cwd: await folderWith() });
    const text = stdout.replaceAll(/\s+/g, " ");
    const flags =
      "target task scale missing validation test hidden activation output init loss optimizer learning-rate epochs batch-size l1 l2 seed precision out";
    for (const flag of flags.split(" ")) expect(text).toMatch(new RegExp(`--${flag} <(?:(?! --\\w).)*\\(default: `));
  });

  it("prints the version", async () => {
    const { status, stdout } = await gradus(["--version"], { cwd: await folderWith() });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });
});

it("takes the lecture's words for flags", async () => {
  const cwd = await folderWith({ "good.csv": multiclass });
  const flags = ["--cost", "cross-entropy", "--scheduler", "Adam", "--eta", "0.01", "--lam", "0.001", "--out", "run"];
  expect((await gradus(train(...brief, ...flags, "--activation", "leaky_relu"), { cwd })).status).toBe(0);
  const { stdout } = await gradus(["train", "--config", "run/run.json", "--json"], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({ epochs: 3, task: "multiclass" });
});

it("explains a formula of Greek names, and of numbers given one by one", async () => {
  const at = ["--at", "θ=0.5", "--at", "ω_1=2"];
  const { status, stdout } = await gradus(["explain", "sin(ω_1 θ)", ...at, "--json"], { cwd: await folderWith() });
  expect(status).toBe(0);
  expect(JSON.parse(stdout).gradient["θ"]).toBeCloseTo(2 * Math.cos(1), 12); // a few units in the last place of 1.08
});
