import { describe, expect, it } from "vitest";
import { type Diagram, diagram, explain, networkDiagram } from "../../src/explain/index.ts";
import { parseFormula } from "../../src/formula/index.ts";
import type { Value } from "../../src/graph/value.ts";
import { batchNorm, chain, dense, mlp } from "../../src/nn/index.ts";
import { add, matmul, scan, sum, tanh } from "../../src/ops/index.ts";
import { diagramSvg, diagramText } from "../../src/report/diagram.ts";

const formula = (text: string, fold = true): Diagram => {
  const { f, names } = parseFormula(text);
  return diagram(f, Object.fromEntries(names.map((name) => [name, 1])), { fold });
};

const titles = ({ nodes }: Diagram): string[] => nodes.map(({ lines }) => lines[0]!);
const labels = ({ boxes }: Diagram): string[] => boxes.map(({ label }) => label);

/** A sum of n terms a·sin(b·x), which is the same thing n times over. */
const waves = (n: number): string => Array.from({ length: n }, (_, i) => `${i + 2}*sin(x*${i + 3})`).join(" + ");

describe("the graph of a formula", () => {
  it("has a node for each input and operation, an arrow for each use, and numbers inside of the operations", () =>
    expect(diagramText(formula("sqrt(x^2 + exp(x^2)) * y - 3")).split("\n")).toEqual([
      "n1 x",
      "n2 y",
      "n3 square ← n1",
      "n4 exp ← n3",
      "n5 add ← n3, n4",
      "n6 sqrt ← n5",
      "n7 mul ← n6, n2",
      "n8 add(·, -3) ← n7",
    ]));

  it("draws a chain of four or more operations as one node, and a shorter one as it is", () => {
    expect(titles(formula("y*sin(cos(tanh(exp(x))))"))).toEqual(["y", "x", "4 operations in a row", "mul"]);
    expect(titles(formula("y*sin(cos(tanh(x)))"))).toEqual(["y", "x", "tanh", "cos", "sin", "mul"]);
    expect(titles(formula("y*sin(cos(tanh(exp(x))))", false))).toEqual(["y", "x", "exp", "tanh", "cos", "sin", "mul"]);
  });

  it("does not take a value that is used twice into a chain", () =>
    expect(titles(formula("sin(cos(x)) * exp(tanh(cos(x)))"))).toEqual(["x", "cos", "sin", "tanh", "exp", "mul"]));

  it("draws what is repeated once, with … for numbers that differ", () => {
    const folded = formula(waves(40));
    expect(folded.nodes.length).toBe(10);
    expect(labels(folded)).toEqual(["39 times", "38 times"]);
    expect(titles(folded)).toContain("mul(·, …)");
    expect(formula(waves(40), false).nodes.length).toBe(1 + 3 * 40 + 39);
  });

  it("leaves no arrow without its nodes, whatever is folded", () => {
    for (const text of [waves(9), "x*x*x*x*x*x", "((x+1)*y+1)*y+((x+2)*y+2)*y", "3", "x"]) {
      const { nodes, edges, boxes } = formula(text);
      const ids = new Set(nodes.map(({ id }) => id));
      for (const { from, to } of edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
      for (const { box } of nodes) if (box) expect(boxes.map(({ id }) => id)).toContain(box);
    }
  });

  it("carries values and adjoints where it is evaluated", () => {
    const { nodes } = explain(parseFormula("x * y").f, { x: 2, y: 5 }).diagram;
    expect(nodes.map(({ lines, kind }) => [kind, ...lines])).toEqual([
      ["input", "x = 2", "adjoint 5"],
      ["input", "y = 5", "adjoint 2"],
      ["output", "mul", "v1 = 10", "adjoint 1"],
    ]);
  });
});

describe("the graph of a program", () => {
  it("says shapes on its arrows, and draws a loop as a box around its body with what each turn hands on", () => {
    const recurrent = ({ W, start, xs }: Readonly<Record<"W" | "start" | "xs", Value>>) =>
      scan(
        (h: Value, x: Value) => {
          const next = tanh(add(matmul(h, W), x));
          return [next, sum(next)] as const;
        },
        start,
        xs,
      )[0];
    const at = { W: [[1, 2], [3, 4]], start: [[0, 0]], xs: Array.from({ length: 20 }, () => [[1, 2]]) }; // biome-ignore format: matrices
    const drawn = diagram(recurrent, at);
    expect(labels(drawn)).toEqual(["scan: 20 turns"]);
    const name = new Map(drawn.nodes.map(({ id, lines }) => [id, lines[0]]));
    const arrows = drawn.edges.map(({ from, to, label, back }) => [name.get(from), label, name.get(to), back ?? false]);
    expect(arrows).toContainEqual(["start", "[1, 2]", "carry", false]);
    expect(arrows).toContainEqual(["xs", "[20, 1, 2]", "row of the turn", false]);
    expect(arrows).toContainEqual(["tanh", "[1, 2]", "carry", true]);
    expect(drawn.nodes.filter(({ box }) => box === drawn.boxes[0]!.id).map(({ lines }) => lines[0])).toContain("tanh");
  });
});

describe("the picture of a network", () => {
  it("has a node for each layer with its parameters, and the shape of each batch", () => {
    const { nodes, edges } = networkDiagram(mlp({ inputs: 64, hidden: [100], outputs: 10 }), { inputs: 64 });
    expect(nodes.map(({ lines }) => lines)).toEqual([
      ["inputs", "64 a row"],
      ["dense(64 → 100)", "W [64, 100] + b [100]", "6500 parameters"],
      ["relu"],
      ["dense(100 → 10)", "W [100, 10] + b [10]", "1010 parameters"],
      ["outputs"],
    ]);
    expect(edges.map(({ label }) => label)).toEqual(["[batch, 64]", "[batch, 100]", "[batch, 100]", "[batch, 10]"]);
  });

  it("draws equal layers that follow each other once", () => {
    const deep = networkDiagram(mlp({ inputs: 8, hidden: Array<number>(12).fill(50), outputs: 1 }), { inputs: 8 });
    expect([labels(deep), deep.nodes.length]).toEqual([["11 times"], 7]);
    const flat = networkDiagram(mlp({ inputs: 8, hidden: Array<number>(12).fill(50), outputs: 1 }), {
      inputs: 8,
      fold: false,
    });
    expect([labels(flat), flat.nodes.length]).toEqual([[], 2 + 25]);
  });

  it("takes any chain, and a layer alone", () => {
    const net = chain(dense({ inputs: 3, outputs: 4 }), batchNorm({ features: 4 }));
    expect(titles(networkDiagram(net, { inputs: 3 }))).toEqual(["inputs", "dense(3 → 4)", "batchNorm(4)", "outputs"]);
    expect(titles(networkDiagram(dense({ inputs: 3, outputs: 4 }), { inputs: 3 }))).toHaveLength(3);
  });
});

describe("a drawing", () => {
  const svg = diagramSvg(explain(parseFormula("sqrt(x^2 + exp(x^2))").f, { x: 1.5 }).diagram);
  const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found!);

  it("holds every node, arrow and label of its graph", () => {
    expect(all(svg, /<g class="(\w+)">/g)).toEqual(["input", "operation", "operation", "operation", "output"]);
    expect(all(svg, /<text class="title"[^>]*>([^<]*)/g)).toEqual(["x = 1.5", "square", "exp", "add", "sqrt"]);
    expect(all(svg, /<path d="(M)/g)).toHaveLength(5 + 1); // and the head of all arrows
    const net = diagramSvg(networkDiagram(mlp({ inputs: 2, hidden: [3], outputs: 1 }), { inputs: 2 }));
    expect(all(net, /<text class="shape"[^>]*>([^<]*)/g)).toEqual([
      "[batch, 2]",
      "[batch, 3]",
      "[batch, 3]",
      "[batch, 1]",
    ]);
  });

  it("has a name, and all that it shows in words", () => {
    expect(svg).toMatch(/role="img" aria-labelledby="diagram-title diagram-description"/);
    expect(all(svg, /<title id="diagram-title">([^<]*)/g)).toEqual(["Computation graph of v4"]);
    expect(all(svg, /<desc id="diagram-description">([^<]*)/g)[0]).toContain("exp, v2 = 9.4877, adjoint 0.14594 ← n2");
  });

  it("cuts nothing off: every rectangle lies on the paper, and every text is narrower than its rectangle", () => {
    const large = diagramSvg(formula(waves(30), false));
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(large)!.map(Number);
    const rects = [
      ...large.matchAll(
        /<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)" rx="6"\/><text[^>]*>([^<]*)/g,
      ),
    ];
    expect(rects.length).toBe(120);
    for (const [, x, y, w, h, text] of rects) {
      expect([
        Number(x) >= 0,
        Number(y) >= 0,
        Number(x) + Number(w) <= width!,
        Number(y) + Number(h) <= height!,
      ]).not.toContain(false);
      expect(7.3 * text!.length).toBeLessThan(Number(w));
    }
  });

  it("escapes what it is given", () =>
    expect(diagramSvg({ ...formula("x"), title: '<b>&"' })).toContain("&lt;b&gt;&amp;&quot;"));
});
