import { lossSeries, short } from "../../training/evidence.ts";
import type { Finding } from "../../training/finding.ts";
import type { EpochRow } from "../../training/history.ts";
import { recordedIn } from "./gradients.ts";
import { hasOwnStep, type Patient, skillOf } from "./patient.ts";

/**
 * An update of this share of the weights is too large, one of that share too small: about 10⁻³ is what to aim at, and two
 * powers of ten are left on the upper side, as small networks and the first epochs have larger ones.
 *
 * @see Karpathy (2019), CS231n, Neural networks part 3, "Ratio of weights:updates"
 */
const [largeUpdate, smallUpdate] = [0.1, 1e-4];
/** Of the last half of the epochs: a loss that rises in so many of them goes to and fro. */
const toAndFro = 0.3;
/** A loss that is less than this share of that of chance, or of the first epoch, is low enough. */
const leftOver = 0.2;
/** Fewer epochs than this say nothing about where training leads. */
export const leastEpochs = 5;
/** A loss that falls by this share from the fourth fifth of the epochs to the last has not come to its end. */
const falling = 0.1;
/** So much skill leaves little to be gained. */
const enough = 0.9;
/** So few steps an epoch, and so few in all, are few. */
const few = { anEpoch: 4, inAll: 200 } as const;

/** Updates relative to the weights, of the layers that have them, each time that layers were recorded. */
const updatesIn = (history: readonly EpochRow[]): number[][] =>
  recordedIn(history).map((layers) => layers.flatMap(({ update = 0 }) => (Number.isFinite(update) ? update : [])));

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** Training that ended in numbers that are not finite. */
export function diverged({ history, stopped }: Patient): Finding[] {
  if (stopped !== "diverged") return [];
  return [
    {
      kind: "diverged",
      severity: "severe",
      text: `training diverged in epoch ${history.length + 1}: the loss is no longer finite, or a thousand times what it was`,
      evidence: {
        figures: { "epochs before": history.length },
        ...(history.length > 1 && { series: lossSeries(history) }),
      },
      cause:
        "each step overshoots by more than the one before: the learning rate is too high for how steep the loss is",
      advice:
        "try a learning rate 10 times smaller (the optimizer's usual one if it is far above), scaled inputs, or gradients clipped to length 1",
    },
  ];
}

/** Steps that overshoot: large updates while the loss goes to and fro, far above where it should be. */
export function rateTooHigh(patient: Patient): Finding[] {
  const { history, stopped, opening } = patient;
  if (history.length < leastEpochs || stopped === "diverged" || hasOwnStep(patient)) return [];
  const losses = history.map(({ loss }) => loss.train);
  const half = losses.slice(Math.floor(losses.length / 2));
  const rises = half.slice(1).filter((loss, i) => loss > half[i]!).length / Math.max(1, half.length - 1);
  const updates = recordedIn(history)
    .slice(1)
    .flatMap((layers) => layers.flatMap(({ update }) => update ?? []));
  const largest = Math.max(0, ...updates);
  const [first, last] = [losses[0]!, mean(half)];
  const blind = Math.min(first, opening?.chance ?? first);
  if (!(largest > largeUpdate && rises > toAndFro && last > leftOver * blind)) return [];
  return [
    {
      kind: "rate-too-high",
      severity: "warning",
      text: `the learning rate is too high: a step changes weights by up to ${short(largest)} of their size, and the loss goes to and fro`,
      evidence: {
        figures: {
          "largest update / weights": largest,
          "share of epochs in which the loss rises": rises,
          "loss in the first epoch": first,
          "mean loss of the last half": last,
        },
        series: lossSeries(history),
      },
      cause: "a step leads across the valley to its other side instead of down into it",
      advice: "try a learning rate 10 times smaller, or a schedule that lets it fall",
    },
  ];
}

/** How the training loss fell from the fourth fifth of the epochs to the last one; 0 where it did not. */
function fallOf(history: readonly EpochRow[], part: "train" | "validation"): number {
  const fifth = Math.max(1, Math.floor(history.length / 5));
  const losses = history.slice(-2 * fifth).map(({ loss }) => loss[part] ?? Number.NaN);
  const [before, after] = [mean(losses.slice(0, fifth)), mean(losses.slice(fifth))];
  return before > 0 && Number.isFinite(after) ? Math.max(0, 1 - after / before) : 0;
}

/** Training that ended while there was much to be gained and the loss was falling, by why that is. */
export function unfinished(patient: Patient): Finding[] {
  const { history, stopped = "epochs", settings } = patient;
  const skill = skillOf(patient, "train");
  if (history.length < leastEpochs || (skill !== null && skill > enough)) return [];
  const updates = updatesIn(history).flat();
  const last = history.at(-1)!;
  const own = hasOwnStep(patient);
  const slow = !own && updates.length > 0 && Math.max(...updates) < smallUpdate;
  if (stopped !== "epochs" && !(slow && stopped === "interrupted")) return [];
  const fall = fallOf(history, "train");
  const least = slow ? 0 : falling;
  const heldOut = last.loss.validation === null || fallOf(history, "validation") > least / 2;
  if (!heldOut || !(fall > least)) return [];
  const perEpoch = last.steps / last.epoch;
  const figures = {
    "fall of the loss in the last fifth": fall,
    ...(skill !== null && { "skill on training rows": skill }),
    steps: last.steps,
    ...(updates.length > 0 && { "largest update / weights": Math.max(...updates) }),
  };
  const evidence = { figures, series: lossSeries(history) };
  if (!own && perEpoch <= few.anEpoch && last.steps < few.inAll && (settings?.training.batchSize ?? 64) > 32)
    return [fewSteps(last, perEpoch, evidence)];
  return [slow ? rateTooLow(Math.max(...updates), evidence) : stillFalling(fall, evidence)];
}

const fewSteps = ({ steps }: EpochRow, perEpoch: number, evidence: Finding["evidence"]): Finding => ({
  kind: "few-steps",
  severity: "warning",
  text: `only ${steps} steps were made, ${short(perEpoch)} an epoch, and the loss was still falling`,
  evidence,
  cause: "batches are so large that an epoch is over after a few steps, however many rows each of them has seen",
  advice: "try batches of 32 rows: more steps for the same work, and their noise does no harm",
});

const rateTooLow = (largest: number, evidence: Finding["evidence"]): Finding => ({
  kind: "rate-too-low",
  severity: "warning",
  text: `the learning rate is too low: a step changes weights by ${short(largest)} of their size at most, and the loss was still falling`,
  evidence,
  cause: "steps are so small that all epochs together lead only part of the way",
  advice: "try a learning rate 10 times greater",
});

const stillFalling = (fall: number, evidence: Finding["evidence"]): Finding => ({
  kind: "still-falling",
  severity: "warning",
  text: `training ended too early: the loss fell by ${short(100 * fall)} % in the last fifth of the epochs`,
  evidence,
  cause: "there were fewer epochs than it takes at this learning rate",
  advice: "try 3 times as many epochs",
});
