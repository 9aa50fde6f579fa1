import type { Value } from "../graph/value.ts";
import { type Check, checkGradients } from "../transform/check.ts";
import { leastError } from "../transform/curve.ts";
import type { Evaluation } from "./evaluation.ts";

/** How far derivatives are from what needs no rule of differentiation: `checkGradients`, and more. All errors are relative. */
export interface Trust extends Check {
  /** Im f(x + ih)/h with h = 10⁻²⁰, exact to rounding for analytic functions; `null` where f is none. */
  readonly complexStep: number | null;
  /** Forward mode against reverse mode. */
  readonly modes: number;
  /** What fails, in words; none when the derivatives stand every check. */
  readonly failures: readonly string[];
}

/** Relative to the larger one, or to the complex step, below whose square nothing can be told from 0. */
const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(1e-20, Math.abs(a), Math.abs(b));

/**
 * Holds the gradient against differences along a random direction, complex steps, the other mode, the adjoint identity, its
 * own derivative and its Taylor remainder.
 *
 * @param f       the function
 * @param point   where
 * @param e       what `explain` gave there
 * @param complex the imaginary part of f with one variable moved by ih, divided by h; `null` where there is none
 */
export function trust(
  f: (x: Readonly<Record<string, Value>>) => Value,
  point: Readonly<Record<string, number>>,
  e: Evaluation,
  complex: (name: string) => number | null,
): Trust {
  const gradient = (name: string): number => e.gradient[name]!.item();
  const imaginary = e.inputs.map((name) => [name, complex(name)] as const);
  const complexStep = imaginary.some(([, d]) => d === null)
    ? null
    : Math.max(0, ...imaginary.map(([name, d]) => relative(d!, gradient(name))));
  const output = e.variables.find((v) => v.name === e.output)!;
  const modes = Math.max(0, ...e.inputs.map((name, i) => relative(output.tangents[i]!.item(), gradient(name))));
  // The best of several steps: of a wrong derivative, none agrees.
  const checks = [1e-2, 1e-3, 1e-4, 1e-5].map((step) => checkGradients(f, point, { step }));
  const second = Math.min(...checks.map((check) => check.second).filter(Number.isFinite));
  const forward = Math.min(...checks.map((check) => check.forward).filter(Number.isFinite));
  const found = { ...checks[1]!, forward, second, complexStep, modes };
  const failures = failing(found);
  return { ...found, failures, ok: failures.length === 0 };
}

/** Limits: differences lose half the digits or more; what loses none may be off by a few thousand roundings. */
const rough = 1e-6;
const exact = 1e-12;

function failing(t: Omit<Trust, "failures">): string[] {
  const kink = t.taylorSlope !== null && t.taylorSlope < 1.9;
  const checks: readonly (readonly [fails: boolean, what: string])[] = [
    [!(leastError(t.differences) < rough), "no central difference comes near: a kink, or a wrong derivative"],
    [!(t.adjoint < exact * 100), "the adjoint identity fails"],
    [!(t.second < rough * 10), "the second derivative is not that of the first"],
    [t.complexStep !== null && !(t.complexStep < exact), "the complex step differs"],
    [!(t.modes < exact), "forward and reverse mode differ"],
    [
      kink,
      `the Taylor remainder falls with power ${t.taylorSlope?.toFixed(2)} of the step instead of 2: a kink, or badly scaled`,
    ],
  ];
  return checks.flatMap(([fails, what]) => (fails ? [what] : []));
}
