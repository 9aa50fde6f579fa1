import { describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { add, cast, cos, custom, exp, mul, scan, sin, slice, sum, take, tanh } from "../../src/ops/index.ts";
import {
  checkGradients,
  compile,
  evaluate,
  grad,
  hessian,
  jacobian,
  jvp,
  trace,
  vjp,
} from "../../src/transform/index.ts";
import { codeOf } from "../numeric.ts";

interface Arguments {
  readonly a: Value;
  readonly start: Value;
  readonly xs: Value;
}
const at = { a: 0.7, start: 0.3, xs: [0.5, -1, 2, 0.1] };
const item = (x: Value, i: number): Value => slice(x, [i]);
const turns = [0, 1, 2, 3];

/** (cᵢ₊₁, yᵢ) of a nonlinear loop that closes over `a`. */
const body = (a: Value, c: Value, x: Value): [next: Value, y: Value] => {
  const next = sin(mul(c, a)).add(mul(x, c));
  return [next, mul(next, exp(x)).add(a)];
};

const looped =
  (reverse: boolean) =>
  ({ a, start, xs }: Arguments): Value => {
    const [last, ys] = scan((c, x) => body(a, c, x), start, xs, { reverse });
    return add(mul(last, last), sum(mul(ys, cos(xs))));
  };

const unrolled =
  (reverse: boolean) =>
  ({ a, start, xs }: Arguments): Value => {
    let c = start;
    let total: Value = mul(0, a);
    for (const i of reverse ? [...turns].reverse() : turns) {
      const [next, y] = body(a, c, item(xs, i));
      total = add(total, mul(y, cos(item(xs, i))));
      c = next;
    }
    return add(mul(c, c), total);
  };

const flat = (tree: object): number[] =>
  Object.values(tree).flatMap((x: number | Tensor) => (typeof x === "number" ? [x] : [...x.data]));
const close = (a: number[], b: number[]): void =>
  a.forEach((x, i) => {
    expect(Math.abs(x - b[i]!) / (1 + Math.abs(x))).toBeLessThan(1e-14); // the same operations, sums in another order
  });

describe.each([
  ["forwards", false],
  ["backwards", true],
])("a loop that runs %s, beside the same one written out", (_name, reverse) => {
  const [f, g] = [looped(reverse), unrolled(reverse)];
  it("has the same value", () => expect(compile(f)(at)).toBeCloseTo(compile(g)(at) as number, 14));
  it("has the same gradient", () => close(flat(grad(f)(at)), flat(grad(g)(at))));
  it("has the same derivative along a direction", () => {
    const direction = { a: 0.2, start: -1, xs: [1, 0.5, -0.25, 2] };
    close(jvp(f)(at, direction) as number[], jvp(g)(at, direction) as number[]);
  });
  it("has the same second and third derivatives", () => {
    const by = (h: typeof f) => (a: Value) => h({ a, start: sin(a), xs: mul(a, at.xs) });
    close([grad(grad(by(f)))(0.7)], [grad(grad(by(g)))(0.7)]);
    close([grad(grad(grad(by(f))))(0.7)], [grad(grad(grad(by(g))))(0.7)]);
    const xs = (h: typeof f) => (x: Value) => h({ a: item(x, 0), start: item(x, 1), xs: x });
    close([...hessian(xs(f))(at.xs).data], [...hessian(xs(g))(at.xs).data]);
  });
  it("agrees with finite differences", () => expect(checkGradients(f, at).ok).toBe(true));
});

it("carries and stacks trees", () => {
  const fibonacci = compile((n: Value) => {
    const [last, ys] = scan(
      (c) => [
        { a: c.b, b: add(c.a, c.b) },
        { a: c.a, twice: [mul(2, c.a)] },
      ],
      { a: n, b: 1 },
      null,
      {
        length: 6,
      },
    );
    return { last, ys };
  });
  const { last, ys } = fibonacci(0);
  expect(last).toEqual({ a: 8, b: 13 });
  expect((ys.a as Tensor).toArray()).toEqual([0, 1, 1, 2, 3, 5]);
  expect((ys.twice[0] as Tensor).toArray()).toEqual([0, 2, 2, 4, 6, 10]);
});

it("carries integers beside real numbers: a counter has no tangent", () => {
  const power = (x: Value): Value =>
    scan(
      (c) => [{ i: add(c.i, 1), p: mul(c.p, add(x, cast(c.i, "real"))) }, null],
      { i: tensor(Int32Array.of(0), []), p: 1 },
      null,
      {
        length: 3,
      },
    )[0].p; // x(x + 1)(x + 2)
  expect(compile(power)(2)).toBe(24);
  expect([grad(power)(2), grad(grad(power))(2), jvp(power)(2, 1)[1]]).toEqual([26, 18, 26]);
});

it("transposes a loop whose counter says how the linear part goes: a hand-written vjp with a loop", () => {
  const weights = tensor([2, 3, 5]);
  const weighted = (v: Value): Value =>
    scan(
      (c) => [{ i: add(c.i, 1), total: add(c.total, mul(v, take(weights, c.i))) }, c.total],
      { i: tensor(Int32Array.of(0), []), total: 0 },
      null,
      {
        length: 3,
      },
    )[0].total; // 10 v
  const f = custom((x) => weighted(sin(x)), { vjp: (bar, [x]) => [weighted(mul(bar, cos(x!)))] });
  for (const x of [0.3, 1]) {
    expect(grad(f)(x)).toBeCloseTo(10 * Math.cos(x), 13);
    expect(jvp(f)(x, 1)[1]).toBeCloseTo(10 * Math.cos(x), 13);
    expect(grad(grad(f))(x)).toBeCloseTo(-10 * Math.sin(x), 13);
  }
});

it("keeps apart the derivatives by several values that its body closes over", () => {
  type Outer = { readonly a: Value; readonly b: Value; readonly W: Value; readonly start: Value };
  const f = ({ a, b, W, start }: Outer): Value =>
    sum(scan((c: Value, x: Value) => [tanh(add(W.matmul(c), mul(a, x)).sub(b)), null], start, [0.3, -2])[0]);
  const point = { a: 0.5, b: -0.2, W: tensor([[0.1, 0.7], [-0.4, 0.9]]), start: [1, -1] }; // biome-ignore format: a matrix
  for (const seed of [0, 1, 2]) expect(checkGradients(f, point, { seed }).ok).toBe(true);
  expect(Object.values(grad(f)(point)).map((g) => (typeof g === "number" ? [] : g.shape))).toEqual([
    [],
    [],
    [2, 2],
    [2],
  ]);
});

it("runs no turn, and one", () => {
  const f = (x: Value, xs: Value): Value => {
    const [last, ys] = scan((c, v) => [mul(c, v), c], x, xs);
    return add(last, sum(ys));
  };
  const none = new Tensor([0], new Float64Array(0));
  expect(compile(f)(3, none)).toBe(3);
  expect(grad(f)(3, none)).toBe(1);
  expect((grad((xs: Value, x: Value) => f(x, xs))(none, 3) as Tensor).shape).toEqual([0]);
  expect(grad(f)(3, [5])).toBe(6);
});

it("does not grow with the number of turns", () => {
  const program = (n: number) => trace(grad(looped(false)), [{ ...at, xs: new Float64Array(n) }]);
  const count = (p: ReturnType<typeof program>): number =>
    p.lines.reduce((sum, l) => sum + 1 + (l.body ? count(l.body) : 0), 0);
  expect(count(program(1000))).toBe(count(program(3)));
});

it("differentiates a gradient that is taken inside the loop", () => {
  const inner = (c: Value): Value => grad((v) => mul(v, mul(v, v)))(c); // 3c²
  const f = (x: Value): Value => scan((c: Value) => [mul(0.1, inner(c)), null], x, null, { length: 2 })[0];
  // c₁ = 0.3x², c₂ = 0.3c₁² = 0.027x⁴
  expect(compile(f)(2)).toBeCloseTo(0.027 * 16, 14);
  expect(grad(f)(2)).toBeCloseTo(0.108 * 8, 13);
  expect(grad(grad(f))(2)).toBeCloseTo(0.324 * 4, 13);
});

it("differentiates a loop in a loop", () => {
  const f = (a: Value): Value =>
    scan((c, x) => [scan((d) => [tanh(mul(a, add(d, x))), null], c, null, { length: 3 })[0], c], 0.5, [1, 2])[0];
  expect(checkGradients(f, 0.8).ok).toBe(true);
  expect(evaluate(jacobian(f, { mode: "forward" })(0.8))).toBeCloseTo(
    jacobian(f, { mode: "reverse" })(0.8) as number,
    14,
  );
});

it("has one value for both modes of a loop of arrays", () => {
  const f = (W: Value): Value => scan((h, x) => [tanh(add(W.matmul(h), x)), h], [0.1, 0.2], tensor([[1, 0], [0, 1], [1, 1]]))[1]; // biome-ignore format: rows
  const W = [
    [0.5, -0.3],
    [0.8, 0.1],
  ];
  const [forward, reverse] = (["forward", "reverse"] as const).map((mode) => jacobian(f, { mode })(W));
  expect(forward!.shape).toEqual([3, 2, 2, 2]);
  forward!.data.forEach((x, i) => {
    expect(x).toBeCloseTo(reverse!.data[i]!, 14);
  });
  const [ys, pull] = vjp(f)(W);
  expect((pull(ys as Tensor) as Tensor).shape).toEqual([2, 2]);
});

it("takes a carry by its names, in whatever order they are written", () => {
  const [last] = evaluate(scan(({ a, b }, x: Value) => [{ b: b.add(x), a: a.mul(2) }, null], { a: 1, b: 10 }, [1, 2]));
  expect(last).toEqual({ a: 4, b: 13 });
});

describe("says what is wrong with a loop", () => {
  it("when the carry changes its shape, kind or structure", () => {
    expect(codeOf(() => scan((c: Value) => [add(c, [1, 2]), null], 0, null, { length: 2 }))).toBe("shape-mismatch");
    expect(codeOf(() => scan((c: Value) => [cast(c, "integer"), null], 0.5, null, { length: 2 }))).toBe(
      "shape-mismatch",
    );
    expect(codeOf(() => scan((c) => [{ a: c.a }, null], { a: 0, b: 1 }, null, { length: 2 }))).toBe("shape-mismatch");
    expect(() => scan((c) => [{ a: c.a, b: [1] }, null], { a: 0, b: 1 }, null, { length: 2 })).toThrow("carry b");
  });
  it("when the body gives one thing, and when an option is misspelt", () => {
    expect(codeOf(() => scan((c: Value) => add(c, 1) as never, 0, null, { length: 2 }))).toBe("trace-output");
    expect(codeOf(() => scan((c: Value) => [c, null], 0, [1], { revers: true } as object))).toBe("option");
  });
  it("when nothing tells the number of turns, or the xs differ in it", () => {
    expect(() => scan((c: Value) => [c, null], 0, null)).toThrow("without xs, scan needs { length }");
    expect(codeOf(() => scan((c: Value) => [c, null], 0, { a: [1, 2], b: [1, 2, 3] }))).toBe("shape-mismatch");
    expect(codeOf(() => scan((c: Value) => [c, null], 0, [1, 2], { length: 3 }))).toBe("shape-mismatch");
    expect(codeOf(() => scan((c: Value) => [c, null], 0, 1))).toBe("shape-mismatch");
  });
});
