// Tumours, malignant or benign: logistic regression (30-1) and a network (30-100-30-1).
//
//   npx gradus examples breast-cancer        or: node examples/breast-cancer.ts

import { adam, datasets, encode, type FitResult, fit, fitEncoding, mlp, split } from "gradus";

interface Options {
  readonly seed?: number;
  /** Fewer epochs. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
}

export default async function breastCancer(options: Options = {}): Promise<void> {
  const { seed = 0, quick = false, print = console.log, show = console.table } = options;
  const table = await datasets["breast-cancer"].load();
  const parts = split(table, { validation: 0.25, stratify: "target", seed });

  // Min-max: the smallest and largest value of each column are those of the training part. Rows of the validation part
  // may therefore lie a little outside of [0, 1], as new rows would.
  const encoding = fitEncoding(parts.training, { target: "target", scale: "minmax" });
  const [training, validation] = [encode(encoding, parts.training), encode(encoding, parts.validation)];
  const common = { loss: "logisticLoss", validation, seed, reproducible: true } as const;

  print(
    `${table.rows} tumours, 30 measures each: ${training.rows.length} to train on, ${validation.rows.length} to validate`,
  );

  // Logistic regression is a network without hidden layers. All rows at once: a batch as large as the data.
  const logistic = await fit(mlp({ inputs: 30, hidden: [], outputs: 1 }), training, {
    ...common,
    optimizer: adam({ learningRate: 1e-2 }),
    epochs: quick ? 200 : 1000,
    batchSize: training.rows.length,
  });
  print("\nlogistic regression 30-1, Adam 1e-2, full batch (PyTorch: 0.944)");
  print(losses(logistic, validation));
  show(report(logistic, validation));

  const network = await fit(mlp({ inputs: 30, hidden: [100, 30], outputs: 1, activation: "relu" }), training, {
    ...common,
    optimizer: adam({ learningRate: 1e-3 }),
    epochs: quick ? 20 : 50,
    batchSize: 32,
  });
  print("\nnetwork 30-100-30-1, ReLU, Adam 1e-3, batches of 32 (PyTorch: 0.972)");
  print(losses(network, validation));
  show(report(network, validation));
  print("\nThe lecture measures loss and accuracy of answers already rounded to 0 and 1:");
  print("its loss says nothing about how sure a network is, and its gradient at z = −20");
  print("is a third off, for 1e-9 is added inside the logarithm.");
}

/** Losses are those of probabilities. */
const losses = <Θ>({ evaluate }: FitResult<Θ>, validation: Rows): string =>
  `loss: training ${evaluate().loss.toFixed(4)}, validation ${evaluate(validation).loss.toFixed(4)}`;

/**
 * How many malignant tumours (class 0) of the validation part are overlooked at two thresholds: a threshold only turns
 * probabilities into answers, and can be moved.
 */
function report<Θ>(result: FitResult<Θ>, validation: Rows): object[] {
  return [0.5, 0.9].map((threshold) => {
    const benign = Array.from(result.predict(validation.x, { threshold }).data);
    const count = (truth: number, answer: number): number =>
      benign.filter((each, i) => each === answer && validation.y.data[i] === truth).length;
    const right = count(0, 0) + count(1, 1);
    return {
      "benign if p >": threshold,
      ...{ accuracy: right / benign.length, overlooked: count(0, 1), "false alarms": count(1, 0) },
    };
  });
}

type Rows = ReturnType<typeof encode>;

if (import.meta.filename === process.argv[1]) await breastCancer();
