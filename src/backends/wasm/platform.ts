import { ModelError } from "../../core/errors.ts";

/** The part of the WebAssembly interface that the engine uses; the same in Node, in pages and in workers. */
declare global {
  namespace WebAssembly {
    class Memory {
      constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
      readonly buffer: ArrayBuffer;
    }
    class Module {
      constructor(bytes: Uint8Array<ArrayBuffer>);
    }
    class Instance {
      constructor(module: Module, imports: Record<string, Record<string, unknown>>);
      readonly exports: Readonly<Record<string, unknown>>;
    }
    function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  }
}

/**
 * Compiles a module at once.
 *
 * @throws `engine-module` when WebAssembly refuses it
 */
export function compiled(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    throw refused(error, { bytes: bytes.length });
  }
}

/**
 * Links a module with what it takes from the host.
 *
 * @throws `engine-module` when WebAssembly refuses it
 */
export function instantiate(module: WebAssembly.Module, host: Record<string, unknown>): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, { host });
  } catch (error) {
    throw refused(error, {});
  }
}

const refused = (error: unknown, given: Record<string, number>): ModelError =>
  new ModelError({
    code: "engine-module",
    where: "the compiled engine",
    given: { ...given, WebAssembly: error instanceof Error ? error.message : String(error) },
    rule: "WebAssembly refused the module of this program.",
    hint: 'backend: "reference" does without; please report what was compiled.',
  });

/**
 * Memory of a number of 64 KiB pages.
 *
 * @param shared between threads
 *
 * @throws `engine-memory` when there is not so much
 */
export function memoryOf(pages: number, shared = false): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(shared ? { initial: pages, maximum: pages, shared } : { initial: pages });
  } catch (error) {
    throw noRoom({ MiB: Math.ceil(pages / 16), WebAssembly: error instanceof Error ? error.message : String(error) });
  }
}

/** What to say where the arrays of a program are too large for one memory, or for a count of 32 bits. */
export const noRoom = (given: Record<string, number | string>): ModelError =>
  new ModelError({
    code: "engine-memory",
    where: "the compiled engine",
    given,
    rule: "there is not enough memory for all arrays of this program (4096 MiB at the most, 2147483647 numbers each).",
    hint: "take fewer rows at a time (scan adds up in pieces), smaller batches or a smaller network.",
  });
