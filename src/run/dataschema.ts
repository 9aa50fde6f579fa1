import { z } from "zod";
import { ModelError } from "../core/index.ts";
import { type Task, tasks } from "../core/task.ts";
import { expansionFrom, missingPolicies, scaleKinds } from "../data/index.ts";

const share = z.number().min(0).lt(1);
const names = z.array(z.string());
const scale = z.enum(scaleKinds);

/** Text that asks for an expansion of the features. */
const expansion = z.string().superRefine((text, context) => {
  try {
    expansionFrom(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof ModelError ? error.problem.rule : String(error) });
  }
});

/** What a run file says about its data: where they are, and what is done to them before training. */
export const dataSchema = z.strictObject({
  /** A built-in data set, a file, `-`, or a folder with a file for each part. */
  source: z.string().default("digits"),
  /** A file with the test part. */
  testData: z.string().optional(),
  /** A file with rows of the kind that matters: validation and test part are drawn from it, none is trained on. */
  devData: z.string().optional(),
  /** With that: share of the source's rows that are not trained on either. */
  trainDev: share.optional(),
  /** One column, or several. */
  target: z.union([z.string(), names.min(1)]).optional(),
  task: z.enum(tasks as [Task, ...Task[]]).optional(),
  drop: names.optional(),
  /** Missing values beside the usual ones, as they are written: `-999`. */
  absent: names.optional(),
  missing: z.enum(missingPolicies).optional(),
  /** Columns of numbers that name kinds. */
  categorical: names.optional(),
  /** Columns of words for each of which so many numbers are learnt; `auto`: as suits their number. */
  embed: z.record(z.string(), z.union([z.int().min(1), z.literal("auto")])).optional(),
  /** A text column may have as many words. */
  maxLevels: z.int().min(1).optional(),
  /** Words that training did not have. */
  unseen: z.enum(["zero", "error"]).optional(),
  scale: scale.optional(),
  /** Of some columns. */
  scales: z.record(z.string(), scale).optional(),
  /** Of the target of a regression. */
  targetScale: z.enum(["standard", "none"]).optional(),
  /** Features made of the columns' own: `polynomial:3`, `fourier:200`. */
  features: expansion.optional(),
  /** Column with a weight for each row. */
  weights: z.string().optional(),
  /** Column whose equal values stay in one part. */
  groups: z.string().optional(),
  /** Column in whose order the parts follow each other, or `file`. */
  order: z.string().optional(),
  validation: share.optional(),
  test: share.optional(),
  /** Hash of the table, as it was read. */
  hash: z.string().optional(),
  /** Hash of the sealed test part, by which a look at it is known wherever it comes from. */
  testHash: z.string().optional(),
});
