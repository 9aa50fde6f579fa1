// Engines for those who can wait: what is rarely needed is loaded when it is.

import type { Backend, Workshop } from "../compile/backend.ts";
import { ModelError, suggestion } from "../core/errors.ts";
import { here } from "./paced.ts";
import { features } from "./wasm/features.ts";
import { lean } from "./wasm/lean.ts";
import { isPage, WorkerWorkshop } from "./worker/index.ts";

export type BackendName = "wasm" | "reference";

/** The compiled engine, or, where WebAssembly or its vectors are missing, the one that interprets. */
export const defaultBackend = (): BackendName => (features.vectors ? "wasm" : "reference");

/**
 * The engine of that name; without a name, the fastest that this machine has.
 *
 * @throws `option` when there is none of that name, or not on this machine
 */
export async function engineNamed(name: BackendName = defaultBackend()): Promise<Backend> {
  if (name === "wasm" && features.vectors) return lean;
  if (name === "reference") return (await import("./reference.ts")).reference;
  throw noBackend(name, ["wasm", "reference"]);
}

/** What to say where there is no such engine. */
export const noBackend = (name: string, known: readonly string[]): ModelError =>
  new ModelError({
    code: "option",
    where: "backend",
    given: { backend: name },
    rule: known.includes(name) ? "there is no WebAssembly with vectors here." : "there is no such engine.",
    hint: known.includes(name) ? "leave the engine out, and reference does the work." : suggestion(name, known),
  });

/** Where programs of an engine are run for someone who waits. */
export const workshopOf = (backend: Backend): Workshop =>
  backend.name === lean.name && isPage() ? new WorkerWorkshop() : here(backend);
