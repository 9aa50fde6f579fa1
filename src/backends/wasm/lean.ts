import type { Backend, BackendOptions } from "../../compile/backend.ts";
import { isModelError } from "../../core/errors.ts";
import type { Closure } from "../../graph/closure.ts";
import { assemble } from "./assemble.ts";
import type { Assembly } from "./assembly.ts";
import { linked } from "./machine.ts";
import { isWanting, provide } from "./provision.ts";
import { hindrance } from "./threads/here.ts";
import { threadsLoaded } from "./threads/local.ts";

/** The compiled engine for those who can wait until the code of rarely used ops is loaded. */
export const lean: Backend = {
  name: "wasm",
  async ready(traced, options) {
    await provideFor(traced, options);
  },
  compile(program, options) {
    const assembly = assemble(program, options);
    try {
      return linked(assembly);
    } catch (error) {
      if (!lacksShared(assembly, error)) throw error;
      return linked(assemble(program, { ...options, threads: 1 }));
    }
  },
};

/** Whether it was only memory to be shared that there was not enough of: a page has room for some hundred of them. */
export const lacksShared = ({ threads }: Assembly, error: unknown): boolean =>
  threads > 1 && isModelError(error) && error.problem.code === "engine-memory";

/** Loads the code of rarely used ops if a function has any, and what several threads need, if there may be several. */
export async function provideFor(traced: Closure, { threads = 1 }: BackendOptions): Promise<void> {
  if (isWanting(traced)) provide((await import("./rare.ts")).provision);
  if (threads !== 1 && hindrance() === null) await threadsLoaded();
}
