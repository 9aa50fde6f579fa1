import { describe, expect, it } from "vitest";
import type { Tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import {
  abs,
  clip,
  erf,
  erfc,
  log,
  max,
  maximum,
  min,
  minimum,
  pow,
  prod,
  relu,
  sigmoid,
  softplus,
  sum,
  tanh,
  variance,
  where,
} from "../../src/ops/index.ts";
import { grad, hessian, jacobian } from "../../src/transform/index.ts";
import { expectClose, roundoff } from "../numbers/close.ts";

const row = (x: Tensor): unknown => x.toArray();

describe("derivatives at kinks", () => {
  it("is 0 for relu and |x| at 0, of any order", () => {
    for (const f of [relu, abs])
      for (const g of [grad(f), grad(grad(f))]) for (const x of [0, -0]) expect(g(x) + 0).toBe(0);
  });
  it("is shared by numbers that are equally great or small", () => {
    expect(row(grad((x) => max(x))([1, 3, 3, 2]))).toEqual([0, 0.5, 0.5, 0]);
    expect(row(grad((x) => sum(min(x, 1)))([[1, 1], [0, 2]]))).toEqual([[0.5, 0.5], [1, 0]]); // biome-ignore format: matrices
  });
  it("is halved between equal sides of maximum and minimum", () => {
    for (const f of [maximum, minimum])
      expect(grad(({ a, b }: { a: Value; b: Value }) => f(a, b))({ a: 2, b: 2 })).toEqual({ a: 0.5, b: 0.5 });
  });
  it("is one half on the bound of clip, 0 outside, 1 inside", () => {
    expect(row(grad((x) => sum(clip(x, 0, 1)))([-1, 0, 0.5, 1, 2]))).toEqual([0, 0.5, 1, 0.5, 0]);
  });
});

describe("powers at 0", () => {
  it("differentiates xⁿ at 0 by x as often as asked", () => {
    expect([0, 1, 2, 3].map((n) => grad((x) => pow(x, n))(0))).toEqual([0, 1, 0, 0]);
    expect([0, 1, 2, 3].map((n) => grad(grad((x) => pow(x, n)))(0))).toEqual([0, 0, 2, 0]);
    expect(grad(grad(grad((x) => pow(x, 3))))(0)).toBe(6);
  });
  it("differentiates by the exponent, 0 where the base is", () => {
    const byY = grad((y: Value, x: Value) => pow(x, y));
    expect([byY(2, 0), byY(0, 0)]).toEqual([0, 0]);
    expectClose(byY(1, 3), 3 * Math.log(3), { relative: 6 * roundoff }); // both logarithms within 2 ulp, and two products
  });
  it("has the right mixed derivative where the exponent is 0: ∂²xʸ/∂x∂y = 1/x", () => {
    expect(grad((y: Value, x: Value) => grad((v: Value) => pow(v, y))(x))(0, 4)).toBe(0.25);
  });
});

it("has the constants of its derivatives to the last digit", () => {
  expect([grad(erf)(0), grad(erfc)(0)]).toEqual([2 / Math.sqrt(Math.PI), -2 / Math.sqrt(Math.PI)]);
  expect([grad(sigmoid)(0), grad(tanh)(0), grad(softplus)(0)]).toEqual([0.25, 1, 0.5]);
});

it("differentiates products through zeros: each by the product of the others", () => {
  expect(row(grad((x) => prod(x))([2, 0, 3, 5]))).toEqual([0, 30, 0, 0]);
  expect(row(grad((x) => prod(x))([2, 0, 0]))).toEqual([0, 0, 0]);
  expect(row(hessian((x) => prod(x))([0, 0, 7]))).toEqual([
    [0, 7, 0],
    [7, 0, 0],
    [0, 0, 0],
  ]);
});

it("differentiates a variance: 2(x − m)/n", () => {
  expect(row(grad((x) => variance(x))([1, 2, 6]))).toEqual([-4 / 3, -2 / 3, 2]);
});

it("passes exactly nothing through the side of where that was not chosen", () => {
  const f = (x: Value): Value => sum(where(x.greater(0), x.mul(3), x.mul(Number.POSITIVE_INFINITY)));
  expect(row(grad((x) => sum(where(x.greater(0), log(where(x.greater(0), x, 1)), 0)))([2, 0]))).toEqual([0.5, 0]);
  expect(row(jacobian(f, { mode: "forward" })([2]) as Tensor)).toEqual([3]);
});
