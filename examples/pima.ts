// Any table of numbers with two classes in its last column: 8-12-8-1, predictions beside targets. The lecture uses
// the Pima Indians diabetes data, which is not included; without a file a table of the same form is made up.
//
//   npx gradus examples pima        or: node examples/pima.ts
//   npx gradus examples pima pima-indians-diabetes.csv

import {
  adam,
  encode,
  evaluate,
  fit,
  fitEncoding,
  key,
  mlp,
  randomNormal,
  readCsv,
  split,
  type Table,
  type Tensor,
  tableFrom,
} from "gradus";

interface Options {
  readonly seed?: number;
  /** Twenty epochs instead of a hundred. */
  readonly quick?: boolean;
  /** A CSV file; the last column is the target. */
  readonly data?: string | undefined;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
}

export default async function pima(options: Options = {}): Promise<void> {
  const { seed = 0, quick = false, data, print = console.log, show = console.table } = options;
  const table = data === undefined ? madeUp(seed) : await readCsv(data);
  const target = table.columns.at(-1)!.name;
  const parts = split(table, { test: 0.2, seed });

  // Means and deviations of the training part; missing values are filled with its means.
  const encoding = fitEncoding(parts.training, { target, task: "binary", scale: "standard", missing: "mean" });
  const [training, test] = [encode(encoding, parts.training), encode(encoding, parts.test)];

  const inputs = encoding.features.length;
  const result = await fit(mlp({ inputs, hidden: [12, 8], outputs: 1, activation: "relu" }), training, {
    loss: "logisticLoss",
    optimizer: adam({ learningRate: 1e-3 }),
    epochs: quick ? 20 : 100,
    batchSize: 10,
    seed,
    reproducible: true,
  });

  print(`${table.name}: ${parts.training.rows} rows to train on, ${parts.test.rows} for the test`);
  print(`${inputs}-12-8-1, ReLU, logistic loss, Adam 1e-3, batches of 10\n`);
  // What a prediction is worth shows beside the best answer that looks at no input: always the commoner class.
  const score = (part: string, rows: typeof test) => {
    const { loss, metrics } = result.evaluate(rows);
    return { part, loss, accuracy: metrics["accuracy"]!, "always the commoner class": commoner(rows.y) };
  };
  show([score("training", training), score("test", test)]);

  // The encoding numbers the classes 0 and 1; here are their own names again.
  const [no, yes] = encoding.target.kind === "classes" ? encoding.target.classes : [];
  const name = (answer: number | undefined): string => (answer === 1 ? yes : no) ?? "";
  const [probabilities, answers] = [result.predict(test.x, { as: "probabilities" }), result.predict(test.x)];
  print("\nfirst rows of the test part");
  show(
    Array.from({ length: Math.min(5, test.rows.length) }, (_, i) => ({
      row: parts.rows.test[i]! + 1,
      [`p(${yes})`]: probabilities.data[i]!.toFixed(3),
      ...{ predicted: name(answers.data[i]), target: name(test.y.data[i]) },
    })),
  );
  print("\nThe lecture prints predictions for the first rows it trained on; these were not");
  print("trained on.");
}

/** Share of the class that most rows have. */
function commoner(y: Tensor): number {
  const ones = Array.from(y.data).filter((each) => each === 1).length / y.data.length;
  return Math.max(ones, 1 - ones);
}

/**
 * A made-up table of the same form and ranges: 768 women, 8 measures, and whether they have diabetes. Each measure is a
 * normal number rounded and kept to the range; the outcome follows from glucose, body-mass index, age, pedigree and
 * pregnancies, and as much chance, so that about a third have it and nobody can foretell all of it.
 */
function madeUp(seed: number): Table {
  const rows = 768;
  const { data } = evaluate(randomNormal(key(seed), [9, rows])) as Tensor;
  const z = Array.from({ length: 9 }, (_, j) => Float64Array.from(data.subarray(j * rows, (j + 1) * rows)));
  const measure = (j: number, { mean, deviation, least, most, digits = 0 }: Range): number[] =>
    Array.from(z[j]!, (each) => Number(Math.min(most, Math.max(least, mean + deviation * each)).toFixed(digits)));
  const outcome = (_: unknown, i: number): number => {
    const score = 1.1 * z[1]![i]! + 0.6 * z[5]![i]! + 0.4 * z[7]![i]! + 0.3 * z[6]![i]! + 0.3 * z[0]![i]!;
    return Number(score + 1.3 * z[8]![i]! > 0.8);
  };
  const columns = {
    pregnancies: measure(0, { mean: 4, deviation: 3.4, least: 0, most: 17 }),
    glucose: measure(1, { mean: 121, deviation: 31, least: 44, most: 199 }),
    "blood pressure": measure(2, { mean: 72, deviation: 12, least: 24, most: 122 }),
    "skin thickness": measure(3, { mean: 29, deviation: 10, least: 7, most: 99 }),
    insulin: measure(4, { mean: 155, deviation: 85, least: 14, most: 846 }),
    "body-mass index": measure(5, { mean: 32.4, deviation: 6.9, least: 18.2, most: 67.1, digits: 1 }),
    pedigree: measure(6, { mean: 0.47, deviation: 0.33, least: 0.08, most: 2.42, digits: 3 }),
    age: measure(7, { mean: 33, deviation: 12, least: 21, most: 81 }),
    diabetes: Array.from({ length: rows }, outcome),
  };
  return tableFrom(columns, { name: "made-up table" });
}

interface Range {
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
  /** Decimals that are kept. */
  readonly digits?: number;
}

if (import.meta.filename === process.argv[1]) await pima();
