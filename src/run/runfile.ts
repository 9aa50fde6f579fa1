import { z } from "zod";
import { type BackendName, backends } from "../backends/index.ts";
import { ModelError, suggestion } from "../core/index.ts";
import { type LossName, losses } from "../nn/index.ts";
import { mostThreads } from "../training/index.ts";
import { dataSchema } from "./dataschema.ts";
import { evaluationSchema } from "./evaluationschema.ts";
import { nameIn } from "./names.ts";
import { networkSchema } from "./networkschema.ts";
import { optimizerKeys } from "./optimizerschema.ts";
import { looksAtAll } from "./optimizing.ts";
import { startSchema } from "./startschema.ts";

const strength = z.number().min(0);

/** The run file: everything that a run needs to be repeated. What is left out takes the default of the data set or of gradus. */
export const schema = z.strictObject({
  version: z.literal(1).default(1),
  name: z.string().optional(),
  data: dataSchema.prefault({}),
  network: networkSchema.prefault({}),
  start: startSchema.optional(),
  training: z
    .strictObject({
      loss: nameIn<LossName>("loss", losses).optional(),
      /** Of the quantile loss, ascending. */
      quantiles: z.array(z.number().gt(0).lt(1)).min(1).optional(),
      labelSmoothing: z.number().min(0).lt(1).optional(),
      /** How much each class counts, by name; those left out count 1. */
      classWeights: z.union([z.literal("balanced"), z.record(z.string(), strength)]).optional(),
      ...optimizerKeys,
      epochs: z.int().min(0).optional(),
      batchSize: z.int().min(1).optional(),
      l1: strength.optional(),
      l2: strength.optional(),
      /** Stops when a figure no longer improves, and keeps the best parameters. */
      earlyStopping: z
        .strictObject({
          metric: z.string().optional(),
          patience: z.int().min(1).optional(),
          minimumChange: strength.optional(),
        })
        .optional(),
    })
    .prefault({}),
  evaluation: evaluationSchema.optional(),
  seed: z.int().default(0),
  /** Default f32; f64 for optimizers that look at all rows at once. */
  precision: z.enum(["f32", "f64"]).optional(),
  backend: z.enum(Object.keys(backends) as [BackendName, ...BackendName[]]).optional(),
  /** The same bits on every machine and in every runtime, at some cost in speed. */
  reproducible: z.boolean().optional(),
  /** Threads that may work at the same time, or as many as pay. Default auto. */
  threads: z.union([z.literal("auto"), z.int().min(1).max(mostThreads)]).optional(),
  /** When training in progress is kept, to go on from there: every so many epochs or seconds; false: never. */
  checkpoint: z
    .union([
      z.literal(false),
      z.strictObject({ every: z.int().min(1).optional(), seconds: z.number().min(0).optional() }),
    ])
    .optional(),
  /** Written by gradus for the record; not read. */
  written: z.record(z.string(), z.unknown()).optional(),
});

/** What one may write. */
export type RunFile = z.input<typeof schema>;
/** What it means, names resolved. */
export type CheckedRunFile = z.output<typeof schema> & { readonly precision: "f32" | "f64" };

/**
 * A run file checked.
 *
 * @param where what to call it in messages
 * @throws `option` naming the first key that is unknown or out of bounds, with what is allowed
 */
export function checkRunFile(where: string, content: unknown): CheckedRunFile {
  const result = schema.safeParse(content);
  if (result.success) {
    const { precision = looksAtAll(result.data.training) ? "f64" : "f32" } = result.data;
    return { ...result.data, precision };
  }
  const issue = closest(result.error.issues[0]!);
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    throw new ModelError({
      code: "option",
      where,
      given: { key: path ? `${path}.${key}` : key },
      rule: `there is no key ${key} ${path ? `in ${path}` : "in a run file"}.`,
      hint: suggestion(key, keysAt(issue.path)),
    });
  }
  throw new ModelError({
    code: "option",
    where: path ? `${where}, ${path}` : where,
    given: { given: JSON.stringify(valueAt(content, issue.path)) ?? "nothing" },
    rule: issue.message.endsWith(".") ? issue.message : `${issue.message}.`,
  });
}

/** Of a key that may hold one thing or another: what is wrong with the one that was meant, which is not its kind. */
function closest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const meant = issue.errors.flat().find(({ code }) => code !== "invalid_type");
  return meant ? closest({ ...meant, path: [...issue.path, ...meant.path] }) : issue;
}

const valueAt = (content: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], content);

/** The keys that may stand in one part of a run file. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const inside = (part: unknown): { readonly shape: Readonly<Record<PropertyKey, unknown>> } => {
    const { def } = part as { readonly def?: { readonly innerType?: unknown; readonly options?: readonly object[] } };
    if (def?.innerType) return inside(def.innerType);
    return (def?.options?.find((option) => "shape" in option) ?? part) as ReturnType<typeof inside>;
  };
  return Object.keys(path.reduce((at, key) => inside(at.shape[key]), inside(schema)).shape);
}
