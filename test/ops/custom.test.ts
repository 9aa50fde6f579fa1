import { describe, expect, it } from "vitest";
import type { Tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { add, cos, custom, exp, log, mul, scan, sign, sin, stopGradient, sum } from "../../src/ops/index.ts";
import { checkGradients, compile, grad, jacobian, jvp, trace } from "../../src/transform/index.ts";
import { codeOf } from "../numeric.ts";

/** x·sin y by each kind of rule. */
const f = (x: Value, y: Value): Value => mul(x, sin(y));
const byJvp = custom(f, { jvp: ([dx, dy], [x, y]) => add(mul(dx!, sin(y!)), mul(mul(x!, cos(y!)), dy!)) });
const byVjp = custom(f, { vjp: (bar, [x, y]) => [mul(bar, sin(y!)), mul(bar, mul(x!, cos(y!)))] });

describe.each([
  ["a jvp", byJvp],
  ["a vjp", byVjp],
])("a function with %s of its own", (_name, g) => {
  const of = (θ: { x: Value; y: Value }): Value => g(mul(θ.x, θ.y), θ.y);
  it("has both modes and the second derivative", () => expect(checkGradients(of, { x: 0.7, y: 0.4 }).ok).toBe(true));
  it("has derivatives of any order", () => {
    const [mine, plain] = [g, f].map((h) => grad(grad(grad((x: Value) => h(x, x)))));
    expect(mine!(0.8)).toBeCloseTo(plain!(0.8), 13);
  });
  it("works in a loop", () => {
    const loop = (h: typeof f) => (x: Value) => scan((c: Value) => [h(c, x), c], 1, null, { length: 4 })[0];
    expect(grad(loop(g))(0.9)).toBeCloseTo(grad(loop(f))(0.9), 14);
    expect(grad(grad(loop(g)))(0.9)).toBeCloseTo(grad(grad(loop(f)))(0.9), 13);
  });
  it("works on arrays, in both modes of a Jacobian", () => {
    const h = (x: Value): Value => g(x, mul(2, x));
    const [forward, reverse] = (["forward", "reverse"] as const).map((mode) => jacobian(h, { mode })([1, 2]));
    forward!.data.forEach((x, i) => {
      expect(x).toBeCloseTo(reverse!.data[i]!, 15);
    });
  });
});

it("replaces the derivative: a surrogate for a step", () => {
  const spike = custom((x) => sign(x), { jvp: ([dx], [x]) => mul(dx!, exp(mul(x!, x!).neg())) });
  expect([compile(spike)(0.5), grad(spike)(0.5)]).toEqual([1, Math.exp(-0.25)]);
});

it("keeps a form that is better than the chain rule's: ln(1 + eˣ) at 1000", () => {
  const softplus = custom((x) => log(add(1, exp(x))), {
    jvp: ([dx], [x]) => mul(dx!, exp(x!.neg()).add(1).reciprocal()),
  });
  expect(grad(softplus)(1000)).toBe(1);
  expect(grad((x) => log(add(1, exp(x))))(1000)).toBeNaN();
});

it("is written out once no derivative is asked any more", () => {
  expect(trace(byJvp, [1, 2]).lines.map((line) => line.op.name)).toEqual(["sin", "mul"]);
});

it("is caught by checkGradients when its rule is wrong", () => {
  const wrongSign = custom(cos, { jvp: ([dx], [x]) => mul(dx!, sin(x!)) });
  expect(checkGradients((x) => wrongSign(x), 0.4)).toMatchObject({ ok: false });
  const wrongTranspose = custom((x) => sum(mul(x, x)), { vjp: (bar, [x]) => [mul(bar, x!)] });
  expect(checkGradients((x) => wrongTranspose(x), [1, 2])).toMatchObject({ ok: false });
});

it("may close over values that are not differentiated, and says so where they are", () => {
  const scaled = (a: Value) => custom((x) => mul(a, x), { jvp: ([dx]) => mul(a, dx!) });
  expect(grad((x: Value, a: Value) => scaled(a)(x))(2, 3)).toBe(3);
  expect(codeOf(() => grad((a: Value) => scaled(a)(2))(3))).toBe("autodiff-structure");
  expect(grad((a: Value) => scaled(stopGradient(a))(2))(3)).toBe(0);
});

it("refuses a rule that is not linear in the tangent", () => {
  const square = custom(sin, { jvp: ([dx]) => mul(dx!, dx!) });
  expect(codeOf(() => grad(square)(1))).toBe("autodiff-not-linear");
  const curved = custom(sin, { jvp: ([dx]) => sin(dx!) });
  expect(codeOf(() => grad(curved)(1))).toBe("autodiff-not-linear");
  expect((jvp(square)(1, 2) as [number, number])[1]).toBe(4);
});

it("gives zeros for an argument that a vjp rule leaves out of account", () => {
  const g = custom((x, y) => mul(x, y), { vjp: (bar, [, y]) => [mul(bar, y!), 0] });
  expect((grad((θ: Value) => g(θ.slice([0]), θ.slice([1])))([2, 5]) as Tensor).toArray()).toEqual([5, 0]);
});
