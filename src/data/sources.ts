import { type SplitOptions, split } from "./split.ts";
import type { Table } from "./table.ts";

/** How data of two sources are split. */
export interface SourceSplitOptions extends Omit<SplitOptions, "validation" | "test"> {
  /** Share of the plentiful source that is not trained on, though it is like what is. Default 0.2. */
  readonly trainDev?: number;
  /** Share of the source that matters for the test part; the others are the validation part. Default 0.5. */
  readonly test?: number;
}

/** Four parts of two sources. */
export interface SourceSplit {
  /** Of the plentiful source. */
  readonly training: Table;
  /** Of the plentiful source, held out: its error above that of the training part is variance. */
  readonly trainDev: Table;
  /** Of the source that matters, to choose by: its error above that of the train-dev part is mismatch. */
  readonly validation: Table;
  /** Of the source that matters, for the end. */
  readonly test: Table;
}

/**
 * Splits data of two sources where one is plentiful and the other is what the network is for: trained on the first,
 * chosen and tested on the second, with rows of the first held out to tell variance from a mismatch of the data.
 *
 * @param plentiful rows to train on
 * @param matters   rows of the kind that the network will meet
 * @param options   shares and seed; columns to stratify, to group or to order by, in both
 * @throws as `split`
 * @see Ng (2018), Machine learning yearning, chapters 36 to 43
 */
export function splitSources(plentiful: Table, matters: Table, options: SourceSplitOptions = {}): SourceSplit {
  const { trainDev = 0.2, test = 0.5, ...how } = options;
  const first = split(plentiful, { ...how, validation: trainDev });
  const second = split(matters, { ...how, test });
  return { training: first.training, trainDev: first.validation, validation: second.training, test: second.test };
}
