import { join } from "node:path";
import type { RunFile } from "../../../src/run/runfile.ts";
import type { FindingKind } from "../../../src/training/index.ts";

/** A run that has something wrong with it, and its twin, which has not. */
export interface Case {
  readonly kind: FindingKind;
  /** What else is found above a note, behind it. */
  readonly besides?: readonly FindingKind[];
  readonly planted: RunFile;
  readonly healthy: RunFile;
}

/** @param folder where the tables are */
export function cases(folder: string): readonly Case[] {
  const table = (name: string, more: object = {}): RunFile["data"] => ({ source: join(folder, name), ...more });
  const set = (source: string, more: object = {}): RunFile["data"] => ({ source, ...more });
  const deep = { hidden: [16, 16, 16, 16, 16, 16, 16, 16] };
  const sgd = { optimizer: "sgd", epochs: 30 } as const;
  const small = { hidden: [32] };
  return [
    {
      kind: "unscaled-inputs",
      planted: { data: set("breast-cancer", { scale: "none" }), training: { epochs: 20 } },
      healthy: { data: set("breast-cancer") },
    },
    {
      kind: "initial-loss",
      planted: { data: set("digits"), network: { init: "standardNormal" }, training: { epochs: 5 } },
      healthy: { data: set("digits"), training: { epochs: 5 } },
    },
    {
      kind: "exploding-gradients",
      planted: {
        data: table("metres.csv", { targetScale: "none" }),
        network: small,
        training: { ...sgd, epochs: 20, learningRate: 0.01 },
      },
      healthy: { data: table("metres.csv"), network: small, training: { ...sgd, epochs: 40, learningRate: 1e-2 } },
    },
    {
      kind: "diverged",
      planted: { data: set("franke"), network: { activation: "relu" }, training: { ...sgd, learningRate: 1 } },
      healthy: { data: set("franke"), network: { activation: "relu" }, training: { ...sgd, learningRate: 0.1 } },
    },
    {
      kind: "vanishing-gradients",
      besides: ["nothing-learnt"],
      planted: {
        data: set("moons"),
        network: { ...deep, activation: "sigmoid" },
        training: { ...sgd, learningRate: 0.1 },
      },
      healthy: {
        data: set("moons"),
        network: { ...deep, activation: "tanh" },
        training: { ...sgd, learningRate: 0.1 },
      },
    },
    {
      kind: "rate-too-high",
      planted: { data: set("spiral"), training: { ...sgd, epochs: 60, learningRate: 2 } },
      healthy: { data: set("spiral") },
    },
    {
      kind: "rate-too-low",
      besides: ["nothing-learnt"],
      planted: { data: set("moons"), training: { epochs: 30, learningRate: 1e-5 } },
      healthy: { data: set("moons"), training: { epochs: 30 } },
    },
    {
      kind: "dead-units",
      besides: ["nothing-learnt"],
      planted: {
        data: set("digits"),
        network: { hidden: [30, 30], activation: "relu" },
        training: { epochs: 5, learningRate: 0.3 },
      },
      healthy: { data: set("digits"), network: { hidden: [30, 30], activation: "relu" }, training: { epochs: 20 } },
    },
    {
      kind: "saturated-units",
      planted: {
        data: table("wide.csv", { scale: "none" }),
        network: { hidden: [8], activation: "tanh" },
        training: { epochs: 8, learningRate: 0.003 },
      },
      healthy: {
        data: table("wide-small.csv", { scale: "none" }),
        network: { hidden: [8], activation: "tanh" },
        training: { epochs: 8, learningRate: 0.003 },
      },
    },
    {
      kind: "uneven-layers",
      planted: { data: set("moons"), training: { epochs: 30, layerRates: { "0": 1e-4 } } },
      healthy: { data: set("moons"), training: { epochs: 30, layerRates: { "0": 0.5 } } },
    },
    {
      kind: "few-steps",
      planted: { data: set("moons"), training: { epochs: 30, batchSize: 1000, learningRate: 1e-3 } },
      healthy: { data: set("moons"), training: { epochs: 30, batchSize: 32 } },
    },
    {
      kind: "still-falling",
      planted: { data: set("spiral"), training: { epochs: 110 } },
      healthy: { data: set("spiral"), training: { epochs: 200 } },
    },
    {
      kind: "nothing-learnt",
      planted: { data: table("product.csv"), network: { hidden: [] }, training: { epochs: 30 } },
      healthy: { data: table("product.csv"), network: small, training: { epochs: 30, learningRate: 0.01 } },
    },
    {
      kind: "underfitting",
      planted: { data: set("spiral"), network: { hidden: [2] }, training: { epochs: 200 } },
      healthy: { data: set("spiral"), training: { epochs: 200 } },
    },
    {
      kind: "overfitting",
      planted: { data: table("noisy.csv"), network: { hidden: [64] }, training: { epochs: 150, learningRate: 0.01 } },
      healthy: { data: table("many.csv"), network: { hidden: [4] }, training: { epochs: 20, learningRate: 0.01 } },
    },
    {
      kind: "few-rows",
      besides: ["overfitting"],
      planted: { data: table("few.csv"), network: { hidden: [100, 30] }, training: { epochs: 100 } },
      healthy: { data: table("many.csv"), network: { hidden: [100, 30] }, training: { epochs: 4 } },
    },
    {
      kind: "class-imbalance",
      planted: { data: table("rare.csv"), network: small, training: { epochs: 30, learningRate: 0.01 } },
      healthy: { data: table("even.csv"), network: small, training: { epochs: 30, learningRate: 0.01 } },
    },
    {
      kind: "telling-column",
      planted: { data: table("told.csv"), network: small, training: { epochs: 30, learningRate: 0.01 } },
      healthy: { data: table("untold.csv"), network: small, training: { epochs: 30, learningRate: 0.01 } },
    },
    {
      kind: "copied-rows",
      planted: { data: table("twice.csv"), network: small, training: { epochs: 20 } },
      healthy: { data: table("distinct.csv"), network: small, training: { epochs: 20 } },
    },
    {
      kind: "easy-validation",
      planted: {
        data: table("easy", { targetScale: "none" }),
        network: small,
        training: { epochs: 60, learningRate: 0.01 },
      },
      healthy: {
        data: table("alike", { targetScale: "none" }),
        network: small,
        training: { epochs: 60, learningRate: 0.01 },
      },
    },
  ];
}
