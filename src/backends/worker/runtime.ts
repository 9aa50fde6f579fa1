import type { Message, Reply } from "./messages.ts";

/** A worker as its page sees it; the library is compiled without the types of pages. */
export interface PageWorker {
  postMessage(message: Message, transfer: readonly ArrayBufferLike[]): void;
  terminate(): void;
  addEventListener(type: "message", listener: (event: { readonly data: Reply }) => void): void;
  addEventListener(
    type: "error" | "messageerror",
    listener: (event: { readonly message?: string; preventDefault(): void }) => void,
  ): void;
}

export type StartWorker = new (address: URL | string, options: { type: "module"; name: string }) => PageWorker;

interface Locks {
  request(name: string, options: { signal?: AbortSignal }, whileHeld: () => Promise<void>): Promise<void>;
}

interface Page {
  readonly document?: unknown;
  readonly Worker?: unknown;
  readonly navigator?: { readonly locks?: Locks };
}

/** The locks of the origin, where there are some: in secure contexts. */
export const locks = (): Locks | undefined => (globalThis as Page).navigator?.locks;

/** Whether this is the thread of a page, which must stay responsive, and can start workers. */
export function isPage(): boolean {
  const { document, Worker } = globalThis as Page;
  return document !== undefined && typeof Worker === "function";
}
