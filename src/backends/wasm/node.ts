import { setFlagsFromString } from "node:v8";

/** Versions of V8 whose wider vectors were tried with the engine's own tests and found right: Node 24 and 26. */
const widening: ReadonlySet<string> = new Set(["13.6", "14.6"]);
/** Versions that have relaxed SIMD, but behind a flag: Node 20. */
const relaxing: ReadonlySet<string> = new Set(["11.3"]);

/**
 * Turns on what V8 has for WebAssembly but leaves off by itself: vectors of 256 bits, each made of two of 128 (nearly twice
 * as fast in products; the same bits), and on Node 20 a·b + c in one instruction (as later versions have it). A version of V8
 * that was not tried is left alone.
 *
 * A flag counts for the whole process and for modules compiled later, so the library never sets one by itself: call this
 * first. The command line does, unless told `--portable`.
 *
 * @param v8 version of V8, as `process.versions.v8` says it
 * @returns the flags that were set
 */
export function accelerate(v8: string = process.versions.v8): string[] {
  const version = v8.split(".", 2).join(".");
  const flags = [
    ...(widening.has(version) ? ["--experimental-wasm-revectorize"] : []),
    ...(relaxing.has(version) ? ["--experimental-wasm-relaxed-simd"] : []),
  ];
  for (const flag of flags) setFlagsFromString(flag);
  return flags;
}
