import { describe, expect, it } from "vitest";
import { check, type Line, type Program } from "../../src/graph/program.ts";
import { input, isValue, type Value, within } from "../../src/graph/value.ts";
import { matmul, mul, scan, sin, sum } from "../../src/ops/index.ts";
import { programText, trace } from "../../src/transform/index.ts";
import { codeOf } from "../numeric.ts";

const layer = (x: Value, W: Value): Value => within("layer 1 of 1, dense(3 → 1)", () => sin(matmul(x, W)));
const args = [
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  [[1], [2], [3]],
];
const whole = trace(layer, args);

describe("a program", () => {
  it("numbers its variables from 0 on, each once, inputs first", () => {
    const computed = whole.lines.flatMap((l) => l.outputs);
    expect([...whole.inputs, ...computed]).toEqual(whole.types.map((_, i) => i));
    expect(whole.outputs).toEqual([whole.types.length - 1]);
  });
  it("leaves outputs that nothing uses without a number", () => {
    const p = trace((x: Value) => scan((c: Value) => [mul(c, c), c], x, null, { length: 2 })[1], [1]);
    expect(p.lines[0]!.outputs).toEqual([null, 1, null]);
  });
  it("is printed one equation a line, with shapes, parameters and scopes", () => {
    expect(programText(whole).split("\n")).toEqual([
      "inputs  %0: real[2, 3], %1: real[3, 1]",
      "%2: real[2, 1] = matmul(%0, %1)   layer 1 of 1, dense(3 → 1)",
      "%3: real[2, 1] = sin(%2)          layer 1 of 1, dense(3 → 1)",
      "outputs %3",
    ]);
  });
  it("is printed with the bodies of its loops", () => {
    const p = trace((x: Value) => sum(scan((c: Value, v: Value) => [mul(c, v), c], x, [1, 2])[1]), [3]);
    expect(programText(p).split("\n")).toEqual([
      "inputs  %0: real",
      "%1: real[2] = 1, 2",
      "_, %2: real[2], _ = scan(%0, %1, { constants: 0, carries: 1, length: 2, backwards: false })",
      "    inputs  %0: real, %1: real",
      "    %2: real = mul(%0, %1)",
      "    outputs %2, %0",
      "%3: real[1] = sumTo(%2, { shape: [1] })",
      "%4: real = reshape(%3, { shape: [] })",
      "outputs %4",
    ]);
  });
});

describe("checking a program", () => {
  const corrupt = (change: (p: { -readonly [K in keyof Program]: Program[K] }) => void): Program => {
    const copy = { ...whole, lines: whole.lines.map((l) => ({ ...l })) };
    change(copy);
    return copy;
  };
  const changed = (i: number, change: Partial<Line>): Program =>
    corrupt((p) => {
      p.lines = p.lines.map((l, k) => (k === i ? { ...l, ...change } : l));
    });
  it("passes a good one", () => expect(() => check(whole)).not.toThrow());
  it.each<[string, Program, string]>([
    ["a variable used before it is computed", changed(0, { inputs: [0, 3] }), "uses %3 before"],
    ["a variable computed twice", changed(1, { outputs: [2] }), "computes %2 a second time"],
    ["a wrong type", corrupt((p) => { p.types = p.types.map((t, i) => (i === 3 ? { ...t, shape: [1, 2] } : t)); }), "%3 should be real[2, 1], is real[1, 2]"], // biome-ignore format: one line
    ["an output that is not computed", corrupt((p) => { p.outputs = [7]; }), "%7 is never computed"], // biome-ignore format: one line
    ["an equation left out", corrupt((p) => { p.lines = p.lines.slice(1); }), "uses %2 before"], // biome-ignore format: one line
  ])("finds %s", (_name, bad, message) => {
    expect(() => check(bad)).toThrow(message);
    expect(codeOf(() => check(bad))).toBe("program-type");
  });
  it("finds a loop that is given something else than its body takes", () => {
    const p = trace((x: Value) => scan((c: Value, v: Value) => [mul(c, v), null], x, [1, 2])[0], [3]);
    const lines = p.lines.map((l) => (l.body ? { ...l, inputs: [...l.inputs].reverse() } : l));
    expect(codeOf(() => check({ ...p, lines }))).toBe("program-type");
  });
});

describe("a scope", () => {
  it("nests, and ends with its function, even when that throws", () => {
    const scoped = within("a", () => within("b", () => sin(1)));
    expect(scoped.equation.scope).toBe("a › b");
    expect(() => within("a", () => matmul([1], [1, 2]))).toThrow();
    expect(sin(1).equation.scope).toBe("");
  });
});

it("tells values from everything else", () => {
  expect([isValue(input({ shape: [], dtype: "real" })), isValue(1), isValue(null)]).toEqual([true, false, false]);
});
