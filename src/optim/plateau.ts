import { checkedNumber, knownOptions } from "../core/names.ts";
import { mul } from "../ops/index.ts";
import type { Course, Reacting, Reaction, Schedule } from "./schedule.ts";

export interface PlateauOptions {
  /** What the learning rate is multiplied by, in (0, 1). Default 0.1. */
  readonly factor?: number;
  /** Epochs without progress that are put up with. Default 10. */
  readonly patience?: number;
  /** Progress is a loss below the best by this share of it. Default 1e-4. */
  readonly minimumChange?: number;
  /** Epochs after a reduction that do not count. Default 0. */
  readonly cooldown?: number;
  /** Least learning rate. Default 0. */
  readonly least?: number;
}

/**
 * The learning rate is multiplied by `factor` when the loss has made no progress for more than `patience` epochs. The loss is
 * that of the validation part, or of the training part where there is no other. Units: epochs.
 *
 * The rate is an input of the compiled program, so a reduction compiles nothing anew.
 *
 * @param rate learning rate at first
 * @throws `option`
 * @see PyTorch's ReduceLROnPlateau, whose rule and defaults these are (threshold relative)
 */
export function reduceOnPlateau(rate: number, options: PlateauOptions = {}): Schedule {
  const name = "reduceOnPlateau";
  knownOptions(`${name}(rate, options)`, options, ["factor", "patience", "minimumChange", "cooldown", "least"]);
  const { factor = 0.1, patience = 10, minimumChange = 1e-4, cooldown = 0, least = 0 } = options;
  checkedNumber(`${name}(rate)`, rate, { above: 0 });
  checkedNumber(`${name}({ factor })`, factor, { above: 0, below: 1 });
  for (const [key, epochs] of Object.entries({ patience, cooldown }))
    checkedNumber(`${name}({ ${key} })`, epochs, { least: 0, integer: true });
  checkedNumber(`${name}({ minimumChange })`, minimumChange, { least: 0, below: 1 });
  checkedNumber(`${name}({ least })`, least, { least: 0, most: rate });
  const settings = { factor, patience, minimumChange, cooldown, least: least / rate };
  const reacting: Reacting = {
    start: { level: 1, best: 0, waited: -1, cooling: 0 },
    after: (before, loss) => reduced(settings, before, loss),
  };
  return Object.assign((_t: unknown, { level }: Course) => mul(rate, level), { reacting });
}

/** One more epoch, which ended with this loss. */
function reduced(
  { factor, patience, minimumChange, cooldown, least }: Required<PlateauOptions>,
  before: Reaction,
  loss: number,
): Reaction {
  const better = before.waited === -1 || loss < before.best - minimumChange * Math.abs(before.best);
  const best = better && Number.isFinite(loss) ? loss : before.best;
  const waited = better || before.cooling > 0 ? 0 : before.waited + 1;
  const cooling = Math.max(0, before.cooling - 1);
  if (waited <= patience) return { ...before, best, waited, cooling };
  return { level: Math.max(least, factor * before.level), best, waited: 0, cooling: cooldown };
}
