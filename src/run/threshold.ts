import { ModelError } from "../core/index.ts";
import type { Task } from "../core/task.ts";
import { checkDecides, chooseThreshold, type Threshold } from "../training/index.ts";
import { outcomesOn, type TrainedModel } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { CheckedRunFile } from "./runfile.ts";

/** What a run file says about the threshold between two classes. */
export type WantedThreshold = NonNullable<CheckedRunFile["evaluation"]>["threshold"];

/**
 * Finds out before training whether there can be such a threshold.
 *
 * @throws `option` where nothing is decided by one, `data-split` when there are no rows to choose it on
 */
export function checkThreshold(wanted: WantedThreshold, task: Task, validationRows: number): void {
  if (wanted === undefined) return;
  checkDecides(task);
  if (typeof wanted === "number") return;
  if (task !== "binary")
    throw new ModelError({
      code: "option",
      where: "threshold",
      given: { task },
      rule: "one threshold cannot be chosen for several labels; it can only be given as a number.",
    });
  if (validationRows > 0) return;
  throw new ModelError({
    code: "data-split",
    where: "threshold",
    rule: "a threshold is chosen on the validation part, and this run has none.",
    hint: "set rows aside with --validation 0.2, or give a number",
  });
}

/** The threshold that the run file asks for, chosen on the validation part unless it is a number; null without. */
export function thresholdFor(
  { file, validation }: Prepared,
  model: TrainedModel,
): Threshold | { threshold: number } | null {
  const wanted = file.evaluation?.threshold;
  if (wanted === undefined) return null;
  if (typeof wanted === "number") return { threshold: wanted };
  const outcomes = outcomesOn(model, validation!);
  return outcomes && chooseThreshold(outcomes, wanted);
}
