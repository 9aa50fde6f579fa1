import { ModelError } from "../core/errors.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import { digest, mix, startHash, words } from "../core/hash.ts";
import { decodeFile, encodeTensors } from "../core/safetensors.ts";
import { sameShape } from "../core/shape.ts";
import { isTensor, type Tensor } from "../core/tensor.ts";
import { fillLeaves, leavesByName } from "../core/tree.ts";
import { columnsOf, rowsFrom } from "./columns.ts";
import type { Source } from "./files.ts";
import type { EpochRow } from "./history.ts";
import type { Snapshot } from "./session.ts";
import type { Standing } from "./stopping.ts";

/** What a training is, in a few words and numbers: a checkpoint goes with no other. */
export type Identity = Readonly<Record<string, string | number>>;

/** Everything that training needs to go on after an epoch as if it had never ended. */
export interface Checkpoint {
  /** 1, 2, …: the larger the later. */
  readonly generation: number;
  /** Epochs done. */
  readonly epoch: number;
  /** The loss before training, where it was needed so far. */
  readonly first: number | null;
  /** Seconds that training has taken. */
  readonly seconds: number;
  /** How far early stopping has come. */
  readonly standing?: Standing;
  readonly identity: Identity;
  /** The history, where it is not kept elsewhere. */
  readonly history: readonly EpochRow[];
  /** Parameters, what layers keep, the optimizer's memory, the count of updates, and the best parameters. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

const format = "gradus-checkpoint";
const version = "1";

/** Two files take turns, so that the one before is whole whatever happens to the one being written. */
const names = ["checkpoint-0.safetensors", "checkpoint-1.safetensors"] as const;

/** The name of the file of a generation. */
export const nameOf = (generation: number): string => names[generation % 2]!;

/** One safetensors file: the numbers, and beside them everything else as JSON, with a hash over both. */
export function encodeCheckpoint({ tensors, history, ...rest }: Checkpoint): Uint8Array<ArrayBuffer> {
  const columns = columnsOf(history);
  const state = JSON.stringify({ ...rest, words: columns.words }, asText);
  const all = { ...tensors, ...columns.tensors };
  return encodeTensors(all, { format, version, state, hash: hashOf(state, all) });
}

/** JSON has no words for numbers that are not finite. */
const asText = (_: string, x: unknown): unknown => (typeof x === "number" && !Number.isFinite(x) ? String(x) : x);
const asNumber = (_: string, x: unknown): unknown =>
  x === "NaN" || x === "Infinity" || x === "-Infinity" ? Number(x) : x;

function hashOf(state: string, tensors: Checkpoint["tensors"]): string {
  const hash = startHash();
  mix(hash, words(state));
  mix(
    hash,
    words(
      Object.values(tensors)
        .map(({ data }) => data.constructor.name)
        .join(),
    ),
  );
  mix(hash, words(fingerprintOf(tensors)));
  return digest(hash);
}

/**
 * A checkpoint from its bytes.
 *
 * @throws `model-file` when they are damaged, or of another kind
 */
export function decodeCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const { tensors, notes } = decodeFile(bytes, where);
  const damaged = (rule: string): ModelError => new ModelError({ code: "model-file", where, rule });
  if (notes["format"] !== format) throw damaged("this is not a checkpoint of gradus.");
  if (notes["version"] !== version)
    throw damaged(`version ${notes["version"]} is not known: this gradus reads version ${version}.`);
  const { state = "", hash } = notes;
  if (hash !== hashOf(state, tensors)) throw damaged("the numbers are not those that were written.");
  const { words: named, ...known } = JSON.parse(state, asNumber) as Omit<Checkpoint, "tensors" | "history"> & {
    readonly words: readonly string[];
  };
  const { history, rest } = rowsFrom({ tensors, words: named });
  return { ...known, history, tensors: rest };
}

/** Where a checkpoint may come from. */
export interface Kept {
  readonly checkpoint: Checkpoint | null;
  /** Files that are there and cannot be read, with the reason. */
  readonly damaged: readonly ModelError[];
}

/**
 * The latest checkpoint that is whole.
 *
 * @param most epochs that it may have seen; one that has seen more is passed over
 */
export async function latest(source: Source, most = Number.POSITIVE_INFINITY): Promise<Kept> {
  const damaged: ModelError[] = [];
  let checkpoint: Checkpoint | null = null;
  for (const name of names) {
    const bytes = await source(name);
    if (!bytes) continue;
    try {
      const found = decodeCheckpoint(bytes, name);
      if (found.epoch <= most && found.generation > (checkpoint?.generation ?? 0)) checkpoint = found;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      damaged.push(error);
    }
  }
  return { checkpoint, damaged };
}

/** All numbers of a training by name: `carry.θ.0.W`, `carry.state.0.m`, `best.θ.0.W`, … */
export const tensorsIn = ({ carry, best }: Snapshot): Record<string, Tensor> =>
  leavesByName({ carry, best }, isTensor, "carry");

/**
 * Where training stood when a checkpoint was written.
 *
 * @param now a training like it
 * @throws `resume-mismatch` when the numbers are not those of this network and this optimizer
 */
export function snapshotIn({ epoch, tensors }: Checkpoint, { carry }: Snapshot): Snapshot {
  const { θ, running } = carry;
  const best = Object.keys(tensors).some((name) => name.startsWith("best.")) ? { θ, running } : null;
  const example = { epoch, carry, best };
  const found = Object.entries(tensorsIn(example)).map(([name, wanted]) => fitting(name, tensors[name], wanted));
  return fillLeaves(example, isTensor, found) as Snapshot;
}

function fitting(name: string, found: Tensor | undefined, wanted: Tensor): Tensor {
  if (found && sameShape(found.shape, wanted.shape)) return found;
  throw new ModelError({
    code: "resume-mismatch",
    where: name,
    given: { "in the checkpoint": found?.shape ?? "nothing", now: wanted.shape },
    rule: "the checkpoint is of another network or another optimizer.",
    hint: "go on with what was trained before, or start anew without the checkpoint.",
  });
}
