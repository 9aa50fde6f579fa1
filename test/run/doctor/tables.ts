import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fold, key, normal, uniform } from "../../../src/core/random.ts";

/** Rows that a case needs: functions of independent normal numbers `x`, uniform numbers `u`, and the number of the row. */
type Row = (x: () => number, u: () => number, i: number) => readonly (number | string)[];

function csv(names: readonly string[], rows: number, row: Row, seed = 1): string {
  const [x, u] = [normal(key(seed)), uniform(fold(key(seed), 1))];
  const written = (value: number | string): string => (typeof value === "number" ? value.toFixed(4) : value);
  const lines = Array.from({ length: rows }, (_, i) => row(x, u, i).map(written).join(","));
  return [names.join(","), ...lines, ""].join("\n");
}

const named = (count: number): string[] => [...Array.from({ length: count }, (_, j) => `x${j}`), "y"];

/** `columns` numbers of which the sum of the first three decides, wrongly in a share `wrong` of the rows. */
const blurred =
  (columns: number, wrong: number, size = 1): Row =>
  (x, u) => {
    const inputs = Array.from({ length: columns }, () => size * x());
    return [...inputs, inputs[0]! + inputs[1]! + inputs[2]! > 0 === u() >= wrong ? "yes" : "no"];
  };

/** The sign of a product: no linear rule does better than chance. */
const product: Row = (x) => {
  const [a, b] = [x(), x()];
  return [a, b, a * b > 0 ? "yes" : "no"];
};

/** Two overlapping classes, the second with a share of the rows. */
const overlapping =
  (share: number): Row =>
  (x, u) => {
    const rare = u() < share;
    return [x() + (rare ? 1.2 : 0), x() + (rare ? 1.2 : 0), rare ? "rare" : "common"];
  };

/** A sum and noise, and a column that is or is not the answer in another unit. */
const told =
  (leak: boolean): Row =>
  (x) => {
    const [a, b] = [x(), x()];
    const y = a + b + x();
    return [a, b, leak ? 3 * y + 0.01 * x() : x(), y];
  };

/** A line under noise of some size. */
const line =
  (noise: number, unit = 1): Row =>
  (x) => {
    const [a, b] = [x(), x()];
    return [a, b, unit * (a + 2 * b + noise * x())];
  };

const distinct = csv(named(3), 150, blurred(3, 0.05));
const twice = (text: string): string => {
  const [head, ...lines] = text.trimEnd().split("\n");
  return [head, ...lines, ...lines.slice(0, 75), ""].join("\n");
};

/** Files by name. */
const files: Readonly<Record<string, string>> = {
  "few.csv": csv(named(10), 150, blurred(10, 0.2)),
  "noisy.csv": csv(named(5), 800, blurred(5, 0.2)),
  "many.csv": csv(named(10), 3000, blurred(10, 0.02)),
  "wide.csv": csv(named(60), 600, blurred(60, 0, 9)),
  "wide-small.csv": csv(named(60), 600, blurred(60, 0, 1)),
  "product.csv": csv(named(2), 300, product),
  "rare.csv": csv(named(2), 600, overlapping(0.06)),
  "even.csv": csv(named(2), 600, overlapping(0.5)),
  "told.csv": csv(named(3), 200, told(true)),
  "untold.csv": csv(named(3), 200, told(false)),
  "distinct.csv": distinct,
  "twice.csv": twice(distinct),
  "metres.csv": csv(named(2), 200, line(0.5, 30)),
  "easy/train.csv": csv(named(2), 200, line(1)),
  "easy/validation.csv": csv(named(2), 80, line(0.1), 2),
  "alike/train.csv": csv(named(2), 200, line(0.5)),
  "alike/validation.csv": csv(named(2), 80, line(0.5), 2),
};

/** Writes the tables into a folder. */
export async function writeTables(folder: string): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
