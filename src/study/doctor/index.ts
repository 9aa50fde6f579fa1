import { bySeverity, type Finding } from "../../training/finding.ts";
import { findingsOf } from "../../training/findings.ts";
import { withChange } from "./changes.ts";
import { easyValidation, fewRows, initialLoss, overfitting, underfitting } from "./generalising.ts";
import { explodingGradients, unevenLayers, vanishingGradients } from "./gradients.ts";
import { asFarAsTheyMatter, causesFirst } from "./order.ts";
import { diverged, rateTooHigh, unfinished } from "./pace.ts";
import type { Patient } from "./patient.ts";
import { classImbalance, copiedRows, tellingColumn, unscaledInputs } from "./tables.ts";

export { inputSpreads, mostTelling, neighbourRule } from "./evidence.ts";
export type {
  ClassCount,
  ExaminedSettings,
  InputSpread,
  LossBefore,
  PartScore,
  Patient,
  RivalRule,
  TellingColumn,
} from "./patient.ts";

/** What is looked for, causes before what comes of them. */
const rules: readonly ((patient: Patient) => readonly Finding[])[] = [
  unscaledInputs,
  initialLoss,
  explodingGradients,
  diverged,
  vanishingGradients,
  rateTooHigh,
  unevenLayers,
  unfinished,
  trained,
  underfitting,
  fewRows,
  overfitting,
  classImbalance,
  tellingColumn,
  copiedRows,
  easyValidation,
];

/** What training itself notices at its end. */
function trained({ history, task, targets, unit, settings }: Patient): readonly Finding[] {
  const weighted = settings?.training.classWeights !== undefined;
  return targets ? findingsOf(history, { task, targets, weighted, ...(unit && { unit }) }) : [];
}

/**
 * Finds out what is wrong with a training, from whatever is known of it: each finding with its evidence, its cause, what to
 * do about it, and, where the settings are known, that as a change to the run file. Thresholds and where they are from stand
 * beside the rules, and in docs/doctor.md.
 *
 * @returns findings, the worst first; causes before what comes of them
 */
export function examine(patient: Patient): Finding[] {
  const found = rules.flatMap((rule) => rule(patient)).map((finding) => withChange(finite(finding), patient));
  const constant = found.filter(({ kind }) => kind === "constant-target");
  if (constant.length > 0) return constant;
  return bySeverity(causesFirst(asFarAsTheyMatter(found, patient)));
}

/** A finding without figures that are not finite, which JSON does not have. */
function finite({ evidence, ...finding }: Finding): Finding {
  const figures = Object.entries(evidence.figures).filter(([, x]) => Number.isFinite(x));
  return { ...finding, evidence: { ...evidence, figures: Object.fromEntries(figures) } };
}
