import { describe, expect, it } from "vitest";
import type { Value } from "../../src/graph/value.ts";
import { type ActivationName, activation, activations, elu, leakyRelu } from "../../src/nn/index.ts";
import { sum } from "../../src/ops/index.ts";
import { checkGradients, compile, grad, jacobian } from "../../src/transform/index.ts";
import lecture from "../numbers/activations.json" with { type: "json" };
import { expectClose, flat, roundoff, tiny } from "../numbers/close.ts";
import more from "../numbers/more-activations.json" with { type: "json" };
import softmaxRows from "../numbers/softmax.json" with { type: "json" };

type F = (x: Value) => Value;
const values = (f: F, at: readonly number[]): number[] => flat(compile(f)([...at]));
/** f′ of a function that works element by element. */
const slopes = (f: F, at: readonly number[]): number[] => flat(grad((x: Value) => sum(f(x)))([...at]));

const names = Object.keys(activations) as ActivationName[];
const elementwise = names.filter((name) => name !== "softmax");

describe("every activation", () => {
  it.each(elementwise)("%s has the derivative that differences give, of first and second order", (name) => {
    const { forward, adjoint, second } = checkGradients(
      (x: Value) => activations[name](x),
      [-4.2, -2.1, -0.7, 0.4, 1.3, 2.6],
    );
    // Fourth-order differences with step 1e-3: error step⁴·f⁽⁵⁾/30, with f⁽⁵⁾ < 1e4 here, plus roundoff/step.
    expect(forward).toBeLessThan(1e-9);
    expect(second).toBeLessThan(1e-9);
    expect(adjoint).toBeLessThan(64 * roundoff); // two sums of 6 products of a few rounded operations each
  });

  it.each(elementwise)("%s is finite at ±800 and its slope is too", (name) => {
    for (const at of [-800, 800]) {
      expect(values(activations[name], [at]).every(Number.isFinite)).toBe(true);
      expect(slopes(activations[name], [at]).every(Number.isFinite)).toBe(true);
    }
  });

  it.each(names)("%s gives NaN for NaN", (name) => {
    expect(values(activations[name], [Number.NaN])).toEqual([Number.NaN]);
  });

  it.each(names)("%s can be named in an activation layer, in any spelling", (name) => {
    const dashed = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(activation(dashed as ActivationName).name).toBe(name);
  });
});

describe("kinks", () => {
  const at0: Partial<Record<ActivationName, number>> = { relu: 0, leakyRelu: 0.01, elu: 1, softsign: 1 };
  it.each(Object.entries(at0))("%s has the documented slope at 0", (name, slope) => {
    expect(slopes(activations[name as ActivationName], [0, -0])).toEqual([slope, slope]);
  });

  it("hardSigmoid has half its slope at ±3", () => {
    expect(slopes(activations.hardSigmoid, [-3, 3])).toEqual([1 / 12, 1 / 12]);
  });

  it("leakyRelu and elu take their slope and α", () => {
    expect(values((x) => leakyRelu(x, { slope: 0.25 }), [-4, 4])).toEqual([-1, 4]);
    expect(slopes((x) => elu(x, { alpha: 3 }), [-0, 1])).toEqual([3, 1]);
  });
});

describe("softmax", () => {
  it("lies in [0, 1], adds up to 1, and does not change when all inputs grow alike", () => {
    const rows = [
      [-3, 0.5, 2],
      [800, -800, 0],
      [1e300, -1e300, 1e300],
    ];
    expect(flat(compile(activations.softmax)(rows)).every((p) => p >= 0 && p <= 1)).toBe(true);
    const shares = compile((x: Value) => sum(activations.softmax(x), -1))(rows);
    expectClose(shares, [1, 1, 1], { relative: 4 * roundoff }); // three quotients by a sum that is rounded twice
    const moved = compile((x: Value) => activations.softmax(x.add(256)))(rows.slice(0, 1));
    // Adding 256 rounds the inputs to 2⁻⁴⁵: an absolute error of the exponent, so a relative one of the result.
    expectClose(moved, compile(activations.softmax)(rows.slice(0, 1)), { relative: 2 ** -43 });
  });
});

/** Values within 1e-14 of what is recorded; below 2.2e-308 within a few steps of the subnormal grid. */
const recorded = { relative: 1e-14, absolute: 4 * tiny };

describe("recorded numbers of the lecture's activations", () => {
  const functions: Record<string, F> = {
    ...activations,
    "leakyRelu, slope 0.001": (x) => leakyRelu(x, { slope: 0.001 }),
  };
  it.each(Object.entries(lecture.functions))("%s agrees to 1e-14, and so does its derivative", (name, expected) => {
    expectClose(values(functions[name]!, lecture.points), expected.value, recorded);
    expectClose(slopes(functions[name]!, lecture.points), expected.derivative, recorded);
  });

  it.each(
    softmaxRows.rows.map((row) => [row.input.join(", "), row] as const),
  )("softmax of %s agrees, and its full Jacobian", (_, row) => {
    expectClose(compile(activations.softmax)(row.input), row.value, recorded);
    for (const mode of ["forward", "reverse"] as const)
      expectClose(jacobian(activations.softmax, { mode })(row.input), row.jacobian, recorded);
  });
});

describe("recorded numbers of the other activations", () => {
  it.each(Object.entries(more.functions))("%s agrees as far as its rounded input allows", (name, {
    value,
    derivative,
  }) => {
    const f = activations[name as ActivationName];
    const [is, slope] = [values(f, more.points), slopes(f, more.points)];
    more.points.forEach((x, i) => {
      // Eight rounded operations, among them one that moves the argument: |x·f′| for each roundoff of it. gelu squares
      // its argument inside exp, which counts x² times.
      const argument = Math.abs(x * derivative[i]!) + x * x * Math.abs(value[i]!);
      const absolute = 8 * roundoff * (Math.abs(value[i]!) + argument) + 4 * tiny;
      expectClose(is[i], value[i], { relative: 0, absolute });
      // The derivative is a sum of terms of the size of |f/x|, 1 and |f′| (1 − |y| in softsign), which may cancel.
      const terms = (1 + x * x) * Math.abs(derivative[i]!) + Math.abs(value[i]!) * (1 + Math.abs(x)) ** 3;
      expectClose(slope[i], derivative[i], { relative: 0, absolute: 8 * roundoff * terms + 4 * tiny });
    });
  });
});
