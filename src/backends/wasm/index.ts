import type { Backend } from "../../compile/backend.ts";
import { lean } from "./lean.ts";
import { provide } from "./provision.ts";
import { provision } from "./rare.ts";

/** Compiles a program to one WebAssembly module at run time: fused loops on vectors, all arrays in one planned memory. */
export const wasm: Backend = {
  ...lean,
  compile(program, options) {
    provide(provision);
    return lean.compile(program, options);
  },
};
