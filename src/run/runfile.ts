import { z } from "zod";
import { type BackendName, backends } from "../backends/index.ts";
import { ModelError, suggestion } from "../core/index.ts";
import { named } from "../core/names.ts";
import {
  type ActivationName,
  activations,
  type InitializerName,
  initializers,
  type LossName,
  losses,
} from "../nn/index.ts";
import { type OptimizerName, optimizers } from "../optim/index.ts";

/** A name out of a table, however it is written: `leaky-relu` is `leakyRelu`. */
const nameIn = <K extends string>(what: string, table: Readonly<Record<K, unknown>>) =>
  z.string().transform((name, context): K => {
    try {
      return named(what, name, table);
    } catch (error) {
      context.addIssue({
        code: "custom",
        message: error instanceof ModelError ? `${error.problem.rule} ${error.problem.hint}` : String(error),
      });
      return z.NEVER;
    }
  });

const activation = nameIn<ActivationName>("activation", activations);
const share = z.number().min(0).lt(1);
const strength = z.number().min(0);

/** The run file: everything that a run needs to be repeated. What is left out takes the default of the data set or of gradus. */
export const schema = z.strictObject({
  version: z.literal(1).default(1),
  name: z.string().optional(),
  data: z
    .strictObject({
      /** A built-in data set, a file, `-`, or a folder with the four IDX files. */
      source: z.string().default("digits"),
      target: z.string().optional(),
      task: z.enum(["regression", "binary", "multiclass"]).optional(),
      drop: z.array(z.string()).optional(),
      scale: z.enum(["standard", "minmax", "none"]).optional(),
      missing: z.enum(["error", "drop", "mean"]).optional(),
      validation: share.optional(),
      test: share.optional(),
      /** Hash of the table, as it was read. */
      hash: z.string().optional(),
    })
    .prefault({}),
  network: z
    .strictObject({
      hidden: z.array(z.int().min(1)).optional(),
      activation: z.union([activation, z.array(activation)]).optional(),
      output: activation.optional(),
      init: nameIn<InitializerName>("initializer", initializers).optional(),
    })
    .prefault({}),
  training: z
    .strictObject({
      loss: nameIn<LossName>("loss", losses).optional(),
      optimizer: nameIn<OptimizerName>("optimizer", optimizers).optional(),
      learningRate: z.number().gt(0).optional(),
      epochs: z.int().min(0).optional(),
      batchSize: z.int().min(1).optional(),
      l1: strength.optional(),
      l2: strength.optional(),
    })
    .prefault({}),
  seed: z.int().default(0),
  precision: z.enum(["f32", "f64"]).default("f32"),
  backend: z.enum(Object.keys(backends) as [BackendName, ...BackendName[]]).optional(),
  /** The same bits on every machine and in every runtime, at some cost in speed. */
  reproducible: z.boolean().optional(),
  /** Written by gradus for the record; not read. */
  written: z.record(z.string(), z.unknown()).optional(),
});

/** What one may write. */
export type RunFile = z.input<typeof schema>;
/** What it means, names resolved. */
export type CheckedRunFile = z.output<typeof schema>;

/**
 * A run file checked.
 *
 * @param where what to call it in messages
 * @throws `option` naming the first key that is unknown or out of bounds, with what is allowed
 */
export function checkRunFile(where: string, content: unknown): CheckedRunFile {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
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

const valueAt = (content: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], content);

/** The keys that may stand in one part of a run file. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const parts = { data: schema.shape.data, network: schema.shape.network, training: schema.shape.training };
  const part = parts[path[0] as keyof typeof parts];
  return Object.keys(part ? part.def.innerType.shape : schema.shape);
}
