import { ModelError } from "../core/index.ts";
import { lossOf } from "../interchange/index.ts";
import type { Network, TrainSummary } from "../report/input.ts";
import { examine } from "../study/index.ts";
import type { EpochRow, Finding } from "../training/index.ts";
import { beforeTraining } from "./doctor.ts";
import { historyName, readHistory } from "./history.ts";
import { measuredRun } from "./measured.ts";
import { loadModel, type TrainedModel } from "./model.ts";
import { networkTable } from "./network.ts";
import type { Prepared } from "./prepare.ts";
import { recordedFile, unchangedAgain } from "./recorded.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { summaryIn } from "./summary.ts";

/** What a run is like, and what is wrong with it. */
export interface Inspection {
  readonly run: string;
  /** Why training ended; null: it is going on, or was broken off. */
  readonly stopped: string | null;
  /** Epochs that were trained, and that were to be. */
  readonly epochs: { readonly done: number; readonly planned: number };
  /** Null where neither a model nor the data are there. */
  readonly network: Network | null;
  readonly history: readonly EpochRow[];
  /** Null for a run that did not come to its end. */
  readonly summary: TrainSummary | null;
  readonly findings: readonly Finding[];
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
}

/**
 * Looks a run over. What was found at its end is taken from its folder; a run that did not come to its end is examined
 * anew, as far as its history and its data reach. Nothing is written, and the test part stays sealed.
 *
 * @param run folder of a run, finished or not
 * @throws `file-missing`, `file-format`, `option` when it is not there or damaged
 */
export async function inspect(run: string): Promise<Inspection> {
  const file = await recordedFile(run);
  const summary = await summaryIn(run);
  const model = summary && (await loadModel(run));
  const lines = await readHistory(run, (file.data.validation ?? 0) > 0 || summary?.loss.validation != null);
  const history = lines.map(({ row }) => row);
  const found = summary && findingsIn(summary);
  const { prepared, notes } = found ? { prepared: null, notes: [] } : await dataOf(run, file);
  return {
    run,
    stopped: summary?.stopped ?? null,
    epochs: { done: history.length, planned: file.training.epochs ?? history.length },
    network: tableOf(model?.file ?? prepared),
    history,
    summary,
    findings: found ?? examined({ file, history, model, prepared, stopped: summary?.stopped }),
    notes: [
      ...notes,
      ...(history.length < (summary?.epochs ?? 0)
        ? [`only ${history.length} of ${summary!.epochs} epochs can be read from ${historyName}: it is damaged`]
        : []),
    ],
  };
}

/** Findings of a run of this version; those of an earlier one say less. */
const findingsIn = ({ findings }: TrainSummary): readonly Finding[] | null =>
  findings?.every((finding) => "severity" in finding) ? findings : null;

interface Known {
  readonly file: CheckedRunFile;
  readonly history: readonly EpochRow[];
  readonly model: TrainedModel | null;
  readonly prepared: Prepared | null;
  readonly stopped: string | undefined;
}

function examined({ file, history, model, prepared, stopped = "interrupted" }: Known): readonly Finding[] {
  if (prepared && model) return measuredRun(prepared, model, { history, stopped }).findings;
  if (prepared) return examine({ ...beforeTraining(prepared), history, stopped });
  return examine({ task: file.data.task ?? "regression", history, stopped, settings: file });
}

const tableOf = (known: (Parameters<typeof lossOf>[0] & Parameters<typeof networkTable>[0]) | null): Network | null =>
  known && networkTable(known, lossOf(known).link);

/** The data of a run, as far as they are still there. */
async function dataOf(
  run: string,
  file: CheckedRunFile,
): Promise<{ readonly prepared: Prepared | null; readonly notes: readonly string[] }> {
  try {
    return { prepared: await unchangedAgain(run, file, "restore them"), notes: [] };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const { where, rule } = error.problem;
    return { prepared: null, notes: [`what depends on the data was not looked at: ${where}: ${rule}`] };
  }
}
