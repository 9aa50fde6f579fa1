// Engines for those who can wait: they are loaded when they are needed, and what is rarely needed of them later still.

import type { Backend } from "../compile/backend.ts";
import { ModelError, suggestion } from "../core/errors.ts";
import { notice } from "../core/notice.ts";

const names = ["wasm", "reference"] as const;
export type BackendName = (typeof names)[number];

/**
 * The engine of that name; without a name, the fastest that this machine has.
 *
 * @throws `option` when there is none of that name, or not on this machine; `engine-load` when its code cannot be loaded
 */
export async function engineNamed(name?: BackendName): Promise<Backend> {
  if (name !== undefined && !names.includes(name)) throw noBackend(name);
  const compiled = name === "reference" ? null : (await loaded(import("./compiled.ts"))).compiled();
  if (compiled) return compiled;
  if (name === "wasm") throw noBackend(name);
  if (name === undefined) interpreted();
  return (await loaded(import("./reference.ts"))).reference;
}

/** Says that the slow engine does the work where nobody asked for it. */
export const interpreted = (): void =>
  notice(
    "there is no WebAssembly with vectors here, or none that may be compiled: programs are interpreted, which is slow.",
  );

/** Code of an engine that a page has to fetch. */
async function loaded<T>(code: Promise<T>): Promise<T> {
  try {
    return await code;
  } catch (error) {
    throw new ModelError({
      code: "engine-load",
      where: "backend",
      rule: `the engine's code could not be loaded: ${error instanceof Error ? error.message : error}.`,
      hint: "a page fetches it when it trains: put all files of the bundle where the page is, and try again",
    });
  }
}

/** What to say where there is no such engine. */
export function noBackend(name: string): ModelError {
  const known = (names as readonly string[]).includes(name);
  return new ModelError({
    code: "option",
    where: "backend",
    given: { backend: name },
    rule: known ? "there is no WebAssembly with vectors here." : "there is no such engine.",
    hint: known ? "leave the engine out, and reference does the work." : suggestion(name, names),
  });
}
