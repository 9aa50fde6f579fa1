import { describe, expect, it } from "vitest";
import { chart } from "../../src/report/terminal.ts";

const points = Array.from({ length: 81 }, (_, i) => ({ x: 1e-7 * 10 ** (i / 10), y: 10 - i / 10 }));

describe("a chart in text", () => {
  it("falls from the upper left to the lower right, with the values at the sides and powers of ten below", () => {
    const lines = chart(points, { width: 81, height: 11 }).split("\n");
    expect(lines.length).toBe(13);
    expect(lines[0]).toMatch(/^10 ┤•/);
    expect(lines[10]).toMatch(/^ 2 ┤ +•+$/);
    expect(lines[12]!.trim().split(/\s+/)).toEqual([
      "1e-7",
      "1e-6",
      "1e-5",
      "1e-4",
      "1e-3",
      "1e-2",
      "1e-1",
      "1e0",
      "1e1",
    ]);
    for (const [i, mark] of [...lines[11]!.slice(4)].entries()) expect(mark).toBe(i % 10 === 0 ? "┬" : "─");
  });

  it("marks a place below the axis, its text where there is room", () => {
    const marked = (mark: number): string =>
      chart(points, { width: 81, height: 11, mark, markText: "here" }).split("\n").at(-1)!;
    expect(marked(1e-5)).toBe(`${" ".repeat(4 + 20)}▲ here`);
    expect(marked(10)).toBe(`${" ".repeat(4 + 80 - 5)}here ▲`);
  });

  it("is a level line for values that are all alike", () => {
    const lines = chart(
      points.map(({ x }) => ({ x, y: 3 })),
      { width: 41, height: 5 },
    ).split("\n");
    expect(lines.filter((line) => line.includes("•")).length).toBe(1);
  });
});
