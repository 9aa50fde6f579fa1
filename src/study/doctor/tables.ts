import { percent, short } from "../../training/evidence.ts";
import type { Finding } from "../../training/finding.ts";
import type { Patient } from "./patient.ts";

/**
 * Inputs of a size (root of the mean square) above this, or whose deviations differ by more than that factor: the loss is a
 * narrow valley then, down which one learning rate does not lead.
 *
 * @see LeCun, Bottou, Orr & Müller (1998), Efficient backprop, §4.3
 */
const [largeInput, unlikeInputs] = [10, 100];
/**
 * A class with so small a share of the rows, and less than half of an equal share, is rare; it is missed if fewer than half of its rows are recognised, where
 * there are enough to tell.
 *
 * @see Google (2024), Machine learning crash course, "Imbalanced datasets": moderate below 20 %
 */
const rare = { share: 0.2, recall: 0.5, rows: 5 } as const;
/** So many copies, as a share of the validation rows and at least, flatter. */
const copied = { share: 0.05, rows: 3 } as const;
/** A column that alone leaves so little to be learnt may be the answer in disguise. */
const telling = 0.99;

/** Numbers that come into the network as they were measured. */
export function unscaledInputs({ inputs = [] }: Patient): Finding[] {
  const sizes = inputs.map(({ mean, deviation }) => Math.hypot(mean, deviation));
  const deviations = inputs.map(({ deviation }) => deviation).filter((deviation) => deviation > 0);
  const largest = Math.max(0, ...sizes);
  const factor = deviations.length > 1 ? Math.max(...deviations) / Math.min(...deviations) : 1;
  if (largest <= largeInput && factor <= unlikeInputs) return [];
  const name = inputs[sizes.indexOf(largest)]!.name;
  const shown = inputs.slice(0, 40);
  return [
    {
      kind: "unscaled-inputs",
      severity: "warning",
      text:
        largest > largeInput
          ? `inputs are not scaled: ${name} is about ${short(largest)}`
          : `inputs are not scaled: the deviation of one is ${short(factor)} times that of another`,
      evidence: {
        figures: { "size of the largest input": largest, "largest deviation / smallest": factor },
        series: {
          label: "deviation of the inputs",
          over: "input",
          x: shown.map(({ name }) => name),
          lines: [{ name: "deviation", y: shown.map(({ deviation }) => deviation) }],
        },
      },
      cause: "the loss is steep along large inputs and flat along small ones, so no learning rate suits both",
      advice: "try --scale standard: mean 0 and deviation 1, learnt from the training rows",
    },
  ];
}

/** Rare classes that are hardly ever recognised. */
export function classImbalance({ classes = [] }: Patient): Finding[] {
  const rows = classes.reduce((sum, one) => sum + one.rows, 0);
  const few = Math.min(rare.share, 1 / 2 / classes.length);
  const missed = classes.filter(
    (one) => one.rows <= few * rows && one.measured >= rare.rows && one.right < rare.recall * one.measured,
  );
  const most = classes.reduce((a, b) => Math.max(a, b.rows), 0);
  if (missed.length === 0 || rows === 0) return [];
  const worst = missed.reduce((a, b) => (b.right / b.measured < a.right / a.measured ? b : a));
  const recall = worst.right / worst.measured;
  const shown = classes.slice(0, 40).filter(({ measured }) => measured > 0);
  return [
    {
      kind: "class-imbalance",
      severity: "warning",
      text: `classes are of unlike size: ${worst.name} has ${percent(worst.rows / rows)} of the training rows, and only ${percent(recall)} of it are recognised`,
      evidence: {
        figures: {
          [`share of ${worst.name}`]: worst.rows / rows,
          [`recall of ${worst.name}`]: recall,
          "accuracy of always naming the most frequent class": most / rows,
        },
        series: {
          label: "recall",
          over: "class",
          x: shown.map(({ name }) => name),
          lines: [{ name: "recall", y: shown.map(({ right, measured }) => right / measured) }],
          limit: rare.recall,
        },
      },
      cause: "the loss counts every row alike, so a class with few rows has little say; accuracy hides it",
      advice: "try --class-weights balanced, and judge by balanced accuracy or F1 (--metrics)",
    },
  ];
}

/** Rows that are in two parts. */
export function copiedRows({ copies }: Patient): Finding[] {
  if (!copies || copies.copies === 0) return [];
  const share = copies.copies / copies.rows;
  const many = share >= copied.share && copies.copies >= copied.rows;
  return [
    {
      kind: "copied-rows",
      severity: many ? "warning" : "note",
      text: `${copies.copies} of ${copies.rows} validation rows ${copies.copies === 1 ? "is a copy" : "are copies"} of training rows`,
      evidence: { figures: { copies: copies.copies, "share of the validation rows": share } },
      cause: "rows are in the data several times, so that a split by chance puts the same row into both parts",
      advice: "take copies out of the data before they are split, or keep what belongs together in one part (--groups)",
    },
  ];
}

/** A column that gives the answer by itself. */
export function tellingColumn({ telling: found }: Patient): Finding[] {
  if (!found || found.skill < telling || found.next.skill >= telling) return [];
  const { column, skill, next } = found;
  return [
    {
      kind: "telling-column",
      severity: "warning",
      text: `column ${column} alone predicts the target, with ${short(100 * skill)} % of what there is to be learnt`,
      evidence: {
        figures: { [`skill of ${column} alone`]: skill, [`skill of ${next.column}, the next best`]: next.skill },
      },
      cause: "the column may be made of the target, or written down only when the target is known",
      advice: `ask when ${column} is known: if not before the target is, leave it out (--drop)`,
    },
  ];
}
