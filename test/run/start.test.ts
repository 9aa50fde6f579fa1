import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeTensors } from "../../src/core/safetensors.ts";
import type { Column } from "../../src/data/index.ts";
import { fit, loadModel, loadTensors, mlp, type RunFile, replay, resume, run } from "../../src/node.ts";
import type { TrainSummary } from "../../src/report/input.ts";
import { loadSource } from "../../src/run/index.ts";
import { problemOf } from "../data/problem.ts";

let root = "";
const at = (name: string): string => join(root, name);

/** Digits as a CSV file: those that are wanted, at most so many. */
async function digits(
  name: string,
  wanted: (digit: number) => boolean,
  { most = 1000, target = String }: { most?: number; target?: (digit: number) => string } = {},
): Promise<void> {
  const { table } = await loadSource("digits", { text: [] });
  const values = (column: Column): ArrayLike<number> => (column.kind === "text" ? [] : column.values);
  const columns = table.columns.map(values);
  const rows = Array.from({ length: table.rows }, (_, i) => columns.map((column) => column[i]!));
  const chosen = rows.filter((row) => wanted(row.at(-1)!)).slice(-most);
  const lines = chosen.map((row) => [...row.slice(0, -1), target(row.at(-1)!)]);
  await writeFile(at(name), [table.columns.map((c) => c.name), ...lines].join("\n"));
}

const trained = async (out: string, file: RunFile): Promise<TrainSummary> =>
  (await run(file, { out: at(out) })).summary;
const file = (source: string, more: RunFile = {}): RunFile => ({
  data: { source: at(source) },
  training: { epochs: 5 },
  ...more,
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "gradus-start-"));
  await digits("low.csv", (digit) => digit < 5);
  await digits("high.csv", (digit) => digit >= 5, { most: 120 });
  await digits("few.csv", (digit) => digit < 4, { most: 200 });
  const parity = (digit: number): string => (digit % 2 === 0 ? "even" : "odd");
  await digits("parity.csv", (digit) => digit < 5, { most: 150, target: parity });
  await trained("low", file("low.csv", { network: { hidden: [32, 16] }, training: { epochs: 20 } }));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const from = (): string => at("low");
const anew = (): RunFile["start"] => ({ from: from(), fresh: "head" });

describe("a run that starts from another", () => {
  it("learns another question from a few rows on frozen layers, as it does not on layers that have learnt nothing", async () => {
    const training = { epochs: 10, learningRate: 0.02, batchSize: 8, frozen: ["body"] };
    const asked = { data: { source: at("parity.csv"), test: 0, validation: 0.4 }, training };
    const [reused, alone] = [
      await trained("parity", { ...asked, start: anew() }),
      await trained("alone", { ...asked, network: { hidden: [32, 16] } }),
    ];
    expect(reused.metrics["accuracy"]!.validation).toBeGreaterThan(0.95);
    expect(reused.loss.validation!).toBeLessThan(alone.loss.validation! / 3);
    expect(reused.model.layers).toEqual([64, 32, 16, 1]); // the layers are those of the network it starts from
    expect(reused.start).toMatchObject({ from: from(), taken: ["0.W", "0.b", "2.W", "2.b"], fresh: ["4.W", "4.b"] });
  });

  it("leaves frozen layers as they were, and scales inputs as they were scaled", async () => {
    await trained("frozen", file("high.csv", { start: anew(), training: { epochs: 3, frozen: ["body"] } }));
    const [before, after] = [await loadTensors(from()), await loadTensors(at("frozen"))];
    for (const name of ["0.W", "0.b", "2.W", "2.b"]) expect(after[name]).toEqual(before[name]);
    expect(after["4.W"]!.shape).toEqual([16, 5]);
    const inputs = async (path: string) => (await loadModel(path)).file.encoding.inputs;
    expect(await inputs(at("frozen"))).toEqual(await inputs(from()));
    await trained("own", file("high.csv", { start: { ...anew()!, inputs: "own" }, training: { epochs: 1 } }));
    expect(await inputs(at("own"))).not.toEqual(await inputs(from()));
  });

  it("begins where the other ended when nothing is new, and knows the classes that are not among its own rows", async () => {
    const { metrics } = await trained("same", file("few.csv", { start: { from: from() }, training: { epochs: 0 } }));
    const { file: model, parameters } = await loadModel(at("same"));
    expect(model.encoding.target).toMatchObject({ classes: ["0", "1", "2", "3", "4"] });
    expect(parameters).toEqual((await loadModel(from())).parameters);
    expect(metrics["accuracy"]!.train).toBeGreaterThan(0.95);
  });

  it("can be repeated and gone on with, and says when the other has changed", async () => {
    const start = { from: at("copy"), fresh: "head" } as const;
    await trained("copy", file("low.csv", { network: { hidden: [32, 16] }, training: { epochs: 2 } }));
    await trained("again", file("high.csv", { start, checkpoint: { every: 2 } }));
    expect(await replay(at("again"))).toMatchObject({ equal: true, changes: [] });
    expect((await resume(at("again"), { epochs: 7 })).summary.epochs).toBe(7);
    const recorded = JSON.parse(await readFile(at("again/run.json"), "utf8"));
    expect(recorded.start).toMatchObject({ inputs: "kept", fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) });
    await rm(at("copy"), { recursive: true });
    expect(await problemOf(() => replay(at("again")))).toMatchObject({
      code: "file-missing",
      where: expect.stringContaining(at("copy")),
      rule: expect.stringContaining("started from"),
    });
    await trained("copy", file("low.csv", { network: { hidden: [32, 16] }, seed: 1, training: { epochs: 2 } }));
    expect(await problemOf(() => resume(at("again"), { epochs: 9 }))).toMatchObject({
      code: "data-changed",
      where: at("copy"),
    });
    const { equal, changes } = await replay(at("again"));
    expect([equal, changes.map(({ what }) => what)]).toEqual([false, ["starting network"]]);
  });

  it("takes numbers from any safetensors file, and from what fit has saved", async () => {
    const tensors = await loadTensors(from());
    await writeFile(at("numbers.safetensors"), encodeTensors(tensors));
    const network = { hidden: [32, 16] };
    const asked = file("low.csv", { network, training: { epochs: 0 } });
    const { start } = await trained("loose", { ...asked, start: { from: at("numbers.safetensors") } });
    expect(start!.taken.length).toBe(6);
    expect(await loadTensors(at("loose"))).toEqual(tensors);
    const saved = await fit(
      mlp({ inputs: 64, hidden: [8], outputs: 5 }),
      { x: [Array(64).fill(1)], y: Int32Array.of(1) },
      { epochs: 1 },
    );
    await saved.save(at("saved"));
    const [hidden] = [{ hidden: [8] }];
    expect((await trained("fitted", { ...asked, network: hidden, start: { from: at("saved") } })).start!.fresh).toEqual(
      [],
    );
  });

  it("keeps the unit of a regression with its last layer", async () => {
    const line = (shift: number): string =>
      ["x,y", ...Array.from({ length: 60 }, (_, i) => `${i / 10},${2 * i + shift}`)].join("\n");
    await writeFile(at("a.csv"), line(0));
    await writeFile(at("b.csv"), line(50));
    const network = { hidden: [8] };
    await trained("a", file("a.csv", { network }));
    await trained("b", file("b.csv", { start: { from: at("a") } }));
    await trained("c", file("b.csv", { start: { from: at("a"), fresh: "head" } }));
    const unit = async (name: string) => (await loadModel(at(name))).file.target;
    expect(await unit("b")).toEqual(await unit("a"));
    expect((await unit("c")).shift).toBeGreaterThan((await unit("a")).shift + 40);
  });
});

describe("what does not fit is refused before anything is written", () => {
  const refused = (more: RunFile, source = "high.csv"): Promise<unknown> =>
    problemOf(() => run(file(source, more), { out: at("never") }));

  it("other classes behind a kept last layer, naming them", async () => {
    const given = { "its classes": "0, 1, 2, 3, 4", "not among them": "5, 6, 7, 8, 9" };
    expect(await refused({ start: { from: from() } })).toMatchObject({ code: "reuse-mismatch", given, hint: expect.stringContaining("--new-head") }); // biome-ignore format: one line
  });

  it("layers of another size, naming the arrays", async () => {
    const problem = await refused({ start: anew(), network: { hidden: [32, 20] } });
    expect(problem).toMatchObject({ code: "reuse-mismatch", where: `start ${from()}`, given: { "2.W": "needs [32, 20], 2.W is [32, 16]" } }); // biome-ignore format: one line
  });

  it("a layer that is frozen, paced or fresh and is not there, naming those that are", async () => {
    for (const training of [{ frozen: ["7"] }, { layerRates: { "7": 2 } }])
      expect(await refused({ training })).toMatchObject({ code: "option", given: { name: "7" }, hint: expect.stringContaining("0, 2, 4") }); // biome-ignore format: one line
    expect(await refused({ start: { from: from(), fresh: ["9", "4"] } })).toMatchObject({ code: "option", given: { name: "9" } }); // biome-ignore format: one line
  });

  it("a network all of whose layers are frozen", async () => {
    const training = { frozen: ["body", "4"] };
    expect(await refused({ training })).toMatchObject({
      code: "option",
      rule: expect.stringContaining("nothing to learn"),
    });
  });

  it("a run that is not there, a damaged file, a key that is unknown", async () => {
    expect(await refused({ start: { from: at("nowhere") } })).toMatchObject({ code: "file-missing" });
    await writeFile(at("broken.safetensors"), "no tensors at all");
    expect(await refused({ start: { from: at("broken.safetensors") } })).toMatchObject({ code: "model-file" });
    expect(await refused({ start: { from: from(), head: "new" } as never })).toMatchObject({ code: "option" });
  });
});
