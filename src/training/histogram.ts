/** How numbers are spread: how many lie in each of equal bins. */
export interface Histogram {
  /** The least number. */
  readonly from: number;
  /** The greatest; it lies in the last bin. */
  readonly to: number;
  readonly counts: readonly number[];
}

const bins = 24;

/** The histogram of all finite numbers of some arrays; nothing when there are none. */
export function histogramOf(arrays: readonly ArrayLike<number>[]): Histogram | undefined {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of arrays)
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!;
      if (!Number.isFinite(v)) continue;
      if (v < from) from = v;
      if (v > to) to = v;
    }
  if (from > to) return undefined;
  const counts = new Array<number>(bins).fill(0);
  const scale = to > from ? bins / (to - from) : 0;
  for (const values of arrays)
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!;
      if (Number.isFinite(v)) counts[Math.min(bins - 1, Math.floor((v - from) * scale))]!++;
    }
  return { from: rounded(from), to: rounded(to), counts };
}

/** For a picture; a history is a file with a line an epoch. */
const rounded = (x: number): number => Number(x.toPrecision(5));
