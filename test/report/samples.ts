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
