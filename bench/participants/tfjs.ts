// TensorFlow.js on its WebAssembly backend.

import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { labels, numbers, type StepCase, timed } from "../cases.ts";
import { answer, type Measure } from "./answer.ts";

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");
await tf.ready();

async function step({ sizes, batch, learningRate }: StepCase): Promise<Measure> {
  const [inputs, outputs] = [sizes[0]!, sizes.at(-1)!];
  const binary = outputs === 1;
  const x = tf.tensor2d(Float32Array.from(numbers(batch * inputs)), [batch, inputs]);
  const classes = labels(batch, outputs);
  const y = binary
    ? tf.tensor2d(Float32Array.from(classes), [batch, 1])
    : (tf.oneHot(tf.tensor1d(classes, "int32"), outputs).toFloat() as tf.Tensor2D);
  const layers = sizes.slice(1).map((m, i) => ({
    W: tf.variable(tf.randomNormal([sizes[i]!, m], 0, Math.sqrt(2 / sizes[i]!))) as tf.Variable<tf.Rank.R2>,
    b: tf.variable(tf.zeros([m])),
  }));
  const network = (): tf.Tensor2D =>
    layers.reduce<tf.Tensor2D>((h, { W, b }, i) => {
      const z = tf.add(tf.matMul(h, W), b) as tf.Tensor2D;
      return i === layers.length - 1 ? z : binary ? tf.tanh(z) : tf.relu(z);
    }, x);
  const loss = (): tf.Scalar =>
    (binary ? tf.losses.sigmoidCrossEntropy(y, network()) : tf.losses.softmaxCrossEntropy(y, network())) as tf.Scalar;
  const optimizer = tf.train.adam(learningRate);
  const run = (): void => {
    optimizer.minimize(loss);
  };
  return (seconds) => timed(run, seconds);
}

await answer(async (wanted) => {
  if (wanted.kind !== "step") throw new Error("not measured");
  return step(wanted);
});
