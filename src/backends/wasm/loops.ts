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
const plus = (a: Expr<"i32">, b: Expr<"i32">): Expr<"i32"> => operation("i32", [0x6a], a, b);

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
    else varying = varying ? plus(varying, times(index, bytes)) : times(index, bytes);
  }
  const backwards = terms.some(([index, bytes]) => typeof index !== "number" && bytes < 0);
  if (offset >= 0 && !backwards) return { base: varying ?? zero, offset };
  return { base: varying ? plus(varying, i32(offset)) : i32(offset), offset: 0 };
}

/** The address as one number. */
export const pointer = ({ base, offset }: Address): Expr<"i32"> => (offset === 0 ? base : plus(base, i32(offset)));

/** An address some bytes on; before the first byte of the constant part, what varies takes it. */
export const further = ({ base, offset }: Address, bytes: number): Address =>
  offset + bytes >= 0 ? { base, offset: offset + bytes } : { base: plus(base, i32(offset + bytes)), offset: 0 };

/** Nested loops over a box, written out where all of it takes at most `unrolled` turns. */
export function nest(
  body: Body,
  dims: readonly number[],
  unrolled: number,
  turn: (indices: readonly Index[]) => void,
): void {
  const turns = dims.reduce((n, d) => n * d, 1);
  const walk = (axis: number, indices: readonly Index[]): void => {
    const d = dims[axis];
    if (d === undefined) {
      turn(indices);
      return;
    }
    if (d === 1 || turns <= unrolled) {
      for (let i = 0; i < d; i++) walk(axis + 1, [...indices, i]);
      return;
    }
    body.count(i32(0), i32(d), 1, (i) => walk(axis + 1, [...indices, i]));
  };
  if (turns > 0) walk(0, []);
}
