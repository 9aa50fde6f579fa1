import type { Task } from "../core/task.ts";
import type { Diagnosis } from "../study/index.ts";
import type { Finding } from "../training/finding.ts";
import type { EpochRow } from "../training/history.ts";

/** The parts that data are split into. */
export type Part = "train" | "validation" | "test";

/** A figure of each part; null where the part is empty, sealed, or the figure is not finite. */
export type Parts = Readonly<Record<Part, number | null>> & {
  /** Of data of two sources: rows like those of training that were not trained on. */
  readonly trainDev?: number | null;
};

/** The epoch that early stopping holds for the best. */
export interface Best {
  readonly epoch: number;
  readonly metric: string;
  readonly part: "train" | "validation";
  readonly value: number;
}

/** What `gradus train --json` prints: one run in figures. */
export interface TrainSummary {
  readonly data: {
    readonly name: string;
    readonly inputs: number;
    readonly outputs: number;
    readonly rows: Readonly<Record<Part, number>> & { readonly trainDev?: number };
  };
  readonly task: Task;
  readonly model: { readonly layers: readonly number[]; readonly parameters: number };
  /** The trained network that it started from, by names of parameters. */
  readonly start?: {
    readonly from: string;
    readonly fingerprint: string;
    readonly taken: readonly string[];
    readonly fresh: readonly string[];
  };
  readonly seed: number;
  readonly precision: "f32" | "f64";
  readonly backend: string;
  readonly threads: number;
  /** Epochs trained. */
  readonly epochs: number;
  /** Updates made. */
  readonly steps: number;
  /** Why training ended: `epochs` when all were done, `early`, `interrupted` or `diverged`. */
  readonly stopped: string;
  /** With early stopping: the epoch whose parameters were kept, and its figure. */
  readonly best: Best | null;
  /** Above it, the second of two classes is predicted, where that was asked for; by what it was chosen, and its worth. */
  readonly threshold?: {
    readonly threshold: number;
    readonly by?: "youden" | "f1" | { readonly falsePositive: number; readonly falseNegative: number };
    readonly value?: number;
  };
  /** Where its errors come from, where there are rows that were not trained on. */
  readonly diagnosis?: Diagnosis;
  /** What simple rules reach on the validation part, or on the training part without one. */
  readonly baselines?: readonly Baseline[];
  readonly seconds: { readonly total: number; readonly compile: number; readonly training: number };
  readonly loss: Parts;
  readonly metrics: Readonly<Record<string, Parts>>;
  /** What was found wrong with the training, each with what to do; left out when there is nothing. */
  readonly findings?: readonly Finding[];
  /** Hash of the final parameters. */
  readonly fingerprint: string;
  /** The run folder. */
  readonly run: string;
}

/** One layer of a network as a row of a table. */
export interface LayerRow {
  readonly layer: string;
  /** Shape or number of its outputs, in words. */
  readonly output: string;
  readonly activation: string;
  readonly parameters: number;
}

/** A network as a table. */
export interface Network {
  readonly rows: readonly LayerRow[];
}

/** One column of the data as a row of a table. */
export interface ColumnRow {
  readonly name: string;
  readonly kind: string;
  readonly detail: string;
}

/** Where the data came from and what is in them. */
export interface DataDescription {
  readonly source: string;
  readonly notes: readonly string[];
  readonly columns: readonly ColumnRow[];
  readonly target: string;
  readonly classes?: readonly string[];
}

/** How often each class was taken for which: rows are the true classes, columns the predicted ones. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly matrix: readonly (readonly number[])[];
}

/** True and predicted values of a regression, row by row. */
export interface Regression {
  readonly truth: readonly number[];
  readonly prediction: readonly number[];
}

/** Grey images of one size, with what they show and what the network took them for. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  /** `pixels` row by row, high is ink; any range. */
  readonly images: readonly {
    readonly pixels: readonly number[];
    readonly truth: string;
    readonly prediction: string;
  }[];
}

/** What a simple rule reaches, for comparison. */
export interface Baseline {
  readonly name: string;
  /** Values by the names of the summary's metrics (or `loss`), on the validation part. */
  readonly values: Readonly<Record<string, number>>;
}

/** Everything that a report of a run is made from: plain data. */
export interface ReportInput {
  readonly summary: TrainSummary;
  readonly history: readonly EpochRow[];
  readonly network: Network;
  readonly data: DataDescription;
  /** Loss, optimizer, learning rate, …: every setting of the run. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  /** Names of the settings that are not at their default. */
  readonly changed: readonly string[];
  readonly confusion?: Confusion & { readonly part: Part };
  readonly regression?: Regression & { readonly part: Part };
  readonly samples?: Samples & { readonly part: Part };
  readonly baselines?: readonly Baseline[];
  /** The command line that made the run. */
  readonly command: string;
  /** Versions by name: `gradus`, `node`, … */
  readonly versions: Readonly<Record<string, string>>;
}
