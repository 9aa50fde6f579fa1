import {
  type Best,
  type EarlyStopping,
  type EpochRow,
  metricsOf,
  type Settings,
  type Watch,
} from "../training/index.ts";
import { earlyStoppingOf, figuresOf, watchedIn, watchOf } from "../training/stopping.ts";
import { unitOf } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { CheckedRunFile } from "./runfile.ts";

/**
 * What early stopping watches, if the run file asks for it.
 *
 * @throws `option` for a figure that is not measured in this task
 */
export function watched(
  { task, measured }: Pick<Prepared, "task" | "measured">,
  validated: boolean,
  { training }: CheckedRunFile,
): Watch | null {
  if (!training.earlyStopping) return null;
  const given = Object.entries(training.earlyStopping).filter(([, value]) => value !== undefined);
  return watchOf(earlyStoppingOf(Object.fromEntries(given)), figuresOf(metricsOf[task], measured), validated);
}

/** Early stopping as a run file has it, defaults written down. */
export const recordedStopping = ({ metric, patience, minimumChange }: Watch): Required<EarlyStopping> => ({
  metric,
  patience,
  minimumChange,
});

/** Early stopping in the unit in which targets are learnt. */
export const learntStopping = (prepared: Prepared): Settings["earlyStopping"] =>
  prepared.watch && {
    ...recordedStopping(prepared.watch),
    minimumChange: prepared.watch.minimumChange / unitOf(prepared.watch.metric, prepared),
  };

/** The epoch whose parameters early stopping keeps. */
export function bestIn(history: readonly EpochRow[], watch: Watch | null): Best | null {
  const row = watch && history.findLast(({ best }) => best);
  return row ? { epoch: row.epoch, metric: watch.metric, part: watch.part, value: watchedIn(watch, row) } : null;
}
