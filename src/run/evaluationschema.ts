import { z } from "zod";
import { ModelError } from "../core/index.ts";
import { metricNamed } from "../training/index.ts";

/** The name of a metric, however it is written, as gradus writes it. */
const metricName = z.string().transform((name, context): string => {
  try {
    return metricNamed(name).label;
  } catch (error) {
    context.addIssue({
      code: "custom",
      message: error instanceof ModelError ? `${error.problem.rule} ${error.problem.hint}` : String(error),
    });
    return z.NEVER;
  }
});

const cost = z.number().min(0);

/** What a run file says about measuring a network. */
export const evaluationSchema = z.strictObject({
  /** Measured beside the task's own metrics, after every epoch and at the end. */
  metrics: z.array(metricName).optional(),
  /** Two classes: above it, the second is predicted; or by what it is chosen on the validation part. */
  threshold: z
    .union([z.number(), z.enum(["youden", "f1"]), z.strictObject({ falsePositive: cost, falseNegative: cost })])
    .optional(),
  /** False: without figures of simple rules beside those of the network. */
  baselines: z.boolean().optional(),
  /** The least error (share of rows, or rmse) that anything could reach: what people do, say; or from nearest neighbours. */
  optimalError: z.union([z.number().min(0), z.literal("estimate")]).optional(),
});
