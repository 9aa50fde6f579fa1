import type { Backend } from "../compile/backend.ts";
import { type BackendName, interpreted, noBackend } from "./loaded.ts";
import { reference } from "./reference.ts";
import { features } from "./wasm/features.ts";
import { wasm } from "./wasm/index.ts";

export type { BackendName } from "./loaded.ts";

/** Every engine by name, the fastest first. */
export const backends: Readonly<Record<BackendName, Backend>> = { wasm, reference };

/** The compiled engine, or, where WebAssembly or its vectors are missing, the one that interprets. */
export function defaultBackend(): BackendName {
  if (features.vectors) return "wasm";
  interpreted();
  return "reference";
}

/**
 * The engine of that name, at once; without a name, the fastest that this machine has.
 *
 * @throws `option` when there is none of that name, or not on this machine
 */
export function backendOf(name: string = defaultBackend()): Backend {
  const found = Object.entries(backends).find(([known]) => known === name)?.[1];
  if (found && (found !== wasm || features.vectors)) return found;
  throw noBackend(name);
}
