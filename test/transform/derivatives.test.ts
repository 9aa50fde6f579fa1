import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import {
  add,
  cos,
  exp,
  log,
  matmul,
  max,
  mean,
  mul,
  pow,
  scan,
  sigmoid,
  sin,
  slice,
  softplus,
  stopGradient,
  sum,
  take,
  tanh,
  where,
} from "../../src/ops/index.ts";
import {
  checkGradients,
  compile,
  evaluate,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  trace,
  valueAndGrad,
  vjp,
} from "../../src/transform/index.ts";
import { problemOf } from "../data/problem.ts";
import { codeOf, difference, dot, moved, tensors } from "../numeric.ts";

describe("derivatives of any order", () => {
  const orders = [sin, grad(sin), grad(grad(sin)), grad(grad(grad(sin))), grad(grad(grad(grad(sin))))].slice(1);
  const fifth = grad(grad(grad(grad(grad(sin)))));
  const expected = [Math.cos, (x: number) => -Math.sin(x), (x: number) => -Math.cos(x), Math.sin];
  it.each([-2, 0, 0.7, 30])("gives those of sin at %d", (x) => {
    orders.forEach((f, i) => {
      expect(f(x) as unknown as number).toBeCloseTo(expected[i]!(x), 13);
    });
    expect(fifth(x)).toBeCloseTo(Math.cos(x), 13);
    expect(grad(fifth)(x)).toBeCloseTo(-Math.sin(x), 13);
  });
  it("gives those of a power, to zero and beyond", () => {
    const f = (x: Value): Value => pow(x, 3);
    expect(
      [f, grad(f), grad(grad(f)), grad(grad(grad(f))), grad(grad(grad(grad(f))))].map((g) => compile(g as typeof f)(2)),
    ).toEqual([8, 12, 12, 6, 0]);
  });
  it("mixes forward and reverse mode in every order", () => {
    const f = (x: Value): Value => exp(sin(mul(x, x)));
    const forward =
      (g: (x: Value) => Value) =>
      (x: Value): Value =>
        jvp(g)(x, 1)[1];
    const reverse =
      (g: (x: Value) => Value) =>
      (x: Value): Value =>
        grad(g)(x);
    const values = [forward(forward(f)), forward(reverse(f)), reverse(forward(f)), reverse(reverse(f))].map(
      (g) => compile(g)(0.6) as number,
    );
    for (const v of values) expect(v).toBeCloseTo(values[0]!, 13);
  });
});

describe("nested derivatives are not confused", () => {
  it("d/dx [x · d/dy (x + y)] = 1", () => {
    expect(grad((x) => mul(x, grad((y) => add(x, y))(1)))(3)).toBe(1);
  });
  it("d/dx [x · d/dy (x·y)] = 2x, at a number and at x itself", () => {
    expect(grad((x) => mul(x, grad((y) => mul(x, y))(1)))(3)).toBe(6);
    expect(grad((x) => mul(x, grad((y) => mul(x, y))(x)))(3)).toBe(6);
    expect(grad((x) => grad((y) => mul(x, y))(x))(3)).toBe(1);
  });
  it("closes over the variable of an outer derivative whose argument is a number", () => {
    const f = (z: Value): Value => mul(1, grad((x: Value) => mul(z, mul(x, grad((y) => mul(x, y))(1))))(3)); // 2zx
    expect(grad(f)(1)).toBe(6);
  });
  it("closes over it where that number is a constant of the outer trace", () => {
    const f = (x: Value, c: Value): Value => mul(x, grad((u: Value) => mul(u, grad((y) => mul(u, y))(1)))(c)); // 2cx
    expect(grad(f)(5, 3)).toBe(6);
    expect(grad((x: Value) => f(x, tensorValue(3)))(5)).toBe(6);
  });
  it("mixes modes: d/dx jvp, jacobian and hvp inside", () => {
    expect(grad((x) => jvp((y) => mul(x, mul(y, y)))(2, 1)[1])(3)).toBe(4);
    expect(grad((x) => sum(jacobian((y) => mul(x, mul(y, y)))([1, 2])))(3)).toBe(6);
    expect(grad((x) => sum(hvp((y: Value) => sum(mul(x, mul(y, mul(y, y)))))([1, 2], [1, 1])))(3)).toBe(18);
    expect(grad((x) => hessian((y) => mul(x, pow(y, 3)))(2))(5)).toBe(12);
    expect(grad((x) => vjp((y) => mul(x, mul(y, y)))(2)[1](1))(3)).toBe(4);
  });
  it("is right for Siskind and Pearlmutter's case: D(x ↦ D(y ↦ x)(x))", () => {
    expect(grad((x) => grad((_y) => x)(x))(3)).toBe(0);
  });
  it("is right three deep", () => {
    const f = (x: Value): Value => grad((y: Value) => mul(y, grad((z: Value) => mul(mul(x, y), mul(z, z)))(y)))(x);
    // ∂z: 2xyz at z = y: 2xy²; y·2xy² = 2xy³; ∂y: 6xy² at y = x: 6x³; ∂x: 18x²
    expect(compile(f)(2)).toBe(48);
    expect(grad(f)(2)).toBe(72);
  });
  it("closes over traced values in the body of a loop", () => {
    const f = (x: Value) =>
      grad((a: Value) => scan((c: Value) => [mul(c, mul(a, x)), null], 1, null, { length: 3 })[0])(2);
    expect(compile(f)(3)).toBe(3 * 4 * 27); // d(a³x³)/da
    expect(grad(f)(3)).toBe(9 * 4 * 9);
  });
});

/** A number written as a value. */
const tensorValue = (x: number): Value => add(x, 0);

describe("gradients of trees", () => {
  const model = ({ layers }: { layers: readonly { W: Value; b: Value }[] }, x: Value): Value =>
    mean(layers.reduce((h, { W, b }) => tanh(add(matmul(h, W), b)), x));
  const θ = {
    layers: [
      { W: [[1, 2]], b: [0, 0.5] },
      { W: [[1], [-1]], b: [0.1] },
    ],
  };
  it("have the structure of θ", () => {
    const g = grad(model)(θ, [[0.3], [0.7]]);
    expect(g.layers.map(({ W, b }) => [W.shape, b.shape])).toEqual([
      [[1, 2], [2]],
      [[2, 1], [1]],
    ]);
  });
  it("come with the value from one pass", () => {
    const [value, gradient] = valueAndGrad(model)(θ, [[0.3]]);
    expect(value).toBe(compile(model)(θ, [[0.3]]));
    expect(gradient).toEqual(grad(model)(θ, [[0.3]]));
  });
  it("are zero for leaves that do not matter", () => {
    expect(grad(({ a }: { a: Value; b: Value }) => mul(a, 2))({ a: 1, b: [1, 2] })).toEqual({
      a: 2,
      b: tensor([0, 0]),
    });
  });
  it("agree with finite differences", () => {
    expect(
      checkGradients(
        (p: typeof model extends (p: infer P, x: Value) => Value ? P : never) =>
          model(p, tensorValue(0.3).reshape([1, 1])),
        θ,
      ).ok,
    ).toBe(true);
  });
  it("gives jvp and vjp that are adjoint on trees", () => {
    const f = ({ a, b }: { a: Value; b: Value }) => ({ s: sin(mul(a, b)), t: [sum(a)] as const });
    const at = { a: [1, 2, 3], b: 0.5 };
    const [, dy] = jvp(f)(at, { a: [0.1, -1, 2], b: 0.3 });
    const [, pull] = vjp(f)(at);
    const bar = pull({ s: [1, 2, -1], t: [tensor(0.7)] });
    const left = dot([dy.s as Tensor, tensor(dy.t[0] as number)], [tensor([1, 2, -1]), tensor(0.7)]);
    expect(left).toBeCloseTo(dot([bar.a, tensor(bar.b)], [tensor([0.1, -1, 2]), tensor(0.3)]), 14);
  });
  it("passes further arguments on, numbers beside each other too", () => {
    const [y, pull] = vjp((x: Value, a: Value, b: Value) => add(mul(x, a), b))(2, 3, 4);
    expect([y, pull(1)]).toEqual([10, 3]);
    expect(jvp((x: Value, a: Value, b: Value) => add(mul(x, a), b))(2, 1, 3, 4)).toEqual([10, 3]);
  });
});

describe("directions and cotangents", () => {
  const line = ({ w, b }: { w: Value; b: Value }): Value => mul(w, 3).add(b);

  it("belong to leaves by name, in whatever order these are written", () => {
    expect(jvp(line)({ w: 1, b: 2 }, { b: 10, w: 20 })).toEqual([5, 70]); // 3·20 + 10
    const cube = ({ w, b }: { w: Value; b: Value }): Value => w.mul(w).mul(b);
    expect(hvp(cube)({ w: 2, b: 3 }, { b: 0, w: 1 })).toEqual({ w: 6, b: 4 }); // (2b, 2w)
    const [, pull] = vjp((x: Value) => ({ p: x.mul(2), q: x.mul(3) }))(1);
    expect(pull({ q: 1, p: 0 })).toBe(3);
  });

  it("with other names are refused, and both lists of names are shown", async () => {
    const { code, given } = await problemOf(() => jvp(line)({ w: 1, b: 2 }, { w: 1, c: 1 } as never));
    expect([code, given]).toEqual(["autodiff-structure", { expected: "w, b", given: "w, c" }]);
    expect(codeOf(() => jvp((x: Value) => x.mul(2))(1, { x: 1 } as never))).toBe("autodiff-structure");
    expect(codeOf(() => jvp(line)({ w: 1, b: 2 }, { w: 1, b: [1] }))).toBe("autodiff-structure");
  });
});

describe("the Jacobian", () => {
  const wide = (x: Value): Value => mul(slice(x, [[0, 2]]), sum(mul(x, x)));
  const f: [string, (x: Value) => Value, number][] = [
    ["more inputs than outputs", wide, 5],
    ["more outputs than inputs", (x) => matmul([[1], [2], [3]], mul(x, x).reshape([1, 1])), 1],
  ];
  it.each(f)("with %s is the same forwards, backwards and by choice", (_name, g, n) => {
    const x = Float64Array.from({ length: n }, (_, i) => 0.3 + i);
    const [a, b, c] = (["forward", "reverse", "auto"] as const).map((mode) => jacobian(g, { mode })(x));
    for (const J of [b!, c!]) {
      expect(J.shape).toEqual(a!.shape);
      J.data.forEach((v, i) => {
        expect(v).toBeCloseTo(a!.data[i]!, 13);
      });
    }
  });
  it("takes the mode with fewer passes by itself", () => {
    const turns = (g: (x: Value) => Value, n: number): number =>
      trace(jacobian(g), [new Float64Array(n)]).lines.find((l) => l.op.name === "scan")!.params["length"] as number;
    expect(turns(wide, 5)).toBe(2);
    expect(turns(wide, 2)).toBe(2);
    expect(turns((x) => mul([1, 2, 3, 4], sum(x)), 2)).toBe(2);
  });
  it("has axes of y, then of x", () => {
    const J = jacobian((x) => x.transpose())([[1, 2, 3], [4, 5, 6]]); // biome-ignore format: a matrix
    expect(J.shape).toEqual([3, 2, 2, 3]);
    expect(evaluate(sum(slice(J, [1, 0])))).toBe(1);
    expect(evaluate(slice(J, [1, 0, 0, 1]))).toBe(1);
  });
  it("is a number for a scalar of a scalar, zeros for a constant, empty for nothing", () => {
    expect(jacobian((x) => sin(x))(0)).toBe(1);
    expect(jacobian((_x) => tensor([1, 2]))([1, 2, 3]).toArray()).toEqual([[0, 0, 0], [0, 0, 0]]); // biome-ignore format: a matrix
    expect(jacobian((x) => x)(new Float64Array(0)).shape).toEqual([0, 0]);
  });
  it("is that of one array", () => {
    expect(codeOf(() => jacobian((x) => [x, x] as unknown as Value)([1]))).toBe("autodiff-structure");
    expect(codeOf(() => jacobian((x: Value) => x)(tensor(Int32Array.of(1))))).toBe("autodiff-integer");
  });
});

describe("the Hessian of a network's loss", () => {
  const sizes = [2, 3, 3, 1];
  const x = tensor([[0.1, -0.4], [1, 0.3], [-0.7, 0.9]]); // biome-ignore format: rows
  const loss = (θ: Value): Value => {
    let at = 0;
    const next = (rows: number, columns: number): Value => {
      const part = slice(θ, [[at, at + rows * columns]]).reshape([rows, columns]);
      at += rows * columns;
      return part;
    };
    const h = [0, 1, 2].reduce<Value>(
      (h, i) => [tanh, sigmoid, softplus][i]!(add(matmul(h, next(sizes[i]!, sizes[i + 1]!)), next(1, sizes[i + 1]!))),
      tensorValue(0).add(x),
    );
    return mean(mul(h.sub(0.5), h.sub(0.5)));
  };
  const n = 2 * 3 + 3 + 3 * 3 + 3 + 3 + 1;
  const θ = Float64Array.from({ length: n }, (_, i) => Math.sin(3 * i + 1));
  const H = hessian(loss)(θ);

  it("is symmetric", () => {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) expect(H.data[i * n + j]).toBeCloseTo(H.data[j * n + i]!, 15);
  });
  it("is the derivative of the gradient, and H·v is hvp", () => {
    fc.assert(
      fc.property(tensors([n]), (v) => {
        const Hv = evaluate(matmul(H, v)) as Tensor;
        const direct = hvp(loss)(θ, v);
        const slope = (h: number): number => dot([grad(loss)(moved([tensor(θ)], h, [v])[0]!)], [v]);
        expect(Math.abs(dot([Hv], [v]) - difference(slope, 1e-3))).toBeLessThan(1e-9); // h⁴ + ε/h, some tens of terms
        Hv.data.forEach((y, i) => {
          expect(direct.data[i]).toBeCloseTo(y, 14);
        });
      }),
      { numRuns: 20 },
    );
  });
});

describe("derivatives through selections", () => {
  it("go where the numbers went", () => {
    const f = (x: Value): Value =>
      sum(mul(take(x, [2, 0, 2]), [1, 10, 100])).add(sum(where(x.greater(1), mul(x, x), 0)));
    expect((grad(f)([0.5, 1.5, 2.5]) as Tensor).toArray()).toEqual([10, 3, 106]);
    expect((grad((x) => sum(mul(x.cumsum(), [1, 2, 4])))([1, 1, 1]) as Tensor).toArray()).toEqual([7, 6, 4]);
    expect((grad((x) => max(x).mul(log(x.logSumExp())))([0, 0]) as Tensor).shape).toEqual([2]);
  });
  it("stop at stopGradient", () => {
    expect(grad((x) => mul(x, stopGradient(mul(x, x))))(3)).toBe(9);
    expect(grad(grad((x) => mul(x, stopGradient(mul(x, x)))))(3)).toBe(0);
    expect(jvp((x) => stopGradient(x))(3, 1)).toEqual([3, 0]);
  });
});

describe("checkGradients", () => {
  it("passes what is right", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 2, noNaN: true }), (x) => {
        expect(checkGradients((v) => sin(v).mul(exp(cos(v))), x).ok).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
  it("says how far each identity is off", () => {
    const { forward, adjoint, second } = checkGradients((x) => sum(exp(x)), [1, 2]);
    expect(Math.max(forward, second)).toBeLessThan(1e-9);
    expect(adjoint).toBeLessThan(1e-15);
  });
  it("finds a derivative that stopGradient cut off", () => {
    expect(checkGradients((x) => mul(x, stopGradient(x)), 2).ok).toBe(false);
  });
});
