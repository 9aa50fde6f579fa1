import { fingerprint, modelFiles } from "../interchange/index.ts";
import { type EpochRow, type Figures, findingsOf } from "../training/index.ts";
import { baselinesOf } from "./baselines.ts";
import { diagnosisOf } from "./diagnosis.ts";
import type { RunFolder } from "./folder.ts";
import { encodePart, measurePart, predict, type TrainedModel } from "./model.ts";
import { recordOpening } from "./openings.ts";
import { predictionsCsv, truthOf } from "./predictions.ts";
import type { Prepared } from "./prepare.ts";
import { reportOf } from "./reporting.ts";
import { originOf, type RunResult, type Shown } from "./result.ts";
import { brief } from "./sensitivity.ts";
import { bestIn } from "./stopping.ts";
import { summaryOf } from "./summary.ts";
import { thresholdFor } from "./threshold.ts";
import { inPrecision, type RunEnd } from "./training.ts";
import { versions } from "./version.ts";

/** A run whose training is over. */
export interface Trained {
  readonly prepared: Prepared;
  readonly folder: RunFolder;
  readonly history: readonly EpochRow[];
  readonly end: RunEnd["end"];
  /** Seconds that the run has taken. */
  readonly seconds: () => number;
}

/** Measures the trained network and writes what is left of the run folder; `summary.json` comes last. */
export async function conclude(
  { prepared, folder, history, end, seconds }: Trained,
  { final, command }: { readonly final?: boolean; readonly command?: string },
): Promise<RunResult> {
  const trained = modelOf(prepared, end);
  const threshold = thresholdFor(prepared, trained);
  const model = threshold ? { ...trained, file: { ...trained.file, threshold: threshold.threshold } } : trained;
  const { measured } = prepared;
  for (const [name, bytes] of Object.entries(modelFiles(model.file, model))) await folder.write(name, bytes);
  if (final) await recordOpening(folder.path, "train --final");
  const opened = final ? encodePart(model.file, prepared.tables.test) : null;
  const measureOn = (part: Prepared["validation"]): Figures | null => part && measurePart(model, part, measured);
  const figures = {
    train: measureOn(prepared.training),
    trainDev: measureOn(prepared.trainDev),
    validation: measureOn(prepared.validation),
    test: measureOn(opened),
  };
  const shown = shownPart(prepared, model);
  await folder.write("predictions.csv", predictionsCsv(shown.predictions, originOf(prepared, shown), shown.truth));
  const findings = findingsOf(history, { task: prepared.task, targets: prepared.training.y, unit: prepared.target });
  const summary = summaryOf(prepared, {
    figures,
    end,
    best: bestIn(history, prepared.watch),
    model,
    threshold,
    baselines: baselinesOf(prepared),
    diagnosis: diagnosisOf(prepared, model, figures, opened),
    seconds: { ...end.seconds, total: seconds() },
    epochs: history.length,
    findings,
    run: folder.path,
  });
  const result = { summary, history, prepared, shown };
  const reported = { result, model, command: command ?? "gradus train", versions: versions(), effort: brief };
  await folder.write("report.html", await reportOf(reported));
  await folder.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
  return result;
}

function modelOf(prepared: Prepared, { parameters, state }: RunEnd["end"]): TrainedModel {
  const { file, task, network, loss, lossOptions, classWeights, encoding, target } = prepared;
  const { precision } = file;
  const numbers = inPrecision({ parameters, state }, precision);
  return {
    ...numbers,
    file: {
      format: "gradus-model",
      version: 1,
      task,
      network,
      loss,
      ...(lossOptions && { lossOptions }),
      ...(classWeights && { classWeights }),
      precision,
      encoding,
      target,
      fingerprint: fingerprint(numbers.parameters, numbers.state),
    },
  };
}

function shownPart(prepared: Prepared, model: TrainedModel): Shown {
  const part = prepared.validation ? "validation" : "train";
  const { x, rows } = prepared.validation ?? prepared.training;
  const table = part === "validation" ? prepared.tables.validation : prepared.tables.training;
  return { part, rows, truth: truthOf(prepared.encoding, table, rows), predictions: predict(model, x) };
}
