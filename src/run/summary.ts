import { backendOf } from "../backends/index.ts";
import type { TrainSummary } from "../report/input.ts";
import { type Figures, metricsOf } from "../training/index.ts";
import type { TrainedModel } from "./model.ts";
import { parameterCount } from "./network.ts";
import type { Prepared } from "./prepare.ts";

/** What came of a training. */
export interface Facts {
  readonly figures: Readonly<Record<"train" | "validation" | "test", Figures | null>>;
  readonly end: { readonly steps: number; readonly stopped: string };
  readonly model: TrainedModel;
  readonly seconds: TrainSummary["seconds"];
  readonly epochs: number;
  readonly run: string;
}

/** What `train --json` prints. */
export function summaryOf(prepared: Prepared, { figures, end, model, seconds, epochs, run }: Facts): TrainSummary {
  const { source, network, tables, file, task } = prepared;
  const parts = (f: (figures: Figures) => number): TrainSummary["loss"] => {
    const one = (part: Figures | null): number | null => (part && Number.isFinite(f(part)) ? f(part) : null);
    return { train: one(figures.train), validation: one(figures.validation), test: one(figures.test) };
  };
  const rows = { train: tables.training.rows, validation: tables.validation.rows, test: tables.test.rows };
  return {
    data: { name: source.name, inputs: network.inputs, outputs: network.outputs, rows },
    task,
    model: { layers: [network.inputs, ...network.hidden, network.outputs], parameters: parameterCount(prepared) },
    seed: file.seed,
    precision: file.precision,
    backend: backendOf(file.backend).name,
    threads: 1,
    epochs,
    steps: end.steps,
    stopped: end.stopped,
    seconds: { total: seconds.total, compile: seconds.compile, training: seconds.training },
    loss: parts((f) => f.loss),
    metrics: Object.fromEntries(metricsOf[task].map(({ name }) => [name, parts((f) => f.metrics[name]!)])),
    fingerprint: model.file.fingerprint,
    run,
  };
}
