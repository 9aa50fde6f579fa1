// Vanishing gradients: how much of the gradient reaches the first layer of ever deeper networks on digits, with sigmoid,
// tanh and ReLU, with and without batch normalisation, and what that does to learning.
//
//   npx gradus examples depth        or: node examples/depth.ts

import { type ActivationName, datasets, encode, fit, fitEncoding, mlp, sgd } from "gradus";

interface Options {
  readonly seed?: number;
  /** Two depths, one seed, few epochs. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
  readonly plot?: (rows: readonly object[], description: object) => void;
}

const functions: readonly ActivationName[] = ["sigmoid", "tanh", "relu"];
const width = 30;

export default async function depth(options: Options = {}): Promise<void> {
  const { seed = 0, quick = false, print = console.log, show = console.table, plot = () => {} } = options;
  const table = await datasets.digits.load();
  const rows = encode(fitEncoding(table, { target: "target", scale: "standard" }), table);
  const seeds = Array.from({ length: quick ? 1 : 3 }, (_, i) => seed + i);
  const epochs = quick ? 4 : 20;
  print(
    `64-${width}-…-${width}-10 on ${rows.rows.length} digits, standardised; SGD 0.1, batches of 32; seeds: ${seeds.length}.`,
  );
  print("Gradients: length of ∂C/∂(W, b) of the first hidden layer by that of the last,");
  print("after one epoch. Accuracy: of the rows that are trained on, for the question is");
  print(`whether it learns at all, after ${epochs} epochs.\n`);

  const lines: object[] = [];
  const points: object[] = [];
  for (const activation of functions)
    for (const batchNorm of [false, true])
      for (const hidden of quick ? [2, 8] : [2, 4, 8, 16]) {
        const runs: Run[] = [];
        for (const each of seeds) runs.push(await trained(rows, { activation, batchNorm, hidden, epochs, seed: each }));
        const ratio = geometricMean(runs.map(({ gradients }) => gradients[0]! / gradients[hidden - 1]!));
        const accuracy = runs.reduce((sum, run) => sum + run.accuracy, 0) / runs.length;
        const kind = { activation, "batch norm": batchNorm ? "yes" : "no" };
        lines.push({ ...kind, "hidden layers": hidden, "first / last gradient": ratio, accuracy });
        if (hidden === 8)
          for (let i = 0; i < hidden; i++) {
            const gradient = geometricMean(runs.map(({ gradients }) => gradients[i]!));
            points.push({ ...kind, layer: i + 1, gradient, normalised: batchNorm ? "batch norm" : "none" });
          }
      }
  show(lines);
  plot(points, {
    title: "Length of the gradient by layer, 8 hidden layers, after one epoch",
    ...{ x: "layer", y: "gradient", series: "activation", facet: "normalised", log: ["y"] },
  });
}

interface Run {
  /** Length of each dense layer's gradient after one epoch. */
  readonly gradients: readonly number[];
  readonly accuracy: number;
}

interface Setting {
  readonly activation: ActivationName;
  readonly batchNorm: boolean;
  readonly hidden: number;
  readonly epochs: number;
  readonly seed: number;
}

async function trained(
  rows: ReturnType<typeof encode>,
  { activation, batchNorm, hidden, epochs, seed }: Setting,
): Promise<Run> {
  const layers = Array.from({ length: hidden }, () => width);
  const { history, evaluate } = await fit(
    mlp({ inputs: 64, hidden: layers, outputs: 10, activation, batchNorm }),
    rows,
    {
      loss: "crossEntropy",
      optimizer: sgd({ learningRate: 0.1 }),
      epochs,
      batchSize: 32,
      seed,
      record: true,
      reproducible: true,
    },
  );
  const dense = history[0]!.layers!.filter(({ layer }) => layer.startsWith("dense"));
  return { gradients: dense.map(({ gradient }) => gradient!), accuracy: evaluate().metrics["accuracy"]! };
}

const geometricMean = (xs: readonly number[]): number =>
  Math.exp(xs.reduce((total, x) => total + Math.log(x), 0) / xs.length);

if (import.meta.filename === process.argv[1]) await depth();
