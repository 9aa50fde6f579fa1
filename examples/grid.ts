// The lecture's Keras example: 64-100-50-10, sigmoid, plain gradient descent, and a grid of learning rates η and L2
// strengths λ. The choice is made on a validation part; the test part is read once, for what was chosen.
//
//   npx gradus examples grid        or: node examples/grid.ts

import { Divergence, datasets, encode, type FitResult, fit, fitEncoding, mlp, sgd, split, type Table } from "gradus";

interface Options {
  readonly seed?: number;
  /** A grid of three by two, few epochs. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
  readonly plot?: (rows: readonly object[], description: object) => void;
}

type Rows = ReturnType<typeof encode>;

export default async function grid(options: Options = {}): Promise<void> {
  const { seed = 0, quick = false, print = console.log, show = console.table, plot = () => {} } = options;
  const parts = split(await datasets.digits.load(), { validation: 0.16, test: 0.2, stratify: "target", seed });
  // Pixels from 0 to 16, as they are.
  const encoding = fitEncoding(parts.training, { target: "target", scale: "none" });
  const [training, validation, test] = ([parts.training, parts.validation, parts.test] as Table[]).map((part) =>
    encode(encoding, part),
  ) as [Rows, Rows, Rows];
  const decades = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10];
  const [rates, strengths] = quick
    ? [
        [1e-2, 1e-1, 1],
        [1e-5, 1e-3],
      ]
    : [decades, decades];
  const epochs = quick ? 10 : 100;
  print(`${rates.length * strengths.length} networks 64-100-50-10, sigmoid, gradient descent, batches of 100,`);
  print(
    `${epochs} epochs; ${training.rows.length} rows to train on, ${validation.rows.length} to choose by, ${test.rows.length} for the test`,
  );

  const cells: Cell[] = [];
  for (const λ of strengths)
    for (const η of rates) {
      const result = await trained(training, { η, λ, epochs, seed });
      const accuracyOf = (rows: Rows): number | null => result?.evaluate(rows).metrics["accuracy"] ?? null;
      cells.push({ η, λ, training: accuracyOf(training), validation: accuracyOf(validation), result });
    }
  for (const part of ["training", "validation"] as const) {
    print(`\naccuracy of the ${part} part; – where training diverged`);
    show(
      strengths.map((λ) =>
        row(
          λ,
          cells.filter((cell) => cell.λ === λ),
          part,
        ),
      ),
    );
    const rows = cells.map(({ η, λ, [part]: accuracy }) => ({ η, λ, accuracy }));
    plot(rows, { title: `Accuracy of the ${part} part`, x: "η", y: "λ", value: "accuracy", kind: "cells" });
  }

  const best = cells.reduce((a, b) => ((b.validation ?? 0) > (a.validation ?? 0) ? b : a));
  const score = best.result!.evaluate(test).metrics["accuracy"]!;
  print(`\nchosen by validation: η = ${best.η}, λ = ${best.λ}`);
  print(`accuracy on the test part, read this once: ${score.toFixed(3)}`);
  print("\nThe lecture draws the accuracy of its test part over the whole grid and takes");
  print("the best: what was chosen by a part is no longer measured by it. The best of");
  print("such a grid by PyTorch: 0.978, at η = 0.1, λ = 0.001.");
}

interface Cell {
  readonly η: number;
  readonly λ: number;
  readonly training: number | null;
  readonly validation: number | null;
  readonly result: FitResult<unknown> | null;
}

const row = (λ: number, cells: readonly Cell[], part: "training" | "validation"): object => ({
  "λ \\ η": λ,
  ...Object.fromEntries(cells.map((cell) => [`η ${cell.η}`, cell[part]?.toFixed(3) ?? "–"])),
});

interface Setting {
  readonly η: number;
  readonly λ: number;
  readonly epochs: number;
  readonly seed: number;
}

/** A trained network, or null if training diverged. */
async function trained(training: Rows, { η, λ, epochs, seed }: Setting): Promise<FitResult<unknown> | null> {
  const network = mlp({ inputs: 64, hidden: [100, 50], outputs: 10, activation: "sigmoid" });
  try {
    return (await fit(network, training, {
      loss: "crossEntropy",
      optimizer: sgd({ learningRate: η }),
      // Keras's penalty is λ ΣW², ours ½ λ ΣW².
      l2: 2 * λ,
      epochs,
      batchSize: 100,
      seed,
      reproducible: true,
    })) as FitResult<unknown>;
  } catch (error) {
    if (error instanceof Divergence) return null;
    throw error;
  }
}

if (import.meta.filename === process.argv[1]) await grid();
