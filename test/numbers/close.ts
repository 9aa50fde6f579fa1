import { expect } from "vitest";
import { leaves } from "../../src/core/tree.ts";
import { isData, type PlainData, tensorOf } from "../../src/graph/lifted.ts";

/** Unit roundoff of float64: a correctly rounded operation is off by at most this, relative. */
export const roundoff = 2 ** -53;
/** Of float32. */
export const roundoff32 = 2 ** -24;
/** The smallest float64 above 0: below 2.2e-308 rounding is absolute, half of this. */
export const tiny = Number.MIN_VALUE;

/** A number as JSON holds it: NaN and infinities are strings. */
export type Recorded = number | string | readonly Recorded[];

/** Every number of nested lists, records, arrays and tensors, in order. */
export const flat = (tree: unknown): number[] => {
  if (typeof tree === "string") return [Number(tree)];
  if (Array.isArray(tree)) return tree.flatMap(flat);
  return leaves(tree, isData).flatMap((leaf) => [...tensorOf(leaf as PlainData).data]);
};

interface Tolerance {
  readonly relative: number;
  readonly absolute?: number;
}

/** Expects every number to be within the tolerance, NaN for NaN, and infinities to be the same. */
export function expectClose(actual: unknown, expected: unknown, { relative, absolute = 0 }: Tolerance): void {
  const [is, should] = [flat(actual), flat(expected)];
  expect(is.length).toBe(should.length);
  should.forEach((x, i) => {
    const near = Math.abs(is[i]! - x) <= relative * Math.abs(x) + absolute;
    expect(near || Object.is(is[i], x) || `number ${i}: ${is[i]}, expected ${x}`).toBe(true);
  });
}
