// Tumours, malignant or benign: logistic regression (30-1) and a network (30-100-30-1).
//
//   npx gradus examples breast-cancer

import { adam, datasets, encode, type FitResult, fit, fitEncoding, mlp, split } from "gradus";

interface Options {
  readonly seed?: number;
  /** Fewer epochs. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
}

export default async function breastCancer({
  seed = 0,
  quick = false,
  print = console.log,
}: Options = {}): Promise<void> {
  const table = await datasets["breast-cancer"].load();
  const parts = split(table, { validation: 0.25, stratify: "target", seed });

  // Min-max: the smallest and largest value of each column are those of the training part. Rows of the validation part
  // may therefore lie a little outside of [0, 1], as new rows would.
  const encoding = fitEncoding(parts.training, { target: "target", scale: "minmax" });
  const [training, validation] = [encode(encoding, parts.training), encode(encoding, parts.validation)];
  const common = { loss: "logisticLoss", validation, seed } as const;

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
  report(logistic, validation, print);

  const network = await fit(mlp({ inputs: 30, hidden: [100, 30], outputs: 1, activation: "relu" }), training, {
    ...common,
    optimizer: adam({ learningRate: 1e-3 }),
    epochs: quick ? 20 : 50,
    batchSize: 32,
  });
  print("\nnetwork 30-100-30-1, ReLU, Adam 1e-3, batches of 32 (PyTorch: 0.972)");
  report(network, validation, print);
}

/** Scores of both parts, and how many malignant tumours (class 0) are overlooked at two thresholds. */
function report<Θ>(result: FitResult<Θ>, validation: Rows, print: (text: string) => void): void {
  const [seen, held] = [result.evaluate(), result.evaluate(validation)];
  print(`  loss      training ${seen.loss.toFixed(4)}   validation ${held.loss.toFixed(4)}`);
  const accuracies = [seen, held].map(({ metrics }) => metrics["accuracy"]!.toFixed(4));
  print(`  accuracy  training ${accuracies[0]}   validation ${accuracies[1]}`);
  // The losses are those of probabilities; a threshold only turns probabilities into answers, and can be moved.
  for (const threshold of [0.5, 0.9]) {
    const benign = Array.from(result.predict(validation.x, { threshold }).data);
    const count = (truth: number, answer: number): number =>
      benign.filter((each, i) => each === answer && validation.y.data[i] === truth).length;
    print(`  benign if p > ${threshold}: ${count(0, 1)} malignant overlooked, ${count(1, 0)} benign called malignant`);
  }
}

type Rows = ReturnType<typeof encode>;
