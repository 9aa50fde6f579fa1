import { lossSeries, percent, short } from "../../training/evidence.ts";
import type { Finding } from "../../training/finding.ts";
import type { Diagnosis } from "../diagnosis.ts";
import { rateError } from "../parterror.ts";
import { leastEpochs } from "./pace.ts";
import { type Patient, skillOf } from "./patient.ts";

/**
 * Before training a network should know nothing: its loss is that of chance, log C for C classes. Random weights of the
 * right size add to it, but not that much.
 *
 * @see Karpathy (2019), A recipe for training neural networks, "verify loss @ init"
 */
const farFromChance = 5;
/** Loss of skill, from training to validation rows, that is more than what a good fit costs. */
const lossOfSkill = 0.1;
/** So many parameters for each training row leave room for learning rows by heart. */
const manyParameters = 10;
/** A network that has learnt less than this of its own training rows has not learnt enough. */
const enough = 0.9;

/** The loss before training against that of chance. */
export function initialLoss({ opening }: Patient): Finding[] {
  if (!opening || !(opening.loss > farFromChance * opening.chance)) return [];
  const { loss, chance } = opening;
  return [
    {
      kind: "initial-loss",
      severity: "warning",
      text: `the loss before training is ${short(loss)}, where an answer that knows nothing has ${short(chance)}`,
      evidence: { figures: { "loss before training": loss, "loss of chance": chance } },
      cause:
        "starting weights, inputs or targets are so large that the network begins with strong opinions, which training must first unlearn",
      advice: "try starting weights that suit the activation (leave out init), scaled inputs and targets",
    },
  ];
}

/** The gap between training and validation rows, as far as it is more than chance. */
function gapOf({ diagnosis }: Patient): Diagnosis["gaps"][number] | null {
  return diagnosis?.gaps.find(({ name }) => name === "variance") ?? null;
}

/** What the network loses of its skill on rows that it has not seen. */
function lostSkill(patient: Patient): number {
  const [train, validation] = [skillOf(patient, "train"), skillOf(patient, "validation")];
  return train === null || validation === null ? 0 : train - Math.max(0, validation);
}

/** Much better on training rows than on others, clearly more than by chance. */
export function overfitting(patient: Patient): Finding[] {
  const gap = gapOf(patient);
  const lost = lostSkill(patient);
  if (!gap?.clear || lost <= lossOfSkill) return [];
  const { history, diagnosis } = patient;
  const validation = history.map(({ loss }) => loss.validation ?? Number.NaN);
  const lowest = Math.min(...validation.filter(Number.isFinite));
  const best = history[validation.indexOf(lowest)];
  return [
    {
      kind: "overfitting",
      severity: "warning",
      text: `overfitting: error ${short(diagnosis!.training.error)} on training rows, ${short(diagnosis!.training.error + gap.size)} on others`,
      evidence: {
        figures: {
          "gap of the errors": gap.size,
          "its standard error": gap.standardError,
          "skill lost": lost,
          ...(best && { "lowest validation loss": lowest, "in epoch": best.epoch }),
        },
        series: lossSeries(history),
      },
      cause: "the network has learnt what is true of the training rows alone",
      advice: "try early stopping with a penalty (--l2 0.03), dropout, a smaller network, or more rows",
    },
  ];
}

/** More parameters than rows can pin down, where the network does not generalise. */
export function fewRows(patient: Patient): Finding[] {
  const { parameters = 0, targets } = patient;
  const rows = targets?.shape[0] ?? 0;
  const gap = gapOf(patient);
  if (rows === 0 || parameters <= manyParameters * rows || !gap?.clear || lostSkill(patient) <= lossOfSkill) return [];
  return [
    {
      kind: "few-rows",
      severity: "warning",
      text: `${rows} training rows for ${parameters} parameters, and other rows are not predicted as well`,
      evidence: { figures: { "training rows": rows, parameters, "parameters for each row": parameters / rows } },
      cause:
        "so many parameters can be bent to any few rows; that need not hurt, but here it does, as the gap to other rows shows",
      advice: "try a smaller network or a penalty; more rows are what helps most",
    },
  ];
}

/** Simple rules that do better than the network, which has not learnt its own rows. */
export function underfitting(patient: Patient): Finding[] {
  const { rivals = [], diagnosis, task } = patient;
  const skill = skillOf(patient, "train");
  const own = diagnosis?.validation ?? diagnosis?.trainDev;
  const best = rivals.reduce<(typeof rivals)[number] | null>((a, b) => (a && a.error <= b.error ? a : b), null);
  if (!own || !best || skill === null || skill > enough || patient.history.length < leastEpochs) return [];
  const chance = task === "regression" ? 0 : rateError(best.error, heldOut(patient)).standardError;
  const margin = task === "regression" ? 0.1 * own.error : 0.02;
  if (own.error - best.error <= Math.max(margin, 2 * Math.hypot(own.standardError, chance))) return [];
  const figures = Object.fromEntries(rivals.map(({ name, error }) => [`error of ${name}`, error]));
  return [
    {
      kind: "underfitting",
      severity: "warning",
      text: `underfitting: ${best.name} has an error of ${short(best.error)} on rows that were held back, the network ${short(own.error)}`,
      evidence: { figures: { "error of the network": own.error, ...figures, "skill on training rows": skill } },
      cause: `the network has learnt only ${percent(Math.max(0, skill))} of what there is in its own training rows: it is too small, held back by penalties, or not trained enough`,
      advice: "try a larger network, weaker penalties, or more epochs",
    },
  ];
}

const heldOut = ({ classes = [] }: Patient): number =>
  Math.max(
    1,
    classes.reduce((sum, { measured }) => sum + measured, 0),
  );

/** Better on rows that it has not seen than on those that it was trained on, by more than chance. */
export function easyValidation(patient: Patient): Finding[] {
  const gap = gapOf(patient);
  const { diagnosis } = patient;
  const { error: training } = diagnosis?.training ?? { error: 0 };
  if (!gap || gap.size >= -3 * gap.standardError || -gap.size < training / 4) return [];
  return [
    {
      kind: "easy-validation",
      severity: "warning",
      text: `better on validation rows (error ${short(training + gap.size)}) than on training rows (${short(training)}), which chance would seldom do`,
      evidence: {
        figures: { "gap of the errors": gap.size, "its standard error": gap.standardError },
        series: lossSeries(patient.history),
      },
      cause: "the validation rows are of another, easier kind, or they are cleaner or rounder than those trained on",
      advice:
        "draw the validation part by chance from the same rows (leave out its file, --order and --groups), and look at both",
    },
  ];
}
