import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/index.ts";
import { polynomialFeatures } from "../../src/data/index.ts";
import { problemOf } from "./problem.ts";

/** Evaluates a monomial from its name, such as `x1^2*x3`. */
function evaluate(name: string, point: Readonly<Record<string, number>>): number {
  return name.split("*").reduce((product, factor) => {
    const [base = "", power = "1"] = factor.split("^");
    return product * (base === "1" ? 1 : point[base]! ** Number(power));
  }, 1);
}

describe("polynomialFeatures", () => {
  it("holds C(d + n, n) different monomials, each with the value that its name says", () => {
    const numbers = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 4 }), fc.boolean(), (row, degree, bias) => {
        const names = row.map((_, j) => `v${j}`);
        const design = polynomialFeatures(tensor([row, row]), { degree, bias, names });
        let expected = 1;
        for (let i = 1; i <= degree; i++) expected = (expected * (row.length + i)) / i;
        expect(new Set(design.names).size).toBe(Math.round(expected) - (bias ? 0 : 1));
        const point = Object.fromEntries(names.map((name, j) => [name, row[j]!]));
        const values = design.names.map((name) => evaluate(name, point));
        expect([...design.x.data].map((value) => value + 0)).toEqual([...values, ...values].map((value) => value + 0));
      }),
    );
  });

  it("names the monomials of x and y by degree, then by power of x", () => {
    const { x, names } = polynomialFeatures(tensor([[2, 3]]), { degree: 3 });
    expect(names).toEqual(["1", "x", "y", "x^2", "x*y", "y^2", "x^3", "x^2*y", "x*y^2", "y^3"]);
    expect(x.toArray()).toEqual([[1, 2, 3, 4, 6, 9, 8, 12, 18, 27]]);
  });

  it("names more than three columns x1, x2, …", () => {
    expect(polynomialFeatures(tensor([[1, 2, 3, 4]]), { degree: 1, bias: false }).names).toEqual([
      "x1",
      "x2",
      "x3",
      "x4",
    ]);
  });

  it("refuses a degree that is no whole number from 1, wrong names, vectors and too many monomials", async () => {
    const x = tensor([[1, 2]]);
    for (const degree of [0, 1.5, Number.NaN])
      expect((await problemOf(() => polynomialFeatures(x, { degree }))).code).toBe("option");
    expect((await problemOf(() => polynomialFeatures(x, { degree: 1, names: ["a"] }))).code).toBe("option");
    expect((await problemOf(() => polynomialFeatures(tensor([1]), { degree: 1 }))).code).toBe("shape-rank");
    const wide = tensor(new Float64Array(200), [1, 200]);
    expect((await problemOf(() => polynomialFeatures(wide, { degree: 8 }))).code).toBe("data-columns");
  });
});
