import type { Backend } from "../../compile/backend.ts";
import { compile } from "./compile.ts";
import { provide } from "./provision.ts";
import { provision } from "./rare.ts";
import { provideDivision } from "./threads/dividing.ts";
import { division } from "./threads/division.ts";

/** Compiles a program to one WebAssembly module at run time: fused loops on vectors, all arrays in one planned memory. */
export const wasm: Backend = {
  name: "wasm",
  compile(program, options) {
    provide(provision);
    provideDivision(division);
    return compile(program, options);
  },
};
