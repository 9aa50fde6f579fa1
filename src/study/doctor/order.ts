import type { Finding, FindingKind, Severity } from "../../training/finding.ts";
import { type Patient, skillOf } from "./patient.ts";

/** How training went on inside. */
const inside: readonly FindingKind[] = [
  "exploding-gradients",
  "vanishing-gradients",
  "dead-units",
  "saturated-units",
  "initial-loss",
  "rate-too-high",
  "rate-too-low",
  "uneven-layers",
  "few-steps",
  "still-falling",
];

/** What may come of a finding: it is seen to best by seeing to its cause. */
const effects: Partial<Readonly<Record<FindingKind, readonly FindingKind[]>>> = {
  diverged: [
    ...inside,
    "nothing-learnt",
    "underfitting",
    "overfitting",
    "few-rows",
    "class-imbalance",
    "easy-validation",
  ],
  "unscaled-inputs": [...inside, "nothing-learnt", "underfitting"],
  "initial-loss": ["exploding-gradients", "dead-units", "saturated-units", "rate-too-high", "still-falling"],
  "exploding-gradients": ["rate-too-high", "dead-units", "saturated-units", "uneven-layers", "still-falling"],
  "vanishing-gradients": ["uneven-layers", "saturated-units", "rate-too-low", "still-falling"],
  "rate-too-high": ["dead-units", "saturated-units", "uneven-layers", "still-falling"],
  "dead-units": ["uneven-layers", "still-falling"],
  "saturated-units": ["uneven-layers", "still-falling"],
  "uneven-layers": ["still-falling", "rate-too-low"],
  "nothing-learnt": ["underfitting", "class-imbalance"],
  "easy-validation": ["underfitting"],
  underfitting: ["overfitting", "few-rows"],
};
/** What any of those inside may bring about. */
const ends: readonly FindingKind[] = ["nothing-learnt", "underfitting"];

const comesOf = (cause: FindingKind, effect: FindingKind): boolean =>
  (effects[cause]?.includes(effect) ?? false) || (inside.includes(cause) && ends.includes(effect));

/** With so much skill, on training rows, whatever went on inside did no harm. */
const unharmed = 0.95;

/** What went on inside is worth no more than a note where the network learnt its rows all the same. */
export function asFarAsTheyMatter(found: readonly Finding[], patient: Patient): readonly Finding[] {
  if (!((skillOf(patient, "train") ?? 0) > unharmed)) return found;
  return found.map((finding) =>
    inside.includes(finding.kind) || finding.kind === "unscaled-inputs" ? { ...finding, severity: "note" } : finding,
  );
}

const worse = (a: Severity, b: Severity): Severity => (a === "severe" || b === "severe" ? "severe" : a);

/** A cause is as bad as what comes of it; what comes of a cause becomes a note that names it. */
export function causesFirst(found: readonly Finding[]): readonly Finding[] {
  const above = found.filter(({ severity }) => severity !== "note");
  const causeOf = ({ kind }: Finding): Finding | undefined => above.find((cause) => comesOf(cause.kind, kind));
  const rootOf = (finding: Finding): Finding => {
    const cause = causeOf(finding);
    return cause ? rootOf(cause) : finding;
  };
  return found.map((finding): Finding => {
    const root = finding.severity === "note" ? finding : rootOf(finding);
    if (root !== finding) return secondary(finding, root);
    const severities = above.filter((other) => rootOf(other) === finding).map((other) => other.severity);
    return { ...finding, severity: severities.reduce(worse, finding.severity) };
  });
}

/** What comes of a cause. That nothing was learnt stays as bad as it is: it is what the user came for. */
function secondary({ change: _, ...finding }: Finding, root: Finding): Finding {
  const severity = finding.kind === "nothing-learnt" ? finding.severity : "note";
  return { ...finding, severity, advice: `see to ${root.kind} first: this may come of it` };
}
