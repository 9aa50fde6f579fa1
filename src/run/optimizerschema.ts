import { z } from "zod";
import { bfgs, lbfgs, levenbergMarquardt, optimizers, type ScheduleName, schedules } from "../optim/index.ts";
import { nameIn } from "./names.ts";

/** Every optimizer that a run file can name: update rules, and those that look at all rows at once. */
export const allOptimizers = { ...optimizers, lbfgs, bfgs, levenbergMarquardt } as const;
export type AnyOptimizerName = keyof typeof allOptimizers;

const positive = z.number().gt(0);
const optimizer = nameIn<AnyOptimizerName>("optimizer", allOptimizers);
const schedule = nameIn<ScheduleName>("schedule", schedules);

/** What a run file says about how parameters move. */
export const optimizerKeys = {
  /** An update rule, or one with its options, which it checks itself: `{ "name": "adam", "beta2": 0.99 }`. */
  optimizer: z.union([optimizer, z.looseObject({ name: optimizer })]).optional(),
  learningRate: positive.optional(),
  /** What becomes of the learning rate: `"cosine"`, `{ "name": "cosine", "final": 1e-5, "warmup": 5 }` (epochs). */
  schedule: z.union([schedule, z.looseObject({ name: schedule, warmup: positive.optional() })]).optional(),
  /** Limits of gradients: a number is that of the global norm. */
  clip: z
    .union([
      positive,
      z.strictObject({ value: positive.optional(), norm: positive.optional(), globalNorm: positive.optional() }),
    ])
    .optional(),
  /** Decoupled decay of weights. */
  weightDecay: z.number().min(0).optional(),
  /** Greatest length of the weights into a unit. */
  maxNorm: positive.optional(),
  /** Factors of the learning rate by layer (`"0"`) or parameter (`"0.W"`); 0 freezes. */
  layerRates: z.record(z.string(), z.number().min(0)).optional(),
  /** Layers or parameters that stay as they are. */
  frozen: z.array(z.string()).optional(),
};
