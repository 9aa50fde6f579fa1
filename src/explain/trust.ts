import type { Evaluation } from "./evaluation.ts";

/** A function of named numbers. */
export type NumberFunction = (x: Readonly<Record<string, number>>) => number;

/** How far derivatives are from what needs no rule of differentiation. All errors are relative. */
export interface Trust {
  /** Central differences against the gradient for steps 10⁻¹ … 10⁻¹⁵: the error falls, then rounding takes over. */
  readonly differences: readonly { readonly step: number; readonly error: number }[];
  /** Im f(x + ih)/h with h = 10⁻²⁰, exact to rounding for analytic functions; `null` where f is none. */
  readonly complexStep: number | null;
  /** Slope of |f(x + h) − f(x) − h·f′(x)| over h on logarithmic scales: 2 when the gradient is right. */
  readonly taylorSlope: number | null;
  /** Forward mode against reverse mode. */
  readonly modes: number;
  readonly ok: boolean;
}

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(1e-300, Math.abs(a), Math.abs(b));

/**
 * Holds the gradient against differences, complex steps and its Taylor remainder.
 *
 * @param f       the function, in numbers
 * @param point   where
 * @param e       what `evaluation` gave there
 * @param complex the imaginary part of f with one variable moved by ih, divided by h; `null` where there is none
 */
export function trust(
  f: NumberFunction,
  point: Readonly<Record<string, number>>,
  e: Evaluation,
  complex: (name: string) => number | null,
): Trust {
  const gradient = (name: string): number => e.gradient[name]!.item();
  const moved = (name: string, h: number): number => f({ ...point, [name]: point[name]! + h });
  const worst = (error: (name: string) => number): number => Math.max(...e.inputs.map(error));
  const differences = Array.from({ length: 15 }, (_, k) => {
    const step = 10 ** -(k + 1);
    const slope = (name: string): number => (moved(name, step) - moved(name, -step)) / (2 * step);
    return { step, error: worst((name) => relative(slope(name), gradient(name))) };
  });
  const imaginary = e.inputs.map((name) => [name, complex(name)] as const);
  const complexStep = imaginary.some(([, d]) => d === null)
    ? null
    : Math.max(...imaginary.map(([name, d]) => relative(d!, gradient(name))));
  const output = e.variables.find((v) => v.name === e.output)!;
  const modes = Math.max(...e.inputs.map((name, i) => relative(output.tangents[i]!.item(), gradient(name))));
  const slope = taylorSlope(f, point, gradient);
  const best = Math.min(...differences.map((d) => d.error));
  // Differences reach about ε^⅔ ≈ 4·10⁻¹¹ of a well-scaled function; a factor of 10⁴ is left for those that are not.
  const ok =
    best < 1e-6 && modes < 1e-12 && (complexStep === null || complexStep < 1e-12) && (slope === null || slope > 1.9);
  return { differences, complexStep, taylorSlope: slope, modes, ok };
}

/** Between steps where the remainder is well above rounding; `null` where it vanishes, as for a straight line. */
function taylorSlope(
  f: NumberFunction,
  point: Readonly<Record<string, number>>,
  gradient: (name: string) => number,
): number | null {
  const names = Object.keys(point);
  const along = names.reduce((total, name) => total + gradient(name), 0);
  const at = f(point);
  const remainder = (h: number): number =>
    Math.abs(f(Object.fromEntries(names.map((name) => [name, point[name]! + h]))) - at - h * along);
  const [wide, narrow] = [remainder(1e-2), remainder(1e-3)];
  if (narrow < 1e-14 * Math.max(1, Math.abs(at))) return null;
  return Math.log10(wide / narrow);
}
