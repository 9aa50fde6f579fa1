import type { Histogram } from "./histogram.ts";

/** A figure of the training part and, where there is one, of the validation part. */
export interface Pair {
  readonly train: number;
  readonly validation: number | null;
}

/** How a layer stands after an epoch, seen on a batch of training rows. */
export interface LayerRecord {
  readonly layer: string;
  /** Of what comes out of it, over rows and units. */
  readonly mean: number;
  readonly variance: number;
  /** Activations: share of units that are on one flat side for every row: they say nothing and nothing is learnt through them. */
  readonly dead?: number;
  /** Activations: share of all numbers on a flat side (|slope| < 0.005): zeros of a rectifier, the ends of a sigmoid. */
  readonly saturated?: number;
  /** Layers with parameters: length of the gradient, before any clipping. */
  readonly gradient?: number;
  /** Layers with parameters: length of the update that would follow, divided by that of the parameters. */
  readonly update?: number;
  /** How what comes out of it is spread, in epochs 1, 2, 4, 8, … */
  readonly outputs?: Histogram;
  /** How its parameters are spread, in the same epochs. */
  readonly weights?: Histogram;
}

/** What is known after an epoch: one row of the history, ready for a table, a chart or a JSON line. */
export interface EpochRow {
  /** 1, 2, …; 0 is the network before training. */
  readonly epoch: number;
  /** With early stopping: true where the watched figure is the best so far. */
  readonly best?: true;
  /** Updates made so far. */
  readonly steps: number;
  /** Loss without the penalty. Training: mean over the epoch's batches, each as it was met. */
  readonly loss: Pair;
  /** Loss with the L1 and L2 penalties: what is being minimised. */
  readonly objective: Pair;
  /** Further metrics by name, such as `accuracy` or `r2`. */
  readonly metrics: Readonly<Record<string, Pair>>;
  /** Learning rate of the epoch's last update. */
  readonly learningRate: number;
  /** Training rows per second in this epoch. */
  readonly rowsPerSecond: number;
  /** Seconds since training began. */
  readonly seconds: number;
  /** How each layer stands, where it is recorded: in epochs 1, 2, 4, 8, … and as often as costs little. */
  readonly layers?: readonly LayerRecord[];
}
