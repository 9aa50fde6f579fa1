import { type Loss, type LossName, labelSmoothing, losses, quantileLoss } from "../nn/index.ts";

/** What a loss may be told besides its name. */
export interface LossOptions {
  /** Of the quantile loss: which, ascending. */
  readonly quantiles?: readonly number[];
  /** ε by which targets that are classes are softened. */
  readonly labelSmoothing?: number;
}

/** A loss in plain data. */
export interface LossSpec {
  readonly loss: LossName;
  readonly lossOptions?: LossOptions;
}

/**
 * The loss that a specification describes.
 *
 * @throws `option` for options that are not of this loss, or out of bounds
 */
export function lossOf({ loss, lossOptions: { quantiles, labelSmoothing: share = 0 } = {} }: LossSpec): Loss {
  const base = quantiles ? quantileLoss({ tau: quantiles }) : losses[loss];
  return share > 0 ? labelSmoothing(base, share) : base;
}
