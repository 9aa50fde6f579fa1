// Handwritten digits: 64-100-30-10, leaky ReLU, softmax and cross-entropy, Adam.
//
//   npx gradus examples digits

import { adam, datasets, encode, type FitResult, fit, fitEncoding, mlp, split, type Table, tensor } from "gradus";

interface Options {
  readonly seed?: number;
  /** Ten epochs instead of fifty. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
}

export default async function digits({ seed = 0, quick = false, print = console.log }: Options = {}): Promise<void> {
  const table = await datasets.digits.load();

  // A fifth of the rows is kept for the very end. Stratified: every digit has its share in both parts.
  const parts = split(table, { test: 0.2, stratify: "target", seed });
  print(`${table.rows} images of 8 × 8 pixels: ${parts.training.rows} to train on, ${parts.test.rows} for the test`);
  print("64-100-30-10, leaky ReLU, cross-entropy, Adam 1e-3, batches of 32\n");

  // The encoding is learnt from the training part alone; for the test part it is only applied.
  const encoding = fitEncoding(parts.training, { target: "target", scale: "none" });
  const rowsOf = (part: Table) => {
    const { x, y } = encode(encoding, part);
    // Pixels go from 0 to 16 by definition, so bringing them to [0, 1] needs no look at any row.
    const shares = Float64Array.from(x.data, (pixel) => pixel / 16);
    return { x: tensor(shares, x.shape), y };
  };
  const [training, test] = [rowsOf(parts.training), rowsOf(parts.test)];

  // The network gives ten logits. Softmax belongs to the loss, which so stays finite and exact for every logit.
  const model = mlp({ inputs: 64, hidden: [100, 30], outputs: 10, activation: "leakyRelu" });
  const result = await fit(model, training, {
    loss: "crossEntropy",
    optimizer: adam({ learningRate: 1e-3 }),
    epochs: quick ? 10 : 50,
    batchSize: 32,
    seed,
  });
  print(history(result));

  // The only look at the test part. Accuracy is the share of rows whose most likely digit is the right one.
  const { loss, metrics } = result.evaluate(test);
  print(`\ntest: loss ${loss.toFixed(4)}, accuracy ${metrics["accuracy"]!.toFixed(4)}`);
  print("(After 50 epochs, PyTorch: 0.969. The lecture's own code reports 0.985, but by argmax has 0.881.)\n");

  const predicted = result.predict(test.x);
  print(`predicted  ${predicted.data.slice(0, 20).join(" ")}`);
  print(`true       ${test.y.data.slice(0, 20).join(" ")}`);
}

/** Loss and accuracy of the training part at some epochs, each as it was met on the way. */
function history<Θ>(result: FitResult<Θ>): string {
  const rows = result.history.filter(({ epoch }) => [1, 2, 5, 10, 20, 50].includes(epoch));
  const lines = rows.map(({ epoch, loss, metrics }) => {
    const accuracy = metrics["accuracy"]!.train.toFixed(4);
    return `${String(epoch).padStart(5)}  ${loss.train.toFixed(5).padStart(13)}  ${accuracy.padStart(8)}`;
  });
  return ["epoch  training loss  accuracy", ...lines].join("\n");
}
