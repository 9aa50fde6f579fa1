const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * A curve in one line of text: `█▆▄▃▂▁`, on a logarithmic scale when the values span more than a factor of 100.
 *
 * @param values  the curve; a stretch without a finite value shows as `×`
 * @param columns characters at most; longer curves are averaged over stretches
 */
export function sparkline(values: readonly number[], columns = 12): string {
  const points = stretches(values, columns);
  const finite = points.filter(Number.isFinite);
  if (finite.length === 0) return "×".repeat(points.length);
  const scale = isWide(finite) ? Math.log : (x: number): number => x / 2; // so that the span of the largest numbers is finite
  const low = scale(Math.min(...finite));
  const span = scale(Math.max(...finite)) - low;
  const height = (x: number): number => (span > 0 ? Math.round(((scale(x) - low) / span) * 7) : 0);
  return points.map((x) => (Number.isFinite(x) ? bars[height(x)] : "×")).join("");
}

/** True when positive values span more than a factor of 100, so that a logarithmic scale shows more. */
export function isWide(values: Iterable<number>): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (const x of values) {
    if (!Number.isFinite(x)) continue;
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  return low > 0 && high > 100 * low;
}

function stretches(values: readonly number[], columns: number): number[] {
  if (values.length <= columns) return [...values];
  return Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * values.length) / columns);
    const finite = values.slice(from, Math.floor(((i + 1) * values.length) / columns)).filter(Number.isFinite);
    return finite.length === 0 ? NaN : finite.reduce((sum, x) => sum + x / finite.length, 0);
  });
}
