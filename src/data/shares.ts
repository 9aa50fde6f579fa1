import { ModelError } from "../core/errors.ts";
import { fold, type Key, key, numbersUpTo, permutation } from "../core/random.ts";

/** How large the parts are, and by which chance they are drawn. */
export interface Fractions {
  /** Share of all rows for the test part, drawn first; ⌈share · rows⌉ rows. Default 0. */
  readonly test?: number;
  /** Share of the rows that are left for the validation part; ⌈share · rows left⌉ rows. Default 0. */
  readonly validation?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** Row numbers of the three parts, each ascending; together every row once. */
export interface RowSplit {
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * Draws the parts of a number of rows by chance alone.
 *
 * @throws `data-split` when no row is left to train on
 */
export function drawnShares(
  rows: number,
  { test = 0, validation = 0, seed = 0 }: Fractions,
  name: string = "split",
): RowSplit {
  countsOf(rows, { test, validation, name });
  return twice(rows, { test, validation, seed }, (from, count, key) => {
    const taken = new Uint8Array(from.length);
    for (const place of permutation(key, from.length).subarray(0, count)) taken[place] = 1;
    return parted(from, taken);
  });
}

/** Draws some of the rows; both parts ascending. */
type Draw = (from: Int32Array, count: number, key: Key) => [drawn: Int32Array, rest: Int32Array];

/** The rows that are taken (1), and those that are not. */
export const parted = (rows: Int32Array, taken: Uint8Array): [taken: Int32Array, rest: Int32Array] => [
  rows.filter((_, place) => taken[place] === 1),
  rows.filter((_, place) => taken[place] === 0),
];

/** First the test part is drawn, then, of the rows that are left, the validation part. */
export function twice(rows: number, { test, validation, seed }: Required<Fractions>, take: Draw): RowSplit {
  const base = fold(key(seed), 0x73706c74);
  const all = numbersUpTo(rows);
  const [drawn, rest] = take(all, part(rows, test), fold(base, 0));
  const [held, training] = take(rest, part(rest.length, validation), fold(base, 1));
  return { training, validation: held, test: drawn };
}

/** ⌈share · rows⌉, where a product that only rounding lifts above a whole number stays that number. */
const part = (rows: number, share: number): number => Math.ceil(rows * share * (1 - 4 * Number.EPSILON));

/**
 * How many rows the parts have.
 *
 * @throws `data-split` when no row is left to train on
 */
export function countsOf(
  rows: number,
  { test, validation, name }: { readonly test: number; readonly validation: number; readonly name: string },
): { readonly test: number; readonly validation: number } {
  checkShares({ test, validation });
  const counts = { test: part(rows, test), validation: part(rows - part(rows, test), validation) };
  checkTraining(rows, { name, ...counts });
  return counts;
}

function checkShares(shares: { readonly test: number; readonly validation: number }): void {
  const bad = Object.entries(shares).find(([, share]) => !(share >= 0 && share < 1));
  if (bad)
    throw new ModelError({
      code: "data-split",
      where: `split(${bad[0]}: ${bad[1]})`,
      rule: `the ${bad[0]} share must be a number from 0 (no such part) to below 1.`,
    });
  if (shares.test + shares.validation < 1) return;
  throw new ModelError({
    code: "data-split",
    where: "split",
    given: shares,
    rule: "the test and validation shares together must be below 1, so that rows are left to train on.",
  });
}

interface Counts {
  readonly name: string;
  readonly test: number;
  readonly validation: number;
}

function checkTraining(rows: number, { name, test, validation }: Counts): void {
  if (rows - test - validation > 0) return;
  throw new ModelError({
    code: "data-split",
    where: name,
    given: { rows, test, validation },
    rule: `of ${rows} rows these shares leave none to train on.`,
    hint: "give more rows, or a share of 0 for the part that you can do without",
  });
}
