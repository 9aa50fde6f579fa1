// Compiling the epoch program of the digits network, first steps included, in a fresh process and again in a warm one: of the
// build, which is what a program gets that has gradus installed.

import { accelerate, adam, mlp, Tensor, train } from "../../dist/node.js";
import { labels, median, numbers } from "../cases.ts";

accelerate();
const rows = 32 + 29; // a full batch and a smaller last one: the same program as for all 1437 rows
const x = new Tensor([rows, 64], numbers(rows * 64));
const y = new Tensor([rows], labels(rows, 10));

async function milliseconds(): Promise<number> {
  const model = mlp({ inputs: 64, hidden: [100, 30], outputs: 10, activation: "leakyRelu" });
  const began = performance.now();
  await train(model, { x, y, optimizer: adam({ learningRate: 1e-3 }), batchSize: 32, epochs: 1 }).next();
  return performance.now() - began;
}

const cold = await milliseconds();
const again: number[] = [];
for (let i = 0; i < 15; i++) again.push(await milliseconds());
console.log(JSON.stringify({ cold, warm: median(again.slice(5)) }));
