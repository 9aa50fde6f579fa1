import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pullback } from "../../src/autodiff/index.ts";
import { reference } from "../../src/backends/reference.ts";
import { lower, simplifying } from "../../src/compile/index.ts";
import { atOnce } from "../../src/core/steps.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import type { Closure } from "../../src/graph/closure.ts";
import { check, type Program, program } from "../../src/graph/program.ts";
import { constant, fill, input, type Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { trace } from "../../src/transform/index.ts";
import { bits } from "../numeric.ts";
import { realOutputs, type Sample, samples } from "../programs.ts";

const run = (p: Program, args: readonly Tensor[]): Tensor[] => reference.compile(p, { precision: "f64" }).run(args);

function sameBits({ closure, args }: Sample): void {
  const [plain, simple] = [program(closure), lower(closure)];
  check(plain);
  const [a, b] = [run(plain, args), run(simple, args)];
  a.forEach((y, i) => {
    expect(b[i]!.shape).toEqual(y.shape);
    expect(b[i]!.dtype).toBe(y.dtype);
    expect(bits(b[i]!.data)).toEqual(bits(y.data));
  });
}

describe("a simplified program", () => {
  it("gives the same bits, −0 and NaN included", () => {
    fc.assert(fc.property(samples(), sameBits), { numRuns: 1000 });
  });
  it("gives the same bits for derivatives", () => {
    const derivative = (sample: Sample): Sample => {
      const ys = realOutputs(sample);
      const { inputs } = sample.closure;
      return {
        ...sample,
        closure: {
          inputs,
          outputs: pullback(
            ys,
            inputs,
            ys.map((y) => fill(y, 1)),
          ),
        },
      };
    };
    fc.assert(fc.property(samples({ length: 8 }).map(derivative), sameBits), { numRuns: 300 });
  });
  it("does not change when it is simplified again", () => {
    const lines = (c: Closure): number => program(c).lines.length;
    fc.assert(
      fc.property(samples(), ({ closure }) => {
        const once = atOnce(simplifying(closure));
        expect(lines(atOnce(simplifying(once)))).toBe(lines(once));
        expect(lines(once)).toBeLessThanOrEqual(lines(closure) + 12 * 8); // only a folded constant may stand for more
      }),
      { numRuns: 300 },
    );
  });
});

const names = (f: (...xs: Value[]) => unknown, ...args: unknown[]): string[] =>
  trace(f, args).lines.map((line) => line.op.name);

describe("simplifying", () => {
  it("folds constants", () => {
    const p = trace((x: Value) => x.mul(ops.exp(ops.add(1, 2))), [1]);
    expect(p.lines.map((l) => l.op.name)).toEqual(["constant", "mul"]);
    expect((p.lines[0]!.params["tensor"] as Tensor).item()).toBe(Math.exp(3));
  });
  it("shares equal subexpressions, but not those that differ in a parameter", () => {
    expect(names((x) => [ops.sin(x).add(ops.sin(x)), ops.sin(x)], 1)).toEqual(["sin", "add"]);
    expect(names((x) => [ops.sum(x, 1), ops.sum(x, -1)], [[1, 2]])).toEqual(["sumTo", "reshape"]);
    expect(names((x) => [ops.slice(x, [0]), ops.slice(x, [1])], [1, 2]).filter((n) => n === "slice")).toHaveLength(2);
    expect(names((x) => [x.add(0), x.add(-0), x.mul(Number.NaN)], 1)).toEqual(["constant", "add", "constant", "mul"]);
  });
  it("drops what no output needs", () => {
    expect(names((x) => [ops.exp(x), ops.sin(x)][1], 1)).toEqual(["sin"]);
  });
  it.each<[string, (x: Value) => Value]>([
    ["x·1", (x) => x.mul(1)],
    ["1·x, spread out", (x) => ops.mul(fill(x, 1), x)],
    ["x/1", (x) => x.div(1)],
    ["x¹", (x) => x.pow(1)],
    ["x + (−0)", (x) => x.add(-0)],
    ["−(−x)", (x) => x.neg().neg()],
    ["(xᵀ)ᵀ", (x) => x.transpose([1, 2, 0]).transpose([2, 0, 1])],
    ["reshape and back", (x) => x.reshape([-1]).reshape(x.shape)],
    ["where(true, x, y)", (x) => ops.where(true, x, x.exp())],
    ["where(false, y, x)", (x) => ops.where(false, x.exp(), x)],
    ["where(c, x, x)", (x) => ops.where(x.less(0), x, x)],
    ["stopGradient(x)", (x) => ops.stopGradient(x)],
  ])("sees that %s is x", (_name, f) => {
    expect(names(f, [[[1, 2, 3]]])).toEqual([]);
  });
  it.each<[string, (x: Value) => Value, string]>([
    ["x + 0, which turns −0 into 0", (x) => x.add(0), "add"],
    ["x·0, which is NaN at ∞", (x) => x.mul(0), "mul"],
    ["x − x, which is NaN at ∞", (x) => x.sub(x), "add"],
    ["another permutation", (x) => x.transpose([1, 0]).transpose([0, 1]).transpose([1, 0]).transpose(), "transpose"],
  ])("leaves %s", (_name, f, left) => {
    expect(names(f, [[1, 2]]).concat(left)).toContain(left);
    if (left !== "transpose") expect(names(f, [[1, 2]])).toContain(left);
  });
});

describe("simplifying a loop", () => {
  const loopOf = (p: Program) => p.lines.find((l) => ops.isLoop(l.op))!;
  const counts = (p: Program) => {
    const { inputs, outputs, body } = loopOf(p);
    return { inputs: inputs.length, outputs: outputs.filter((v) => v !== null).length, lines: body!.lines.length };
  };
  /** The loop of `f`, where it stands in another loop. */
  const innerLoop = (f: (x: Value) => Value) =>
    loopOf(loopOf(trace((x: Value) => ops.scan((c: Value) => [f(c), null], x, null, { length: 2 })[0], [1])).body!);
  it("drops ys that nothing uses, with their computation and the inputs that only they need", () => {
    const f = (x: Value, y: Value): Value =>
      ops.scan((c: Value, v: Value) => [c.add(v), ops.exp(c.mul(y))], x, [1, 2])[0];
    expect(counts(trace(f, [1, 2]))).toEqual({ inputs: 2, outputs: 1, lines: 1 });
  });
  it("keeps the carries of a loop of the program itself: whoever runs it in slices sees them", () => {
    const f = (x: Value): Value =>
      ops.scan((c) => [{ a: c.a.mul(2), last: c.a }, null], { a: x, last: 0 }, null, { length: 3 })[0].a;
    expect(counts(trace(f, [1])).inputs).toBe(2);
  });
  it("drops carries of a loop in a loop that only keep themselves going", () => {
    const f = (x: Value): Value =>
      ops.scan((c) => [{ a: c.a.mul(2), idle: c.idle.add(c.a) }, null], { a: x, idle: 0 }, null, { length: 3 })[0].a;
    const inner = innerLoop(f);
    expect(inner.inputs).toHaveLength(1);
    expect(inner.body!.lines.map((l) => l.op.name)).toEqual(["constant", "mul"]);
  });
  it("keeps carries on the way to something that is used", () => {
    const f = (x: Value): Value =>
      ops.scan((c) => [{ a: c.b, b: c.c, c: c.a }, null], { a: x, b: 1, c: 2 }, null, { length: 3 })[0].a;
    expect(innerLoop(f).inputs.length - innerLoop(f).body!.lines.length).toBe(3);
  });
  it("replaces a loop without turns by what went in", () => {
    const f = (x: Value) => ops.scan((c: Value) => [c.exp(), c], x, null, { length: 0 });
    expect(names((x) => f(x)[0], 1)).toEqual([]);
  });
  it("folds nothing that depends on a turn", () => {
    const f = (x: Value) => ops.scan((c: Value, v: Value) => [c.add(ops.exp(v)), null], x, [1, 2])[0];
    expect(names(f, 1)).toEqual(["constant", "scan"]);
  });
});

it("keeps large constants apart by identity and small ones by their numbers", () => {
  const x = input({ shape: [], dtype: "real" });
  const [a, b] = [1, 1].map((n) => constant(trace(() => n, []).lines[0]!.params["tensor"] as Tensor));
  const { outputs } = atOnce(simplifying({ inputs: [x], outputs: [x.add(a!), x.add(b!)] }));
  expect(outputs[0]).toBe(outputs[1]);
});
