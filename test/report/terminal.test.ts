import fc from "fast-check";
import { expect, test } from "vitest";
import {
  clip,
  compact,
  confusionText,
  duration,
  grouped,
  imageBlocks,
  modelSummary,
  pad,
  regressionText,
  significant,
  sparkline,
  table,
  visibleWidth,
  wrapped,
} from "../../src/report/terminal.ts";
import { confusion } from "./samples.ts";

test("a number keeps four significant digits", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), (x) => {
      // Rounding to 4 digits moves a number by half a unit of the fourth digit at most: 5e-4 of it.
      expect(Math.abs(Number(significant(x)) - x)).toBeLessThanOrEqual(5.000001e-4 * Math.abs(x));
    }),
  );
});

test("numbers read as people write them", () => {
  const numbers = [0.0012341, 1.2349e-7, 12.3456, 1235, 0.97, 1, 0, -0, 1e7, 123456.7, NaN, Infinity, -Infinity, -0.5];
  const words = [
    "0.001234",
    "1.235e-7",
    "12.35",
    "1235",
    "0.9700",
    "1",
    "0",
    "0",
    "1e7",
    "123457",
    "NaN",
    "∞",
    "-∞",
    "-0.5000",
  ];
  expect(numbers.map((x) => significant(x))).toEqual(words);
  expect([grouped(9840), grouped(12345), grouped(1234567)]).toEqual(["9840", "12\u202f345", "1\u202f234\u202f567"]);
  expect([compact(87), compact(1400), compact(142000), compact(3.1e6)]).toEqual(["87", "1.4k", "142k", "3.1M"]);
});

test("times read as clocks do, also where they round up to the next unit", () => {
  const seconds = [0, 3.2e-4, 0.0032, 0.32, 0.99996, 1.2, 59.96, 125, 3599.7, 3725, NaN, -1, Infinity];
  const words = [
    "0 s",
    "320 µs",
    "3.2 ms",
    "320 ms",
    "1.0 s",
    "1.2 s",
    "1:00",
    "2:05",
    "1:00:00",
    "1:02:05",
    "?",
    "?",
    "∞",
  ];
  expect(seconds.map(duration)).toEqual(words);
});

test("a sparkline shows a fall, the gap of a NaN, and averages what does not fit", () => {
  expect(sparkline([3, 2, 1])).toBe("█▅▁");
  expect(sparkline([1, NaN, 2])).toBe("▁×█");
  expect(sparkline([1000, 100, 10, 1])).toBe("█▆▃▁");
  expect(sparkline([])).toBe("");
  expect(sparkline([5])).toBe("▁");
  fc.assert(
    fc.property(fc.array(fc.double()), (xs) => {
      expect(visibleWidth(sparkline(xs))).toBe(Math.min(12, xs.length));
    }),
  );
});

test("text is cut and filled to the columns it takes, wide characters counted twice", () => {
  expect(visibleWidth("数字")).toBe(4);
  expect(visibleWidth("\u001b[31mred\u001b[39m")).toBe(3);
  expect([clip("abcdef", 4), clip("数字列", 4), pad("ab", 4, "right")]).toEqual(["abc…", "数…", "  ab"]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, width) => {
      expect(visibleWidth(clip(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});

test("the columns of a table line up and its cells cannot move the cursor", () => {
  const text = table(
    ["name", "n"],
    [
      ["a", 1],
      ["\u001b[2Jbb", 22],
      ["x".repeat(90), 3],
    ],
    { align: ["left", "right"], cell: 10 },
  );
  expect(text.split("\n")).toEqual([
    "name         n",
    "──────────  ──",
    "a            1",
    "·[2Jbb      22",
    "xxxxxxxxx…   3",
  ]);
});

test("the summary of a model adds its parameters", () => {
  const rows = [
    { layer: "dense", output: "100", activation: "relu", parameters: 6500 },
    { layer: "dense", output: "10", activation: "none", parameters: 1010 },
  ];
  expect(modelSummary({ rows })).toMatch(/dense {5}100 {2}relu {14}6500\n.*\n7510 parameters$/s);
});

test("a confusion matrix gives the recall of each class, or a dash for a class without rows", () => {
  const text = confusionText({
    labels: ["no", "yes"],
    matrix: [
      [3, 1],
      [0, 0],
    ],
  });
  expect(text).toContain("accuracy 0.7500 on 4 rows, 2 classes");
  expect(text).toMatch(/\nno +3 +1 +0\.750\nyes +· +· +–$/);
  expect(confusionText(confusion(1))).toContain("class 0");
});

test("of 30 classes only the ten recognised worst are listed, worst first", () => {
  const lines = confusionText(confusion(30)).split("\n");
  expect(lines).toHaveLength(14);
  expect(lines[4]).toMatch(/^class 0 +6 +0\.833 +class 1 \(1×\)$/);
});

test("errors of a regression are summed up, those that are not finite set aside", () => {
  const text = regressionText([1, -1, 3, NaN]);
  expect(text).toMatch(/mean error \(bias\) +1\n/);
  expect(text).toMatch(/mean absolute error +1\.667\n/);
  expect(text).toMatch(/largest error +3\n/);
  expect(text).toMatch(/not finite \(set aside\) +1\n/);
  expect(regressionText([])).toContain("NaN");
});

test("an image becomes half as many lines as it has rows", () => {
  expect(imageBlocks([16, 0, 16, 16, 0, 16], 2, 3, false)).toBe("█▄\n ▀");
  expect(imageBlocks([7, 7, 7, 7], 2, 2, false)).toBe("  ");
  const colored = imageBlocks(
    new Array(64).fill(0).map((_, i) => i),
    8,
    8,
    true,
  ).split("\n");
  expect(colored.map(visibleWidth)).toEqual([8, 8, 8, 8]);
});

test("wrapped text breaks at blanks, within its width, and loses no word", () => {
  const text = "a gap of 0.04 is larger than chance would make it, an-extraordinarily-long-word included";
  const lines = wrapped(text, 20, "  ").split("\n");
  expect(lines.map((line) => line.trim()).join(" ")).toBe(text);
  for (const line of lines) expect(line.length <= 20 || !line.trim().includes(" ")).toBe(true);
  expect(lines.slice(1).every((line) => line.startsWith("  "))).toBe(true);
});
