import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  column,
  dataset,
  datasets,
  hashTable,
  inferTask,
  type NumberColumn,
  type Table,
} from "../../src/data/index.ts";
import { readCsv } from "../../src/data/readers/index.ts";
import { problemOf } from "./problem.ts";

const values = (table: Table, name: string) => Float64Array.from((column(table, name) as NumberColumn).values);

describe("built-in data sets", () => {
  it.each(Object.keys(datasets))("%s loads, by its own name, twice the same, for the task it states", async (name) => {
    const { load, target, task, name: own } = dataset(name);
    const table = await load();
    expect([own, table.name]).toEqual([name, name]);
    expect(hashTable(await load())).toBe(hashTable(table));
    expect(inferTask(table, target).task).toBe(task);
    for (const each of table.columns) expect((each as NumberColumn).values.every(Number.isFinite)).toBe(true);
  });

  it("have the shapes, classes and sums of their sources", async () => {
    const shapes = { digits: [1797, 65], "breast-cancer": [569, 31], iris: [150, 5] } as const;
    for (const [name, [rows, columns]] of Object.entries(shapes)) {
      const table = await dataset(name).load();
      expect([table.rows, table.columns.length]).toEqual([rows, columns]);
    }
    const benign = values(await datasets["breast-cancer"].load(), "target").filter((label) => label === 1);
    expect(benign).toHaveLength(357);
    const digits = await datasets.digits.load();
    expect(Math.max(...digits.columns.slice(0, 64).map((each) => Math.max(...(each as NumberColumn).values)))).toBe(16);
    // The means of the four lengths in Fisher's paper.
    const iris = await datasets.iris.load();
    const means = iris.columns.slice(0, 4).map((each) => values(iris, each.name).reduce((a, b) => a + b, 0) / 150);
    expect(means.map((mean) => mean.toFixed(3))).toEqual(["5.843", "3.057", "3.758", "1.199"]);
  });

  const folder = join(import.meta.dirname, "../../../shared/data");
  it.skipIf(!existsSync(folder))(
    "equal the files that they were made from (skipped where those are absent)",
    async () => {
      for (const name of ["digits", "breast-cancer", "iris"]) {
        const file = await readCsv(join(folder, `${name.replace("-", "_")}.csv`));
        expect(hashTable(await dataset(name).load())).toBe(hashTable(file));
      }
    },
  );

  it("hold Franke's function on a grid of any size", async () => {
    const table = await datasets.franke.load({ size: 10 });
    const [x, y, f] = ["x", "y", "target"].map((name) => values(table, name));
    expect(table.rows).toBe(100);
    // At (0, 0): ¾e⁻² + ¾e^(−1/49 − 1/10) + ½e^(−58/4) − ⅕e⁻⁶⁵; at (1, 1): the four terms with 7, 10, 2 and 5, 6, 2.
    const corner = 0.75 * Math.exp(-2) + 0.75 * Math.exp(-1 / 49 - 0.1) + 0.5 * Math.exp(-14.5) - 0.2 * Math.exp(-65);
    const far = 0.75 * Math.exp(-24.5) + 0.75 * Math.exp(-100 / 49 - 1) + 0.5 * Math.exp(-10) - 0.2 * Math.exp(-29);
    expect(f![0]).toBeCloseTo(corner, 11);
    // At (4/9, 7/9), the bottom of the dip: with 2, 5; 5, 8; 3, 4; 0, 0.
    const dip = 0.75 * Math.exp(-7.25) + 0.75 * Math.exp(-25 / 49 - 0.8) + 0.5 * Math.exp(-6.25) - 0.2;
    expect(f![47]).toBeCloseTo(dip, 11);
    expect([x![99], y![99]]).toEqual([1, 1]);
    expect(f![99]).toBeCloseTo(far, 11);
  });

  it("hold the polynomial x + 2y + 3x² + 4xy + 5y²", async () => {
    const table = await datasets.polynomial.load({ size: 3 });
    expect([...values(table, "target")]).toEqual([0, 2.25, 7, 1.25, 4.5, 10.25, 4, 8.25, 15]);
  });

  it("add noise by the seed, of the deviation that is asked for", async () => {
    const clean = values(await datasets.franke.load({ size: 50 }), "target");
    const noisy = async (seed: number) => values(await datasets.franke.load({ size: 50, noise: 0.1, seed }), "target");
    expect(await noisy(1)).toEqual(await noisy(1));
    expect(await noisy(1)).not.toEqual(await noisy(2));
    const squares = (await noisy(1)).reduce((sum, value, i) => sum + (value - clean[i]!) ** 2, 0);
    // 2500 draws: the deviation's own relative deviation is 1/√5000 = 0.014; five of them.
    expect(Math.abs(Math.sqrt(squares / 2500) / 0.1 - 1)).toBeLessThan(0.071);
  });

  it("hold the truth tables of the gates", async () => {
    const on = async (name: string) => [...values(await dataset(name).load(), "target")];
    expect(await Promise.all(["xor", "or", "and"].map(on))).toEqual([
      [0, 1, 1, 0],
      [0, 1, 1, 1],
      [0, 0, 0, 1],
    ]);
  });

  it("lay spirals and moons along their curves", async () => {
    const spiral = await datasets.spiral.load({ noise: 0 });
    const [x, y, label] = ["x", "y", "target"].map((name) => values(spiral, name));
    x!.forEach((px, i) => {
      const radius = Math.hypot(px, y![i]!);
      const angle = 3 * Math.PI * radius + label![i]! * Math.PI;
      expect(Math.hypot(px - radius * Math.cos(angle), y![i]! - radius * Math.sin(angle))).toBeLessThan(1e-10);
    });
    const moons = await datasets.moons.load({ noise: 0, size: 50 });
    const [a, b, moon] = ["x", "y", "target"].map((name) => values(moons, name));
    a!.forEach((px, i) => {
      const [cx, cy] = moon![i] === 0 ? [0, 0] : [1, 0.5];
      expect(Math.hypot(px - cx!, b![i]! - cy!)).toBeCloseTo(1, 10);
    });
    expect(moons.rows).toBe(100);
  });

  it("refuse unknown names, sizes and noise", async () => {
    expect((await problemOf(() => dataset("digit"))).hint).toContain("did you mean digits?");
    expect((await problemOf(() => dataset("toString"))).code).toBe("option");
    for (const options of [{ size: 1 }, { size: 2.5 }, { size: 1e9 }, { noise: -1 }, { noise: Number.NaN }])
      expect((await problemOf(() => datasets.moons.load(options))).code).toBe("option");
  });
});
