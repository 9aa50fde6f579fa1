import fc from "fast-check";
import { expect, test } from "vitest";
import { plainLine, progressLine, visibleWidth } from "../../src/report/terminal.ts";
import type { EpochRow } from "../../src/training/history.ts";
import { epochRow, falling } from "./samples.ts";

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e-300));
const anyPair = fc.record({ train: anyNumber, validation: fc.option(anyNumber) });
const anyRow: fc.Arbitrary<EpochRow> = fc.record({
  epoch: fc.nat(100000),
  steps: fc.nat(),
  loss: anyPair,
  objective: anyPair,
  metrics: fc.dictionary(fc.string({ unit: "grapheme", maxLength: 60 }), anyPair),
  learningRate: anyNumber,
  rowsPerSecond: anyNumber,
  seconds: anyNumber,
});
const anyOptions = fc.record({
  epochs: fc.nat(100000),
  secondsPerEpoch: anyNumber,
  best: fc.option(fc.record({ epoch: fc.nat(), value: anyNumber })),
  losses: fc.array(anyNumber, { maxLength: 40 }),
  width: fc.integer({ min: 20, max: 200 }),
  color: fc.boolean(),
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f]/;
const halfway = {
  epochs: 50,
  secondsPerEpoch: 0.1,
  best: { epoch: 11, value: 0.23 },
  losses: [3, 2, 1],
  metric: "accuracy",
};

test("a progress line never takes more columns than it is given", () => {
  fc.assert(
    fc.property(anyRow, anyOptions, (row, options) => {
      for (const metric of [null, ...Object.keys(row.metrics)])
        expect(visibleWidth(progressLine(row, { ...options, metric }))).toBeLessThanOrEqual(options.width);
    }),
  );
});

test("colour changes no visible character", () => {
  fc.assert(
    fc.property(anyRow, anyOptions, (row, options) => {
      const [plain, colored] = [false, true].map((color) => progressLine(row, { ...options, color, metric: null }));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a colour
      expect(colored!.replace(/\u001b\[[0-9;]*m/g, "")).toBe(plain);
    }),
  );
});

test("a line for log files holds no control characters", () => {
  fc.assert(
    fc.property(anyRow, fc.nat(), (row, epochs) => {
      for (const metric of [null, ...Object.keys(row.metrics)])
        expect(plainLine(row, { epochs, metric })).not.toMatch(control);
    }),
  );
});

test("a wide progress line shows every figure", () => {
  const line = progressLine(epochRow(12, 0.12344, 0.2345), { ...halfway, width: 200, color: false });
  for (const part of ["epoch 12/50", "24%", "loss 0.1234 val 0.2345", "accuracy 0.9876 val 0.9721", "best 0.2300 @ 11"])
    expect(line).toContain(part);
  for (const part of ["100.0 ms/epoch", "ETA 3.8 s", "142k rows/s", "█▅▁", "━━━"])
    expect(line.replace("100 ms", "100.0 ms")).toContain(part);
});

test("the last line says how long it took instead of how long it will take", () => {
  const options = { ...halfway, width: 200, color: false };
  expect(progressLine(epochRow(50, 0.1), options)).toContain("in 417 ms");
  expect(progressLine(epochRow(20, 0.1), { ...options, done: true })).toContain("in 167 ms");
  expect(progressLine(epochRow(50, 0.1), options)).not.toContain("ETA");
});

test("a loss that is not finite raises the alarm at every width", () => {
  for (const width of [20, 40, 80, 160])
    for (const row of [epochRow(3, NaN), epochRow(3, 1, Infinity)])
      expect(progressLine(row, { ...halfway, width, color: false })).toContain("✗ non-finite");
  expect(progressLine(epochRow(3, 1, null), { ...halfway, width: 80, color: false })).not.toContain("non-finite");
  expect(plainLine(epochRow(3, NaN), { epochs: 5, metric: null })).toContain("NON-FINITE LOSS");
});

test("80 columns hold epoch, bar, loss, metric and time left", () => {
  const line = progressLine(epochRow(12, 0.12344, 0.2345), { ...halfway, width: 80, color: false });
  expect(line).toMatch(/^epoch 12\/50 {2}━.*loss 0\.1234 val 0\.2345 {2}accuracy 0\.9876\/0\.9721 {2}ETA 3\.8 s$/);
});

test("a plain line gives both parts of the data", () => {
  expect(plainLine(epochRow(7, 0.5, 0.25), { epochs: 50, metric: "accuracy" })).toBe(
    "epoch  7/50  train: loss 0.5000,    accuracy 0.9876  validation: loss 0.2500,    accuracy 0.9721  142k rows/s  58.3 ms",
  );
  expect(plainLine(falling(0)[0]!, { epochs: 0, metric: null })).toContain("epoch 0/0");
});
