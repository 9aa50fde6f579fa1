// The polynomial x + 2y + 3x² + 4xy + 5y²: its coefficients found by a linear network on a design matrix, and the
// surface learnt from x and y alone by a network with hidden layers; each with and without L2.
//
//   npx gradus examples polynomial

import { adam, datasets, dense, encode, fit, fitEncoding, mlp, polynomialFeatures, split } from "gradus";

interface Options {
  readonly seed?: number;
  /** Fewer epochs. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
}

export default async function polynomial({
  seed = 0,
  quick = false,
  print = console.log,
}: Options = {}): Promise<void> {
  const table = await datasets.polynomial.load();
  const parts = split(table, { test: 0.2, seed });
  // x and y lie in [0, 1] already, and the coefficients are asked for in these units: no scaling.
  const encoding = fitEncoding(parts.training, { target: "target", scale: "none" });
  const [training, test] = [encode(encoding, parts.training), encode(encoding, parts.test)];
  print(
    `x + 2y + 3x² + 4xy + 5y² at ${table.rows} points: ${training.rows.length} to train on, ${test.rows.length} for the test`,
  );

  // The design matrix: one column a monomial. The constant is left out, for the layer has a bias.
  const design = { degree: 2, bias: false } as const;
  const { x: monomials, names } = polynomialFeatures(training.x, design);
  const unseen = polynomialFeatures(test.x, design).x;
  const header = `${"L2".padEnd(6)}  ${[...names, "1"].map((each) => each.padStart(8)).join("")}   test MSE`;
  print(`\nlinear network on ${names.join(", ")}: coefficients\n${header}`);
  for (const l2 of [0, 1e-3, 1e-1]) {
    // All rows in each batch: the gradient is then exact, and the steps die down by themselves.
    const { parameters, evaluate } = await fit(
      dense({ inputs: names.length, outputs: 1 }),
      { x: monomials, y: training.y },
      {
        optimizer: adam({ learningRate: 0.1 }),
        epochs: 4000,
        batchSize: training.rows.length,
        l2,
        seed,
        precision: "f64",
      },
    );
    const coefficients = [...parameters.W.data, ...parameters.b.data].map((each) => each.toFixed(4).padStart(8));
    const { loss } = evaluate({ x: unseen, y: test.y });
    print(`${String(l2).padEnd(6)}  ${coefficients.join("")}   ${loss.toExponential(2)}`);
  }
  print(`${"true".padEnd(6)}  ${[1, 2, 3, 4, 5, 0].map((each) => each.toFixed(4).padStart(8)).join("")}`);

  print("\nnetwork 2-50-20-1 on x and y, tanh, Adam 1e-2, batches of 32");
  print("L2      training MSE  test MSE");
  for (const l2 of [0, 1e-4, 1e-2]) {
    const { evaluate } = await fit(mlp({ inputs: 2, hidden: [50, 20], outputs: 1, activation: "tanh" }), training, {
      optimizer: adam({ learningRate: 1e-2 }),
      epochs: quick ? 30 : 300,
      batchSize: 32,
      l2,
      seed,
      precision: "f64",
    });
    const [seen, held] = [evaluate().loss, evaluate(test).loss];
    print(`${String(l2).padEnd(6)}  ${seen.toExponential(2).padStart(12)}  ${held.toExponential(2)}`);
  }
  print("(The data have no noise, so L2 has nothing to guard against here: it only pulls weights towards 0.)");
}
