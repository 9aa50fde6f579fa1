import { describe, expect, it } from "vitest";
import { mlp } from "../../src/nn/index.ts";
import { fit } from "../../src/training/index.ts";

const inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]; // biome-ignore format: a truth table
const gates = { and: [0, 0, 0, 1], or: [0, 1, 1, 1], xor: [0, 1, 1, 0] };
const seeds = Array.from({ length: 20 }, (_, seed) => seed);

/** How many of 20 seeds give a network without mistakes. */
async function solved(gate: keyof typeof gates, hidden: readonly number[]): Promise<number> {
  const model = mlp({ inputs: 2, hidden, outputs: 1, activation: "tanh" });
  const options = { loss: "logisticLoss", learningRate: 0.1, epochs: 1000, batchSize: 4 } as const;
  const runs = seeds.map((seed) => fit(model, { x: inputs, y: gates[gate] }, { ...options, seed }));
  return (await Promise.all(runs)).filter(({ evaluate }) => evaluate().metrics["accuracy"] === 1).length;
}

describe("logic gates over 20 seeds, Adam 0.1, 1000 epochs", () => {
  it("AND and OR need no hidden layer", async () => {
    expect(await solved("and", [])).toBe(20);
    expect(await solved("or", [])).toBe(20);
  });

  it("XOR without one is never learnt: no straight line separates its classes", async () => {
    expect(await solved("xor", [])).toBe(0);
  });

  it("XOR with four hidden units is learnt from nearly every start", async () => {
    expect(await solved("xor", [4])).toBeGreaterThanOrEqual(19); // as many as with PyTorch
  });
});
