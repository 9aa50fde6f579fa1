import type { Backend } from "../compile/backend.ts";
import { ModelError, suggestion } from "../core/errors.ts";
import { reference } from "./reference.ts";
import { features } from "./wasm/features.ts";
import { wasm } from "./wasm/index.ts";

export { traceNonFinite } from "./reference.ts";

/** Every engine by name, the fastest first. */
export const backends = { wasm, reference } as const satisfies Record<string, Backend>;
export type BackendName = keyof typeof backends;

/** The compiled engine, or, where WebAssembly or its vectors are missing, the one that interprets. */
export const defaultBackend = (): BackendName => (features.vectors ? "wasm" : "reference");

/**
 * The engine of that name; without a name, the fastest that this machine has.
 *
 * @throws `option` when there is none of that name, or not on this machine
 */
export function backendOf(name: string = defaultBackend()): Backend {
  const found = Object.entries(backends).find(([known]) => known === name);
  if (found && (found[1] !== wasm || features.vectors)) return found[1];
  throw new ModelError({
    code: "option",
    where: "backend",
    given: { backend: name },
    rule: found ? "there is no WebAssembly with vectors here." : "there is no such engine.",
    hint: found ? "leave the engine out, and reference does the work." : suggestion(name, Object.keys(backends)),
  });
}
