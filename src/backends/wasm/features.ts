import { f32, Module } from "./emitter.ts";
import { lanes } from "./lanes.ts";

/** Whether a module with such an instruction is accepted here; there may be no WebAssembly at all. */
function accepts(write: (module: Module) => void): boolean {
  if (typeof WebAssembly === "undefined") return false;
  const module = new Module({ least: 1, most: null });
  write(module);
  return WebAssembly.validate(module.bytes());
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
};
let vectors: boolean | undefined;
let fused: boolean | undefined;
