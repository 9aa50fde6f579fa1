// Dying ReLU: units that a step too large has pushed to where they answer to no row, and through which nothing is learnt
// any more; their share against the learning rate, beside leaky ReLU and ELU.
//
//   npx gradus examples dying-relu        or: node examples/dying-relu.ts

import {
  type ActivationName,
  adam,
  Divergence,
  datasets,
  type EpochRow,
  encode,
  fit,
  fitEncoding,
  mlp,
  split,
  type Table,
} from "gradus";

interface Options {
  readonly seed?: number;
  /** Three learning rates, one seed, few epochs. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
  readonly plot?: (rows: readonly object[], description: object) => void;
}

const functions: readonly ActivationName[] = ["relu", "leakyRelu", "elu"];

export default async function dyingRelu(options: Options = {}): Promise<void> {
  const { seed = 0, quick = false, print = console.log, show = console.table, plot = () => {} } = options;
  const table = await datasets.digits.load();
  const rates = quick ? [1e-3, 1e-2, 1e-1] : [1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1];
  const seeds = Array.from({ length: quick ? 1 : 5 }, (_, i) => seed + i);
  const epochs = quick ? 4 : 20;
  print(`Digits by 64-50-50-50-10, Adam, batches of 32, ${epochs} epochs; mean ± standard`);
  print(`error over ${seeds.length} seed(s). Dead: share of hidden units on a flat side for every`);
  print("one of 32 rows. Accuracy: of rows not trained on; a training that diverged");
  print("counts as chance, 0.1, and its units as they were before.\n");

  const rows: object[] = [];
  for (const activation of functions)
    for (const learningRate of rates) {
      const runs: Run[] = [];
      for (const each of seeds) runs.push(await trained(table, { activation, learningRate, epochs, seed: each }));
      const [dead, accuracy] = (["dead", "accuracy"] as const).map((figure) => summary(runs.map((run) => run[figure])));
      rows.push({ activation, "learning rate": learningRate, dead, accuracy });
    }
  show(rows);
  const axes = { x: "learning rate", series: "activation", log: ["x"] };
  plot(rows, { title: "Share of dead units against the learning rate", y: "dead", ...axes });
  plot(rows, { title: "Accuracy against the learning rate", y: "accuracy", ...axes });
}

interface Run {
  readonly dead: number;
  readonly accuracy: number;
}

interface Setting {
  readonly activation: ActivationName;
  readonly learningRate: number;
  readonly epochs: number;
  readonly seed: number;
}

async function trained(table: Table, { activation, learningRate, epochs, seed }: Setting): Promise<Run> {
  const parts = split(table, { validation: 0.2, stratify: "target", seed });
  const encoding = fitEncoding(parts.training, { target: "target", scale: "standard" });
  const network = mlp({ inputs: 64, hidden: [50, 50, 50], outputs: 10, activation });
  const [training, validation] = [encode(encoding, parts.training), encode(encoding, parts.validation)];
  const history: EpochRow[] = [];
  const result = fit(network, training, {
    loss: "crossEntropy",
    optimizer: adam({ learningRate }),
    epochs,
    batchSize: 32,
    seed,
    record: true,
    reproducible: true,
    onEpoch: (row) => history.push(row),
  });
  const accuracy = await result.then(
    ({ evaluate }) => evaluate(validation).metrics["accuracy"]!,
    (error) => {
      if (error instanceof Divergence) return 0.1;
      throw error;
    },
  );
  const layers = history.findLast((row) => row.layers)!.layers!;
  const shares = layers.flatMap(({ dead }) => (dead === undefined ? [] : [dead]));
  return { dead: shares.reduce((a, b) => a + b) / shares.length, accuracy };
}

/** Mean over seeds, and its standard error where there are several. */
function summary(xs: readonly number[]): { readonly mean: number; readonly error: number } | number {
  const mean = xs.reduce((a, b) => a + b) / xs.length;
  if (xs.length === 1) return mean;
  const squares = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (xs.length - 1) / xs.length) };
}

if (import.meta.filename === process.argv[1]) await dyingRelu();
