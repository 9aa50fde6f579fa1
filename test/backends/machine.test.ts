import { describe, expect, it } from "vitest";
import { reference } from "../../src/backends/reference.ts";
import { Held, releaseAll } from "../../src/backends/wasm/held.ts";
import { wasm } from "../../src/backends/wasm/index.ts";
import { Tensor } from "../../src/core/tensor.ts";
import * as ops from "../../src/ops/index.ts";
import { type F, numbers, programOf } from "./cases.ts";

/** A tensor that counts how often its numbers are asked for. */
function counted(shape: readonly number[], seed: number): { tensor: Tensor; reads: () => number } {
  const tensor = numbers(shape, seed);
  const { data } = tensor;
  let reads = 0;
  Object.defineProperty(tensor, "data", {
    get() {
      reads++;
      return data;
    },
  });
  return { tensor, reads: () => reads };
}

/** A loop whose carry begins with an argument and is updated in place. */
const loop: F = (x, steps) => ops.scan((c, s) => [ops.add(ops.mul(c as never, 0.5), s!), null], x!, steps!)[0] as never;
const steps = numbers([5], 9);

describe.each([[[200]], [[8, 8]], [[3]]])("an argument of shape %j", (shape) => {
  it("is what counts, however often it or another was given before", () => {
    const [a, b] = [numbers(shape, 1), numbers(shape, 2)];
    const program = programOf(loop, [a, steps]);
    const compiled = wasm.compile(program, { precision: "f64" });
    const expected = (x: Tensor) => reference.compile(program, { precision: "f64" }).run([x, steps])[0]!.data;
    for (const x of [a, a, b, a, new Tensor(shape, b.data), a, a])
      expect(compiled.run([x, steps])[0]!.data).toEqual(expected(x));
    compiled.slices([a, steps], 1).next(); // left in the middle
    expect(compiled.run([a, steps])[0]!.data).toEqual(expected(a));
  });
});

it("reads a large argument once as long as it is the same", () => {
  const x = counted([100], 1);
  const compiled = wasm.compile(programOf(loop, [x.tensor, steps]), { precision: "f32" });
  compiled.run([x.tensor, steps]);
  const before = x.reads();
  compiled.run([x.tensor, steps]);
  expect(x.reads()).toBe(before);
  compiled.run([numbers([100], 2), steps]);
  compiled.run([x.tensor, steps]);
  expect(x.reads()).toBe(before + 1);
});

describe("what is held", () => {
  it("is made when it is needed, and once more after it was let go, unless it is kept", () => {
    releaseAll();
    let made = 0;
    const held = new Held(() => ++made);
    expect([made, releaseAll(), held.get(), held.get()]).toEqual([0, false, 1, 1]);
    expect([releaseAll(), releaseAll(), held.get()]).toEqual([true, false, 2]);
    expect([held.keep(), releaseAll(), held.get()]).toEqual([2, false, 2]);
  });

  it("is a program's memory: runs give the same before it is let go, after, and while it is", () => {
    const x = numbers([100], 1);
    const compiled = wasm.compile(programOf(loop, [x, steps]), { precision: "f64" });
    const expected = compiled.run([x, steps])[0]!.data;
    const slices = compiled.slices([x, steps], 1);
    slices.next();
    expect(releaseAll()).toBe(true);
    expect(compiled.run([x, steps])[0]!.data).toEqual(expected);
    for (let next = slices.next(); ; next = slices.next())
      if (next.done) {
        expect(next.value[0]!.data).toEqual(expected);
        break;
      }
  });
});
