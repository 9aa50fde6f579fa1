import type { Closure } from "../graph/closure.ts";
import { check, type Program, program } from "../graph/program.ts";
import { simplify } from "./simplify.ts";

export type { Backend, BackendOptions, Executable, Precision, Slice } from "./backend.ts";
export { simplify } from "./simplify.ts";

/** A traced function, simplified, numbered and checked: what every engine compiles. */
export function lower(whole: Closure): Program {
  const numbered = program(simplify(whole));
  check(numbered);
  return numbered;
}
