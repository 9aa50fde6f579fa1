import { describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import { isValue, type Value } from "../../src/graph/value.ts";
import { add, cast, div, exp, matmul, mul, pow, scan, sin, sum, take } from "../../src/ops/index.ts";
import { compile, evaluate, grad, jvp, trace, vjp } from "../../src/transform/index.ts";
import { codeOf } from "../numeric.ts";

describe("what goes in and comes out", () => {
  const twice = compile((x: Value) => mul(x, 2));
  it("takes a number, nested arrays, typed arrays and tensors; a scalar comes back as a number", () => {
    expect(twice(1.5)).toBe(3);
    expect(twice([[1, 2]])).toEqual(tensor([[2, 4]]));
    expect(twice(Float64Array.of(1, 2))).toEqual(tensor([2, 4]));
    expect(twice(Float32Array.of(0.5))).toEqual(tensor([1]));
    expect(twice(tensor([1, 2, 3, 4], [2, 2]))).toEqual(tensor([[2, 4], [6, 8]])); // biome-ignore format: a matrix
    expect((twice([[1, 2]]) as Tensor).toArray()).toEqual([[2, 4]]);
  });
  it("keeps integers integers and booleans booleans", () => {
    expect(compile((x: Value) => x.add(1))(Int32Array.of(1, 2))).toEqual(new Tensor([2], Int32Array.of(2, 3)));
    expect(compile((x: Value) => x.add(1))(new Uint8Array([1, 255]))).toEqual(new Tensor([2], Int32Array.of(2, 256)));
    expect(compile((x: Value) => x.logicalNot())([true, false])).toEqual(new Tensor([2], Uint8Array.of(0, 1)));
    expect(compile((x: Value) => x.less(2))(1)).toBe(1);
  });
  it("takes and gives trees, and passes over whatever is not data", () => {
    const f = compile((θ: { a: Value; list: readonly Value[]; name: string }) => ({
      sum: add(θ.a, θ.list[1]!),
      name: θ.name,
      rest: null,
    }));
    expect(f({ a: 1, list: [tensor([1]), tensor([2, 3])], name: "n" })).toEqual({
      sum: tensor([3, 4]),
      name: "n",
      rest: null,
    });
  });
  it("gives values for values", () => {
    const seen: boolean[] = [];
    compile((x: Value) => {
      const results = [
        twice(x),
        grad((y) => mul(y, y))(x),
        jvp((y) => mul(y, y))(x, 1)[1],
        vjp((y) => mul(y, y))(x)[1](1),
        scan((c: Value) => [c, null], x, null, { length: 1 })[0],
      ];
      seen.push(...results.map(isValue));
      return results[0]!;
    })(1);
    expect(seen).toEqual([true, true, true, true, true]);
  });
  it("gives numbers for plain data in the middle of a trace", () => {
    compile((x: Value) => {
      expect(twice(4)).toBe(8);
      expect(grad((y) => mul(y, y))(4)).toBe(8);
      return x;
    })(1);
  });
  it("evaluates values that depend on no argument", () => {
    expect(evaluate({ a: sin(0), b: [add(tensor([1, 2]), 1)] })).toEqual({ a: 0, b: [tensor([2, 3])] });
    expect(evaluate(pow(2, 10))).toBe(1024);
  });
  it("does not keep hold of its arguments, nor they of the results", () => {
    const data = Float64Array.of(1, 2);
    const first = compile((x: Value) => x)(data) as Tensor;
    data[0] = 7;
    expect([...first.data]).toEqual([1, 2]);
    (first.data as Float64Array)[1] = 9;
    expect(data[1]).toBe(2);
  });
  it("has every operation as a method too", () => {
    const f = compile((x: Value) => x.mul(3).add([1, 2]).sub(1).div(2).pow(2).sum(0).sqrt().neg());
    expect(f([1, 1])).toBe(-Math.sqrt(1.5 ** 2 + 2 ** 2));
    expect(compile((x: Value) => x.reshape([2, 2]).transpose().matmul([1, 1]).softmax().argmax())([1, 2, 3, 4])).toBe(
      1,
    );
  });
});

describe("a compiled function", () => {
  it("traces once for each structure and set of shapes and kinds", () => {
    let calls = 0;
    const f = compile((x: Value, y: Value) => {
      calls++;
      return add(x, y);
    });
    f(1, 2);
    f(3, 4);
    expect(calls).toBe(1);
    f([1], 2);
    f([5], 2);
    expect(calls).toBe(2);
    f(Int32Array.of(1), 2);
    expect(calls).toBe(3);
    expect([f(1, 1), f([1], 1)]).toEqual([2, tensor([2])]);
    expect(calls).toBe(3);
  });
  it("counts whatever is not data by its value, and things by identity", () => {
    let calls = 0;
    const f = compile((x: Value, options: { mode: string; f?: (x: Value) => Value; when?: Date }) => {
      calls++;
      return options.mode === "sin" ? sin(x) : (options.f?.(x) ?? exp(x));
    });
    const [when, square] = [new Date(0), (x: Value) => mul(x, x)];
    expect(f(0, { mode: "sin" })).toBe(0);
    expect(f(0, { mode: "exp" })).toBe(1);
    expect(f(3, { mode: "f", f: square })).toBe(9);
    expect(f(3, { mode: "f", f: square })).toBe(9);
    expect(f(3, { mode: "f", f: (x) => mul(x, 2) })).toBe(6);
    expect(calls).toBe(4);
    f(0, { mode: "sin", when });
    f(0, { mode: "sin", when });
    f(0, { mode: "sin", when: new Date(1) });
    expect(calls).toBe(6);
  });
  it("gives the gradient without tracing again", () => {
    let calls = 0;
    const slope = grad((x: Value) => {
      calls++;
      return mul(x, x);
    });
    expect([1, 2, 3].map((x) => slope(x))).toEqual([2, 4, 6]);
    expect(calls).toBe(1);
  });
});

describe("precision f32", () => {
  const third = compile((x: Value) => div(x, 3), { precision: "f32" });
  it("gives Float32Array", () => {
    const y = third([1, 2]) as Tensor;
    expect(y.data).toBeInstanceOf(Float32Array);
    expect([...y.data]).toEqual([Math.fround(1 / 3), Math.fround(2 / 3)]);
  });
  it("rounds arguments, constants and every result in between", () => {
    expect(compile((x: Value) => x, { precision: "f32" })(0.1)).toBe(Math.fround(0.1));
    expect(compile((x: Value) => x.add(0.1), { precision: "f32" })(0)).toBe(Math.fround(0.1));
    const f = (x: Value): Value => x.add(1).sub(1);
    expect(compile(f, { precision: "f32" })(1e-8)).toBe(0); // 1 + 1e-8 is 1 in f32
    expect(compile(f)(1e-8)).not.toBe(0);
    const r = Math.fround;
    expect(compile((x: Value) => x.mul(x).mul(x), { precision: "f32" })(1.1)).toBe(r(r(r(1.1) * r(1.1)) * r(1.1)));
  });
  it("rounds inside loops, too", () => {
    const f = compile((x: Value) => scan((c: Value) => [c.add(1).sub(1), c], x, null, { length: 2 })[0], {
      precision: "f32",
    });
    expect(f(1e-8)).toBe(0);
  });
  it("leaves integers exact", () => {
    const f = compile((x: Value) => cast(x.add(1), "integer"), { precision: "f32" });
    expect(f(Int32Array.of(2 ** 24))).toEqual(new Tensor([1], Int32Array.of(2 ** 24 + 1)));
  });
});

describe("what went wrong is said with its code", () => {
  let leaked: Value | undefined;
  const cases: [code: string, f: () => unknown, says: string | RegExp][] = [
    ["shape-mismatch", () => add([1, 2], [1, 2, 3]), "sizes 2 and 3 on axis 0"],
    ["shape-inner", () => matmul([[1, 2]], [[1, 2], [3, 4], [5, 6]]), "columns of x (2) must equal rows of w (3)"], // biome-ignore format: one line
    ["shape-inner", () => matmul([[1, 2]], [[1, 2], [3, 4], [5, 6]]), "w looks transposed: try matmul(x, transpose(w))"], // biome-ignore format: one line
    ["shape-rank", () => matmul(1, [1]), "use mul for a product with a scalar"],
    ["shape-axis", () => sum([1, 2], 1), "axes run from -1 to 0"],
    ["shape-axis", () => tensorValue([[1]]).transpose([0, 1, 0]), "name every axis of x once"],
    ["shape-size", () => tensorValue([1, 2, 3]).reshape([2, -1]), "3 elements cannot be laid out as [2, -1]"],
    ["shape-size", () => tensor([1, 2, 3], [2]), "holds 2 numbers, not 3"],
    ["shape-ragged", () => compile((x: Value) => x)([[1, 2], [3]]), "row 1"],
    [
      "index-range",
      () => compile((x: Value, i: Value) => take(x, i))([1, 2], [2]),
      "index 2 is outside of an axis with 2",
    ],
    ["index-range", () => take([1, 2], [0.5]), "an index must be a whole number"],
    [
      "trace-branch",
      () => compile((x: Value) => ((x as unknown as number) > 0 ? x : x.neg()))(1),
      "write where(condition, a, b)",
    ],
    ["trace-branch", () => compile((x: Value) => `${x}`)(1), "has no number yet"],
    ["trace-branch", () => compile((x: Value) => +(x as unknown as number))(1), "has no number yet"],
    ["trace-leak", () => { compile((x: Value) => { leaked = x; return x; })(1); return compile((y: Value) => y.add(leaked!))(1); }, "pass it as an argument"], // biome-ignore format: one line
    ["trace-leak", () => { compile((x: Value) => { leaked = x.exp(); return x; })(1); return evaluate(leaked!); }, "has no number any more"], // biome-ignore format: one line
    ["trace-leak", () => { grad((x: Value) => { leaked = x; return x; })(1); return grad((y: Value) => y.mul(leaked!))(1); }, "pass it as an argument"], // biome-ignore format: one line
    ["autodiff-scalar", () => grad((x) => x)([1, 2]), "sum or average the result, or use jacobian(f)"],
    ["autodiff-scalar", () => grad((x) => [x, x] as unknown as Value)(1), "leaves  2"],
    ["autodiff-scalar", () => grad((x) => x.less(1))(1), "boolean"],
    ["autodiff-integer", () => grad((x) => cast(x, "real").sum())(Int32Array.of(1)), "real numbers only"],
    ["autodiff-integer", () => grad((_x: object) => 1)({}), "no numbers"],
    ["autodiff-structure", () => jvp((x: Value) => x)([1, 2], [1, 2, 3]), "must have the structure and shapes"],
    ["autodiff-structure", () => vjp((x: Value) => x)([1, 2])[1](1), "must have the structure and shapes"],
    ["option", () => compile((x: Value) => x, { backend: "refrence" })(1), "did you mean reference?"],
    ["option", () => compile((x: Value) => x, { precision: "f34" as "f32" })(1), "did you mean f64?"],
    ["option", () => compile((x: Value) => x, JSON.parse('{ "presicion": "f32" }'))(1), "did you mean precision?"],
  ];
  it.each(cases)("%s, case %#", (code, f, says) => {
    expect(codeOf(f)).toBe(code);
    expect(f).toThrow(says);
  });
});

const tensorValue = (x: number[] | number[][]): Value => add(x, 0);

it("prints and counts the program of a function as it was written, or simplified", () => {
  const f = (x: Value): Value => x.mul(1).add(x.mul(1));
  expect(trace(f, [2], { simplified: false }).lines.length).toBeGreaterThan(trace(f, [2]).lines.length);
  expect(trace(f, [2]).lines).toHaveLength(1);
});
