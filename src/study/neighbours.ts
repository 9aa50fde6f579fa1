import { fold, key, permutation } from "../core/random.ts";
import type { Tensor } from "../core/tensor.ts";

/** Multiplications that the search may cost: about a tenth of a second. */
const budget = 1e8;

/** For some rows drawn by chance, the nearest other row. */
function nearestRows({ shape, data }: Tensor, seed: number): [row: number, nearest: number][] {
  const rows = shape[0]!;
  const width = data.length / rows;
  const count = Math.min(rows, Math.max(50, Math.floor(budget / (rows * width))));
  const drawn = permutation(fold(key(seed), 0x6e6e), rows).subarray(0, count);
  return Array.from(drawn, (row) => [row, nearestTo(row, data, rows, width)]);
}

function nearestTo(row: number, data: ArrayLike<number>, rows: number, width: number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let other = 0; other < rows; other++) {
    if (other === row) continue;
    let distance = 0;
    for (let j = 0; j < width && distance < least; j++) {
      const d = data[row * width + j]! - data[other * width + j]!;
      distance += d * d;
    }
    if (distance < least) {
      least = distance;
      best = other;
    }
  }
  return best;
}

/**
 * A rough estimate of the least error rate that any classifier can have on such rows. The nearest neighbour errs at a rate R
 * that, with many rows, lies between the optimal rate R* and R* (2 − c R* / (c − 1)) for c classes; from the second bound,
 * R* ≥ (c − 1)/c · (1 − √(1 − c R / (c − 1))).
 *
 * @param x inputs `[rows, features]`, scaled
 * @param classNumbers one a row
 * @see Cover & Hart (1967), Nearest neighbor pattern classification
 */
export function optimalErrorRate(
  x: Tensor,
  classNumbers: ArrayLike<number>,
  { classes, seed = 0 }: { readonly classes: number; readonly seed?: number },
): number {
  const pairs = nearestRows(x, seed);
  const wrong = pairs.filter(([row, nearest]) => classNumbers[row] !== classNumbers[nearest]).length / pairs.length;
  const scale = (classes - 1) / classes;
  return scale * (1 - Math.sqrt(Math.max(0, 1 - wrong / scale)));
}

/**
 * A rough estimate of the least root mean squared error that any regression can have on such rows: that of the noise, as
 * nearest neighbours have nearly the same expectation: √(½ mean (y − y′)²). Where rows are sparse it is too large.
 *
 * @param x inputs `[rows, features]`, scaled
 * @param y one number a row
 * @see Rice (1984); Evans & Jones (2002), A proof of the Gamma test
 */
export function optimalRmse(x: Tensor, y: ArrayLike<number>, { seed = 0 }: { readonly seed?: number } = {}): number {
  const pairs = nearestRows(x, seed);
  const sum = pairs.reduce((total, [row, nearest]) => total + (y[row]! - y[nearest]!) ** 2, 0);
  return Math.sqrt(sum / (2 * pairs.length));
}
