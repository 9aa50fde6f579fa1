import type { Code } from "./codes.ts";
import { type Shape, show } from "./shape.ts";

/** A fact that an error message shows: a shape, or words. */
export type Fact = Shape | string | number;

/** Facts about a failure. The message is rendered from them, so tests and screens never parse prose. */
export interface Problem {
  /** Which failure; each has a section in `docs/errors.md`. */
  readonly code: Code;
  /** Where: an operation, a layer, a file with line and column, a flag. */
  readonly where: string;
  /** The rule that was broken, as a sentence. */
  readonly rule: string;
  /** What was given, by name. */
  readonly given?: Readonly<Record<string, Fact>>;
  /** What to do about it. */
  readonly hint?: string;
}

/** The one error of the library: data first, prose second. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(render(problem));
    this.problem = problem;
  }

  /** The same problem, seen from further out: `layer 2 of 3, dense(64 → 10) › matmul(x, w)`. */
  within(where: string): ModelError {
    return new ModelError({ ...this.problem, where: `${where} › ${this.problem.where}` });
  }
}

/** Whether an error is one of ours, of whatever copy of the library: an example that the command runs has its own. */
export const isModelError = (error: unknown): error is ModelError =>
  error instanceof Error && error.name === "ModelError" && "problem" in error;

/** Runs `f`; a ModelError that comes out says that it happened inside `where`. */
export function locate<T>(where: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw error instanceof ModelError ? error.within(where) : error;
  }
}

/** What failed; the facts, aligned; how to mend it; where to read more. */
function render({ code, where, given = {}, rule, hint }: Problem): string {
  const facts = Object.entries(given).map(([name, fact]): [string, string] => [name, word(fact)]);
  const rows = [...facts, ...(hint ? [["hint", hint] as const] : []), ["see", `docs/errors.md#${code}`] as const];
  const width = Math.max(6, ...rows.map(([name]) => name.length));
  return [`${where}: ${rule}`, ...rows.map(([name, fact]) => `  ${name.padEnd(width)} ${fact}`)].join("\n");
}

/** What callers without types hand in may be neither shape nor word. */
const word = (fact: Fact): string => {
  if (Array.isArray(fact)) return show(fact);
  return typeof fact === "object" ? JSON.stringify(fact) : String(fact);
};

/** The allowed name nearest to what was typed (edit distance at most a third of its length), or nothing. */
export function nearest(typed: string, allowed: readonly string[]): string | undefined {
  const scored = allowed.map((name) => ({ name, distance: distance(typed.toLowerCase(), name.toLowerCase()) }));
  const best = scored.reduce((a, b) => (b.distance < a.distance ? b : a), { name: "", distance: Infinity });
  return best.distance <= Math.max(1, Math.ceil(typed.length / 3)) ? best.name : undefined;
}

/** “did you mean …?” where a name is near, otherwise the list of what is allowed. */
export function suggestion(typed: string, allowed: readonly string[]): string {
  const near = nearest(String(typed), allowed);
  const list =
    allowed.length <= 24 ? `allowed: ${allowed.join(", ")}` : `allowed: ${allowed.slice(0, 20).join(", ")}, …`;
  return near === undefined ? list : `did you mean ${near}? (${list})`;
}

/** Edit distance in which a swap of neighbours counts once (Damerau 1964, optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = best;
    }
  return rows[a.length]![b.length]!;
}
