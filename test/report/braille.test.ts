import fc from "fast-check";
import { expect, test } from "vitest";
import {
  beside,
  confusionText,
  curveText,
  modelSummary,
  picturesText,
  table,
  visibleWidth,
} from "../../src/report/terminal.ts";
import { confusion, epochRow, falling } from "./samples.ts";

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e-300, 1.7e308, -1.7e308));
const anyHistory = fc
  .array(fc.tuple(anyNumber, fc.option(anyNumber)), { minLength: 1, maxLength: 60 })
  .map((pairs) => pairs.map(([train, validation], i) => epochRow(i + 1, train, validation)));
const widest = (text: string): number => Math.max(...text.split("\n").map(visibleWidth));
/** Which of the 2 × 4 dots of each character are set, row by row. */
const dots = (line: string): number[] =>
  [...line].map((c) => Math.max(0, c.codePointAt(0)! - 0x2800)).filter((c) => c < 256);

test("a curve never takes more room than it is given, whatever the figures are", () => {
  fc.assert(
    fc.property(
      anyHistory,
      fc.integer({ min: 20, max: 120 }),
      fc.integer({ min: 2, max: 20 }),
      (history, width, height) => {
        const text = curveText(history, "loss", { width, height });
        expect(widest(text)).toBeLessThanOrEqual(width);
        expect([1, height + 3]).toContain(text.split("\n").length);
      },
    ),
  );
});

test("colour changes no character of a curve", () => {
  const [plain, colored] = [false, true].map((color) => curveText(falling(20), "loss", { width: 60, color }));
  expect(colored).not.toBe(plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a colour
  expect(colored!.replace(/\u001b\[[0-9;]*m/g, "")).toBe(plain);
});

test("a falling straight line runs from the upper left to the lower right dot", () => {
  const history = Array.from({ length: 9 }, (_, i) => epochRow(i + 1, 8 - i, null));
  const lines = curveText(history, "loss", { width: 20, height: 4 }).split("\n");
  expect(lines[0]).toBe("loss");
  expect(lines[1]).toMatch(/^8 ┤/);
  expect(lines[4]).toMatch(/^0 ┤/);
  const curve = lines.slice(1, 5).map((line) => line.slice(3));
  expect(dots(curve[0]!)[0]! & 1).toBe(1);
  expect(dots(curve[3]!).at(-1)! & 0x80).toBe(0x80);
  expect(lines[5]).toBe("  └─────────────────");
  expect(lines[6]).toBe("   1 epoch         9");
});

test("a figure that spans more than a factor of 100 is drawn on a logarithmic scale, and named so", () => {
  expect(curveText([epochRow(1, 1), epochRow(2, 0.001)], "loss", { width: 40 })).toMatch(/^loss \(log\) /);
  expect(curveText([epochRow(1, 1), epochRow(2, 0.1)], "loss", { width: 40 })).toMatch(/^loss /);
});

test("where nothing is finite, that is said", () => {
  expect(curveText([epochRow(1, NaN)], "loss", { width: 40 })).toBe("loss: nothing finite to draw");
});

test("pictures stand beside each other as far as there is room, and below each other where there is none", () => {
  expect(beside(["a\nb", "cc", "d"], 9)).toBe("a   cc\nb\n\nd");
  expect(beside(["a", "b"], 3)).toBe("a\n\nb");
  expect(beside(["a", "b"], 5)).toBe("a   b");
});

test("mistakes are shown as images with what they are and what they were taken for, as many as find room", () => {
  const pixels = Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 16 : 0));
  const images = Array.from({ length: 9 }, () => ({ pixels, truth: "3", prediction: "8" }));
  const text = picturesText({ width: 8, height: 8, images }, { width: 40, color: false });
  expect(widest(text)).toBeLessThanOrEqual(40);
  expect(text.match(/3 → 8 ✗/g)).toHaveLength(3);
  expect(picturesText({ width: 8, height: 8, images }, { width: 7, color: false })).toBe("");
});

test("a table that is given a width keeps to it by cutting its widest columns", () => {
  const rows = [["a long word that says much", 1, "b"]];
  const text = table(["first", "second", "third"], rows, { width: 24 });
  expect(widest(text)).toBeLessThanOrEqual(24);
  expect(text).toContain("a long w…");
});

test("in 40 columns a matrix of ten classes gives way to those recognised worst, and a network to fewer columns", () => {
  expect(widest(confusionText(confusion(10), 40).split("\n").slice(1).join("\n"))).toBeLessThanOrEqual(40);
  expect(confusionText(confusion(10), 120)).toContain("true ╲ predicted");
  const rows = [{ layer: "dense(64 → 100)", output: "[batch, 100]", activation: "leakyRelu", parameters: 6500 }];
  expect(widest(modelSummary({ rows }, 40))).toBeLessThanOrEqual(40);
});
