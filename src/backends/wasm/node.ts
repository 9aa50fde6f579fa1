import { setFlagsFromString } from "node:v8";

/**
 * Asks V8 for what it has but does not turn on by itself: vectors of 256 bits made of pairs of 128 bits (V8 13.6, Node 24
 * and later), which nearly doubles the speed of products, and relaxed SIMD where it is still behind a flag (V8 11 and 12
 * before 12.3, Node 20). It does not change a result by a bit of its own accord, but relaxed SIMD may.
 *
 * A flag is process-wide and counts for modules compiled afterwards, so the library never sets one by itself: call this
 * first, once. The command line does.
 *
 * @param v8 version of V8, as `process.versions.v8` has it
 * @returns the flags that were set
 */
export function accelerate(v8: string = process.versions.v8): string[] {
  const [major = 0, minor = 0] = v8.split(".").map(Number);
  const atLeast = (a: number, b: number): boolean => major > a || (major === a && minor >= b);
  const flags = [
    ...(atLeast(13, 6) ? ["--experimental-wasm-revectorize"] : []),
    ...(atLeast(11, 0) && !atLeast(12, 3) ? ["--experimental-wasm-relaxed-simd"] : []),
  ];
  for (const flag of flags) setFlagsFromString(flag);
  return flags;
}
