import { z } from "zod";

/** What a run file says about a trained network that it starts from. */
export const startSchema = z.strictObject({
  /** The folder of a finished run, or a file `model.safetensors`. */
  from: z.string(),
  /** Layers or parameters that begin anew, by name; `head`: the last layer. */
  fresh: z.union([z.literal("head"), z.array(z.string())]).optional(),
  /** Inputs scaled and coded as they were for that network, or as the run's own rows suggest. Default: as they were, if the columns are the same. */
  inputs: z.enum(["kept", "own"]).optional(),
  /** Hash of its numbers. */
  fingerprint: z.string().optional(),
});
