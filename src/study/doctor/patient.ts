import type { Task } from "../../core/task.ts";
import type { Tensor } from "../../core/tensor.ts";
import { optimizers } from "../../optim/index.ts";
import { largestShare } from "../../training/findings.ts";
import type { EpochRow } from "../../training/history.ts";
import type { Diagnosis } from "../diagnosis.ts";

/** Loss and metrics of a part. */
export interface PartScore {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The loss before training, and that of the constant answer which knows nothing of the inputs. */
export interface LossBefore {
  readonly loss: number;
  readonly chance: number;
}

/** How the numbers of an input are spread among the training rows, as the network sees them. */
export interface InputSpread {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
}

/** A class: how often it was trained on, how often it was there to be recognised, and how often it was. */
export interface ClassCount {
  readonly name: string;
  readonly rows: number;
  readonly measured: number;
  readonly right: number;
}

/** What a simple rule reaches: an error rate, or a root mean squared error. */
export interface RivalRule {
  readonly name: string;
  readonly error: number;
}

/** The settings that a change may depend on: a part of a run file with its defaults filled in. */
export interface ExaminedSettings {
  readonly data: {
    readonly scale?: string | undefined;
    readonly scales?: object | undefined;
    readonly targetScale?: string | undefined;
  };
  readonly network: {
    readonly hidden?: readonly number[] | undefined;
    readonly activation?: string | readonly string[] | undefined;
    readonly init?: string | undefined;
    readonly batchNorm?: unknown;
  };
  readonly training: {
    readonly optimizer?: string | { readonly name: string } | undefined;
    readonly learningRate?: number | undefined;
    readonly epochs?: number | undefined;
    readonly batchSize?: number | undefined;
    readonly layerRates?: unknown;
    readonly classWeights?: unknown;
    readonly l2?: number | undefined;
    readonly earlyStopping?: unknown;
  };
}

/** What is known of a training. What is left out is not looked at. */
export interface Patient {
  readonly task: Task;
  /** Rows of all epochs; layers are judged where they were recorded. */
  readonly history: readonly EpochRow[];
  /** Why it ended: `epochs`, `early`, `interrupted`, `diverged`. */
  readonly stopped?: string;
  /** What was to be learnt, by the training rows. */
  readonly targets?: Tensor;
  /** Regression: a target is shift + scale · what was learnt. */
  readonly unit?: { readonly shift: number; readonly scale: number };
  /** Parameters of the network. */
  readonly parameters?: number;
  readonly figures?: { readonly train: PartScore; readonly validation: PartScore | null };
  readonly opening?: LossBefore | null;
  readonly inputs?: readonly InputSpread[];
  readonly classes?: readonly ClassCount[];
  /** Rows of the validation part that are copies of training rows. */
  readonly copies?: { readonly copies: number; readonly rows: number };
  /** The column that says most about the target when it stands alone. */
  readonly telling?: TellingColumn | null;
  readonly diagnosis?: Diagnosis | null;
  readonly rivals?: readonly RivalRule[];
  readonly settings?: ExaminedSettings;
}

/** How well one column alone predicts the target of rows that were held back. */
export interface TellingColumn {
  readonly column: string;
  /** 0: no better than a constant answer; 1: always right. */
  readonly skill: number;
  /** The same of the column that comes next. */
  readonly next: { readonly column: string; readonly skill: number };
}

/** Whether the optimizer finds a step of its own, so that there is no learning rate, and an epoch is one step. */
export function hasOwnStep({ settings }: Patient): boolean {
  const { optimizer = "adam" } = settings?.training ?? {};
  return !((typeof optimizer === "string" ? optimizer : optimizer.name) in optimizers);
}

/**
 * What is left of an error beside that of the best constant answer, taken from 1: 0 is that answer, 1 is perfect.
 *
 * @returns null where that is not known
 */
export function skillOf(patient: Patient, part: "train" | "validation"): number | null {
  const last = patient.history.at(-1)?.metrics;
  const metric = (name: string): number | null | undefined =>
    patient.figures ? patient.figures[part]?.metrics[name] : last?.[name]?.[part];
  if (patient.task === "regression") return metric("r2") ?? null;
  if (patient.settings?.training.classWeights) return null; // accuracy is not what it is trained for
  const accuracy = metric("accuracy") ?? null;
  const most = patient.targets && patient.task !== "multilabel" ? largestShare(patient.targets) : 0.5;
  return accuracy === null || most === 1 ? null : (accuracy - most) / (1 - most);
}
