import type { ReportInput, TrainSummary } from "../../src/report/input.ts";
import type { EpochRow } from "../../src/training/history.ts";

/** An epoch's row with the given loss. */
export function epochRow(epoch: number, train: number, validation: number | null = train): EpochRow {
  const loss = { train, validation };
  const metrics = { accuracy: { train: 0.9876, validation: validation === null ? null : 0.9721 } };
  return {
    epoch,
    steps: 36 * epoch,
    loss,
    objective: loss,
    metrics,
    learningRate: 0.01,
    rowsPerSecond: 142000,
    seconds: epoch / 120,
  };
}

/** A history whose loss falls from 2.3 by a tenth each epoch. */
export const falling = (epochs: number): EpochRow[] =>
  Array.from({ length: epochs + 1 }, (_, i) => epochRow(i, 2.3 * 0.9 ** i, 2.4 * 0.9 ** Math.min(i, 12)));

/** Figures of a run on the digits. */
export const summary: TrainSummary = {
  data: { name: "digits", inputs: 64, outputs: 10, rows: { train: 1149, validation: 288, test: 360 } },
  task: "multiclass",
  model: { layers: [64, 100, 30, 10], parameters: 9840 },
  seed: 0,
  precision: "f32",
  backend: "wasm",
  threads: 2,
  epochs: 20,
  steps: 720,
  stopped: "epochs",
  best: null,
  seconds: { total: 0.9, compile: 0.02, training: 0.4 },
  loss: { train: 0.001, validation: 0.0912, test: null },
  metrics: { accuracy: { train: 1, validation: 0.9722, test: null } },
  fingerprint: "9f2c41d07b3ae81c55d0",
  run: "runs/one",
};

/** `classes` classes of which number i is recognised `5 + i` times and taken for the next one once. */
export function confusion(classes: number): { labels: string[]; matrix: number[][] } {
  const labels = Array.from({ length: classes }, (_, i) => `class ${i}`);
  const cell = (i: number, j: number): number => (i === j ? 5 + i : j === (i + 1) % classes ? 1 : 0);
  return { labels, matrix: labels.map((_, i) => labels.map((_, j) => cell(i, j))) };
}

/** Everything that a report shows, with the parts given in its place. */
export function reportInput(parts: Partial<ReportInput> = {}): ReportInput {
  return {
    summary,
    history: falling(20),
    network: { rows: [{ layer: "dense", output: "10", activation: "none", parameters: 650 }] },
    data: {
      source: "built in",
      notes: ["The test part is sealed."],
      columns: [{ name: "pixel", kind: "number", detail: "0 to 16" }],
      target: "digit",
      classes: ["0", "1"],
    },
    settings: { optimizer: "adam", "learning rate": 0.003, clip: null, "batch norm": false },
    changed: ["learning rate"],
    command: "npx gradus train digits",
    versions: { gradus: "0.1.0", node: "24" },
    ...parts,
  };
}

const histogram = (shift: number) => ({
  from: -1 - shift,
  to: 1 + shift,
  counts: Array.from({ length: 24 }, (_, k) => (k * 7) % 11),
});

/** A history whose layers were recorded in epochs 1, 2, 4, 8, … */
export const recorded = (epochs: number): EpochRow[] =>
  falling(epochs)
    .slice(1)
    .map((row) => {
      if (!Number.isInteger(Math.log2(row.epoch))) return row;
      const spread = { mean: 0, variance: 1, outputs: histogram(row.epoch / 10) };
      const learning = { gradient: 1 / row.epoch, update: 0.01 / row.epoch, weights: histogram(0) };
      return {
        ...row,
        layers: [
          { layer: "dense(2 → 3)", ...spread, ...learning },
          { layer: "relu", ...spread, dead: 0 },
          { layer: "dense(3 → 1)", ...spread, ...learning },
        ],
      };
    });

const line = { x: [0, 0, 0.5, 1], y: [0, 0.5, 1, 1] };

/** Curves of so many classes against the rest. */
export const classCurves = (classes: number): NonNullable<ReportInput["classCurves"]> => ({
  part: "validation",
  rows: 100,
  classes: Array.from({ length: classes }, (_, i) => ({
    name: `class ${i}`,
    rows: 10 + i,
    roc: line,
    precisionRecall: { x: line.x, y: line.y.toReversed() },
    area: 0.9 - i / 100,
    averagePrecision: 0.8,
  })),
  area: 0.9,
  averagePrecision: 0.8,
  calibration: {
    bins: Array.from({ length: 10 }, (_, b) => ({
      from: b / 10,
      to: (b + 1) / 10,
      share: b === 3 ? 0 : 0.1,
      said: b === 3 ? null : (b + 0.5) / 10,
      true: b === 3 ? null : ((b + 0.5) / 10) ** 2,
    })),
    error: 0.05,
  },
});

/** A plane of 6 by 5 places. */
export const plane = (kind: "number" | "probability" | "class"): NonNullable<ReportInput["plane"]> => ({
  x: { name: "length", from: -1, to: 2 },
  y: { name: "width", from: 0, to: 5 },
  columns: 6,
  rows: 5,
  values: Array.from({ length: 30 }, (_, i) => (kind === "class" ? i % 3 : i / 30)),
  kind,
  names: kind === "number" ? ["price"] : ["a", "b", "c"].slice(0, kind === "class" ? 3 : 2),
  part: "validation",
  points: Array.from({ length: 9 }, (_, i) => ({
    x: i / 3 - 1,
    y: i / 2,
    truth: i % 2,
    wrong: kind !== "number" && i === 4,
  })),
});

const row = (i: number) => ({
  row: i,
  inputs: ["1.5", "red"],
  truth: "a",
  prediction: i % 2 === 0 ? "a" : "b",
  figure: 0.75,
  wrong: i % 2 === 1,
});

/** Everything beyond curves and tables: rows, importance, dependence, layers. */
export const studied: Partial<ReportInput> = {
  history: recorded(20),
  classCurves: classCurves(1),
  rows: {
    part: "validation",
    columns: ["length", "colour"],
    inputs: 9,
    figure: "probability",
    some: [1, 2, 3].map(row),
    worst: [5, 7].map(row),
  },
  importance: {
    metric: "logLoss",
    value: 0.25,
    part: "validation",
    rows: 80,
    repeats: 3,
    inputs: [
      { name: "length", mean: 0.5, deviation: 0.1 },
      { name: "colour", mean: -0.01, deviation: 0.02 },
    ],
  },
  dependence: [
    { input: "length", values: [0, 1, 2], lines: [{ name: "probability of b", means: [0.1, 0.5, 0.75] }] },
    { input: "colour", values: ["red", "blue"], lines: [{ name: "probability of b", means: [0.25, 0.5] }] },
  ],
  leftOut: "More takes longer.",
  dataHash: "0123456789abcdef",
};
