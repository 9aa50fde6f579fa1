import { describe, expect, it } from "vitest";
import { ModelError } from "../src/core/errors.ts";
import { explain, oneStep } from "../src/explain/index.ts";
import { complexStep, parseFormula, symbolic } from "../src/formula/index.ts";
import { gradus, root } from "./cli/command.ts";

describe("symbolic differentiation, counted", () => {
  // The lecture's two formulas, then others counted by hand: formula, its derivatives, both, both with equal parts once.
  it.each([
    ["exp(x^2)", [2, 4, 6, 4]],
    ["sqrt(x^2 + exp(x^2))", [5, 10, 15, 7]],
    ["x", [0, 0, 0, 0]],
    ["3", [0, 0, 0, 0]],
    ["x + 1", [1, 0, 1, 1]],
    ["x * y", [1, 0, 1, 1]],
    ["x / y", [1, 3, 4, 4]], // 1/y and −x/y²
    ["x^2", [1, 1, 2, 2]], // 2·x
    ["x^3", [1, 2, 3, 3]], // 3·x²
    ["1 / x", [1, 2, 3, 3]], // −1/x²
    ["exp(x)", [1, 1, 2, 1]],
    ["exp(-x)", [1, 1, 2, 1]],
    ["log(x)", [1, 1, 2, 2]],
    ["ln(x)", [1, 1, 2, 2]],
    ["sqrt(x)", [1, 2, 3, 2]], // 0.5/√x
    ["sin(x)", [1, 1, 2, 2]],
    ["cos(x)", [1, 1, 2, 2]],
    ["sin(2 * x)", [2, 3, 5, 4]], // 2·cos(2·x)
    ["tanh(x)", [1, 2, 3, 3]], // sech²x
    ["2 x^2 + 3 x + 1", [5, 2, 7, 7]], // 4·x + 3
    ["x * exp(x)", [2, 3, 5, 4]], // exp x·(x + 1)
    ["sin(x) * cos(x)", [3, 5, 8, 6]], // cos²x − sin²x
    ["1 / (1 + exp(-x))", [3, 5, 8, 5]], // exp(−x)/(exp(−x) + 1)²
    ["log(x) + x*y - sin(y)", [5, 4, 9, 9]], // 1/x + y, x − cos y
  ])("%s", (text, counts) => {
    const { formula, symbolic: derivatives, unshared, shared } = symbolic(parseFormula(text))!.counts;
    expect([formula, derivatives, unshared, shared]).toEqual(counts);
  });

  it("says nothing of a function that computer algebra does not know", () =>
    expect(symbolic(parseFormula("relu(x)"))).toBeNull());
});

describe("a formula evaluated with both modes laid open", () => {
  it("has the traces of Baydin's survey, tables 2 and 3: f = ln x + x·y − sin y at (2, 5)", () => {
    const { f } = parseFormula("log(x) + x*y - sin(y)");
    const e = explain(f, { x: 2, y: 5 });
    expect(e.value).toBeCloseTo(11.652, 3);
    expect(e.gradient["x"]!.item()).toBeCloseTo(5.5, 12);
    expect(e.gradient["y"]!.item()).toBeCloseTo(1.716, 3);
    const product = e.variables.find((v) => v.op === "mul")!;
    expect([product.value, ...product.tangents, product.adjoint].map((t) => t.item())).toEqual([10, 5, 2, 1]);
    expect(e.counts).toEqual({ value: 5, forward: 9, reverse: 10 });
  });

  it.each([
    "sqrt(x^2 + exp(x^2))",
    "x^2.5 * tanh(x)",
    "atan(x) / (1 + x)",
    "erf(x) + sigmoid(2 x)",
    "max(x, 1) * sec(x)",
  ])("agrees in both modes, and adds up the uses of each variable: %s", (text) => {
    const e = explain(parseFormula(text).f, { x: 0.7 });
    const output = e.variables.find((v) => v.name === e.output)!;
    const gradient = e.gradient["x"]!.item();
    expect(Math.abs(output.tangents[0]!.item() - gradient)).toBeLessThanOrEqual(1e-14 * Math.abs(gradient));
    for (const v of e.variables.filter((v) => v.uses.length > 0))
      expect(v.uses.reduce((sum, { adds }) => sum + adds.item(), 0)).toBeCloseTo(v.adjoint.item(), 13);
  });

  it("agrees with a complex step to rounding", () => {
    const formula = parseFormula("sqrt(x^2 + exp(x^2)) * sin(y)");
    const e = explain(formula.f, { x: 1.5, y: 0.3 });
    for (const name of ["x", "y"] as const) {
      const gradient = e.gradient[name]!.item();
      expect(Math.abs(complexStep(formula, { x: 1.5, y: 0.3 }, name)! / gradient - 1)).toBeLessThan(1e-14);
    }
  });
});

it.each([
  "foo(x)",
  "x +",
  "a = 3",
  "[1, 2]",
  "x > 3",
  "f(x) = x",
  "sin(x, y)",
  '"text"',
  "x!",
  "i == 2",
])("refuses %s in one message", (text) => expect(() => parseFormula(text)).toThrow(ModelError));

describe("gradus explain", () => {
  it("gives value, gradient and the lecture's counts as JSON", async () => {
    const { status, stdout } = await gradus(["explain", "sqrt(x^2 + exp(x^2))", "--at", "x=1.5", "--check", "--json"], {
      cwd: root,
    });
    const given = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(given.value).toBeCloseTo(3.426037921033351, 14);
    expect(given.gradient.x).toBeCloseTo(4.59177747507035, 13);
    expect(given.counts).toMatchObject({ formula: 5, symbolic: 10, unshared: 15, shared: 7, forward: 9, reverse: 9 });
    expect(given.check.ok).toBe(true);
  });

  it.each([
    [["explain", "sin(x)"], "a number is missing for x"],
    [["explain", "sin(x)", "--at", "y=1"], "--at x=1"],
    [["explain", "sin(x)", "--at", "x=one"], "--at x=1.5"],
    [["explain", "sine(x)", "--at", "x=1"], "did you mean sin"],
  ])("%j is refused with status 2", async (args, said) => {
    const { status, stdout, stderr } = await gradus(args, { cwd: root });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
  });

  it.each(["markdown", "latex"])("sets its tables in %s", async (format) => {
    const { stdout } = await gradus(["explain", "x * y", "--at", "x=1,y=2", "--format", format], { cwd: root });
    expect(stdout).toContain(format === "latex" ? "\\begin{tabular}" : "| --- |");
  });
});

describe("one step of training laid open", () => {
  it.each([
    "sigmoid",
    "tanh",
    "relu",
    "elu",
    "identity",
  ] as const)("the equations of back-propagation agree with automatic differentiation to rounding: %s", (activation) =>
    // sums of at most 7 products each, in another order: a few rounding errors
    expect(oneStep({ sizes: [4, 7, 5, 2], activation, seed: 3 }).difference).toBeLessThan(1e-15 * 32));

  it("is the network 1-1-1 written out, with w₂ where the lecture's slide has a₁", () => {
    const { x, target, layers, learningRate } = oneStep({ sizes: [1, 1, 1], seed: 2, learningRate: 0.5 });
    const [one, two] = layers as [(typeof layers)[0], (typeof layers)[0]];
    const slope = (a: number): number => a * (1 - a);
    const [a1, a2, w2] = [one.a[0]!, two.a[0]!, two.weights[0]![0]!];
    const later = (a2 - target[0]!) * slope(a2);
    expect(two.weightGradient[0]![0]).toBeCloseTo(later * a1, 15);
    expect(one.weightGradient[0]![0]).toBeCloseTo(later * w2 * slope(a1) * x[0]!, 15);
    expect(one.biasGradient[0]).toBeCloseTo(later * w2 * slope(a1), 15);
    expect(one.newBiases[0]).toBe(-learningRate * one.biasGradient[0]!);
  });

  it("is printed layer by layer, with the slide's faults for 1-1-1 and summed up for large layers", async () => {
    const small = await gradus(["explain", "--network", "1-1-1"], { cwd: root });
    expect(small.stdout).toContain("as the slide has it");
    const large = await gradus(["explain", "--network", "64-30-10", "--json"], { cwd: root });
    expect(JSON.parse(large.stdout).difference).toBeLessThan(1e-14);
    expect((await gradus(["explain", "--network", "2-x"], { cwd: root })).status).toBe(2);
  });
});
