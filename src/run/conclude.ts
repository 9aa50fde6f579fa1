import { modelFiles } from "../interchange/index.ts";
import type { EpochRow } from "../training/index.ts";
import type { RunFolder } from "./folder.ts";
import { measuredRun, modelOf } from "./measured.ts";
import { encodePart } from "./model.ts";
import { recordOpening } from "./openings.ts";
import { predictionsCsv } from "./predictions.ts";
import type { Prepared } from "./prepare.ts";
import { reportOf } from "./reporting.ts";
import { originOf, type RunResult } from "./result.ts";
import { brief } from "./sensitivity.ts";
import { bestIn } from "./stopping.ts";
import { summaryOf } from "./summary.ts";
import type { RunEnd } from "./training.ts";
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
  const { model, threshold } = modelOf(prepared, end);
  for (const [name, bytes] of Object.entries(modelFiles(model.file, model))) await folder.write(name, bytes);
  if (final) await recordOpening(folder.path, "train --final");
  const opened = final ? encodePart(model.file, prepared.tables.test) : null;
  const { shown, ...measured } = measuredRun(prepared, model, { history, stopped: end.stopped, opened });
  await folder.write("predictions.csv", predictionsCsv(shown.predictions, originOf(prepared, shown), shown.truth));
  const summary = summaryOf(prepared, {
    ...measured,
    end,
    best: bestIn(history, prepared.watch),
    model,
    threshold,
    seconds: { ...end.seconds, total: seconds() },
    epochs: history.length,
    run: folder.path,
  });
  const result = { summary, history, prepared, shown };
  const { chosen } = prepared;
  const reported = { result, model, command: command ?? "gradus train", versions: versions(), effort: brief, chosen };
  await folder.write("report.html", await reportOf(reported));
  await folder.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
  return result;
}
