import { mostThreads } from "../../../compile/threads.ts";
import { notice } from "../../../core/notice.ts";
import { Arena, runnable } from "../arena.ts";
import type { Assembly } from "../assembly.ts";
import type { Machine } from "../machine.ts";
import { compiled, memoryOf } from "../platform.ts";
import { signals } from "../signals.ts";
import { builtin } from "./here.ts";

/**
 * What linking for several threads takes from the rest of the engine. It is given this and imports nothing but types: few
 * pages ever need it, so it is loaded by itself, and a bundler that saw it import the rest would cut the rest in pieces.
 */
const local = { Arena, runnable, compiled, memoryOf, signals, mostThreads, notice, builtin };
export type Local = typeof local;
type Link = (assembly: Assembly, local: Local) => Machine;

let link: Link | null = null;
let loading: Promise<void> | null = null;

/** Gives what links programs for several threads, where it need not be loaded. */
export function provideThreads(given: Link): void {
  link = given;
}

/** Loads what links programs for several threads, if it is not there. */
export function threadsLoaded(): Promise<void> {
  loading ??= link
    ? Promise.resolve()
    : import("./several.ts").then(
        ({ linkedForSeveral }) => provideThreads(linkedForSeveral),
        (error) => notice(`programs run on one thread: ${error}.`),
      );
  return loading;
}

/** What links programs for several threads, if it is there; otherwise it is loaded, for next time. */
export function threadsIfLoaded(): ((assembly: Assembly) => Machine) | null {
  void threadsLoaded();
  const there = link;
  return there && ((assembly) => there(assembly, local));
}
