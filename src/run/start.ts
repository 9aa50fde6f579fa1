import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fingerprintOf } from "../core/fingerprint.ts";
import { ModelError, type Tensor } from "../core/index.ts";
import { decodeTensors } from "../core/safetensors.ts";
import type { ModelFile, NetworkSpec, Parameters } from "../interchange/index.ts";
import { networkOf } from "../interchange/index.ts";
import { type Reused, reuse, type TrainedNumbers } from "../nn/index.ts";
import { loadModel, loadTensors } from "./model.ts";
import type { CheckedRunFile } from "./runfile.ts";

/** Numbers of a trained network that a run starts from. */
export interface Kept {
  /** A run folder, or a file. */
  readonly from: string;
  readonly fingerprint: string;
  readonly numbers: TrainedNumbers;
  /** What else is known of the network; null for a file with numbers alone. */
  readonly file: ModelFile | null;
}

/** What of them a run has taken. */
export interface Start extends Omit<Reused<Parameters>, "start"> {
  readonly parameters: Parameters;
  readonly state: unknown;
  /** Whether inputs are scaled and coded as they were for that network. */
  readonly inputs: "kept" | "own";
}

/**
 * The numbers that a run file names: of a finished run, of what `fit`'s `save` wrote, or of any safetensors file.
 *
 * @throws `file-missing`, `model-file`
 */
export async function keptFor({ start }: CheckedRunFile): Promise<Kept | null> {
  if (!start) return null;
  const { from } = start;
  const found = await stat(from).catch(() => null);
  if (!found)
    throw new ModelError({
      code: "file-missing",
      where: `start ${from}`,
      rule: "there is no such run or file to start from.",
      hint: "name the folder of a finished run, or a file model.safetensors",
    });
  const folder = found.isDirectory() ? from : basename(from) === "model.safetensors" ? dirname(from) : null;
  if (folder !== null && (await isModel(folder))) {
    const { file, parameters, state } = await loadModel(folder);
    return { from, fingerprint: file.fingerprint, numbers: { parameters, state }, file };
  }
  const numbers: Record<string, Tensor> = found.isDirectory()
    ? await loadTensors(from)
    : decodeTensors(new Uint8Array(await readFile(from)), from);
  return { from, fingerprint: fingerprintOf(numbers), numbers, file: null };
}

/** Whether a folder has a model with its network and encoding. */
const isModel = (folder: string): Promise<boolean> =>
  readFile(join(folder, "model.json"), "utf8").then(
    (text) => text.includes('"gradus-model"'),
    () => false,
  );

/** The run file with the layers of the network that it starts from, where it names no others. */
export function withLayersOf(kept: Kept | null, file: CheckedRunFile): CheckedRunFile {
  if (!kept?.file || file.network.hidden) return file;
  const { hidden, activation, batchNorm, layerNorm } = kept.file.network;
  const network = {
    hidden: [...hidden],
    activation: [...activation],
    ...(batchNorm && { batchNorm }),
    ...(layerNorm && { layerNorm }),
    ...Object.fromEntries(Object.entries(file.network).filter(([, value]) => value !== undefined)),
  };
  return { ...file, network };
}

/** Whether the last layer begins anew. */
export const newHead = ({ start }: CheckedRunFile, network: NetworkSpec): boolean => {
  const { fresh = [] } = start ?? {};
  if (fresh === "head") return true;
  const head = layersIn(network).at(-1)!;
  return fresh.some((name) => name === head || name.startsWith(`${head}.`));
};

/** The layers that have parameters, by name. */
export const layersIn = (network: NetworkSpec): string[] =>
  networkOf(network).layers!.flatMap((layer, i) =>
    Object.keys(layer.init([0, 0]) as object).length > 0 ? [String(i)] : [],
  );

/**
 * The starting parameters of a run that goes out from another's.
 *
 * @throws `reuse-mismatch` naming every array that does not fit; `option` for a layer that there is not
 */
export function startFrom(
  kept: Kept,
  network: NetworkSpec,
  { start, seed }: CheckedRunFile,
): Pick<Start, "parameters" | "state" | "taken" | "fresh" | "unused"> {
  const model = networkOf(network);
  const taken = (fresh: "head" | readonly string[]): Reused<unknown> => reuse(model, kept.numbers, { fresh, seed });
  const { fresh = [] } = start!;
  try {
    const { start, ...names } = taken(fresh);
    return { ...(start as { parameters: Parameters; state: unknown }), ...names };
  } catch (error) {
    throw error instanceof ModelError ? mismatchIn(kept, error, () => taken("head")) : error;
  }
}

/** The same in the words of run files and flags. */
function mismatchIn({ from }: Kept, { problem }: ModelError, withHead: () => unknown): ModelError {
  if (problem.code !== "reuse-mismatch") return new ModelError({ ...problem, where: `start ${from}` });
  return new ModelError({ ...problem, where: `start ${from}`, hint: `${headFits(withHead) ? headHint : layersHint}` });
}

const headHint = 'only the last layer differs: let it begin anew, --new-head (in a run file "fresh": "head")';
const layersHint = 'leave --hidden out, or name in the run file what is to begin anew: "start": { "fresh": ["2"] }';

function headFits(withHead: () => unknown): boolean {
  try {
    withHead();
    return true;
  } catch {
    return false;
  }
}
