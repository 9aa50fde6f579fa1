import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pullback } from "../../src/autodiff/index.ts";
import type { Executable } from "../../src/compile/index.ts";
import { lower } from "../../src/compile/index.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import { fill, type Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { samples } from "../programs.ts";
import { type Case, type F, integers, numbers, programOf } from "./cases.ts";
import { divided, plain, started, together } from "./divided.ts";
import { loops } from "./loops.ts";
import { large, products, wrongProduct } from "./products.ts";

/** Both precisions, with two threads and with three. */
const ways = (["f64", "f32"] as const).flatMap((precision) => [2, 3].map((threads) => ({ precision, threads })));
const runs = { numRuns: 150, seed: 20240229 };

/** Where a program stood at each pause, and what it gave at the end. */
function paused({ slices }: Executable, args: readonly Tensor[]): unknown[] {
  const steps = slices(args, 1);
  const seen: unknown[] = [];
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done) return [...seen, plain(next.value)];
    seen.push([next.value.done, plain(next.value.carries())]);
  }
}

it("threads share memory, but for pages that are not isolated", async () => {
  const { crossOriginIsolated = true } = globalThis as { crossOriginIsolated?: boolean };
  expect(await started(3)).toBe(crossOriginIsolated);
});

/** A function, its value and its gradient by all arguments. */
const withGradient =
  (f: (...xs: Value[]) => Value): F =>
  (...xs) => {
    const y = f(...xs);
    return [y, ...pullback([y], xs, [fill(y, 1)])];
  };
const turned = (x: Value): Value => ops.transpose(x, [0, 2, 1]);
const rows = integers([40], (i) => (i * i + 1) % 33);
const cases: readonly Case[] = [
  ["a network", withGradient((x, v, w) => ops.sum(ops.logSumExp(ops.tanh(x.matmul(v)).matmul(w), { axis: 1 }))), [numbers([70, 33]), numbers([33, 90], 2), numbers([90, 10], 3)]],
  ["reductions", withGradient((x) => ops.sum(ops.mul(ops.max(x, { axis: 0 }), ops.reshape(ops.sum(x, { axis: 1 }), [37, 1])))), [numbers([37, 41])]],
  ["reductions to the last axis", (x) => [ops.sum(x, { axis: [0, 1] }), ops.min(x, { axis: [0, 2] }), ops.logSumExp(x, { axis: 2 })], [numbers([5, 7, 65])]],
  ["sums of integers", (x) => [ops.sum(x, 0), ops.sum(x, 1)], [integers([23, 19], (i) => i * 2 ** 28)]],
  ["positions", (x) => [ops.argmax(x, 0), ops.argmin(x, 1)], [numbers([23, 19])]],
  ["running sums", withGradient((x) => ops.square(ops.cumsum(x, 1))), [numbers([23, 19])]],
  ["rows by number", withGradient((x, i) => ops.square(ops.take(x, i))), [numbers([33, 21]), rows]],
  ["columns by number", (x, i) => ops.take(x, i, 1), [numbers([5, 33]), rows]],
  ["joined and padded", (x) => [ops.concat([x, ops.flip(x)], 1), ops.pad(x, [[3, 1], [0, 2]])], [numbers([23, 41])]],
  ["batches of products", (x, w) => [x.matmul(w), turned(w).matmul(turned(x)), ops.slice(x, [[0, 1]]).matmul(w)], [numbers([3, 25, 40]), numbers([3, 40, 60], 2)]],
  ["matrices and vectors", (x, v) => [x.matmul(v), ops.transpose(x).matmul(ops.slice(v, [[0, 61]]))], [numbers([61, 90]), numbers([90])]],
  ["views", (x) => [ops.exp(ops.transpose(x)), ops.add(ops.flip(x, -1), ops.slice(x, [[0, 1]])), ops.reshape(ops.transpose(x), [-1])], [numbers([23, 41])]],
]; // biome-ignore format: one line a case

describe.each(ways)("$threads threads in $precision", (options) => {
  it("give the bits of one thread, for random programs divided wherever they can be", async () => {
    const sharing = await started(options.threads);
    const counts: number[] = [];
    fc.assert(
      fc.property(samples(), ({ closure, args }) => {
        const threads = together(lower(closure), args, options);
        expect([1, options.threads]).toContain(threads);
        counts.push(threads as number);
      }),
      runs,
    );
    expect(counts.some((n) => n > 1)).toBe(sharing);
  });

  it("give exact products, whatever rows, columns and transposes", async () => {
    await started(options.threads);
    for (const sizes of [products, large])
      fc.assert(
        fc.property(sizes, (product) => wrongProduct(product, options, divided) === null),
        { ...runs, numRuns: sizes === large ? 10 : 100 },
      );
  });

  it.each(cases)("give the bits of one thread: %s", async (_name, f, args) => {
    const threads = (await started(options.threads)) ? options.threads : 1;
    expect(together(programOf(f, args), args, options)).toBe(threads);
  });

  it("give the bits of one thread at every pause of random loops", async () => {
    await started(options.threads);
    fc.assert(
      fc.property(loops, ({ closure, args }) => {
        const program = lower(closure);
        const [one, some] = [1, options.threads].map((threads) => divided(program, { ...options, threads }));
        expect(paused(some!, args)).toEqual(paused(one!, args));
        expect(plain(some!.run(args))).toEqual(plain(one!.run(args)));
        some!.close?.();
      }),
      runs,
    );
  });
});
