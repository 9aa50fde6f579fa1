/** Rows of numbers that look random and are always the same. */
function* points(rows: number): Generator<readonly [number, number]> {
  for (let i = 0; i < rows; i++) yield [Math.sin(12.9898 * (i + 1)), Math.sin(78.233 * (i + 1))];
}

/** A CSV file with columns a, b and y. */
export const csv = (y: (a: number, b: number, i: number) => string | number, rows = 40): string =>
  `a,b,y\n${[...points(rows)].map(([a, b], i) => `${a.toFixed(4)},${b.toFixed(4)},${y(a, b, i)}\n`).join("")}`;

/** Two classes, 0 and 1. */
export const binary = csv((a, b) => Number(a + b > 0));
/** Three classes: x, y and z. */
export const multiclass = csv((a, b) => (a > 0.3 ? "x" : b > 0 ? "y" : "z"));
/** A number. */
export const regression = csv((a, b) => (a + 2 * b).toFixed(4));

/** A small network and few epochs. */
export const brief = ["--hidden", "4", "--epochs", "3"] as const;
