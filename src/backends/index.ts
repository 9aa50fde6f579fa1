import type { Backend } from "../compile/backend.ts";
import { ModelError, suggestion } from "../core/errors.ts";
import { reference } from "./reference.ts";
import { wasm } from "./wasm/index.ts";

export { traceNonFinite } from "./reference.ts";

/** Every engine by name, the default first. */
export const backends = { wasm, reference } as const satisfies Record<string, Backend>;
export type BackendName = keyof typeof backends;

export const defaultBackend: BackendName = "wasm";

/**
 * The engine of that name.
 *
 * @throws `option` when there is none
 */
export function backendOf(name: string = defaultBackend): Backend {
  const found = Object.entries(backends).find(([known]) => known === name);
  if (found) return found[1];
  throw new ModelError({
    code: "option",
    where: "backend",
    given: { backend: name },
    rule: "there is no such engine.",
    hint: suggestion(name, Object.keys(backends)),
  });
}
