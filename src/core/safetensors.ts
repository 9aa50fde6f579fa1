import { ModelError } from "./errors.ts";
import { type Shape, size } from "./shape.ts";
import { type DType, Tensor, type TensorData } from "./tensor.ts";

/**
 * Named tensors as bytes, in the safetensors format: eight bytes with the length of a JSON header, the header with
 * name, kind, shape and place of each tensor, then the numbers, little-endian.
 *
 * @see https://github.com/huggingface/safetensors
 */

const kinds = { F64: Float64Array, F32: Float32Array, I32: Int32Array, BOOL: Uint8Array } as const;
type Kind = keyof typeof kinds;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function kindOf({ dtype, data }: Tensor): Kind {
  if (dtype !== "real") return dtype === "integer" ? "I32" : "BOOL";
  return data instanceof Float32Array ? "F32" : "F64";
}

/** The bytes of named tensors, in the order given; `notes` go into the header's metadata. */
export function encodeTensors(
  tensors: Readonly<Record<string, Tensor>>,
  notes: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const header: Record<string, Entry | Readonly<Record<string, string>>> = { __metadata__: notes };
  for (const [name, tensor] of Object.entries(tensors)) {
    const end = offset + tensor.data.byteLength;
    header[name] = { dtype: kindOf(tensor), shape: tensor.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + offset).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let at = start;
  for (const { data } of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Named tensors out of a file, and the notes in its header. */
export interface Decoded {
  readonly tensors: Record<string, Tensor>;
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * Named tensors from bytes, with the notes that were written beside them.
 *
 * @param where what to call the bytes in messages: a file name
 * @throws `model-file` when they are cut short or malformed
 */
export function decodeFile(bytes: Uint8Array, where: string): Decoded {
  const broken = (rule: string): ModelError =>
    new ModelError({
      code: "model-file",
      where,
      given: { bytes: bytes.length },
      rule,
      hint: "the file is damaged or was not written completely; take a copy, or train again.",
    });
  if (bytes.length < 8) throw broken("a safetensors file begins with 8 bytes that give the length of its header.");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (8 + length > bytes.length) throw broken(`the header should be ${length} bytes long, but the file ends before.`);
  const { __metadata__: notes = {}, ...entries } = headerOf(bytes.subarray(8, 8 + length), broken);
  const body = bytes.subarray(8 + length);
  const tensors = Object.entries(entries).map(([name, entry]) => [name, tensorAt(name, entry, body, broken)] as const);
  return { tensors: Object.fromEntries(tensors), notes };
}

/**
 * Named tensors from bytes.
 *
 * @param where what to call the bytes in messages: a file name
 * @throws `model-file` when they are cut short or malformed
 */
export const decodeTensors = (bytes: Uint8Array, where: string): Record<string, Tensor> =>
  decodeFile(bytes, where).tensors;

interface Header {
  readonly __metadata__?: Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

function headerOf(text: Uint8Array, broken: (rule: string) => ModelError): Header {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
    if (typeof header === "object" && header !== null) return header as Header;
  } catch {
    // falls through to the one message for every kind of damage
  }
  throw broken("the header is not JSON.");
}

function tensorAt(name: string, entry: unknown, body: Uint8Array, broken: (rule: string) => ModelError): Tensor {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Entry;
  if (!(dtype in kinds) || !isShape(shape) || !Array.isArray(offsets))
    throw broken(`tensor ${name} has no valid kind, shape and place.`);
  const [from, to] = offsets;
  const Numbers = kinds[dtype as Kind];
  if (to - from !== size(shape) * Numbers.BYTES_PER_ELEMENT)
    throw broken(`tensor ${name} has not the size of its shape.`);
  if (!(from >= 0 && to <= body.length))
    throw broken(`tensor ${name} ends at byte ${to}, but only ${body.length} are there.`);
  const data: TensorData = new Numbers(new Uint8Array(body.subarray(from, to)).buffer); // a copy: aligned, and no view
  const kind: DType = dtype === "I32" ? "integer" : dtype === "BOOL" ? "boolean" : "real";
  return new Tensor(shape, data, kind);
}

const isShape = (x: unknown): x is Shape => Array.isArray(x) && x.every((d) => Number.isInteger(d) && d >= 0);
