import { digest, mix, startHash, words } from "./hash.ts";
import type { Tensor } from "./tensor.ts";

/** A hash over names, shapes and bits of named tensors: equal fingerprints mean equal numbers, bit by bit. */
export function fingerprintOf(tensors: Readonly<Record<string, Tensor>>): string {
  const hash = startHash();
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    mix(hash, words(name));
    mix(hash, Uint32Array.from(shape));
    mix(hash, bitsOf(data));
  }
  return digest(hash);
}

/** Numbers as 32-bit words; bytes, which need not begin at a multiple of four, one a word. */
const bitsOf = (data: Tensor["data"]): Uint32Array =>
  data instanceof Uint8Array
    ? Uint32Array.from(data)
    : new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
