import type { BackendOptions } from "../../compile/backend.ts";
import { isModelError } from "../../core/errors.ts";
import type { Program } from "../../graph/program.ts";
import { assemble } from "./assemble.ts";
import type { Assembly } from "./assembly.ts";
import { linked, type Machine } from "./machine.ts";

/** Compiles a program for this thread and its helpers. */
export function compile(program: Program, options: BackendOptions): Machine {
  const assembly = assemble(program, options);
  try {
    return linked(assembly);
  } catch (error) {
    if (!lacksShared(assembly, error)) throw error;
    return linked(assemble(program, { ...options, threads: 1 }));
  }
}

/** Whether it was only memory to be shared that there was not enough of: a page has room for some hundred of them. */
export const lacksShared = ({ threads }: Assembly, error: unknown): boolean =>
  threads > 1 && isModelError(error) && error.problem.code === "engine-memory";
