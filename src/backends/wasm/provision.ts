import type { Closure } from "../../graph/closure.ts";
import { equationsOf } from "../../graph/value.ts";
import type { Formula } from "./mathematics/arithmetic.ts";
import type { LongTools } from "./mathematics/long.ts";
import type { Writer } from "./writers.ts";

/** Functions of many instructions, which few networks compute. */
export const longNames = [
  ...(["asin", "acos", "atan", "asinh", "acosh", "atanh", "cbrt", "erf", "erfc", "pow", "sin", "cos", "tan"] as const),
  ...(["sinh", "cosh"] as const),
];
export type LongName = (typeof longNames)[number];

/** Other ops of which the same is true. */
const rareNames = [
  ...(["logSumExp", "cumsum", "cumsumBackwards", "randomBits", "randomUniform", "randomNormal", "foldKey"] as const),
  ...(["embed", "scatterAdd"] as const),
];

/** The code of these: a program without any of them, which is the usual one, is compiled without it. */
export interface Provision {
  readonly formula: (name: LongName, tools: LongTools) => Formula;
  readonly writers: Readonly<Record<(typeof rareNames)[number], Writer>>;
}

let held: Provision | null = null;

/** Has this code at hand from now on. */
export function provide(provision: Provision): void {
  held = provision;
}

/** @throws TypeError before anything was provided */
export const provided = (): Provision => held!;

const rare: ReadonlySet<string> = new Set([...longNames, ...rareNames]);

/** Whether there is code for an op; where there is none, the host interprets it. */
export const hasCode = (op: string): boolean => held !== null || !rare.has(op);

/** The writer of an op of these. */
export const rareWriter = (op: string): Writer | undefined => (held?.writers as Readonly<Record<string, Writer>>)?.[op];

/** Whether a function needs the code that is not there yet. */
export const isWanting = (traced: Closure): boolean => held === null && isRare(traced);

const isRare = ({ outputs }: Closure): boolean =>
  equationsOf(outputs).some(
    ({ op, params }) => rare.has(op.name) || ("body" in params && isRare(params["body"] as Closure)),
  );
