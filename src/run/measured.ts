import { fingerprint } from "../interchange/index.ts";
import type { Baseline, Diagnosis } from "../study/index.ts";
import type { EpochRow, Figures, Finding } from "../training/index.ts";
import { baselinesOf } from "./baselines.ts";
import { diagnosisOf, type PartFigures } from "./diagnosis.ts";
import { findingsIn } from "./doctor.ts";
import { measurePart, predict, type TrainedModel } from "./model.ts";
import { truthOf } from "./predictions.ts";
import type { Prepared } from "./prepare.ts";
import type { Shown } from "./result.ts";
import { thresholdFor } from "./threshold.ts";
import { inPrecision, type RunEnd } from "./training.ts";

/** What a trained network is worth. */
export interface Measured {
  readonly figures: PartFigures;
  readonly shown: Shown;
  readonly baselines: readonly Baseline[];
  readonly diagnosis: Diagnosis | null;
  readonly findings: readonly Finding[];
}

type Numbers = Pick<RunEnd["end"], "parameters" | "state">;

/** The network that training has come to, and the threshold between two classes, where one was asked for. */
export function modelOf(
  prepared: Prepared,
  numbers: Numbers,
): { readonly model: TrainedModel; readonly threshold: ReturnType<typeof thresholdFor> } {
  const trained = asTrained(prepared, numbers);
  const threshold = thresholdFor(prepared, trained);
  const model = threshold ? { ...trained, file: { ...trained.file, threshold: threshold.threshold } } : trained;
  return { model, threshold };
}

function asTrained(prepared: Prepared, { parameters, state }: Numbers): TrainedModel {
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

/**
 * Measures a trained network on every part, compares it with simple rules, and examines it. Nothing is written.
 *
 * @param opened the test part, where it may be looked at
 */
export function measuredRun(
  prepared: Prepared,
  model: TrainedModel,
  how: { readonly history: readonly EpochRow[]; readonly stopped: string; readonly opened?: Prepared["validation"] },
): Measured {
  const { opened = null, ...course } = how;
  const measureOn = (part: Prepared["validation"]): Figures | null =>
    part && measurePart(model, part, prepared.measured);
  const figures = {
    train: measureOn(prepared.training),
    trainDev: measureOn(prepared.trainDev),
    validation: measureOn(prepared.validation),
    test: measureOn(opened),
  };
  const shown = shownPart(prepared, model);
  const baselines = baselinesOf(prepared);
  const diagnosis = diagnosisOf(prepared, model, figures, opened);
  const known = { figures, shown, baselines, diagnosis };
  return { ...known, findings: findingsIn(prepared, { ...known, ...course, model }) };
}

/** What a model predicts for the validation part, or for the training part of a run without one. */
export function shownPart(prepared: Prepared, model: TrainedModel): Shown {
  const part = prepared.validation ? "validation" : "train";
  const { x, rows } = prepared.validation ?? prepared.training;
  const table = part === "validation" ? prepared.tables.validation : prepared.tables.training;
  return { part, rows, truth: truthOf(prepared.encoding, table, rows), predictions: predict(model, x) };
}
