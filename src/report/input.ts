import type { Task } from "../core/task.ts";
import type { Diagram } from "../explain/index.ts";
import type { Diagnosis } from "../study/index.ts";
import type { Finding } from "../training/finding.ts";
import type { EpochRow } from "../training/history.ts";
import type { CalibrationBin } from "../training/metrics/index.ts";

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
  /** What was found wrong with the run, the worst first, each with what to do; left out by earlier versions. */
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

/** A network as a table, and as a picture where there is one. */
export interface Network {
  readonly rows: readonly LayerRow[];
  readonly diagram?: Diagram;
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

/** Points of a line. */
export interface Line {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** How well the scores of one class, or label, set its rows apart from all others. */
export interface ClassCurve {
  readonly name: string;
  /** Rows that are of this class. */
  readonly rows: number;
  /** False positives across, true positives up. */
  readonly roc: Line;
  /** Recall across, precision up. */
  readonly precisionRecall: Line;
  /** Areas under both; null where they are not defined. */
  readonly area: number | null;
  readonly averagePrecision: number | null;
}

/** Curves over all thresholds, of the second of two classes or of each class against the rest, and whether probabilities come true. */
export interface ClassCurves {
  readonly rows: number;
  readonly classes: readonly ClassCurve[];
  /** Means over the classes, or the figures of the only one. */
  readonly area: number | null;
  readonly averagePrecision: number | null;
  /** Null where there are scores instead of probabilities. */
  readonly calibration: { readonly bins: readonly CalibrationBin[]; readonly error: number } | null;
}

/** A row of the data with what was predicted for it. */
export interface ShownRow {
  /** As a user finds it: its number from 1. */
  readonly row: number;
  readonly inputs: readonly string[];
  readonly truth: string;
  readonly prediction: string;
  /** Probability of the prediction, or the error (prediction − truth). */
  readonly figure: number | null;
  readonly wrong: boolean;
}

/** Some rows as they come, and those that were predicted worst. */
export interface ShownRows {
  readonly part: Part;
  /** Names of the inputs that are shown. */
  readonly columns: readonly string[];
  /** All inputs that there are. */
  readonly inputs: number;
  readonly figure: "probability" | "score" | "error";
  readonly some: readonly ShownRow[];
  /** Wrong and most sure of it, or farthest off; the worst first. */
  readonly worst: readonly ShownRow[];
}

/** How much worse a figure gets when an input is shuffled among the rows. */
export interface ImportanceTable {
  readonly metric: string;
  /** The figure without any shuffle. */
  readonly value: number;
  readonly part: Part;
  readonly rows: number;
  readonly repeats: number;
  readonly inputs: readonly { readonly name: string; readonly mean: number; readonly deviation: number }[];
  /** Areas of an image: how many in a row and in a column, in the order of `inputs`. */
  readonly areas?: { readonly width: number; readonly height: number };
}

/** The mean prediction when an input is set to a value in every row. */
export interface DependenceCurve {
  readonly input: string;
  /** Numbers, or words. */
  readonly values: readonly (number | string)[];
  /** One line, or one for each of some classes. */
  readonly lines: readonly { readonly name: string; readonly means: readonly number[] }[];
}

/** What a network of two inputs says all over their plane. */
export interface Plane {
  readonly x: { readonly name: string; readonly from: number; readonly to: number };
  readonly y: { readonly name: string; readonly from: number; readonly to: number };
  readonly columns: number;
  readonly rows: number;
  /** Row by row from the lowest y: the predicted number, the probability of the second class, or (several classes) the class number. */
  readonly values: readonly number[];
  readonly kind: "number" | "probability" | "class";
  /** What is predicted: the target's name, the second class, or all classes. */
  readonly names: readonly string[];
  readonly part: Part;
  /** Rows of that part: class numbers, or numbers, as truth. */
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly truth: number;
    readonly wrong: boolean;
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
  readonly classCurves?: ClassCurves & { readonly part: Part };
  readonly rows?: ShownRows;
  readonly plane?: Plane;
  readonly importance?: ImportanceTable;
  readonly dependence?: readonly DependenceCurve[];
  /** What was left out as it takes long, and how to get it; null where nothing was. */
  readonly leftOut?: string;
  readonly baselines?: readonly Baseline[];
  /** The command line that made the run. */
  readonly command: string;
  /** Versions by name: `gradus`, `node`, … */
  readonly versions: Readonly<Record<string, string>>;
  /** Hash of the data. */
  readonly dataHash?: string;
}

/** One of several runs that are compared. */
export interface ComparedRun {
  readonly name: string;
  /** Where it is compared: the validation part, if it has one. */
  readonly part: "validation" | "train";
  readonly summary: TrainSummary;
  readonly history: readonly EpochRow[];
  /** 95 % intervals of its metrics on that part; null where its data are no longer what they were. */
  readonly intervals: Readonly<Record<string, { readonly low: number; readonly high: number }>> | null;
}

/** Several runs beside each other. */
export interface Compared {
  readonly runs: readonly ComparedRun[];
  /** Settings in which they differ, with one value a run. */
  readonly differing: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
  readonly command: string;
  readonly version: string;
}
