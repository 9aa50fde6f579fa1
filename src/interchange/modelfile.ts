import { z } from "zod";
import { ModelError } from "../core/errors.ts";
import { type Task, tasks } from "../core/task.ts";
import { type Encoding, missingPolicies, scaleKinds } from "../data/index.ts";
import {
  type ActivationName,
  activations,
  type EmbeddedColumn,
  type InitializerName,
  type LossName,
  losses,
  type NormPlace,
} from "../nn/index.ts";
import type { LossOptions } from "./loss.ts";

/** A multilayer perceptron in plain data. */
export interface NetworkSpec {
  readonly inputs: number;
  /** Inputs that are level numbers, for which a few numbers each are learnt. */
  readonly embed?: readonly EmbeddedColumn[];
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** One for each hidden layer. */
  readonly activation: readonly ActivationName[];
  /** Behind the last layer; the loss's link (softmax, say) is not counted, since the loss works on logits. */
  readonly output: ActivationName;
  readonly init?: InitializerName;
  /** Share of units dropped while training, one for each hidden layer. */
  readonly dropout?: readonly number[];
  readonly inputDropout?: number;
  readonly inputNoise?: number;
  readonly batchNorm?: NormPlace;
  readonly layerNorm?: NormPlace;
}

/** Numbers a row behind the embeddings, if there are any: what the first dense layer sees. */
export const widthBehind = ({ inputs, embed = [] }: Pick<NetworkSpec, "inputs" | "embed">): number =>
  embed.reduce((sum, { size }) => sum + size - 1, inputs);

/** What `model.json` holds: all that turns a table into predictions, but for the numbers in `model.safetensors`. */
export interface ModelFile {
  readonly format: "gradus-model";
  readonly version: 1;
  readonly task: Task;
  readonly network: NetworkSpec;
  readonly loss: LossName;
  readonly lossOptions?: LossOptions;
  /** How much each class counts in the loss, in the order of the classes. */
  readonly classWeights?: readonly number[];
  readonly precision: "f32" | "f64";
  readonly encoding: Encoding;
  /** Regression: y = shift + scale · output. */
  readonly target: { readonly shift: number; readonly scale: number };
  /** Two classes, and labels: above it, a prediction is the second, or yes. Default: where both are equally likely. */
  readonly threshold?: number;
  /** Hash of the parameters. */
  readonly fingerprint: string;
}

const keyOf = <K extends string>(table: Readonly<Record<K, unknown>>) => z.enum(Object.keys(table) as [K, ...K[]]);
const size = z.int().min(1);
const number = z.number();
const rate = z.number().min(0).lt(1);
const place = z.enum(["before", "after"]);
const column = { column: z.string(), indicator: z.literal(true).optional() };
const names = z.array(z.string());
const affine = { shift: number, scale: number };

/** What must be in a model file for it to be understood; a later version may add to it. */
const schema = z.object({
  task: z.enum(tasks as [Task, ...Task[]]),
  network: z.object({
    inputs: size,
    embed: z.array(z.object({ column: z.int().min(0), levels: size, size })).optional(),
    hidden: z.array(size),
    outputs: size,
    activation: z.array(keyOf(activations)),
    output: keyOf(activations),
    dropout: z.array(rate).optional(),
    inputDropout: rate.optional(),
    inputNoise: z.number().min(0).optional(),
    batchNorm: place.optional(),
    layerNorm: place.optional(),
  }),
  loss: keyOf(losses),
  lossOptions: z
    .object({ quantiles: z.array(number.gt(0).lt(1)).min(1).optional(), labelSmoothing: rate.optional() })
    .optional(),
  classWeights: z.array(number.min(0)).optional(),
  precision: z.enum(["f32", "f64"]),
  encoding: z.object({
    missing: z.enum(missingPolicies),
    unseen: z.enum(["zero", "error"]).optional(),
    features: z.array(z.string()),
    inputs: z.array(
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("number"), fill: number, ...affine, ...column }),
        z.object({ kind: z.literal("text"), fill: z.string(), levels: z.array(z.string()), ...column }),
        z.object({ kind: z.literal("boolean"), fill: z.string(), levels: z.array(z.string()).length(2), ...column }),
        z.object({ kind: z.literal("level"), fill: z.string().nullable(), levels: z.array(z.string()), ...column }),
      ]),
    ),
    expansion: z
      .discriminatedUnion("kind", [
        z.object({
          kind: z.literal("polynomial"),
          degree: size,
          scaler: z.object({ kind: z.enum(scaleKinds), shift: z.array(number), scale: z.array(number) }),
        }),
        z.object({ kind: z.literal("fourier"), count: size, lengthScale: number, seed: number }),
      ])
      .optional(),
    weights: z.string().optional(),
    absent: z.array(z.string()).optional(),
    target: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("number"), column: z.string() }),
      z.object({ kind: z.literal("classes"), column: z.string(), classes: z.array(z.string()).min(2) }),
      z.object({ kind: z.literal("numbers"), columns: names.min(1), shift: z.array(number), scale: z.array(number) }),
      z.object({ kind: z.literal("labels"), columns: names.min(1), classes: z.array(names.length(2)) }),
    ]),
  }),
  target: z.object(affine),
  threshold: number.optional(),
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
