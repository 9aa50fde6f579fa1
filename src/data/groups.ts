import { type Key, ModelError, permutation } from "../core/index.ts";
import { column, isMissing, rowName, type Table } from "./table.ts";

/**
 * For every row the number of its group.
 *
 * @throws `data-columns` for an unknown column, `data-missing` for a row without a group
 */
export function groupsOf(table: Table, name: string): Int32Array {
  const found = column(table, name);
  const values = found.kind === "text" ? found.codes : found.values;
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: table.rows }, (_, row) => {
    if (isMissing(found, row))
      throw new ModelError({
        code: "data-missing",
        where: `${table.name} ${rowName(table, row)}, column ${JSON.stringify(name)}`,
        rule: "the value is missing, so the row belongs to no group.",
        hint: "fill it in, or remove the row",
      });
    const value = values[row]!;
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value)!;
  });
}

/** Rows to draw from, and what they are. */
export interface GroupDraw {
  readonly name: string;
  /** How many rows are wanted. */
  readonly count: number;
  /** Class of every row of the table; all 0 where there are none. */
  readonly classes: Int32Array;
  readonly groups: Int32Array;
  readonly key: Key;
}

/** Rows of each class in each group. */
interface Tally {
  readonly classes: number;
  /** `[group, class]`. */
  readonly counts: Int32Array;
  /** Of each class. */
  readonly totals: Float64Array;
}

function tallyOf(rows: Int32Array, { classes, groups }: GroupDraw, ids: ReadonlyMap<number, number>): Tally {
  const width = 1 + rows.reduce((most, row) => Math.max(most, classes[row]!), 0);
  const counts = new Int32Array(ids.size * width);
  const totals = new Float64Array(width);
  for (const row of rows) {
    counts[ids.get(groups[row]!)! * width + classes[row]!]!++;
    totals[classes[row]!]!++;
  }
  return { classes: width, counts, totals };
}

/**
 * Whole groups of about `count` rows, by chance, in classes' shares as far as the groups allow; and the rows that are left.
 *
 * The groups come in random order, and each is taken if Σ_c (h_c − w_c)² becomes smaller by it, with h_c the rows of class c
 * that are taken and w_c those that are wanted, but never the last rows of a class. If none makes it smaller, the one that makes
 * it the least larger is taken.
 *
 * @returns both ascending
 * @throws `data-split` when no group can be taken
 */
export function drawGroups(rows: Int32Array, draw: GroupDraw): [drawn: Int32Array, rest: Int32Array] {
  if (draw.count === 0) return [new Int32Array(), rows];
  const ids = new Map<number, number>();
  for (const row of rows) if (!ids.has(draw.groups[row]!)) ids.set(draw.groups[row]!, ids.size);
  const taken = takenGroups(tallyOf(rows, draw, ids), { ...draw, groups: ids.size, rows: rows.length });
  const isTaken = (row: number): boolean => taken[ids.get(draw.groups[row]!)!] === 1;
  return [rows.filter(isTaken), rows.filter((row) => !isTaken(row))];
}

interface Wanted {
  readonly name: string;
  readonly count: number;
  readonly rows: number;
  readonly groups: number;
  readonly key: Key;
}

function takenGroups(tally: Tally, { name, count, rows, groups, key }: Wanted): Uint8Array {
  const { classes, counts, totals } = tally;
  const wanted = totals.map((total) => (total * count) / rows);
  const have = new Float64Array(classes);
  const taken = new Uint8Array(groups);
  let nearest = { group: -1, change: Number.POSITIVE_INFINITY };
  for (const group of permutation(key, groups)) {
    const change = changeBy(group, tally, { have, wanted });
    if (change < nearest.change) nearest = { group, change };
    if (change >= 0) continue;
    for (let c = 0; c < classes; c++) have[c]! += counts[group * classes + c]!;
    taken[group] = 1;
  }
  if (taken.includes(1)) return taken;
  if (nearest.group === -1)
    throw new ModelError({
      code: "data-split",
      where: `${name}, split by group`,
      given: { rows, groups, "rows wanted": count },
      rule: "no group can be held out: each has the last rows of a class, or all rows that there are.",
      hint: "give more groups, or split without groups",
    });
  taken[nearest.group] = 1;
  return taken;
}

interface Balance {
  /** Rows of each class that are taken, and that are wanted. */
  readonly have: Float64Array;
  readonly wanted: Float64Array;
}

/** By how much Σ_c (h_c − w_c)² grows with a group; ∞ for one with the last rows of a class. */
function changeBy(group: number, { classes, counts, totals }: Tally, { have, wanted }: Balance): number {
  let change = 0;
  for (let c = 0; c < classes; c++) {
    const more = counts[group * classes + c]!;
    if (more > 0 && have[c]! + more === totals[c]) return Number.POSITIVE_INFINITY;
    change += more * (2 * (have[c]! - wanted[c]!) + more);
  }
  return change;
}
