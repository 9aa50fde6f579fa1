import type { ScaleKind } from "../data/index.ts";
import type { ActivationName } from "../nn/index.ts";
import type { OptimizerName } from "../optim/index.ts";

/** What a run uses where its run file does not say. */
export interface Recipe {
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly scale: ScaleKind;
}

/** For data that gradus does not know. */
export const common: Recipe = {
  hidden: [100, 30],
  activation: "relu",
  optimizer: "adam",
  learningRate: 1e-3,
  epochs: 100,
  batchSize: 32,
  scale: "standard",
};

const gate: Recipe = {
  ...common,
  hidden: [4],
  activation: "tanh",
  learningRate: 0.1,
  epochs: 500,
  batchSize: 4,
  scale: "none",
};
const surface: Recipe = {
  ...common,
  hidden: [50, 20],
  activation: "tanh",
  learningRate: 1e-2,
  epochs: 200,
  batchSize: 30,
};
const plane: Recipe = { ...common, hidden: [32, 32], activation: "tanh", learningRate: 1e-2 };

/** For the built-in data sets: the networks of the lecture where it has one. */
export const recipes: Readonly<Record<string, Recipe>> = {
  digits: { ...common, activation: "leakyRelu", epochs: 50 },
  "breast-cancer": { ...common, epochs: 50, scale: "minmax" },
  iris: { ...common, hidden: [16], learningRate: 1e-2 },
  franke: surface,
  polynomial: surface,
  xor: gate,
  or: { ...gate, hidden: [] },
  and: { ...gate, hidden: [] },
  spiral: { ...plane, epochs: 200 },
  moons: plane,
};
