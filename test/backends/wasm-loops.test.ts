import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pullback } from "../../src/autodiff/index.ts";
import { reference } from "../../src/backends/reference.ts";
import { wasm } from "../../src/backends/wasm/index.ts";
import { type Executable, lower, type Slice } from "../../src/compile/index.ts";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import { fill, type Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { bits } from "../numeric.ts";
import { agrees, numbers, programOf } from "./cases.ts";
import { ways } from "./judge.ts";
import { loops } from "./loops.ts";

const runs = { numRuns: 600, seed: 20240229 };

/** Numbers and kinds, comparable at a glance. */
const plain = (results: readonly Tensor[]): unknown => results.map((t) => [t.dtype, t.shape, bits(t.data)]);

/** Where a program stood at each pause, and what it gave at the end. */
function paused({ slices }: Executable, args: readonly Tensor[], turns?: number): { stops: unknown[]; end: unknown } {
  const stops: unknown[] = [];
  const steps = slices(args, turns);
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done) return { stops, end: plain(next.value) };
    const { done, length, carries }: Slice = next.value;
    stops.push([done, length, plain(carries())]);
  }
}

describe.each(ways)("random loops in $precision, reproducible: $reproducible,", (options) => {
  it("give the same bits as the reference engine, at the end and at every pause", () => {
    fc.assert(
      fc.property(loops, fc.integer({ min: 1, max: 4 }), ({ closure, args }, turns) => {
        const program = lower(closure);
        const [is, should] = [wasm.compile(program, options), reference.compile(program, options)];
        const expected = paused(should, args);
        expect(plain(is.run(args))).toEqual(expected.end);
        expect(paused(is, args, 1)).toEqual(expected);
        const some = paused(is, args, turns);
        expect(some.end).toEqual(expected.end);
        for (const stop of some.stops) expect(expected.stops).toContainEqual(stop);
        expect(paused(is, args).end).toEqual(expected.end);
      }),
      runs,
    );
  });

  it("can be left in the middle, and run with other arguments", () => {
    fc.assert(
      fc.property(loops, ({ closure, args }) => {
        const program = lower(closure);
        const [is, should] = [wasm.compile(program, options), reference.compile(program, options)];
        const others = args.map(
          (x) =>
            new Tensor(
              x.shape,
              Float64Array.from(x.data, (a) => 3 - a),
            ),
        );
        const left = is.slices(args, 1);
        left.next();
        left.return([]);
        expect(plain(is.run(others))).toEqual(plain(should.run(others)));
        expect(plain(is.run(args))).toEqual(plain(should.run(args)));
      }),
      { ...runs, numRuns: 100 },
    );
  });
});

describe("a loop on the compiled engine", () => {
  const f = (x: Value, w: Value): Value =>
    ops.sum(
      ops.scan((h, r) => [ops.tanh(ops.add(ops.matmul(h, w), r)), ops.sigmoid(h)], ops.mul(0, ops.slice(x, [0])), x)[1],
    );

  it("agrees where lines round, forwards and backwards", () => {
    agrees(
      (x, w) => {
        const y = f(x!, w!);
        return [y, ...pullback([y], [x!, w!], [fill(y, 1)])];
      },
      [numbers([6, 5]), numbers([5, 5], 2)],
    );
  });

  it("keeps its results apart from those of another executable, and from later runs", () => {
    const program = programOf((x) => ops.scan((c, r) => [ops.add(c, r), c], 0, x), [numbers([4])]);
    const [one, two] = [wasm.compile(program, { precision: "f64" }), wasm.compile(program, { precision: "f64" })];
    const steps = one.slices([tensor([1, 2, 3, 4])], 1);
    steps.next();
    const other = two.run([tensor([5, 5, 5, 5])]);
    const { value: pause } = steps.next() as { value: Slice };
    expect(pause.carries()[0]!.item()).toBe(3);
    const [sum, before] = one.run([tensor([1, 1, 1, 1])]);
    two.run([tensor([9, 9, 9, 9])]);
    expect([sum!.item(), before!.toArray(), other[0]!.item()]).toEqual([4, [0, 1, 2, 3], 20]);
  });

  it("leaves its arguments as they are", () => {
    const x = numbers([4]);
    const kept = [...x.data];
    wasm
      .compile(
        programOf((x) => ops.scan((c, r) => [ops.mul(c, r), c], x!, [2, 3]), [x]),
        { precision: "f64" },
      )
      .run([x]);
    expect([...x.data]).toEqual(kept);
  });

  it("pauses by itself every few milliseconds, not at every turn of many short ones", () => {
    const program = programOf(
      (x) => ops.scan((c) => [ops.add(c, 1), null], x!, null, { length: 1_000_000 })[0],
      [tensor(0)],
    );
    const { stops } = paused(wasm.compile(program, { precision: "f64" }), [tensor(0)]);
    expect(stops.length).toBeLessThan(1000);
    expect(stops.at(-1)).toEqual([1_000_000, 1_000_000, plain([tensor(1_000_000)])]);
  });
});
