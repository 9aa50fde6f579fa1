import { ModelError } from "../core/index.ts";
import type { TrainSummary } from "../report/input.ts";
import type { EpochRow } from "../training/index.ts";
import { historyName, readHistory } from "./history.ts";
import { shownPart } from "./measured.ts";
import { loadModel } from "./model.ts";
import type { Written } from "./record.ts";
import { recordedFile, unchangedAgain } from "./recorded.ts";
import { reportOf } from "./reporting.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { thorough } from "./sensitivity.ts";
import { summaryIn } from "./summary.ts";

/** What a finished run says of itself, without its data. */
export interface Finished {
  readonly run: string;
  readonly file: CheckedRunFile;
  readonly summary: TrainSummary;
  readonly history: readonly EpochRow[];
}

/**
 * Reads a finished run.
 *
 * @throws `file-missing` when it is not there or did not come to its end, `file-format` when a file is damaged
 */
export async function finishedRun(run: string): Promise<Finished> {
  const file = await recordedFile(run);
  const summary = await summaryIn(run);
  if (!summary)
    throw new ModelError({
      code: "file-missing",
      where: `${run}/summary.json`,
      rule: "this run did not come to its end, so there is nothing to report yet.",
      hint: `gradus train --resume ${run}`,
    });
  const lines = await readHistory(run, summary.data.rows.validation > 0);
  if (lines.length < summary.epochs)
    throw new ModelError({
      code: "file-format",
      where: `${run}/${historyName}`,
      rule: `only ${lines.length} of ${summary.epochs} epochs can be read: the file is damaged.`,
      hint: `the report that the training wrote is ${run}/report.html`,
    });
  return { run, file, summary: { ...summary, run }, history: lines.map(({ row }) => row) };
}

/**
 * The report of a finished run, written anew, with all that takes longer than a training should wait for.
 *
 * @throws as `finishedRun`; `data-changed` and `file-missing` when its data are not what they were
 */
export async function reportAgain({ run, file, summary, history }: Finished): Promise<string> {
  const model = await loadModel(run);
  const { start: _, ...apart } = file; // where its numbers began does not matter any more
  const prepared = await unchangedAgain(run, apart, `the report that the training wrote is ${run}/report.html`);
  const result = { summary, history, prepared, shown: shownPart(prepared, model) };
  const { command = "gradus train", versions = {}, chosen = [] } = (file.written ?? {}) as Written;
  return reportOf({ result, model, command, versions, effort: thorough, chosen: new Set(chosen) });
}
