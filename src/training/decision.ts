/**
 * The column in which a row is largest, the first of equals: the class that a classifier decides for.
 *
 * @param start where the row begins
 * @param columns how long it is
 */
export function likeliest(data: ArrayLike<number>, start: number, columns: number): number {
  let best = 0;
  for (let j = 1; j < columns; j++) if (data[start + j]! > data[start + best]!) best = j;
  return best;
}
