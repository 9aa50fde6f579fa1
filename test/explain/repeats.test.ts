import { expect, it } from "vitest";
import { type RepeatStep, repetitions } from "../../src/explain/repeats.ts";

/** Steps that each take what the one before made. */
const chain = (kinds: string): RepeatStep[] => [...kinds].map((kind, i) => ({ kind, back: [i === 0 ? null : 1] }));

it.each([
  ["abab", []],
  ["ababab", [{ start: 0, period: 2, times: 3 }]],
  ["xabcabcabcy", [{ start: 1, period: 3, times: 3 }]],
  ["aaaa", [{ start: 0, period: 1, times: 4 }]],
  ["aaabcbcbcbcaaa", [{ start: 0, period: 1, times: 3 }, { start: 3, period: 2, times: 4 }, { start: 11, period: 1, times: 3 }]], // biome-ignore format: a table
  ["abcdefg", []],
  ["", []],
])("finds what is repeated in %s", (kinds, found) => {
  const steps = chain(kinds).map((step, i) => (i === 0 ? { ...step, back: [1] } : step));
  expect(repetitions(steps)).toEqual(found);
});

it("takes no copy that is fed otherwise", () => {
  const fed = (back: readonly number[]): RepeatStep[] => back.map((b) => ({ kind: "a", back: [b] }));
  expect(repetitions(fed([1, 1, 0, 1, 1]))).toEqual([]);
  expect(repetitions(fed([7, 8, 9, 10]))).toEqual([{ start: 0, period: 1, times: 4 }]); // all from outside
});
