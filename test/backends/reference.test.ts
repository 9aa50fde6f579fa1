import { describe, expect, it } from "vitest";
import { backendOf, backends } from "../../src/backends/index.ts";
import { reference } from "../../src/backends/reference.ts";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { add, mul, scan, sum, take } from "../../src/ops/index.ts";
import { trace } from "../../src/transform/index.ts";
import { codeOf } from "../numeric.ts";

const f64 = { precision: "f64" } as const;
const looped = trace(
  (x: Value, xs: Value) => {
    const [last, ys] = scan((c: Value, v: Value) => [mul(c, v), c], x, xs);
    return [add(last, 1), ys];
  },
  [1, [2, 3, 4]],
);

describe("the reference engine", () => {
  it("runs again and again, and gives copies", () => {
    const { run } = reference.compile(looped, f64);
    const [first] = run([tensor(1), tensor([2, 3, 4])]);
    const [second] = run([tensor(2), tensor([1, 1, 1])]);
    expect([first!.item(), second!.item()]).toEqual([25, 3]);
  });

  it("leaves its arguments as they are", () => {
    const xs = tensor([2, 3, 4]);
    reference.compile(looped, f64).run([tensor(1), xs]);
    expect(xs.toArray()).toEqual([2, 3, 4]);
  });

  it("pauses between the turns of a loop, shows the carries, and ends with what run gives", () => {
    const executable = reference.compile(looped, f64);
    const args = [tensor(1), tensor([2, 3, 4])];
    const slices = executable.slices(args);
    const seen: [number, number, unknown][] = [];
    let next = slices.next();
    for (; !next.done; next = slices.next())
      seen.push([next.value.done, next.value.length, next.value.carries().map((c) => c.item())]);
    expect(seen).toEqual([
      [1, 3, [2]],
      [2, 3, [6]],
      [3, 3, [24]],
    ]);
    expect(next.value).toEqual(executable.run(args));
  });

  it("can be stopped in the middle", () => {
    const executable = reference.compile(looped, f64);
    const slices = executable.slices([tensor(1), tensor([2, 3, 4])]);
    expect(slices.next().done).toBe(false);
    expect(slices.return([]).done).toBe(true);
    expect(executable.run([tensor(1), tensor([1, 1, 1])])[0]!.item()).toBe(2);
  });

  it("has no pause in a program without loops", () => {
    const slices = reference
      .compile(
        trace((x: Value) => add(x, 1), [1]),
        f64,
      )
      .slices([tensor(1)]);
    expect(slices.next()).toEqual({ done: true, value: [tensor(2)] });
  });

  it("swaps carries without losing one", () => {
    const swap = trace(
      (x: Value, y: Value) => {
        const [last] = scan((c) => [{ a: c.b, b: c.a }, null], { a: x, b: y }, null, { length: 3 });
        return [last.a, last.b];
      },
      [1, 2],
    );
    expect(
      reference
        .compile(swap, f64)
        .run([tensor(1), tensor(2)])
        .map((t) => t.item()),
    ).toEqual([2, 1]);
  });

  it("refuses arguments of another shape or kind", () => {
    const { run } = reference.compile(looped, f64);
    expect(codeOf(() => run([tensor(1), tensor([2, 3])]))).toBe("program-type");
    expect(codeOf(() => run([new Tensor([], Int32Array.of(1)), tensor([2, 3, 4])]))).toBe("program-type");
  });

  it("gives integers and booleans in arrays of their own, reals in the precision asked for", () => {
    const p = trace((x: Value) => [x, x.less(1), x.argmax()], [[1, 2]]);
    const kinds = (precision: "f64" | "f32"): string[] =>
      reference
        .compile(p, { precision })
        .run([tensor([0.1, 2])])
        .map((t) => t.data.constructor.name);
    expect(kinds("f64")).toEqual(["Float64Array", "Uint8Array", "Int32Array"]);
    expect(kinds("f32")).toEqual(["Float32Array", "Uint8Array", "Int32Array"]);
  });

  it("finds an index outside of its axis when it runs", () => {
    const p = trace((x: Value, i: Value) => sum(take(x, i)), [[1, 2], Int32Array.of(0)]);
    const { run } = reference.compile(p, f64);
    expect(codeOf(() => run([tensor([1, 2]), tensor(Int32Array.of(2))]))).toBe("index-range");
    expect(run([tensor([1, 2]), tensor(Int32Array.of(1))])[0]!.item()).toBe(2);
  });
});

it("names every engine, and the nearest one to a slip", () => {
  for (const name of Object.keys(backends)) expect(backendOf(name).name).toBe(name);
  expect(() => backendOf("referense")).toThrow("did you mean reference?");
});
