import { expect, it } from "vitest";
import { tensor } from "../src/core/tensor.ts";
import type { Value } from "../src/graph/value.ts";
import { add, exp, greater, matmul, mul, scan, sin, sum, take, where } from "../src/ops/index.ts";
import {
  checkGradients,
  compile,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  programText,
  trace,
  vjp,
} from "../src/transform/index.ts";

it("third derivative", () => {
  expect(grad(grad(grad((x) => sin(x))))(0.7)).toBeCloseTo(-Math.cos(0.7), 14);
});
it("nested", () => {
  const f = (x: Value): Value => mul(x, grad((y) => add(x, y))(1));
  expect(grad(f)(3)).toBe(1);
  const g = (x: Value): Value => grad((y) => mul(x, y))(x);
  expect(grad(g)(3)).toBe(1);
});
it("scan", () => {
  const f = (x: Value): Value => {
    const [c] = scan((c: Value, _x: Value) => [mul(c, x), c], 1 as number, tensor([1, 2, 3, 4, 5]));
    return c as Value;
  };
  expect(grad(f)(2)).toBeCloseTo(5 * 16, 12);
  expect(grad(grad(f))(2)).toBeCloseTo(20 * 8, 12);
  expect(grad(grad(grad(f)))(2)).toBeCloseTo(60 * 4, 12);
  const h = (x: Value): Value => {
    const [c, ys] = scan(
      (c: Value, a: Value) => {
        const n = sin(mul(c, a)).add(x);
        return [n, mul(n, exp(x))];
      },
      0.3,
      tensor([1, 2, 3]),
    );
    return add(c as Value, sum(mul(ys as Value, ys as Value)));
  };
  console.log(checkGradients(h as any, 0.4 as any));
  console.log(programText(trace(grad(h), [0.4])));
});
it("jacobian", () => {
  const f = (x: Value) => mul(x, sum(x));
  console.log(jacobian(f)([1, 2, 3]).toArray(), jacobian(f, { mode: "forward" })([1, 2, 3]).toArray());
  console.log(hessian((x) => sum(mul(x, mul(x, x))))([1, 2, 3]).toArray());
  console.log(jvp((x: Value) => mul(x, x))(3, 1), vjp((x: Value) => mul(x, x))(3)[1](1));
  console.log(hvp((x: Value) => sum(mul(x, mul(x, x))))([1, 2], [1, 0]));
  console.log(compile((a: Value, b: Value) => ({ c: a.mul(b).add(1) }))(2, [1, 2]));
});
