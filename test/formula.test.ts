import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ModelError } from "../src/core/errors.ts";
import { tensor } from "../src/core/tensor.ts";
import { explain, explainVector, oneStep, trust } from "../src/explain/index.ts";
import { complexStep, parseFormula, parseFormulas, symbolic } from "../src/formula/index.ts";
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

describe("several formulas", () => {
  const vector = (text: string, at: Readonly<Record<string, number>>) => {
    const formulas = parseFormulas([text]);
    return explainVector((x) => formulas.map(({ f }) => f(x)), at);
  };

  it("have the variables of all, one after another or in a list", () => {
    expect(parseFormulas(["[x*y, sin(x)]", "z^2"]).map(({ names }) => names.join())).toEqual([
      "x,y,z",
      "x,y,z",
      "x,y,z",
    ]);
  });

  it("have a Jacobian, alike by both modes, row by row the gradients of each alone", () => {
    const at = { x: 1, y: 2 };
    const { jacobian, value, variables, outputs } = vector("[x*y, sin(x), x/y]", at);
    expect(value).toEqual([2, Math.sin(1), 0.5]);
    const alone = ["x*y", "sin(x)", "x/y"].map((text) => explain(parseFormula(text).f, { x: 1, y: 2 }).gradient);
    expect(jacobian).toEqual([[2, 1], [alone[1]!["x"]!.item(), 0], [0.5, -0.25]]); // biome-ignore format: a matrix
    const reverse = outputs.map((_, i) => variables.slice(0, 2).map(({ adjoints }) => adjoints[i]!));
    expect(reverse).toEqual(jacobian);
  });

  // Counted by hand. One input, three outputs: x² once, 2x once; forward three products along ẋ.
  it.each([
    ["[x*y, sin(x)]", { x: 1, y: 2 }, { value: 2, forward: 3, reverse: 3 }, "forward"], // + cos x; y, x, 0 are there
    ["[x + y, x - y]", { x: 1, y: 2 }, { value: 2, forward: 2, reverse: 2 }, "forward"],
    ["[x*y*z]", { x: 1, y: 2, z: 3 }, { value: 2, forward: 4, reverse: 4 }, "reverse"], // + y·z, x·z
    ["[exp(x), exp(2 x)]", { x: 1 }, { value: 3, forward: 4, reverse: 4 }, "forward"], // + 2·exp(2x)
  ] as const)("%s cost so many operations by each mode, and the one with fewer passes is chosen", (text, at, counts, mode) => {
    const found = vector(text, at);
    expect([found.counts, found.chosen]).toEqual([counts, mode]);
    expect(found.passes).toEqual({ forward: Object.keys(at).length, reverse: found.outputs.length });
  });
});

describe("a gradient held against what needs no rule", () => {
  const held = (text: string, at: Readonly<Record<string, number>>) => {
    const formula = parseFormula(text);
    return trust(formula.f, at, explain(formula.f, at), (name) => complexStep(formula, at, name));
  };

  it.each([
    ["sqrt(x^2 + exp(x^2))", { x: 1.5 }],
    ["x^3", { x: 0 }], // where derivative and second derivative vanish
    ["cos(x)", { x: 0 }],
    ["log(x)", { x: 0.05 }], // where the widest steps leave the domain
    ["1/x", { x: 0.01 }], // close to a pole
    ["1e-9 * sin(x)", { x: 1 }],
    ["1e9 * sin(x * y)", { x: 1, y: 3 }],
    ["3*x + 2*y", { x: 1, y: 2 }],
    ["erf(x) * y", { x: 0.3, y: 2 }],
  ] as const)("%s stands every check", (text, at) => expect(held(text, at).failures).toEqual([]));

  it("has errors of differences that fall with the square of the step, and a Taylor remainder that does, too", () => {
    const { differences, taylorSlope } = held("sqrt(x^2 + exp(x^2))", { x: 1.5 });
    expect(differences.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, k) => Number(`1e-${k + 1}`)));
    // 10⁻¹ → 10⁻³: a factor of 10⁴, but for terms of the next order, a few percent of it at the widest step
    expect(Math.log10(differences[0]!.error / differences[2]!.error)).toBeCloseTo(4, 1);
    expect(differences[14]!.error).toBeGreaterThan(1000 * Math.min(...differences.map(({ error }) => error)));
    expect(taylorSlope).toBeCloseTo(2, 1);
  });

  it.each([
    ["abs(x)", { x: 0 }],
    ["relu(x) + x", { x: 0 }],
    ["max(x, 2*x)", { x: 0 }],
  ] as const)("%s at its kink does not", (text, at) => {
    const { failures, ok } = held(text, at);
    expect([ok, failures.join()]).toEqual([false, expect.stringContaining("a kink")]);
  });

  it("finds a gradient that is wrong by one part in a million", () => {
    const { f } = parseFormula("sin(x)");
    const e = explain(f, { x: 1 });
    const wrong = { ...e, gradient: { x: tensor(e.gradient["x"]!.item() * (1 + 1e-6)) } };
    expect(trust(f, { x: 1 }, wrong, () => Math.cos(1)).failures).toHaveLength(2); // complex step, and the other mode
  });
});

describe("odd formulas", () => {
  const at = (text: string): number => {
    const { f, names } = parseFormula(text);
    return explain(f, Object.fromEntries(names.map((name) => [name, 2]))).value;
  };
  it.each([
    ["-x^2", -4], // the power binds closer than the sign
    ["2 x y", 8],
    ["(x+1)(x-1)", 3],
    ["x^x^x", 16],
    ["pi e", Math.PI * Math.E],
    ["constructor + 1", 3], // a variable like any other
    [`${"-".repeat(300)}x`, 2],
  ])("%s", (text, value) => expect(at(text)).toBeCloseTo(value, 12));

  it("may be as long as 500 operations", () => {
    const long = Array.from({ length: 166 }, (_, i) => `sin(x*${i + 1})`).join("+");
    const found = symbolic(parseFormula(long))!;
    expect([found.counts.formula, found.simplified]).toEqual([497, false]);
    expect(at(long)).toBeCloseTo(
      Array.from({ length: 166 }, (_, i) => Math.sin(2 * (i + 1))).reduce((a, b) => a + b),
      9,
    );
  });

  it.each([
    [`${"sin(".repeat(101)}x${")".repeat(101)}`, "nested more than 100 deep"],
    [`${"-".repeat(5000)}x`, "nested too deeply"],
    ["x!", "there is no factorial"],
    ["toString(x)", "there is no toString"],
    ["sin(x, y)", "sin takes 1 number, not 2"],
    ["gamma(x)", "allowed are + − * / ^ and exp log"],
    ["[]", "no formula"],
    [" ", "it is empty"],
    ["[[x]]", "no formula"],
  ])("%s is refused", (text, said) => {
    expect(() => parseFormulas([text])).toThrow(said);
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
    [["explain", "3", "--check"], "there is no variable"],
    [["explain", "[x, y]", "--at", "x=1,y=1", "--check"], "one formula at a time"],
    [["explain", "x", "--at", "x=1", "--graph", "x.png"], "must end in .svg, .txt"],
    [["explain", "x", "--at", "x=1", "--graph", "no/such/folder/x.svg"], "the file cannot be written"],
    [["explain", "x", "--at", "x=1", "--out", "x.pdf"], "must end in .html, .md, .tex, .txt"],
    [["explain", "x", "--network", "2-3-1"], "leave out x"],
    [["explain", "--network", "2-3-1", "--check"], "leave out --check"],
    [["explain", "runs/none"], "there is no such run folder"],
    [["explain", "docs"], "is not the folder of a finished run"],
    [["explain", "x", "--at", "x=1", "--curve", "x.svg"], "what a check of a formula finds"],
    [["explain"], "a formula is missing"],
  ])("%j is refused with status 2", async (args, said) => {
    const { status, stdout, stderr } = await gradus(args, { cwd: root });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
  });

  it("gives the Jacobian of several formulas and what it costs as JSON", async () => {
    const { stdout } = await gradus(["explain", "[x*y, sin(x)]", "--at", "x=1,y=2", "--json"], { cwd: root });
    expect(JSON.parse(stdout)).toMatchObject({
      formulas: ["x * y", "sin(x)"],
      jacobian: [[2, 1], [Math.cos(1), 0]], // biome-ignore format: a matrix
      passes: { forward: 2, reverse: 2 },
      counts: { value: 2, forward: 3, reverse: 3 },
      chosen: "forward",
    });
  });

  it("says so where a number is not finite, and how checks fail at a kink", async () => {
    expect((await gradus(["explain", "1/x", "--at", "x=0"], { cwd: root })).stdout).toContain(
      "Not every number is finite",
    );
    const kink = await gradus(["explain", "abs(x)", "--at", "x=0", "--check"], { cwd: root });
    expect([kink.status, kink.stdout]).toEqual([0, expect.stringContaining("a kink")]);
  });

  it("draws the graph into a file, and writes the whole as a page that loads nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradus-explain-"));
    const args = [
      "explain",
      "x * exp(x)",
      "--at",
      "x=1",
      "--check",
      "--graph",
      "graph.svg",
      "--curve",
      "v.svg",
      "--out",
      "page.html",
    ];
    const { status, stdout } = await gradus(args, { cwd: folder });
    const [svg, curve, page] = ["graph.svg", "v.svg", "page.html"].map((file) =>
      readFileSync(join(folder, file), "utf8"),
    ) as [string, string, string];
    rmSync(folder, { recursive: true });
    expect([status, stdout]).toEqual([0, ""]);
    expect(svg).toContain("Computation graph of v2");
    expect(curve).toMatch(/^<\?xml[^>]*>\n<svg xmlns=[\s\S]*aria-label="Relative error[\s\S]*<\/svg>\n$/);
    expect(curve.match(/<circle/g)).toHaveLength(15);
    for (const part of ["<svg", "Forward and reverse trace", "Relative error by step", "stand every check"])
      expect(page).toContain(part);
    expect(page).not.toMatch(/<link|src=|url\((?!#)|@import/);
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
    const layers = oneStep({ sizes: [784, 300, 10] }); // more weights than a call can take arguments
    expect(layers.difference).toBeLessThan(1e-13);
    expect((await gradus(["explain", "--network", "2-x"], { cwd: root })).status).toBe(2);
  });
});
