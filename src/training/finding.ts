/** What may be wrong with a run. docs/doctor.md has a section for each. */
export type FindingKind =
  | "constant-target"
  | "diverged"
  | "exploding-gradients"
  | "vanishing-gradients"
  | "dead-units"
  | "saturated-units"
  | "unscaled-inputs"
  | "initial-loss"
  | "rate-too-high"
  | "rate-too-low"
  | "uneven-layers"
  | "few-steps"
  | "still-falling"
  | "nothing-learnt"
  | "underfitting"
  | "overfitting"
  | "few-rows"
  | "class-imbalance"
  | "copied-rows"
  | "telling-column"
  | "easy-validation";

/** How much it matters: a `note` may be left as it is, a `warning` costs quality, `severe` makes the result worthless. */
export type Severity = "severe" | "warning" | "note";

const ranks: readonly Severity[] = ["severe", "warning", "note"];

/** Something to plot: one line or several over the same x; words on the x axis make bars. */
export interface Series {
  /** What the y axis shows. */
  readonly label: string;
  /** What the x axis shows. */
  readonly over: string;
  readonly x: readonly (number | string)[];
  /** One number for each x; null where there is none. */
  readonly lines: readonly { readonly name: string; readonly y: readonly (number | null)[] }[];
  /** Where the finding begins. */
  readonly limit?: number;
}

/** What speaks for a finding. */
export interface Evidence {
  /** Figures by what they are. */
  readonly figures: Readonly<Record<string, number>>;
  readonly series?: Series;
}

/** Part of a run file, to be laid over that of the run: an entry that is null takes a setting away (RFC 7396). */
export interface Change {
  readonly [key: string]: ChangedSetting;
}
export type ChangedSetting = string | number | boolean | null | readonly (string | number)[] | Change;

/** Something about a training that its owner should know: what speaks for it, where it comes from, what to do about it. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** What was found. */
  readonly text: string;
  readonly evidence: Evidence;
  /** How that comes about. */
  readonly cause: string;
  /** What to do. */
  readonly advice: string;
  /** Of runs: that advice as a change to the run file, where it is one that can be tried at once. */
  readonly change?: Change;
}

/** The worst first; what is alike stays in its order. */
export const bySeverity = (findings: readonly Finding[]): Finding[] =>
  ranks.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
