import { fold, key, ModelError, normal, uniform } from "../core/index.ts";
import { type Table, tableFrom } from "./table.ts";

/** How a generated data set is made. */
export interface GenerateOptions {
  /** Grids: points along each axis. Classes: rows of each class. Each set has its own default. */
  readonly size?: number;
  /** Standard deviation of normal noise, added to the target (grids) or to both coordinates (classes). */
  readonly noise?: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Franke's function on a regular grid over [0, 1]²: two peaks and a dip.
 *
 * f(x, y) = ¾ exp(−(9x−2)²/4 − (9y−2)²/4) + ¾ exp(−(9x+1)²/49 − (9y+1)/10)
 *         + ½ exp(−(9x−7)²/4 − (9y−3)²/4) − ⅕ exp(−(9x−4)² − (9y−7)²)
 *
 * @param options size: points along each axis (default 30, so 900 rows); noise: default 0
 * @see Franke (1979), A critical comparison of some methods for interpolation of scattered data
 */
export function franke({ size = 30, noise = 0, seed = 0 }: GenerateOptions = {}): Table {
  const bump = (x: number, y: number): number =>
    0.75 * Math.exp(-((9 * x - 2) ** 2) / 4 - (9 * y - 2) ** 2 / 4) +
    0.75 * Math.exp(-((9 * x + 1) ** 2) / 49 - (9 * y + 1) / 10) +
    0.5 * Math.exp(-((9 * x - 7) ** 2) / 4 - (9 * y - 3) ** 2 / 4) -
    0.2 * Math.exp(-((9 * x - 4) ** 2) - (9 * y - 7) ** 2);
  return grid("franke", { size, noise, seed, f: bump });
}

/**
 * The polynomial 1·x + 2y + 3x² + 4xy + 5y² on a regular grid over [0, 1]².
 *
 * @param options size: points along each axis (default 20, so 400 rows); noise: default 0
 */
export function polynomial({ size = 20, noise = 0, seed = 0 }: GenerateOptions = {}): Table {
  const f = (x: number, y: number): number => x + 2 * y + 3 * x ** 2 + 4 * x * y + 5 * y ** 2;
  return grid("polynomial", { size, noise, seed, f });
}

/** The truth table of a gate: four rows of two bits, and whether the gate is on. */
export function gate(name: string, on: (a: number, b: number) => boolean): Table {
  const [a, b] = [
    [0, 0, 1, 1],
    [0, 1, 0, 1],
  ];
  return tableFrom({ a, b, target: a.map((bit, i) => Number(on(bit, b[i]!))) }, { name });
}

/**
 * Two spiral arms that wind around each other one and a half times: at radius t from 0 to 1 the first arm is at angle
 * 3πt, the second opposite.
 *
 * @param options size: rows of each class (default 200); noise: default 0.02
 */
export function spiral({ size = 200, noise = 0.02, seed = 0 }: GenerateOptions = {}): Table {
  const arm = (label: number, u: number): [number, number] => {
    const t = Math.sqrt(u);
    const angle = 3 * Math.PI * t + label * Math.PI;
    return [t * Math.cos(angle), t * Math.sin(angle)];
  };
  return twoClasses("spiral", { size, noise, seed, point: arm });
}

/**
 * Two half circles of radius 1 that reach into each other: (cos φ, sin φ) and (1 − cos φ, ½ − sin φ), φ from 0 to π.
 *
 * @param options size: rows of each class (default 200); noise: default 0.1
 */
export function moons({ size = 200, noise = 0.1, seed = 0 }: GenerateOptions = {}): Table {
  const moon = (label: number, u: number): [number, number] => {
    const angle = Math.PI * u;
    return label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
  };
  return twoClasses("moons", { size, noise, seed, point: moon });
}

/**
 * To 12 decimals, so that the same data come out whichever runtime's `Math.exp` and `Math.sin` (which may differ in the
 * last bit) made them.
 */
const round = (value: number): number => Math.round(value * 1e12) / 1e12;

interface Recipe {
  readonly size: number;
  readonly noise: number;
  readonly seed: number;
}

function check(name: string, { size, noise }: Recipe): void {
  const bad =
    Number.isInteger(size) && size >= 2 && size <= 2000
      ? noise >= 0 && noise < Infinity
        ? undefined
        : `noise must be a number from 0, not ${noise}.`
      : `size must be a whole number from 2 to 2000, not ${size}.`;
  if (bad) throw new ModelError({ code: "option", where: `data set ${name}`, rule: bad });
}

function grid(name: string, recipe: Recipe & { readonly f: (x: number, y: number) => number }): Table {
  check(name, recipe);
  const { size, noise, f } = recipe;
  const next = normal(fold(key(recipe.seed), 0x67726964));
  const rows = size * size;
  const [x, y, target] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let i = 0; i < rows; i++) {
    x[i] = Math.floor(i / size) / (size - 1);
    y[i] = (i % size) / (size - 1);
    target[i] = round(f(x[i]!, y[i]!) + (noise > 0 ? noise * next() : 0));
  }
  return tableFrom({ x, y, target }, { name });
}

function twoClasses(
  name: string,
  recipe: Recipe & { readonly point: (label: number, u: number) => [number, number] },
): Table {
  check(name, recipe);
  const { size, noise, point } = recipe;
  const base = key(recipe.seed);
  const [along, aside] = [uniform(fold(base, 0x706f696e)), normal(fold(base, 0x6e6f6973))];
  const [x, y, target] = [new Float64Array(2 * size), new Float64Array(2 * size), new Int32Array(2 * size)];
  for (let i = 0; i < 2 * size; i++) {
    target[i] = i % 2;
    const [px, py] = point(target[i]!, along());
    x[i] = round(px + noise * aside());
    y[i] = round(py + noise * aside());
  }
  return tableFrom({ x, y, target }, { name });
}
