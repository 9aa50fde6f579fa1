import type { Trust } from "../explain/index.ts";

const least = -17;

/** The power of ten that an error is drawn at; an error of 0 is drawn below all others. */
const height = (error: number): number =>
  error > 0 ? Math.min(0, Math.max(least + 1, Math.round(Math.log10(error)))) : least;

/**
 * The errors of central differences by step as a plot of characters: on logarithmic scales they fall with the square of the
 * step, and rise again where rounding takes over.
 */
export function errorPlot(curve: Trust["differences"]): string {
  const heights = curve.map(({ error }) => (Number.isFinite(error) ? height(error) : null));
  const drawn = heights.filter((h) => h !== null);
  if (drawn.length === 0) return "There is no finite difference to draw.";
  const found = drawn.filter((h) => h !== least);
  const [top, bottom] = [Math.max(...found), Math.min(...found)];
  const levels = Array.from({ length: found.length > 0 ? top - bottom + 1 : 0 }, (_, k) => top - k);
  const rows = [...levels, ...(drawn.includes(least) ? [least] : [])].map((level) => {
    const marks = heights.map((h) => (h === level ? " ●  " : " ·  ")).join("");
    return `${name(level)} │${marks}`.trimEnd();
  });
  return [
    "relative error",
    ...rows,
    `      └${"────".repeat(curve.length)}`,
    `       ${curve.flatMap(({ step }, k) => (k % 2 === 0 ? step.toExponential(0).padEnd(8) : [])).join("")}step`,
  ].join("\n");
}

const name = (level: number): string => (level === least ? "    0" : `1e${level}`.padStart(5));
