import { digest, mix, startHash, words } from "../core/hash.ts";
import { key } from "../core/random.ts";
import { decodeTensors, encodeTensors } from "../core/safetensors.ts";
import { sameShape, show, size } from "../core/shape.ts";
import { isTensor, type Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves, leavesByName, paths } from "../core/tree.ts";
import { mlp } from "../nn/index.ts";
import { parseJson } from "./json.ts";
import { checkModelFile, damaged, type ModelFile, type NetworkSpec } from "./modelfile.ts";

export type Parameters = readonly { readonly W?: Tensor; readonly b?: Tensor }[];

/** The network that a specification describes. */
export const networkOf = (spec: NetworkSpec): ReturnType<typeof mlp> => mlp(spec);

/** Parameters by name: `0.W`, `0.b`, `2.W`, … */
export const namedParameters = (parameters: unknown): Record<string, Tensor> =>
  leavesByName(parameters, isTensor, "parameters");

/** A hash over names, shapes and bits of the parameters: equal fingerprints mean equal networks. */
export function fingerprint(parameters: unknown): string {
  const state = startHash();
  for (const [name, { shape, data }] of Object.entries(namedParameters(parameters))) {
    mix(state, words(name));
    mix(state, Uint32Array.from(shape));
    const bytes = data.slice(); // a copy begins at a multiple of four bytes
    mix(state, new Uint32Array(bytes.buffer, 0, Math.floor(bytes.byteLength / 4)));
  }
  return digest(state);
}

/** The two files of a saved model. */
export function modelFiles(
  file: ModelFile,
  parameters: unknown,
): Record<"model.json" | "model.safetensors", Uint8Array> {
  return {
    "model.safetensors": encodeTensors(namedParameters(parameters), { fingerprint: file.fingerprint }),
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
): { file: ModelFile; parameters: Parameters } {
  const file = checkModelFile(`${where}/model.json`, parseJson(`${where}/model.json`, files.json));
  const tensors = decodeTensors(files.tensors, `${where}/model.safetensors`);
  const example = networkOf(file.network).init(key(0));
  const found = paths(example, isTensor).map((name, i) =>
    fitting(where, name, tensors[name], leaves(example, isTensor)[i]!),
  );
  const parameters = fillLeaves(example, isTensor, found) as Parameters;
  if (fingerprint(parameters) !== file.fingerprint)
    throw damaged(`${where}/model.safetensors`, "the numbers are not those that model.json was written for.");
  return { file, parameters };
}

function fitting(where: string, name: string, found: Tensor | undefined, wanted: Tensor): Tensor {
  if (found && sameShape(found.shape, wanted.shape)) return found;
  const has = found ? `${show(found.shape)} (${size(found.shape)} numbers)` : "nothing";
  throw damaged(`${where}/model.safetensors`, `parameter ${name} should be ${show(wanted.shape)}, is ${has}.`);
}
