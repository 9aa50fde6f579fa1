// MNIST by gradus: 784-300-100-10, ReLU, Adam 1e-3, batches of 128; one JSON array with what each epoch reached.

import { accelerate, adam, mlp, readIdxFolder, type Table, type Tensor, tensor, train } from "../../src/node.ts";

accelerate(); // as the command line does

const [folder = "", epochs = "", threads = ""] = process.argv.slice(2);
const { training, test } = await readIdxFolder(folder);

/** Images `[rows, 784]` between 0 and 1, and their labels, the last column. */
function part({ columns, rows }: Table): { readonly x: Tensor; readonly y: Tensor } {
  const numbers = columns.map((column) => (column.kind === "number" ? column.values : []));
  const pixels = numbers.slice(0, -1);
  const x = new Float64Array(rows * pixels.length);
  for (const [j, values] of pixels.entries())
    for (let i = 0; i < rows; i++) x[i * pixels.length + j] = values[i]! / 255;
  return { x: tensor(x, [rows, pixels.length]), y: tensor(Int32Array.from(numbers.at(-1)!), [rows]) };
}

const model = mlp({ inputs: 784, hidden: [300, 100], outputs: 10, activation: "relu" });
const validation = part(test);
const data = { ...part(training), validation };
const began = performance.now();
const rows: object[] = [];
const options = { loss: "crossEntropy", optimizer: adam({ learningRate: 1e-3 }), batchSize: 128 } as const;
for await (const row of train(model, { ...data, ...options, epochs: Number(epochs), threads: Number(threads) }))
  rows.push({ seconds: (performance.now() - began) / 1000, accuracy: row.metrics["accuracy"]!.validation });
console.log(JSON.stringify(rows));
