import { type Key, ModelError, permutation } from "../core/index.ts";
import { numbersUpTo } from "../core/random.ts";
import { parted } from "./shares.ts";

/** Class numbers 0, 1, … in the order of the sorted labels; missing labels are a class of their own, the last. */
export function classesOf(rows: number, labels: ArrayLike<number>): Int32Array {
  if (labels.length !== rows)
    throw new ModelError({
      code: "data-split",
      where: "split",
      given: { rows, labels: labels.length },
      rule: "a stratified split needs one label a row.",
    });
  const place = new Map(Array.from(Float64Array.from(new Set(Array.from(labels))).sort(), (label, i) => [label, i]));
  return numbersUpTo(rows).map((row) => place.get(labels[row]!)!);
}

/** What messages call the data, a class, and a row. */
export interface Names {
  readonly name: string;
  readonly labelName: (label: number) => string;
  readonly where: (row: number) => string;
}

interface Labelled extends Omit<Names, "name"> {
  readonly rows: number;
  readonly labels: ArrayLike<number>;
  readonly classes: Int32Array;
}

/**
 * Refuses a class of a single row.
 *
 * @throws `data-classes` naming the class and where its row stands
 */
export function checkClasses({ rows, labels, classes, labelName, where }: Labelled): void {
  const counts = countClasses(classes);
  const lonely = counts.indexOf(1);
  if (lonely === -1) return;
  const many = counts.filter((count) => count === 1).length;
  const row = classes.indexOf(lonely);
  const name = labelName(labels[row]!);
  throw new ModelError({
    code: "data-classes",
    where: where(row),
    given: { class: name, rows: 1, "of rows": rows, ...(many > 1 && { "classes of one row": many }) },
    rule: `the class ${name} has this one row, which cannot be both trained on and held out: every class needs at least 2 rows.`,
    hint: "add rows of that class, remove this one, or hold no rows out (shares of 0)",
  });
}

function countClasses(classes: Int32Array): number[] {
  const counts: number[] = [];
  for (let i = 0; i < classes.length; i++) {
    const c = classes[i]!;
    while (counts.length <= c) counts.push(0);
    counts[c]!++;
  }
  return counts;
}

interface Draw {
  readonly name: string;
  readonly count: number;
  readonly classes: Int32Array;
  readonly key: Key;
}

/** `count` of the rows, by chance, in classes' shares; and the rows that are left. Both ascending. */
export function draw(rows: Int32Array, { name, count, classes, key }: Draw): [drawn: Int32Array, rest: Int32Array] {
  const wanted = quotas(countClasses(rows.map((row) => classes[row]!)), { name, count });
  const taken = new Uint8Array(rows.length);
  for (const place of permutation(key, rows.length)) {
    const c = classes[rows[place]!]!;
    if (wanted[c]! === 0) continue;
    wanted[c]!--;
    taken[place] = 1;
  }
  return parted(rows, taken);
}

/**
 * How many rows of each class make up `count` rows: n_c · count / n rounded down, the rows then missing one each to the
 * largest remainders (to the larger class, then to the first, where they tie), but never the last row of a class.
 *
 * @throws `data-split` when the classes cannot give that many without one of them vanishing
 */
function quotas(
  sizes: readonly number[],
  { name, count }: { readonly name: string; readonly count: number },
): number[] {
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const given = sizes.map((size) => Math.floor((size * count) / n));
  const remainder = (c: number): number => (sizes[c]! * count) % n;
  const order = sizes.map((_, c) => c).sort((a, b) => remainder(b) - remainder(a) || sizes[b]! - sizes[a]! || a - b);
  let left = count - given.reduce((sum, size) => sum + size, 0);
  while (left > 0) {
    const before = left;
    for (const c of order) {
      if (left === 0) break;
      if (given[c]! >= sizes[c]! - 1) continue;
      given[c]!++;
      left--;
    }
    if (left < before) continue;
    throw new ModelError({
      code: "data-split",
      where: `${name}, split by class`,
      given: { rows: n, "held out": count, classes: sizes.filter((size) => size > 0).length },
      rule: "so large a part would leave a class without a training row.",
      hint: "choose smaller shares, or split without stratifying",
    });
  }
  return given;
}
