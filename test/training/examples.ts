import { type Tensor, tensor } from "../../src/core/tensor.ts";
import { mlp } from "../../src/nn/index.ts";

/** A straight line: y = W·x + b. */
export const line = mlp({ inputs: 1, hidden: [], outputs: 1 });
export const x = [[0], [1], [2], [3], [4]];
export const y = [1, 3, 5, 7, 9]; // 2x + 1
/** Class numbers. */
export const classes = (...numbers: number[]): Tensor => tensor(Int32Array.from(numbers));
/** Two epochs on the engine that gives the same bits however a program is put together. */
export const short = { epochs: 2, precision: "f64", backend: "reference" } as const;
/** Three classes, far apart. */
export const blobs = {
  x: [[0, 0], [0.1, 0.2], [2, 2], [2.1, 1.9], [4, 0], [4.1, 0.2]], // biome-ignore format: rows
  y: classes(0, 0, 1, 1, 2, 2),
};
