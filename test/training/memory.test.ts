import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { Tensor } from "../../src/core/tensor.ts";
import { mlp } from "../../src/nn/index.ts";
import { train } from "../../src/training/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes on the heap and outside of it, the memories of programs among them, when all garbage is gone. */
async function used(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    await new Promise((resume) => setTimeout(resume, 0)); // weak references are let go between turns of the event loop
    collect();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

const megabyte = 2 ** 20;

/** XOR again and again, so that an epoch has so many steps of four rows. */
function xor(steps: number) {
  const corners = (f: (a: number, b: number) => number[]): Float64Array =>
    Float64Array.from(Array.from({ length: 4 * steps }, (_, i) => f((i >> 1) & 1, i & 1)).flat());
  const [x, y] = [
    new Tensor(
      [4 * steps, 2],
      corners((a, b) => [a, b]),
    ),
    new Tensor(
      [4 * steps, 1],
      corners((a, b) => [a ^ b]),
    ),
  ];
  const model = mlp({ inputs: 2, hidden: [2], outputs: 1, activation: "tanh" });
  return train(model, { x, y, loss: "logisticLoss", batchSize: 4, epochs: Number.MAX_SAFE_INTEGER });
}

it.each([
  { what: "a million steps, a thousand an epoch,", perEpoch: 1000, few: 1, many: 1000 },
  { what: "ten thousand epochs of one step", perEpoch: 1, few: 1000, many: 10_000 },
])("$what leave memory as a thousand steps did", { retry: 2 }, async ({ perEpoch, few, many }) => {
  const epochs = xor(perEpoch);
  const run = async (until: number): Promise<number> => {
    for (;;) {
      const { value } = await epochs.next();
      if ("epoch" in value && value.epoch >= until) return used();
    }
  };
  const before = await run(few);
  const after = await run(many);
  expect(Math.abs(after - before)).toBeLessThan(megabyte);
});
