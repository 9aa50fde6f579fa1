import { ModelError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import type { Encoding } from "../data/index.ts";
import type { ActivationName, EmbeddedColumn, InitializerName, LossName, NormPlace } from "../nn/index.ts";
import type { LossOptions } from "./loss.ts";
import { modelSchema } from "./modelschema.ts";

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
  const result = modelSchema().safeParse(content);
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
