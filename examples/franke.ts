// Franke's function, two peaks and a dip over the unit square: a linear network on a design matrix, and networks
// 2-50-20-1 with sigmoid, tanh and leaky ReLU, with and without L2.
//
//   npx gradus examples franke

import {
  type ActivationName,
  adam,
  datasets,
  dense,
  encode,
  fit,
  fitEncoding,
  mlp,
  polynomialFeatures,
  split,
} from "gradus";

interface Options {
  readonly seed?: number;
  /** Fewer epochs. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
}

interface Surface {
  readonly activation: ActivationName;
  readonly learningRate: number;
  /** Test error of the same network by PyTorch. */
  readonly pytorch: string;
  readonly init?: "glorotUniform";
}

// Kinks of leaky ReLU lie on straight lines, which start too steep on so small a square with the usual weights, He's;
// Glorot's are smaller. For sigmoid and tanh Glorot's are the default.
const surfaces: readonly Surface[] = [
  { activation: "sigmoid", learningRate: 1e-2, pytorch: "1.4e-3" },
  { activation: "tanh", learningRate: 1e-2, pytorch: "5.4e-4" },
  { activation: "leakyRelu", learningRate: 1e-3, pytorch: "2.5e-4", init: "glorotUniform" },
];

export default async function franke({ seed = 0, quick = false, print = console.log }: Options = {}): Promise<void> {
  const table = await datasets.franke.load({ size: 20 });
  const parts = split(table, { test: 0.2, seed });
  // x and y lie in [0, 1] already. The target column is only told apart from the inputs here, not scaled.
  const encoding = fitEncoding(parts.training, { target: "target", scale: "none" });
  const [training, test] = [encode(encoding, parts.training), encode(encoding, parts.test)];
  const common = { batchSize: 30, seed, precision: "f64" } as const;
  const epochs = quick ? 50 : 1000;

  print(
    `Franke's function on a 20 × 20 grid: ${parts.training.rows} points to train on, ${parts.test.rows} for the test`,
  );
  print(`${epochs} epochs of Adam, batches of 30\n`);
  print("network                        L2    training MSE  test MSE  PyTorch (1000 epochs)");
  const line = (name: string, l2: number, errors: readonly [number, number], pytorch = ""): void => {
    const penalty = l2 === 0 ? "0" : l2.toExponential();
    const [seen, held] = errors.map((each) => each.toExponential(1));
    const cells = [name.padEnd(29), penalty.padEnd(4), seen!.padStart(12), held!.padStart(8), pytorch];
    print(cells.join("  ").trimEnd());
  };

  // A linear network on 20 monomials: a polynomial of degree 5 in x and y.
  const expanded = ({ x, y }: Rows) => ({ x: polynomialFeatures(x, { degree: 5, bias: false }).x, y });
  const [seen, unseen] = [expanded(training), expanded(test)];
  for (const l2 of [0, 1e-3]) {
    const model = dense({ inputs: 20, outputs: 1 });
    const { evaluate } = await fit(model, seen, { ...common, optimizer: adam({ learningRate: 1e-2 }), epochs, l2 });
    line("linear, monomials to degree 5", l2, [evaluate().loss, evaluate(unseen).loss]);
  }

  for (const { activation, learningRate, pytorch, ...init } of surfaces)
    for (const l2 of [0, 1e-5]) {
      const model = mlp({ inputs: 2, hidden: [50, 20], outputs: 1, activation, ...init });
      const { evaluate } = await fit(model, training, { ...common, optimizer: adam({ learningRate }), epochs, l2 });
      line(`2-50-20-1, ${activation}`, l2, [evaluate().loss, evaluate(test).loss], l2 === 0 ? pytorch : "");
    }
}

type Rows = Pick<ReturnType<typeof encode>, "x" | "y">;
