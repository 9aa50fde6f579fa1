import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import { findingKinds } from "../../src/study/doctor/changes.ts";
import { examine, inputSpreads, mostTelling, neighbourRule, type Patient } from "../../src/study/index.ts";
import type { EpochRow, FindingKind, LayerRecord } from "../../src/training/index.ts";

interface Course {
  readonly train: readonly number[];
  readonly validation?: readonly number[];
  /** Gradient and update of each of the layers, in every epoch. */
  readonly layers?: readonly (readonly [gradient: number, update: number])[];
  readonly r2?: number;
  readonly stepsPerEpoch?: number;
}

/** A history with such losses. */
const historyOf = ({ train, validation, layers = [], r2 = 0.5, stepsPerEpoch = 100 }: Course): EpochRow[] =>
  train.map((loss, i): EpochRow => {
    const pair = { train: loss, validation: validation?.[i] ?? null };
    const record = ([gradient, update]: readonly [number, number], k: number): LayerRecord => ({
      layer: `dense ${k + 1}`,
      mean: 0,
      variance: 1,
      gradient,
      update,
    });
    return {
      epoch: i + 1,
      steps: stepsPerEpoch * (i + 1),
      loss: pair,
      objective: pair,
      metrics: { r2: { train: r2, validation: r2 } },
      learningRate: 0.01,
      rowsPerSecond: 1,
      seconds: i,
      ...(layers.length > 0 && { layers: layers.map(record) }),
    };
  });

const targets = tensor(Float64Array.from({ length: 40 }, (_, i) => Math.sin(i)));
const flat = Array.from({ length: 20 }, () => 0.5);
const kinds = (patient: Omit<Patient, "task">): FindingKind[] =>
  examine({ task: "regression", ...patient }).map(({ kind }) => kind);
const ofLayers = (...layers: readonly (readonly [number, number])[]): FindingKind[] =>
  kinds({ history: historyOf({ train: flat, layers }) });

/** Just this side of a threshold, and just that. */
const [less, more] = [0.999, 1.001];

describe("each threshold is where it is said to be", () => {
  it("gradients vanish below a thousandth from the last layer to the first", () => {
    expect(ofLayers([1e-3 * less, 1e-3], [0.1, 1e-3], [1, 1e-3])).toEqual(["vanishing-gradients"]);
    expect(ofLayers([1e-3 * more, 1e-3], [0.1, 1e-3], [1, 1e-3])).toEqual([]);
  });

  it("gradients explode from a length of 100 over all layers", () => {
    expect(ofLayers([60 * more, 1e-3], [80 * more, 1e-3])).toEqual(["exploding-gradients"]);
    expect(ofLayers([60 * less, 1e-3], [80 * less, 1e-3])).toEqual([]);
  });

  it("layers are uneven where updates differ by a factor of 100; frozen ones are not asked", () => {
    expect(ofLayers([1, 1e-5 * less], [1, 1e-3])).toEqual(["uneven-layers"]);
    const history = historyOf({ train: flat, layers: [[1, 1e-6], [1, 1e-3]] }); // biome-ignore format: two layers
    const [{ text } = { text: "" }] = examine({ task: "regression", history });
    expect(text).toMatch(/layer 2 \(dense 2\) moves 1000 times as fast as layer 1 \(dense 1\)$/);
    expect(ofLayers([1, 1e-5 * more], [1, 1e-3])).toEqual([]);
    expect(ofLayers([1, 0], [1, 1e-3])).toEqual([]);
  });

  it("a rate is too high where updates of a tenth of the weights lead to and fro", () => {
    const zigzag = flat.map((loss, i) => loss + (i % 2) / 10);
    const at = (update: number, train: readonly number[]): FindingKind[] =>
      kinds({ history: historyOf({ train, layers: [[1, update]] }) });
    expect(at(0.1 * more, zigzag)).toEqual(["rate-too-high"]);
    expect(at(0.1 * less, zigzag)).toEqual([]);
    expect(at(0.1 * more, flat)).toEqual([]);
    expect(at(0.1 * more, [3 * more, ...zigzag.slice(1)])).toEqual([]); // 0.55 on average, a fifth of it at most
  });

  it("a rate is too low where no update comes to 10⁻⁴ of the weights", () => {
    const train = flat.map((loss, i) => loss - i / 1e4);
    const at = (update: number): FindingKind[] => kinds({ history: historyOf({ train, layers: [[1, update]] }) });
    expect(at(1e-4 * less)).toEqual(["rate-too-low"]);
    expect(at(1e-4 * more)).toEqual([]);
  });

  it("training ended too early where the loss fell by a tenth at the end, and there is more to gain", () => {
    const at = (last: number, r2: number, validation?: number): FindingKind[] => {
      const curve = (end: number): number[] => flat.map((loss, i) => (i >= 16 ? loss * end : loss));
      const train = curve(last);
      return kinds({ history: historyOf({ train, r2, ...(validation && { validation: curve(validation) }) }) });
    };
    expect(at(0.9 * less, 0.9 * less)).toEqual(["still-falling"]);
    expect(at(0.9 * more, 0.9 * less)).toEqual([]);
    expect(at(0.9 * less, 0.9 * more)).toEqual([]);
    expect(at(0.9 * less, 0.5, 0.95 * less)).toEqual(["still-falling"]);
    expect(at(0.9 * less, 0.5, 0.95 * more)).toEqual([]);
  });

  it("steps are few where an epoch has four at most and all of them are fewer than 200", () => {
    const train = flat.map((loss, i) => (i >= 16 ? loss / 2 : loss));
    const at = (stepsPerEpoch: number, batchSize: number): FindingKind[] =>
      kinds({ history: historyOf({ train, stepsPerEpoch }), settings: settings({ batchSize }) });
    expect(at(4, 33)).toEqual(["few-steps"]);
    expect(at(5, 33)).toEqual(["still-falling"]);
    expect(at(4, 32)).toEqual(["still-falling"]);
    const lbfgs = { ...settings({ batchSize: 64 }), training: { optimizer: "lbfgs", batchSize: 64 } };
    expect(kinds({ history: historyOf({ train, stepsPerEpoch: 1 }), settings: lbfgs })).toEqual(["still-falling"]);
  });

  it("the loss before training may be five times that of chance", () => {
    const history = historyOf({ train: flat });
    expect(kinds({ history, opening: { loss: 5 * more, chance: 1 } })).toEqual(["initial-loss"]);
    expect(kinds({ history, opening: { loss: 5 * less, chance: 1 } })).toEqual([]);
  });

  it("inputs may be of size 10, and differ by a factor of 100", () => {
    const at = (...deviations: number[]): FindingKind[] =>
      kinds({ history: [], inputs: deviations.map((deviation, i) => ({ name: `x${i}`, mean: 0, deviation })) });
    expect(at(10 * more, 1)).toEqual(["unscaled-inputs"]);
    expect(at(10 * less, 1)).toEqual([]);
    expect(at(1, 0.01 * less)).toEqual(["unscaled-inputs"]);
    expect(at(1, 0.01 * more, 0)).toEqual([]); // a constant input has no deviation
  });

  it("a class is missed with a fifth of the rows at most, half of an equal share, and half recognised", () => {
    const at = (rows: number, right: number, others = 1): FindingKind[] =>
      examine({
        task: "multiclass",
        history: [],
        classes: [
          { name: "rare", rows, measured: 10, right },
          ...Array.from({ length: others }, (_, i) => ({
            name: `other ${i}`,
            rows: 80 / others,
            measured: 50,
            right: 50,
          })),
        ],
      }).map(({ kind }) => kind);
    expect(at(20, 4)).toEqual(["class-imbalance"]);
    expect(at(20.1, 4)).toEqual([]);
    expect(at(20, 5)).toEqual([]);
    expect(at(16, 4, 4)).toEqual([]); // all five classes are as large
  });

  it("copies are worth a warning from 5 % and three rows on, else a note", () => {
    const at = (copies: number, rows: number) => examine({ task: "binary", history: [], copies: { copies, rows } });
    expect(at(3, 60)).toMatchObject([{ kind: "copied-rows", severity: "warning" }]);
    expect(at(3, 61)).toMatchObject([{ severity: "note" }]);
    expect(at(2, 10)).toMatchObject([{ severity: "note" }]);
    expect(at(0, 10)).toEqual([]);
  });

  it("a column tells too much with a skill of 0.99, unless another does, too", () => {
    const at = (skill: number, next: number): FindingKind[] =>
      kinds({ history: [], telling: { column: "a", skill, next: { column: "b", skill: next } } });
    expect(at(0.99, 0.5)).toEqual(["telling-column"]);
    expect(at(0.9899, 0.5)).toEqual([]);
    expect(at(1, 0.99)).toEqual([]);
  });
});

const settings = (training: object) => ({ data: {}, network: { hidden: [4] }, training });

describe("examine", () => {
  it("finds a target that never changes, and looks no further", () => {
    const constant = tensor(new Float64Array(40));
    const inputs = [{ name: "x", mean: 0, deviation: 1e6 }];
    expect(kinds({ history: historyOf({ train: flat }), targets: constant, inputs })).toEqual(["constant-target"]);
  });

  it("puts causes first, as bad as what comes of them, and says of those where to begin", () => {
    const train = [0.5, ...flat.map((loss, i) => loss - i / 1e7)];
    const history = historyOf({ train, layers: [[1e-5, 1e-3], [1, 1e-3]], r2: 0 }); // biome-ignore format: two layers
    const [cause, effect] = examine({
      task: "regression",
      history,
      targets,
      settings: settings({ learningRate: 0.1 }),
    });
    expect(cause).toMatchObject({ kind: "vanishing-gradients", severity: "severe", change: {} });
    expect(effect).toMatchObject({
      kind: "nothing-learnt",
      severity: "severe",
      advice: expect.stringMatching(/see to vanishing-gradients first/),
    });
    expect(effect).not.toHaveProperty("change");
  });

  it("makes a note of what did no harm: the network learnt its rows all the same", () => {
    const history = historyOf({ train: flat, layers: [[1e-5, 1e-3], [1, 1e-3]], r2: 0.96 }); // biome-ignore format: two layers
    expect(examine({ task: "regression", history })).toMatchObject([{ severity: "note" }]);
  });

  it("keeps layers apart that are called alike", () => {
    const history = historyOf({ train: flat, layers: [[1e-5, 1e-3], [1, 1e-3]] }); // biome-ignore format: two layers
    const alike = history.map((row) => ({
      ...row,
      layers: row.layers!.map((layer) => ({ ...layer, layer: "dense" })),
    }));
    const [finding] = examine({ task: "regression", history: alike });
    expect(finding!.evidence.series!.lines.map(({ name }) => name)).toEqual(["1 dense", "2 dense"]);
  });

  it("says that training diverged, and nothing else of how it went", () => {
    const history = historyOf({ train: [0.5, 1e5], layers: [[1e5, 1], [1, 1]] }); // biome-ignore format: two layers
    const found = examine({
      task: "regression",
      history,
      stopped: "diverged",
      settings: settings({ learningRate: 0.1 }),
    });
    expect(found[0]).toMatchObject({
      kind: "diverged",
      severity: "severe",
      change: { training: { learningRate: 0.01 } },
    });
    expect(found.slice(1).every(({ severity }) => severity === "note")).toBe(true);
  });

  it("lowers a rate to a tenth, or to the optimizer's usual one where it is far above that", () => {
    const change = (learningRate: number, optimizer: string) =>
      examine({
        task: "binary",
        history: [],
        stopped: "diverged",
        settings: settings({ optimizer, learningRate }),
      })[0]!;
    expect(change(0.1, "adam")).toMatchObject({ change: { training: { learningRate: 0.01 } } });
    expect(change(0.1001, "adam")).toMatchObject({ change: { training: { learningRate: 0.001 } } });
    expect(change(5, "sgd")).toMatchObject({ change: { training: { learningRate: 0.01 } } });
  });

  it("gives nothing for nothing, and never a figure that JSON does not have", () => {
    expect(examine({ task: "binary", history: [] })).toEqual([]);
    const loss = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(Number.NaN));
    const layer = fc.tuple(loss, loss);
    fc.assert(
      fc.property(fc.array(loss, { maxLength: 12 }), fc.array(layer, { maxLength: 3 }), (train, layers) => {
        const found = examine({ task: "regression", history: historyOf({ train, layers }), targets });
        const figures = found.flatMap(({ evidence }) => Object.values(evidence.figures));
        expect(figures.every(Number.isFinite)).toBe(true);
      }),
    );
  });
});

it("docs/doctor.md has a section for every finding, and for no other", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/doctor.md"), "utf8");
  const sections = [...page.matchAll(/^### (.+)$/gm)].map(([, kind]) => kind!);
  expect(sections.sort()).toEqual([...findingKinds].sort());
});

describe("what is found out about the data", () => {
  const rows = Array.from({ length: 60 }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)] as const);
  const x = tensor(rows.map((row) => [...row]));

  it("is mean and deviation of each input that is a number", () => {
    const [a] = inputSpreads(tensor([[1, 7], [3, 7], [5, 7]]), ["a", null]); // biome-ignore format: a matrix
    expect(a).toEqual({ name: "a", mean: 3, deviation: Math.sqrt(8 / 3) });
  });

  it("is what nearest neighbours reach: the same rows are known by heart but for their neighbours", () => {
    const side = { x, y: tensor(Float64Array.from(rows, ([a]) => Number(a > 0))) };
    expect(neighbourRule(side, side, "binary")!.error).toBeLessThan(0.15);
    expect(neighbourRule(side, side, "multilabel")).toBeNull();
    const constant = { x, y: tensor(new Float64Array(60).fill(2)) };
    expect(neighbourRule(constant, constant, "regression")!.error).toBe(0);
  });

  it("is a column that tells the target: by its value, by a line, or by its words, whatever the order", () => {
    const number = (name: string, values: readonly number[]) =>
      ({ name, kind: "number", values: Float64Array.from(values) }) as const;
    const noise = number("noise", rows.map(([, b]) => b)); // biome-ignore format: a column
    const y = tensor(Float64Array.from(rows, ([a]) => a));
    const answer = number("answer", rows.map(([a]) => 1000 - 3 * a)); // biome-ignore format: a column
    expect(mostTelling([noise, answer], y, "regression")).toMatchObject({
      column: "answer",
      next: { column: "noise" },
    });
    expect(mostTelling([noise, answer], y, "regression")!.skill).toBeCloseTo(1, 10);
    const classes = tensor(Float64Array.from(rows, ([a]) => Number(a > 0)));
    const words = { name: "words", kind: "text", codes: Int32Array.from(classes.data), levels: ["n", "y"] } as const;
    expect(mostTelling([noise, words], classes, "binary")).toMatchObject({ column: "words", skill: 1 });
    expect(mostTelling([noise], y, "regression")).toBeNull();
  });
});
