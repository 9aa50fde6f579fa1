// The polynomial x + 2y + 3x² + 4xy + 5y²: its coefficients found by a linear network on a design matrix, and the
// surface learnt from x and y alone by a network with hidden layers; each with and without L2.
//
//   npx gradus examples polynomial        or: node examples/polynomial.ts

import { adam, datasets, dense, encode, fit, fitEncoding, mlp, polynomialFeatures, split } from "gradus";

interface Options {
  readonly seed?: number;
  /** Fewer epochs. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
}

export default async function polynomial(options: Options = {}): Promise<void> {
  const { seed = 0, quick = false, print = console.log, show = console.table } = options;
  const table = await datasets.polynomial.load();
  const parts = split(table, { test: 0.2, seed });
  // x and y lie in [0, 1] already, and the coefficients are asked for in these units: no scaling.
  const encoding = fitEncoding(parts.training, { target: "target", scale: "none" });
  const [training, test] = [encode(encoding, parts.training), encode(encoding, parts.test)];
  print(
    `x + 2y + 3x² + 4xy + 5y²: ${parts.training.rows} points of a grid to train on, ${parts.test.rows} for the test`,
  );

  await linear({ training, test, seed, print, show });
  await network({ training, test, seed, print, show, epochs: quick ? 30 : 300 });
  print("\nThe data have no noise, so L2 has nothing to guard against here: it only pulls");
  print("weights towards 0. The lecture has a grid of 2 × 2 points, of which it trains on");
  print("three: fewer than there are coefficients, so that any error can be had.");
}

interface Task {
  readonly training: Rows;
  readonly test: Rows;
  readonly seed: number;
  readonly print: (text: string) => void;
  readonly show: (rows: readonly object[]) => void;
}

type Rows = Pick<ReturnType<typeof encode>, "x" | "y">;

/** One layer without activation, on the design matrix: its weights are the coefficients. */
async function linear({ training, test, seed, print, show }: Task): Promise<void> {
  // One column a monomial. The constant is left out, for the layer has a bias.
  const design = { degree: 2, bias: false } as const;
  const { x, names } = polynomialFeatures(training.x, design);
  const [seen, unseen] = [
    { x, y: training.y },
    { x: polynomialFeatures(test.x, design).x, y: test.y },
  ];
  const coefficients = (numbers: readonly number[]): object =>
    Object.fromEntries(numbers.map((each, i) => [names[i] ?? "constant", each.toFixed(4)]));

  print(`\nlinear network on ${names.join(", ")}: coefficients`);
  const rows: object[] = [];
  for (const l2 of [0, 1e-3, 1e-1]) {
    const { parameters, evaluate } = await fit(dense({ inputs: names.length, outputs: 1 }), seen, {
      optimizer: adam({ learningRate: 0.1 }),
      epochs: 4000,
      // All rows in each batch: the gradient is then exact, and the steps die down by themselves.
      batchSize: seen.x.shape[0]!,
      l2,
      seed,
      precision: "f64",
      reproducible: true,
    });
    const found = coefficients([...parameters.W.data, ...parameters.b.data]);
    rows.push({ L2: String(l2), ...found, "test MSE": evaluate(unseen).loss });
  }
  show([...rows, { L2: "true", ...coefficients([1, 2, 3, 4, 5, 0]), "test MSE": null }]);
}

/** The same surface from x and y alone, by a network that knows nothing of polynomials. */
async function network({
  training,
  test,
  seed,
  print,
  show,
  epochs,
}: Task & { readonly epochs: number }): Promise<void> {
  print("\nnetwork 2-50-20-1 on x and y, tanh, Adam 1e-2, batches of 32");
  const rows: object[] = [];
  for (const l2 of [0, 1e-4, 1e-2]) {
    const { evaluate } = await fit(mlp({ inputs: 2, hidden: [50, 20], outputs: 1, activation: "tanh" }), training, {
      optimizer: adam({ learningRate: 1e-2 }),
      epochs,
      batchSize: 32,
      l2,
      seed,
      precision: "f64",
      reproducible: true,
    });
    rows.push({ L2: String(l2), "training MSE": evaluate().loss, "test MSE": evaluate(test).loss });
  }
  show(rows);
}

if (import.meta.filename === process.argv[1]) await polynomial();
