import { f32, Module } from "./emitter.ts";
import { lanes } from "./lanes.ts";

/** Whether a module with such an instruction is accepted here. */
function accepts(write: (module: Module) => void): boolean {
  const module = new Module({ least: 1, most: null });
  write(module);
  return WebAssembly.validate(module.bytes());
}

/** What this machine's WebAssembly can do beyond the core; asked once. */
export const features = {
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
let fused: boolean | undefined;
