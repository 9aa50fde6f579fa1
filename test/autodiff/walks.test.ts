import { describe, expect, it } from "vitest";
import { differentiate, pullback, pushforward, renamed, transpose } from "../../src/autodiff/index.ts";
import { fill, input, isValue, lift, type Value, within } from "../../src/graph/value.ts";
import { add, cast, exp, matmul, mul, sin, sum } from "../../src/ops/index.ts";
import { evaluate, trace } from "../../src/transform/index.ts";
import { codeOf } from "../numeric.ts";

const scalar = { shape: [], dtype: "real" } as const;

describe("forward mode", () => {
  it("gives null, an exact zero, for what does not depend on a seed", () => {
    const [x, y] = [input(scalar), input(scalar)];
    const seeds = new Map([[x, lift(1)]]);
    expect(pushforward([sin(y), mul(x, y), cast(x.less(1), "real")], seeds).map((d) => d === null)).toEqual([
      true,
      false,
      true,
    ]);
  });
  it("gives the seed of an output that is a seed itself", () => {
    const [x, dx] = [input(scalar), input(scalar)];
    expect(pushforward([x], new Map([[x, dx]]))).toEqual([dx]);
  });
});

describe("reverse mode", () => {
  it("sums over every way from x to y, and over outputs", () => {
    const x = lift(3);
    const bars = pullback([mul(x, x), add(x, x)], [x], [lift(1), lift(10)]);
    expect(bars.map(evaluate)).toEqual([26]);
  });
  it("gives zeros where no output depends on x", () => {
    expect(evaluate(pullback([sin(1)], [fill({ shape: [2], dtype: "real" }, 3)], [lift(1)])[0]!)).toMatchObject({
      shape: [2],
    });
  });
  it("transposes only what is linear", () => {
    const x = input(scalar);
    expect(codeOf(() => transpose([exp(x)], [x], [lift(1)]))).toBe("autodiff-not-linear");
    expect(codeOf(() => transpose([mul(x, x)], [x], [lift(1)]))).toBe("autodiff-not-linear");
    expect(evaluate(transpose([mul(x, 3), add(x, x)], [x], [lift(1), lift(1)])[0]!)).toBe(5);
  });
  it("costs a small multiple of the function: about three products for one", () => {
    const layers = (n: number) => (x: Value) => {
      const gradient = (θ: Value): Value =>
        differentiate(
          (w) => ({ value: sum(Array.from({ length: n }).reduce<Value>((h) => matmul(h, w), w)), aux: null }),
          θ,
        ).gradient;
      return gradient(x);
    };
    const products = (n: number): number => trace(layers(n), [[[1, 0], [0, 1]]]).lines.filter((l) => l.op.name === "matmul").length; // biome-ignore format: a matrix
    expect(products(10) - products(9)).toBeLessThanOrEqual(3);
  });
});

describe("derivatives", () => {
  it("stand in the scope of what they are the derivatives of", () => {
    const x = input(scalar);
    const y = within("layer 1", () => sin(x));
    const [bar] = pullback([y], [x], [lift(1)]);
    expect(bar!.equation.scope).toBe("layer 1");
  });
  it("hand on what stands beside the value", () => {
    const { value, aux, gradient } = differentiate(
      ({ x }) => ({ value: mul(x, x), aux: { seen: [add(x, 1)], label: "a" } }),
      { x: lift(4) },
    );
    expect([evaluate(value), evaluate(aux.seen[0]!), aux.label, evaluate(gradient.x)]).toEqual([16, 5, "a", 8]);
  });
  it("see their variables under fresh names, and give none of them away", () => {
    const x = lift(2);
    let inside: Value | undefined;
    const y = renamed(x, (named) => {
      inside = named;
      return mul(named, x);
    });
    expect(inside === x).toBe(false);
    expect([isValue(y), evaluate(y)]).toEqual([true, 4]);
    expect(codeOf(() => evaluate(inside!))).toBe("trace-leak");
  });
});
