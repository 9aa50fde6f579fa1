import { z } from "zod";
import { ModelError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import type { Encoding } from "../data/index.ts";
import { type ActivationName, activations, type InitializerName, type LossName, losses } from "../nn/index.ts";

/** A multilayer perceptron in plain data. */
export interface NetworkSpec {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** One for each hidden layer. */
  readonly activation: readonly ActivationName[];
  /** Behind the last layer; the loss's link (softmax, say) is not counted, since the loss works on logits. */
  readonly output: ActivationName;
  readonly init?: InitializerName;
}

/** What `model.json` holds: all that turns a table into predictions, but for the numbers in `model.safetensors`. */
export interface ModelFile {
  readonly format: "gradus-model";
  readonly version: 1;
  readonly task: Task;
  readonly network: NetworkSpec;
  readonly loss: LossName;
  readonly precision: "f32" | "f64";
  readonly encoding: Encoding;
  /** Regression: y = shift + scale · output. */
  readonly target: { readonly shift: number; readonly scale: number };
  /** Hash of the parameters. */
  readonly fingerprint: string;
}

const keyOf = <K extends string>(table: Readonly<Record<K, unknown>>) => z.enum(Object.keys(table) as [K, ...K[]]);
const size = z.int().min(1);
const number = z.number();
const affine = { shift: number, scale: number };

/** What must be in a model file for it to be understood; a later version may add to it. */
const schema = z.object({
  task: z.enum(["regression", "binary", "multiclass"]),
  network: z.object({
    inputs: size,
    hidden: z.array(size),
    outputs: size,
    activation: z.array(keyOf(activations)),
    output: keyOf(activations),
  }),
  loss: keyOf(losses),
  precision: z.enum(["f32", "f64"]),
  encoding: z.object({
    missing: z.enum(["error", "drop", "mean"]),
    features: z.array(z.string()),
    inputs: z.array(
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("number"), column: z.string(), fill: number, ...affine }),
        z.object({ kind: z.literal("text"), column: z.string(), fill: z.string(), levels: z.array(z.string()) }),
      ]),
    ),
    target: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("number"), column: z.string() }),
      z.object({ kind: z.literal("classes"), column: z.string(), classes: z.array(z.string()).min(2) }),
    ]),
  }),
  target: z.object(affine),
  fingerprint: z.string(),
});

/**
 * A model file, if it is one.
 *
 * @param where what to call it in messages: a path
 * @throws `model-file` naming what is wrong: another kind of file, another version, or the first part that is damaged
 */
export function checkModelFile(where: string, content: unknown): ModelFile {
  const { format, version } = (content ?? {}) as Partial<ModelFile>;
  if (format !== "gradus-model") throw damaged(where, 'this is not a model of gradus (format "gradus-model").');
  if (version !== 1) throw damaged(where, `version ${version} is not known: this gradus reads version 1.`);
  const result = schema.safeParse(content);
  if (result.success) return content as ModelFile;
  const { path, message } = result.error.issues[0]!;
  throw damaged(`${where}, ${path.join(".")}`, message.endsWith(".") ? message : `${message}.`);
}

/** The error of a model file that cannot be used. */
export const damaged = (where: string, rule: string): ModelError =>
  new ModelError({
    code: "model-file",
    where,
    rule,
    hint: "take the folder of a finished run, as `gradus train` writes it.",
  });
