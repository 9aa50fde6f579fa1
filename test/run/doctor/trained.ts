import { measuredRun, modelOf } from "../../../src/run/measured.ts";
import { prepare } from "../../../src/run/prepare.ts";
import { checkRunFile, type RunFile } from "../../../src/run/runfile.ts";
import { runEpochs } from "../../../src/run/training.ts";
import type { EpochRow } from "../../../src/training/index.ts";

/** Trains what a run file says, with the same bits on every machine, and examines it; nothing is written. */
export async function trained(file: RunFile) {
  const prepared = await prepare(checkRunFile("case", { ...file, reproducible: true, threads: 1 }));
  const epochs = runEpochs(prepared, {});
  const history: EpochRow[] = [];
  for (;;) {
    const next = await epochs.next();
    if (next.done) {
      const { end } = next.value;
      const { model } = modelOf(prepared, end);
      return { prepared, history, model, ...measuredRun(prepared, model, { history, stopped: end.stopped }) };
    }
    history.push(next.value.row);
  }
}
