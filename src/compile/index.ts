import { atOnce, type Steps } from "../core/steps.ts";
import type { Closure } from "../graph/closure.ts";
import { check, type Program, program } from "../graph/program.ts";
import { simplifying } from "./simplify.ts";

export type {
  Backend,
  BackendOptions,
  Executable,
  Outcome,
  Precision,
  Runner,
  Slice,
  Stop,
  Workshop,
} from "./backend.ts";

export { checkedThreads, mostThreads, type Threads } from "./threads.ts";
export { simplifying };

/** A traced function, simplified, numbered and checked: what every engine compiles. */
export const lower = (whole: Closure): Program => atOnce(lowering(whole));

/** The same in steps. */
export function* lowering(whole: Closure): Steps<Program> {
  const numbered = program(yield* simplifying(whole));
  yield;
  check(numbered);
  return numbered;
}
