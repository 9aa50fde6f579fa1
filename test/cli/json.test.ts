import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contents, folderWith, gradus } from "./command.ts";
import { binary, brief, regression } from "./tables.ts";

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const partError = z.strictObject({ error: z.number(), standardError: z.number() });
/** Where errors come from: there wherever rows were held out. */
const diagnosis = z.strictObject({
  measure: z.enum(["error rate", "rmse"]),
  optimal: z.strictObject({ error: z.number(), origin: z.enum(["given", "estimated", "assumed"]) }),
  training: partError,
  validation: partError,
  test: partError.optional(),
  gaps: z.array(z.strictObject({ name: z.string(), size: z.number(), standardError: z.number(), clear: z.boolean() })),
  largest: z.string().nullable(),
  words: z.array(z.string()),
  advice: z.string(),
});
const finding = z.strictObject({
  kind: z.string(),
  severity: z.enum(["severe", "warning", "note"]),
  text: z.string(),
  evidence: z.strictObject({ figures: z.record(z.string(), z.number()), series: z.object({}).optional() }),
  cause: z.string(),
  advice: z.string(),
  change: z.object({}).optional(),
});
const parts = (figure: z.ZodType) =>
  z.strictObject({ train: figure, validation: figure.nullable(), test: figure.nullable() });

/** What `train --json` prints, key by key. */
const summary = (metrics: z.ZodType) =>
  z.strictObject({
    data: z.strictObject({
      name: z.string(),
      inputs: count,
      outputs: count,
      rows: z.strictObject({ train: count, validation: count, test: count }),
    }),
    task: z.enum(["regression", "binary", "multiclass"]),
    model: z.strictObject({ layers: z.array(count), parameters: count }),
    seed: z.int(),
    precision: z.enum(["f32", "f64"]),
    backend: z.enum(["wasm", "reference"]),
    threads: count,
    epochs: count,
    steps: count,
    stopped: z.string(),
    best: z.null(),
    diagnosis: diagnosis.optional(),
    baselines: z.array(z.strictObject({ name: z.string(), values: z.record(z.string(), z.number().nullable()) })),
    seconds: z.strictObject({ total: z.number(), compile: z.number(), training: z.number() }),
    loss: parts(z.number()),
    metrics,
    findings: z.array(finding),
    fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
    run: z.string(),
  });

const classifier = summary(z.strictObject({ accuracy: parts(share) }));

describe.concurrent("train --json", () => {
  it("prints one object as the interface has it, for digits with --final", async () => {
    const cwd = await folderWith();
    const { status, stdout } = await gradus(["train", "digits", "--json", "--final", "--epochs", "2"], { cwd });
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const object = classifier.parse(JSON.parse(stdout));
    expect(object).toMatchObject({
      data: { name: "digits", inputs: 64, outputs: 10, rows: { train: 1149, validation: 288, test: 360 } },
      task: "multiclass",
      model: { layers: [64, 100, 30, 10], parameters: 9840 },
      seed: 0,
      precision: "f32",
      epochs: 2,
      steps: 72,
      stopped: "epochs",
    });
    expect(object.loss.test).toBeTypeOf("number");
    expect(await contents(`${cwd}/${object.run}`)).toContain("test-openings.jsonl");
  });

  it("recognises 19 of 20 digits that it has never seen, in full", async () => {
    const cwd = await folderWith();
    const { stdout } = await gradus(["train", "digits", "--json", "--final"], { cwd });
    const object = classifier.parse(JSON.parse(stdout));
    expect(object).toMatchObject({ epochs: 50, steps: 1800 });
    const { accuracy } = object.metrics as { accuracy: { test: number } };
    expect(accuracy.test).toBeGreaterThan(0.95);
  }, 120_000);

  it("keeps the test fields null without --final", async () => {
    const cwd = await folderWith({ "data.csv": binary });
    const { stdout } = await gradus(["train", "data.csv", "--json", ...brief, "--out", "run"], { cwd });
    const object = classifier.parse(JSON.parse(stdout));
    expect(object.loss.test).toBeNull();
    expect(object.metrics).toMatchObject({ accuracy: { test: null } });
    expect(object.run).toBe("run");
    expect(await contents(`${cwd}/run`)).not.toContain("test-openings.jsonl");
  });

  it("has the metrics of a regression, and null for a validation part that is not there", async () => {
    const cwd = await folderWith({ "data.csv": regression });
    const flags = [...brief, "--validation", "0", "--out", "run"];
    const { stdout } = await gradus(["train", "data.csv", "--json", ...flags], { cwd });
    const any = parts(z.number());
    const object = summary(z.strictObject({ r2: any, mse: any, rmse: any, mae: any })).parse(JSON.parse(stdout));
    expect(object.loss.validation).toBeNull();
    expect(object.task).toBe("regression");
  });
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const controls = /[\u0000-\u0009\u000b-\u001f\u007f]/;

describe.concurrent("what a command prints", () => {
  it("has no control characters when piped, with and without NO_COLOR and --no-color", async () => {
    const cwd = await folderWith({ "data.csv": binary });
    for (const [flags, env] of [
      [[], {}],
      [["--no-color"], {}],
      [[], { NO_COLOR: "1" }],
    ] as const) {
      const { stdout, stderr } = await gradus(["train", "data.csv", ...brief, ...flags], { cwd, env });
      expect(stdout).toMatch(/^data +data: 40 rows, 2 inputs\nparts +25 training, 7 validation, 8 test \(sealed\)$/m);
      expect(stderr).toMatch(/^epoch 3\/3 /m);
      expect(stdout + stderr).not.toMatch(controls);
    }
  });

  it("is nothing with --quiet, but the results of predict and evaluate", async () => {
    const cwd = await folderWith({ "data.csv": binary });
    const quiet = await gradus(["train", "data.csv", ...brief, "--quiet", "--out", "run"], { cwd });
    expect(quiet).toEqual({ status: 0, stdout: "", stderr: "" });
    expect((await gradus(["predict", "run", "data.csv", "--quiet"], { cwd })).stdout.split("\n")).toHaveLength(42);
    const { stdout } = await gradus(["evaluate", "run", "--quiet"], { cwd });
    expect(stdout).toMatch(/^loss +\d/m);
    expect(stdout).toMatch(/^accuracy +[01]\.\d{4}$/m);
  });

  it("shows at most some twenty lines of progress where there is no terminal", async () => {
    const cwd = await folderWith();
    const { stderr } = await gradus(["train", "xor", "--epochs", "500"], { cwd });
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(22);
    expect(stderr).toMatch(/^epoch 500\/500 /m);
  });
});
