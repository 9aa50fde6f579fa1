import { type Baseline, baselines } from "../study/index.ts";
import type { Prepared } from "./prepare.ts";

/** What simple rules reach on the validation part (the training part without one); nothing when that is switched off. */
export function baselinesOf({ file, task, encoding, target, training, validation }: Prepared): Baseline[] {
  if (file.evaluation?.baselines === false) return [];
  const classes = encoding.target.kind === "classes" ? encoding.target.classes.length : 2;
  return baselines(training, validation ?? training, { task, classes, unit: target });
}
