import { notice } from "../../../core/notice.ts";
import { features } from "../features.ts";

/** What the engine needs of the runtime to have threads: parts of Node and of pages that are not in the language. */
export interface Runtime {
  readonly process?: {
    readonly versions?: { readonly node?: string };
    readonly getBuiltinModule?: (name: string) => unknown;
  };
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly crossOriginIsolated?: boolean;
  readonly document?: unknown;
  readonly Worker?: new (address: string, options: { name: string }) => PageWorker;
  readonly Blob?: new (parts: readonly string[], options: { type: string }) => unknown;
  readonly URL?: { createObjectURL(blob: unknown): string };
}

export interface PageWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  onerror: ((event: { readonly message?: string }) => void) | null;
}

const runtime = globalThis as unknown as Runtime;

/** A module of Node, asked for at run time: this room is part of a page's bundle, too. Nothing elsewhere. */
export const builtin = (name: string): unknown =>
  runtime.process?.versions?.node ? runtime.process.getBuiltinModule?.(name) : undefined;

/** Threads that run here at the same time. */
export function processors(): number {
  const os = builtin("os") as { availableParallelism(): number } | undefined;
  return os?.availableParallelism() ?? runtime.navigator?.hardwareConcurrency ?? 1;
}

/** Whether threads can share memory here; if not, says once why, where a number of threads was asked for. */
export function canShare(asked: boolean): boolean {
  const why = hindrance();
  if (why && asked) notice(`programs run on one thread: ${why}.`);
  return why === null;
}

/** Why threads cannot share memory here, if they cannot. */
export function hindrance(): string | null {
  if (!features.shared) return "this WebAssembly has no memory that threads can share";
  if (builtin("worker_threads")) return null;
  if (runtime.crossOriginIsolated !== true) return "the page is not cross-origin isolated";
  return runtime.Worker && runtime.Blob && runtime.URL ? null : "there are no workers here";
}
