import { type Body, type Expr, i32, operation } from "./emitter.ts";

/** A loop index: a number where the loop is written out, a local variable otherwise. */
export type Index = number | Expr<"i32">;

/** A byte address: a constant part, which goes into the instruction, and what varies. */
export interface Address {
  readonly base: Expr<"i32">;
  readonly offset: number;
}

const zero = i32(0);
const times = (a: Expr<"i32">, by: number): Expr<"i32"> => (by === 1 ? a : operation("i32", [0x6c], a, i32(by)));
const added = (a: Expr<"i32">, b: Expr<"i32">): Expr<"i32"> => operation("i32", [0x6a], a, b);

/**
 * start + Σ index·bytes, the constant terms collected. What varies must not be negative by itself, for an instruction adds
 * its offset without wrapping around: where steps go backwards, the constant joins them.
 */
export function addressAt(
  start: number,
  terms: readonly (readonly [index: Index, bytes: number])[],
  base?: Expr<"i32">,
): Address {
  let offset = start;
  let varying = base;
  for (const [index, bytes] of terms) {
    if (bytes === 0) continue;
    if (typeof index === "number") offset += index * bytes;
    else varying = varying ? added(varying, times(index, bytes)) : times(index, bytes);
  }
  const backwards = terms.some(([index, bytes]) => typeof index !== "number" && bytes < 0);
  if (offset >= 0 && !backwards) return { base: varying ?? zero, offset };
  return { base: varying ? added(varying, i32(offset)) : i32(offset), offset: 0 };
}

/** The address as one number. */
export const pointer = ({ base, offset }: Address): Expr<"i32"> => (offset === 0 ? base : added(base, i32(offset)));

/** An address some bytes on; before the first byte of the constant part, what varies takes it. */
export const further = ({ base, offset }: Address, bytes: number): Address =>
  offset + bytes >= 0 ? { base, offset: offset + bytes } : { base: added(base, i32(offset + bytes)), offset: 0 };

/** What one of several threads does of a kernel that is divided. */
export interface Share {
  /** Threads at the most. */
  readonly threads: number;
  /** This thread's part of a row of pieces: those of all threads stand side by side, none differs by more than one piece. */
  stretch(pieces: number): { readonly from: Expr<"i32">; readonly to: Expr<"i32"> };
  /** Writes what the first thread does alone: what may need the host. */
  first(write: () => void): void;
  /** Writes what the last thread does alone: what is left over behind the pieces. */
  last(write: () => void): void;
  /** All threads meet here. */
  meet(): void;
}

/** Nested loops over a box, written out where all of it takes at most `unrolled` turns; or one thread's share of it. */
export function nest(
  body: Body,
  dims: readonly number[],
  unrolled: number,
  turn: (indices: readonly Index[]) => void,
  share: Share | null = null,
): void {
  const turns = dims.reduce((n, d) => n * d, 1);
  const divided = share && turns > 1 ? dividedAxis(dims, share.threads) : -1;
  const walk = (axis: number, indices: readonly Index[]): void => {
    const d = dims[axis];
    if (d === undefined) {
      turn(indices);
      return;
    }
    if (d === 1 || (turns <= unrolled && !share)) {
      for (let i = 0; i < d; i++) walk(axis + 1, [...indices, i]);
      return;
    }
    const { from, to } = axis === divided ? share!.stretch(d) : { from: i32(0), to: i32(d) };
    body.count(from, to, 1, (i) => walk(axis + 1, [...indices, i]));
  };
  if (turns === 0) return;
  if (share && divided === -1) share.last(() => walk(0, []));
  else walk(0, []);
}

/** `for (i = 0; i < end; i += step) turn()`, where steps come out even; or one thread's share of it. */
export function along(
  body: Body,
  end: number,
  step: number,
  turn: (i: Expr<"i32">) => void,
  share: Share | null,
): void {
  if (end === 0) return;
  const { from, to } = share?.stretch(end / step) ?? { from: i32(0), to: i32(end) };
  if (share) body.count(times(from, step), times(to, step), step, turn);
  else body.count(from, to, step, turn);
}

/** What is left over behind the steps: the last thread's. */
export const leftOver = (write: () => void, share: Share | null): void => (share ? share.last(write) : write());

/** Who is to divide a box: the loops over its rows outside, or the loop along each row inside. */
export function divided(
  share: Share | null,
  rows: readonly number[],
  steps: number,
): { readonly outside: Share | null; readonly inside: Share | null } {
  const inside = share !== null && dividedAxis([...rows, steps], share.threads) === rows.length;
  return inside ? { outside: null, inside: share } : { outside: share, inside: null };
}

/** The first axis that is long enough for all threads to have about the same, or the longest. */
function dividedAxis(dims: readonly number[], threads: number): number {
  const first = dims.findIndex((d) => d >= 4 * threads);
  return first === -1 ? dims.indexOf(Math.max(...dims)) : first;
}

/**
 * Parts of an axis, all of one length but the last: calls `part` for the start of each, in a loop where there are several; or
 * one thread's share of them, where they begin at 0.
 */
export function parts(
  body: Body,
  [from, to]: readonly [from: number, to: number],
  step: number,
  part: (start: Index, length: number) => void,
  share: Share | null = null,
): void {
  const full = from + Math.floor((to - from) / step) * step;
  if (share) along(body, full, step, (start) => part(start, step), share);
  else if (full - from === step) part(from, step);
  else if (full > from) body.count(i32(from), i32(full), step, (start) => part(start, step));
  if (full < to) leftOver(() => part(full, to - full), share);
}

/** The sum of two indices. */
export const plus = (a: Index, b: Index): Index =>
  typeof a === "number" && typeof b === "number" ? a + b : added(expression(a), expression(b));
const expression = (a: Index): Expr<"i32"> => (typeof a === "number" ? i32(a) : a);
