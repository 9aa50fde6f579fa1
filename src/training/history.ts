/** A figure of the training part and, where there is one, of the validation part. */
export interface Pair {
  readonly train: number;
  readonly validation: number | null;
}

/** What is known after an epoch: one row of the history, ready for a table, a chart or a JSON line. */
export interface EpochRow {
  /** 1, 2, …; 0 is the network before training. */
  readonly epoch: number;
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
}
