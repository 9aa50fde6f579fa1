import { complex, evaluate, log } from "mathjs";
import type { Formula } from "./parse.ts";

const step = 1e-20;

/**
 * ∂f/∂x by a complex step, Im f(x + ih)/h: no difference is taken, so none of the digits is lost.
 *
 * @returns `null` where a function of the formula is not analytic, or not known for complex numbers
 * @see Squire & Trapp (1998), Using complex variables to estimate derivatives of real functions
 */
export function complexStep({ text }: Formula, point: Readonly<Record<string, number>>, name: string): number | null {
  if (/\b(abs|relu|max|min|sigmoid|softplus|erfc?|square|cube|cbrt|log1p|expm1)\b/.test(text)) return null;
  const result: unknown = evaluate(text, { ...point, [name]: complex(point[name]!, step), ln: log });
  if (typeof result === "number") return 0; // no part of the formula holds this variable any more
  return (result as { im: number }).im / step;
}
