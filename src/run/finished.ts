import { ModelError } from "../core/index.ts";
import { parseJson } from "../interchange/index.ts";
import type { TrainSummary } from "../report/input.ts";
import type { EpochRow } from "../training/index.ts";
import { readRunFile } from "./folder.ts";
import { readHistory } from "./history.ts";
import { shownPart } from "./measured.ts";
import { loadModel } from "./model.ts";
import type { Written } from "./record.ts";
import { recordedFile, unchangedAgain } from "./recorded.ts";
import { reportOf } from "./reporting.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { thorough } from "./sensitivity.ts";

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
  const bytes = await readRunFile(run, "summary.json").catch((error: unknown) => {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError({
      ...error.problem,
      rule: "this run did not come to its end, so there is nothing to report yet.",
      hint: `gradus train --resume ${run}`,
    });
  });
  const summary = parseJson(`${run}/summary.json`, new TextDecoder().decode(bytes)) as TrainSummary;
  const lines = await readHistory(run, summary.data.rows.validation > 0);
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
