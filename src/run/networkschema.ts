import { z } from "zod";
import { type ActivationName, activations, type InitializerName, initializers } from "../nn/index.ts";
import { nameIn } from "./names.ts";

const activation = nameIn<ActivationName>("activation", activations);
const rate = z.number().min(0).lt(1);
const place = z.union([z.boolean(), z.enum(["before", "after"])]);

/** What a run file says about its network. */
export const networkSchema = z.strictObject({
  hidden: z.array(z.int().min(1)).optional(),
  activation: z.union([activation, z.array(activation)]).optional(),
  output: activation.optional(),
  init: nameIn<InitializerName>("initializer", initializers).optional(),
  /** Share of hidden units dropped while training: of all hidden layers, or one for each. */
  dropout: z.union([rate, z.array(rate)]).optional(),
  /** Share of inputs dropped while training. */
  inputDropout: rate.optional(),
  /** Deviation of the noise on the (scaled) inputs while training. */
  inputNoise: z.number().min(0).optional(),
  /** Normalisation of the hidden layers: before the activation (true), or after it. */
  batchNorm: place.optional(),
  layerNorm: place.optional(),
});
