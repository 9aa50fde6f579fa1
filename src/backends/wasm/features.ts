import { atomics } from "./atomics.ts";
import { f32, i32, Module } from "./emitter.ts";
import { lanes } from "./lanes.ts";

/** Whether a module with such an instruction is accepted here; there may be no WebAssembly at all, or a page may forbid it. */
function accepts(write: (module: Module) => void, most: number | null = null): boolean {
  if (typeof WebAssembly === "undefined") return false;
  const module = new Module({ least: 1, most });
  write(module);
  const bytes = module.bytes();
  return WebAssembly.validate(bytes) && compiles(bytes);
}

/** A content security policy lets code be validated, but not compiled. */
function compiles(bytes: Uint8Array<ArrayBuffer>): boolean {
  try {
    return new WebAssembly.Module(bytes) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

/** What this machine's WebAssembly can do beyond the core; asked once. */
export const features = {
  /** Vectors of 128 bits, without which there is no compiled engine. */
  get vectors(): boolean {
    vectors ??= accepts((module) => {
      module.func([], ["v128"], (body) => body.give(lanes("f32").splat(1)));
    });
    return vectors;
  },
  /** a·b + c in one instruction (relaxed SIMD): with or without a rounding in between, as the processor likes. */
  get fused(): boolean {
    fused ??= accepts((module) => {
      module.func([], ["v128"], (body) => {
        const { op, splat } = lanes("f32");
        const x = splat(f32(1));
        body.give(op("madd", x, x, x));
      });
    });
    return fused;
  },
  /** A memory that several threads share, with words that they read and write in one order. */
  get shared(): boolean {
    shared ??=
      typeof SharedArrayBuffer !== "undefined" &&
      accepts((module) => {
        module.func([], ["i32"], (body) => body.give(atomics.load({ base: i32(0), offset: 0 })));
      }, 1);
    return shared;
  },
};
let shared: boolean | undefined;
let vectors: boolean | undefined;
let fused: boolean | undefined;
