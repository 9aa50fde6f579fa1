import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { key, ModelError } from "../../src/core/index.ts";
import { networkOf } from "../../src/interchange/index.ts";
import { checkRunFile, execute, loadModel, measure, networkTable, predictTable } from "../../src/run/index.ts";
import { flat } from "../numbers/close.ts";

const everything = {
  dropout: [0.2, 0],
  inputDropout: 0.1,
  inputNoise: 0.05,
  batchNorm: "before",
  layerNorm: "after",
} as const;

describe("the table of a network", () => {
  const plain = { inputs: 4, hidden: [6, 5], outputs: 3, activation: ["relu", "tanh"], output: "identity" } as const;
  const specs = [
    plain,
    { ...plain, hidden: [], activation: [] },
    { ...plain, ...everything },
    { ...plain, batchNorm: "after", dropout: [0, 0.5] },
    { ...plain, layerNorm: "before" },
  ] as const;

  it.each(specs)("has a row for each layer but activations, with as many parameters as there are: %o", (network) => {
    const { rows } = networkTable({ network }, "softmax");
    const model = networkOf(network);
    const layers = model.layers!.filter(({ name }) => name.includes("("));
    expect(rows.map(({ layer }) => layer)).toEqual(layers.map(({ name }) => name));
    expect(rows.map(({ parameters }) => parameters)).toEqual(layers.map(({ init }) => flat(init(key(0))).length));
    expect(rows.flatMap(({ activation }) => activation || [])).toEqual([...network.activation, "softmax"]);
  });
});

describe("a run with dropout, noise and normalisation", () => {
  const file = checkRunFile("test", {
    data: { source: "iris" },
    network: { hidden: [6, 5], ...everything, batchNorm: true },
    training: { epochs: 3, batchSize: 17 },
  });

  it("is kept whole: read again it measures and predicts the same, and its run file repeats it bit by bit", async () => {
    const root = await mkdtemp(join(tmpdir(), "gradus-layers-"));
    const out = join(root, "run");
    const { summary, prepared, shown } = await execute(file, { out });
    const model = await loadModel(out);
    expect(flat(model.state)).not.toEqual(flat(networkOf(prepared.network).initialState!()));
    const { loss, metrics } = measure(model, prepared.tables.validation);
    expect(loss).toBe(summary.loss.validation);
    expect(metrics["accuracy"]).toBe(summary.metrics["accuracy"]!.validation);
    expect(predictTable(model, prepared.tables.validation).predictions).toEqual(shown.predictions);

    const written: unknown = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
    expect(written).toMatchObject({ network: { ...everything, batchNorm: true } });
    const again = await execute(checkRunFile("run.json", written), { out: join(root, "again") });
    expect(again.summary.fingerprint).toBe(summary.fingerprint);
    await rm(root, { recursive: true });
  });

  it("refuses a batch size that leaves one row over, before anything is written", async () => {
    const rows = 96; // of 150: 30 test, 24 validation
    const one = { ...file, training: { ...file.training, batchSize: rows - 1 } };
    const problem = await execute(one).catch((error: ModelError) => error.problem);
    expect(problem).toMatchObject({ code: "batch-one", given: { rows, "batch size": rows - 1 } });
    expect((problem as ModelError["problem"]).hint).toContain(String(rows));
  });

  it.each([
    [{ dropout: [0.5] }, /dropout: give one dropout for all hidden layers, or one for each/],
    [{ dropout: 1 }, /network\.dropout/],
    [{ batchNorm: "behind" }, /network\.batchNorm/],
  ])("refuses %o", async (network, message) => {
    const run = async (): Promise<unknown> =>
      execute(checkRunFile("test", { data: { source: "iris" }, network: { hidden: [4, 3], ...network } as never }));
    await expect(run()).rejects.toThrow(message);
    await expect(run()).rejects.toBeInstanceOf(ModelError);
  });
});
