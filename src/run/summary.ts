import { backendOf } from "../backends/index.ts";
import { isModelError } from "../core/errors.ts";
import { ModelError } from "../core/index.ts";
import { parseJson } from "../interchange/index.ts";
import type { TrainSummary } from "../report/input.ts";
import type { Baseline, Diagnosis } from "../study/index.ts";
import { type Best, type Figures, type Finding, figuresOf, metricsOf } from "../training/index.ts";
import type { PartFigures } from "./diagnosis.ts";
import { readRunFile } from "./folder.ts";
import type { TrainedModel } from "./model.ts";
import { parameterCount } from "./network.ts";
import type { Prepared } from "./prepare.ts";
import type { thresholdFor } from "./threshold.ts";

/** What came of a training. */
export interface Facts {
  readonly figures: PartFigures;
  readonly end: { readonly steps: number; readonly stopped: string; readonly threads: number };
  readonly best: Best | null;
  readonly model: TrainedModel;
  readonly threshold: ReturnType<typeof thresholdFor>;
  readonly diagnosis: Diagnosis | null;
  readonly baselines: readonly Baseline[];
  readonly seconds: TrainSummary["seconds"];
  readonly epochs: number;
  readonly findings: readonly Finding[];
  readonly run: string;
}

/** What `train --json` prints. */
export function summaryOf(
  prepared: Prepared,
  { figures, end, best, model, threshold, diagnosis, baselines, seconds, epochs, findings, run }: Facts,
): TrainSummary {
  const { source, network, file, task, measured, start } = prepared;
  const names = figuresOf(metricsOf[task], measured).map(({ name }) => name);
  const parts = (f: (figures: Figures) => number): TrainSummary["loss"] => ofParts(figures, f);
  return {
    data: { name: source.name, inputs: network.inputs, outputs: network.outputs, rows: rowsOf(prepared) },
    task,
    model: { layers: [network.inputs, ...network.hidden, network.outputs], parameters: parameterCount(prepared) },
    ...(start && {
      start: { from: start.from, fingerprint: start.fingerprint, taken: start.taken, fresh: start.fresh },
    }),
    seed: file.seed,
    precision: file.precision,
    backend: backendOf(file.backend).name,
    threads: end.threads,
    epochs,
    steps: end.steps,
    stopped: end.stopped,
    best,
    ...(threshold && { threshold }),
    ...(diagnosis && { diagnosis }),
    ...(baselines.length > 0 && { baselines }),
    seconds: { total: seconds.total, compile: seconds.compile, training: seconds.training },
    loss: parts((f) => f.loss),
    metrics: Object.fromEntries(names.map((name) => [name, parts((f) => f.metrics[name]!)])),
    findings,
    fingerprint: model.file.fingerprint,
    run,
  };
}

const rowsOf = ({ tables: { training, trainDev, validation, test } }: Prepared): TrainSummary["data"]["rows"] => ({
  train: training.rows,
  ...(trainDev && { trainDev: trainDev.rows }),
  validation: validation.rows,
  test: test.rows,
});

/** A figure of every part; null where the part is empty, sealed, or the figure is not finite. */
function ofParts(figures: PartFigures, f: (figures: Figures) => number): TrainSummary["loss"] {
  const one = (part: Figures | null): number | null => (part && Number.isFinite(f(part)) ? f(part) : null);
  return {
    train: one(figures.train),
    ...(figures.trainDev && { trainDev: one(figures.trainDev) }),
    validation: one(figures.validation),
    test: one(figures.test),
  };
}

/**
 * What is said of a run that came to an end; null for one that did not.
 *
 * @throws `file-format`, `file-empty` when `summary.json` is damaged
 */
export async function summaryIn(run: string): Promise<TrainSummary | null> {
  const where = `${run}/summary.json`;
  const bytes = await readRunFile(run, "summary.json").catch((error: unknown) => {
    if (isModelError(error)) return null;
    throw error;
  });
  if (bytes === null) return null;
  const summary = parseJson(where, new TextDecoder().decode(bytes)) as Partial<TrainSummary> | null;
  if (summary?.data?.rows && summary.loss && summary.metrics && summary.seconds) return summary as TrainSummary;
  throw new ModelError({
    code: "file-format",
    where,
    rule: "this is not what a training writes at its end.",
    hint: `gradus train --resume ${run}`,
  });
}
