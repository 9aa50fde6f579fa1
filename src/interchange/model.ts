import { fingerprintOf } from "../core/fingerprint.ts";
import { key } from "../core/random.ts";
import { decodeTensors, encodeTensors } from "../core/safetensors.ts";
import { sameShape, show, size } from "../core/shape.ts";
import { isTensor, type Tensor } from "../core/tensor.ts";
import { fillLeaves, leavesByName } from "../core/tree.ts";
import { chain, embedding, initialStateOf, mlp } from "../nn/index.ts";
import { parseJson } from "./json.ts";
import { checkModelFile, damaged, type ModelFile, type NetworkSpec, widthBehind } from "./modelfile.ts";

/** Of each layer in turn, by name: weights `W`, biases `b`, … */
export type Parameters = readonly Readonly<Record<string, Tensor>>[];

/** All numbers of a network. */
export interface Numbers<Θ = unknown> {
  readonly parameters: Θ;
  /** What its layers keep besides: running statistics. */
  readonly state: unknown;
}

/** The network that a specification describes. */
export function networkOf({ embed, ...spec }: NetworkSpec): ReturnType<typeof mlp> {
  if (!embed) return mlp(spec);
  const behind = mlp({ ...spec, inputs: widthBehind({ ...spec, embed }) });
  const layers = [embedding({ inputs: spec.inputs, columns: embed }), ...behind.layers!];
  return chain(...layers) as unknown as ReturnType<typeof mlp>;
}

/** Parameters by name, `0.W`, `0.b`, `2.W`, … , and what the layers keep besides: `state.1.mean`, … */
export const namedTensors = ({ parameters, state }: Numbers): Record<string, Tensor> => ({
  ...leavesByName(parameters, isTensor, "parameters"),
  ...leavesByName({ state }, isTensor, "state"),
});

/** A hash over names, shapes and bits of parameters and state: equal fingerprints mean equal networks. */
export const fingerprint = (parameters: unknown, state: unknown = null): string =>
  fingerprintOf(namedTensors({ parameters, state }));

/** The two files of a saved model. */
export function modelFiles(file: ModelFile, numbers: Numbers): Record<"model.json" | "model.safetensors", Uint8Array> {
  return {
    "model.safetensors": encodeTensors(namedTensors(numbers), { fingerprint: file.fingerprint }),
    "model.json": new TextEncoder().encode(`${JSON.stringify(file, null, 2)}\n`),
  };
}

/**
 * A model from its two files.
 *
 * @param where what to call the files in messages: the folder
 * @throws `model-file` when a file is damaged, of another kind, or the numbers do not fit the network
 */
export function readModel(
  where: string,
  files: { readonly json: string; readonly tensors: Uint8Array },
): { readonly file: ModelFile } & Numbers<Parameters> {
  const file = checkModelFile(`${where}/model.json`, parseJson(`${where}/model.json`, files.json));
  const tensors = decodeTensors(files.tensors, `${where}/model.safetensors`);
  const network = networkOf(file.network);
  const example = { parameters: network.init(key(0)), state: initialStateOf(network) };
  const found = Object.entries(namedTensors(example)).map(([name, wanted]) =>
    fitting(where, name, tensors[name], wanted),
  );
  const numbers = fillLeaves(example, isTensor, found) as Numbers<Parameters>;
  if (fingerprint(numbers.parameters, numbers.state) !== file.fingerprint)
    throw damaged(`${where}/model.safetensors`, "the numbers are not those that model.json was written for.");
  return { file, ...numbers };
}

function fitting(where: string, name: string, found: Tensor | undefined, wanted: Tensor): Tensor {
  if (found && sameShape(found.shape, wanted.shape)) return found;
  const has = found ? `${show(found.shape)} (${size(found.shape)} numbers)` : "nothing";
  throw damaged(`${where}/model.safetensors`, `parameter ${name} should be ${show(wanted.shape)}, is ${has}.`);
}
