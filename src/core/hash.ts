/** A running FNV-1a hash of 64 bits. */
export interface HashState {
  low: number;
  high: number;
}

export const startHash = (): HashState => ({ low: 0x84222325, high: 0xcbf29ce4 });

/**
 * Feeds 32-bit words: h ← (h xor word) · (2⁴⁰ + 0x1b3) mod 2⁶⁴. It tells data apart; it is no defence against forgery.
 * The product is split as h·2⁴⁰ + h·0x1b3: the first is a shift by 8 in the upper half; what the second carries into that
 * half is found from the halves of 16 bits of the lower one.
 *
 * @see Fowler, Noll & Vo, The FNV non-cryptographic hash algorithm
 */
export function mix(state: HashState, data: Uint32Array): void {
  let { low, high } = state;
  for (let i = 0; i < data.length; i++) {
    const x = low ^ data[i]!;
    const carried = ((x >>> 16) * 0x1b3 + (((x & 0xffff) * 0x1b3) >>> 16)) >>> 16;
    high = (Math.imul(high, 0x1b3) + (x << 8) + carried) | 0;
    low = Math.imul(x, 0x1b3);
  }
  state.low = low >>> 0;
  state.high = high >>> 0;
}

/** UTF-16 units after their count, so that ["ab", "c"] and ["a", "bc"] differ. */
export function words(text: string): Uint32Array {
  const units = new Uint32Array(text.length + 1);
  units[0] = text.length;
  for (let i = 0; i < text.length; i++) units[i + 1] = text.charCodeAt(i);
  return units;
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");

/** 16 hexadecimal digits. */
export const digest = ({ low, high }: HashState): string => hex(high) + hex(low);
