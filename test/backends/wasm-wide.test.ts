import { describe, expect, it } from "vitest";
import { isElementwise } from "../../src/backends/wasm/elementwise.ts";
import { planOf } from "../../src/backends/wasm/plan.ts";
import { lower } from "../../src/compile/index.ts";
import { input, type Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { all, type Case, extremes, integers, numbers } from "./cases.ts";

/** Around the numbers that are folded side by side, and the bytes that vectors copy. */
const widths = [7, 8, 9, 15, 16, 17, 40, 51, 127, 128, 129, 256, 257];

all("rows of many numbers:", [
  ...widths.flatMap((n): Case[] => [
    [`sums, greatest and least down ${n} columns`, (x) => [ops.sum, ops.max, ops.min].map((f) => f(x!, 0)), [numbers([5, n])]],
    [`the same of rows and columns backwards`, (x) => [ops.flip(x!, 0), ops.flip(x!, 1)].map((y) => ops.sum(y, 0)), [numbers([5, n])]],
    [`sums over blocks of ${n} columns`, (x) => [ops.sum(x!, 0), ops.sum(x!, 1), ops.sum(x!, [0, 1])], [numbers([3, 4, n])]],
    [`places along and down ${n}`, (x) => [0, 1].flatMap((axis) => [ops.argmax(x!, axis), ops.argmin(x!, axis)]), [extremes([18, n])]],
    [`places of whole numbers along ${n}`, (x) => [ops.argmax(x!, 1), ops.argmin(x!, 1)], [integers([3, n], (i) => (7 * i) % 13)]],
    [`rows of ${n} by index`, (x, i) => ops.take(x!, i!, 0), [numbers([6, n]), integers([4], (i) => (5 * i) % 6)]],
    [`rows of ${n} side by side`, (x, y) => ops.concat([x!, y!], 1), [numbers([3, n]), numbers([3, 5])]],
  ]),
]); // biome-ignore format: one line a case

describe("what waits in memory", () => {
  const plan = (inputs: readonly Value[], outputs: readonly Value[], loop?: { constants: number; carries: number }) =>
    planOf(
      lower({ inputs, outputs }),
      { fusable: (line, types) => isElementwise(line, (v) => types[v]!.dtype), scratch: () => 0 },
      loop,
    );
  const real = (shape: readonly number[]): Value => input({ shape, dtype: "real" });

  it("is not what only a later loop reads: it is made there", () => {
    const [x, m] = [real([8, 8]), real([8, 8])];
    const early = ops.exp(x);
    const y = ops.matmul(early, x); // the loop of exp is there before that of the sum
    const { kernels, spans, program } = plan([x, m], [ops.add(y, ops.mul(0.9, m))]);
    expect(kernels.map((k) => (k.kind === "group" ? k.lines.map((line) => line.op.name) : k.kind))).toEqual([
      ["exp"],
      "line",
      ["mul", "add"],
    ]);
    expect(spans.size).toBe(program.inputs.length + 4); // exp x, the product, the sum, and 0.9
  });

  it("is the mask of relu neither: it is read off the result", () => {
    const [x, w] = [real([8, 8]), real([8, 8])];
    const y = ops.relu(x);
    const { kernels } = plan([x, w], [y, ops.mul(ops.matmul(y, w), ops.step(y))]);
    expect(kernels.map((k) => (k.kind === "group" ? k.lines.map((line) => line.op.name) : k.kind))).toEqual([
      ["relu"],
      "line",
      ["step", "mul"],
    ]);
  });

  it("is what stands in the way of writing over a carry", () => {
    const [x, carry] = [real([8, 8]), real([8, 8])];
    const doubled = ops.mul(2, carry);
    const next = ops.add(carry, x); // written over the carry: 2·carry is made before
    const { kernels } = plan([carry, x], [next, ops.add(ops.matmul(next, x), doubled)], { constants: 0, carries: 1 });
    expect(kernels.map((k) => (k.kind === "group" ? k.lines.map((line) => line.op.name) : k.kind))).toEqual([
      ["mul", "add"],
      "line",
      ["add"],
    ]);
  });
});
