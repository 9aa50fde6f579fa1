import { expect, expectTypeOf, it } from "vitest";
import type { Tensor } from "../src/core/tensor.ts";
import { tensor } from "../src/core/tensor.ts";
import type { Value } from "../src/graph/value.ts";
import { add, mul, scan, sin, sum } from "../src/ops/index.ts";
import {
  checkGradients,
  compile,
  evaluate,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  valueAndGrad,
  vjp,
} from "../src/transform/index.ts";

interface Line {
  readonly W: Value;
  readonly b: Value;
}
const line = ({ W, b }: Line, x: Value): Value => sum(add(mul(W, x), b));
const at = { W: [[1]], b: [0] };

it("infers the argument of a lambda, and gives a number for a number and a tensor for an array", () => {
  const slope = grad((x) => sin(x).mul(x));
  expectTypeOf(slope(1.5)).toEqualTypeOf<number>();
  expectTypeOf(grad((x) => sum(sin(x)))([1, 2])).toEqualTypeOf<Tensor>();
  expectTypeOf(valueAndGrad((x) => sin(x))(1.5)).toEqualTypeOf<[value: number, gradient: number]>();
});

it("gives derivatives of derivatives the same types", () => {
  const third = grad(grad(grad((x) => sin(x))));
  expectTypeOf(third(0.7)).toEqualTypeOf<number>();
});

it("gives a gradient the type of θ", () => {
  expectTypeOf(grad(line)(at, 2)).toEqualTypeOf<{ W: Tensor; b: Tensor }>();
  expectTypeOf(hvp(line)(at, at, 2)).toEqualTypeOf<{ W: Tensor; b: Tensor }>();
  expectTypeOf(grad((θ: { a: { c: Value } }) => θ.a.c)({ a: { c: 1 } })).toEqualTypeOf<{ a: { c: number } }>();
  expectTypeOf(grad((θ: readonly Value[]) => sum(θ[0]!))([tensor([1])])).toEqualTypeOf<Tensor[]>();
});

it("gives values for values", () => {
  compile((x: Value) => {
    expectTypeOf(grad((y) => y.mul(y))(x)).toEqualTypeOf<Value>();
    expectTypeOf(compile((y: Value) => ({ y }))(x)).toEqualTypeOf<{ y: Value }>();
    expectTypeOf(jvp((y) => y.mul(y))(x, 1)).toEqualTypeOf<[y: Value, dy: Value]>();
    expectTypeOf(jacobian((y) => y)(x)).toEqualTypeOf<Value>();
    return x;
  })(1);
});

it("gives trees of numbers where functions give trees of values", () => {
  const both = compile((a: Value, b: Value) => ({ product: a.mul(b), both: [a, b] as const }));
  expectTypeOf(both(2, [1, 2]).product).toEqualTypeOf<number | Tensor>();
  expectTypeOf(both(2, 3).both).toEqualTypeOf<readonly [number | Tensor, number | Tensor]>();
  expectTypeOf(compile((a, b) => a.mul(b))(1, 2)).toEqualTypeOf<number | Tensor>();
  const [y, pull] = vjp((x) => ({ s: sin(x) }))(1);
  expectTypeOf(y.s).toEqualTypeOf<number | Tensor>();
  expectTypeOf(pull({ s: 1 })).toEqualTypeOf<number>();
  expectTypeOf(jvp((x) => sin(x))(1, 1)).toEqualTypeOf<[y: number | Tensor, dy: number | Tensor]>();
  expectTypeOf(evaluate({ s: sin(1) })).toEqualTypeOf<{ s: number | Tensor }>();
});

it("knows what Jacobians and Hessians are", () => {
  expectTypeOf(jacobian((x) => sin(x))([1, 2])).toEqualTypeOf<Tensor>();
  expectTypeOf(hessian((x) => sum(x))([1, 2])).toEqualTypeOf<Tensor>();
  expectTypeOf(hessian((x) => x.mul(x))(1)).toEqualTypeOf<number>();
});

it("checks gradients of an unannotated lambda", () => {
  expect(checkGradients((x) => sin(x), 0.4).ok).toBe(true);
  expect(checkGradients((θ: Line) => line(θ, sin(1)), at).ok).toBe(true);
});

it("types what a loop carries and stacks", () => {
  compile((x: Value) => {
    const [last, ys] = scan((c, a) => [{ sum: c.sum.add(a) }, c.sum], { sum: 0 }, x);
    expectTypeOf(last).toEqualTypeOf<{ sum: Value }>();
    expectTypeOf(ys).toEqualTypeOf<Value>();
    return [last.sum, ys];
  })([1, 2]);
});

it("refuses unknown options, arguments that do not fit θ, and lists of numbers where a list of arrays is meant", () => {
  // @ts-expect-error: the option is `precision`
  expect(() => compile((x: Value) => x, { precison: "f32" })).toThrow("did you mean precision?");
  // @ts-expect-error: there is no such precision
  expect(() => compile((x: Value) => x, { precision: "f16" })).toThrow("there is no such precision");
  // @ts-expect-error: there is no such mode
  expect(() => jacobian((x) => x, { mode: "backward" })).toThrow("mode must be");
  // @ts-expect-error: b is missing
  expect(() => grad(line)({ W: [[1]] }, 2)).toThrow();
  // @ts-expect-error: [1, 2] is one array of two numbers
  expect(() => grad((θ: readonly Value[]) => mul(θ[0]!, θ[1]!))([1, 2])).toThrow();
});
