import fc from "fast-check";
import { expect, it } from "vitest";
import { copies, tableFrom } from "../../src/data/index.ts";

const row = fc.tuple(fc.constantFrom(-0, 0, 1, 1.5, Number.NaN), fc.constantFrom("a", "b", ""));
const table = (rows: readonly (readonly [number, string])[]) =>
  tableFrom({ x: Float64Array.from(rows, ([x]) => x), word: rows.map(([, word]) => word) });

it("rows that occur in the training part, too, are counted, whatever their numbers and words are stored as", () => {
  const rows = fc.array(row, { maxLength: 6 });
  fc.assert(
    fc.property(rows, rows, (training, part) => {
      const key = ([x, word]: readonly [number, string]): string => `${x === 0 ? 0 : x} ${word}`;
      const known = new Set(training.map(key));
      const expected = part.filter((each) => known.has(key(each))).length;
      expect(copies(table(training), [table(part), table([])], ["x", "word"])).toEqual([expected, 0]);
    }),
  );
  const bytes = tableFrom({ x: Uint8Array.of(0, 1), word: ["b", "a"] });
  expect(
    copies(
      bytes,
      [
        table([
          [1, "a"],
          [0, "a"],
        ]),
      ],
      ["x", "word"],
    ),
  ).toEqual([1]);
  expect(
    copies(
      bytes,
      [
        table([
          [1, "a"],
          [0, "a"],
        ]),
      ],
      ["x"],
    ),
  ).toEqual([2]);
});
