// Run by wasm-widened.test.ts in processes with and without V8's wider vectors: prints fingerprints of trained networks.

import { Tensor } from "../../src/core/tensor.ts";
import { fingerprint } from "../../src/interchange/index.ts";
import { mlp } from "../../src/nn/index.ts";
import { adam, momentum } from "../../src/optim/index.ts";
import { fit } from "../../src/training/index.ts";

const hundredths = (n: number): number[] =>
  Array.from({ length: n }, (_, i) => (((i * i * 37 + 11 * i) % 201) - 100) / 100);

const prints: string[] = [];
for (const precision of ["f32", "f64"] as const)
  for (const rows of [29, 61, 96])
    for (const [activation, optimizer] of [
      ["leakyRelu", adam()],
      ["tanh", momentum({ learningRate: 0.01 })],
    ] as const) {
      // biome-ignore format: a table
      const model = mlp({ inputs: 13, hidden: [100, 30], outputs: 10, activation });
      const data = {
        x: new Tensor([rows, 13], Float64Array.from(hundredths(rows * 13))),
        y: new Tensor(
          [rows],
          Int32Array.from({ length: rows }, (_, i) => (i * i) % 10),
        ),
      };
      const { parameters } = await fit(model, data, { optimizer, precision, epochs: 8, batchSize: 32 });
      prints.push(`${precision} ${rows} ${activation} ${fingerprint(parameters)}`);
    }
process.stdout.write(prints.join("\n"));
