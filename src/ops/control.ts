import { ModelError } from "../core/errors.ts";
import { knownOptions } from "../core/names.ts";
import { fillLeaves, leaves, leavesAt, paths, structure } from "../core/tree.ts";
import { tracing } from "../graph/closure.ts";
import { type Lifted, liftTree } from "../graph/lifted.ts";
import { isValue, type Op, showType, type Type, type Value } from "../graph/value.ts";
import { applyLoop, repeatOp } from "./loop.ts";

/** The body of a loop: from the carry and one x to the next carry and one y. */
export type Body<C, X, Y> = (carry: Lifted<C>, x: Lifted<X>) => readonly [carry: unknown, y: Y];
/** The last carry, and the ys stacked along a new first axis. */
export type Scanned<C, Y> = [carry: Lifted<C>, ys: Lifted<Y>];

export interface ScanOptions {
  /** Number of turns, where there are no xs to tell it. */
  readonly length?: number;
  /** Runs from the last x to the first; ys still stand at the place of their x. Default false. */
  readonly reverse?: boolean;
}

/** `scan` without derivatives, for what is never differentiated. */
export const repeat = <C, X, Y>(f: Body<C, X, Y>, init: C, xs: X, options: ScanOptions = {}): Scanned<C, Y> =>
  loop(repeatOp, f, init, xs, options);

/** A loop by either op: see `scan`. */
export function loop<C, X, Y>(op: Op, f: Body<C, X, Y>, init: C, xs: X, options: ScanOptions): Scanned<C, Y> {
  knownOptions("scan(f, init, xs, options)", options, ["length", "reverse"]);
  const { length, reverse = false } = options;
  const [first, rows] = [liftTree(init), liftTree(xs)];
  const [carries, stacks] = [leaves(first, isValue), leaves(rows, isValue)];
  const turns = loopLength(stacks, length);
  const row = ({ shape, dtype }: Value): Type => ({ shape: shape.slice(1), dtype });
  return tracing([...carries, ...stacks.map(row)], (inside) => {
    const turn = f(
      fillLeaves(first, isValue, inside) as Lifted<C>,
      fillLeaves(rows, isValue, inside.slice(carries.length)) as Lifted<X>,
    );
    const [next, y] = pairOf(turn);
    const yTree = liftTree(y);
    const out = applyLoop(
      op,
      { constants: 0, carries: carries.length, length: turns, backwards: reverse },
      inside,
      [...sameCarry(first, liftTree(next)), ...leaves(yTree, isValue)],
      [...carries, ...stacks],
    );
    return [
      fillLeaves(first, isValue, out) as Lifted<C>,
      fillLeaves(yTree, isValue, out.slice(carries.length)) as Lifted<Y>,
    ];
  });
}

function loopLength(stacks: readonly Value[], length: number | undefined): number {
  const lengths = stacks.map((x) => x.shape[0]);
  const turns = length ?? lengths[0];
  if (turns !== undefined && Number.isInteger(turns) && turns >= 0 && lengths.every((n) => n === turns)) return turns;
  throw new ModelError({
    code: "shape-mismatch",
    where: "scan(f, init, xs)",
    given: Object.fromEntries(stacks.map((x, i) => [`xs leaf ${i}`, x.shape])),
    rule:
      turns === undefined
        ? "without xs, scan needs { length }."
        : `all xs must have the same first size${length === undefined ? "" : `, ${length}`}.`,
  });
}

/** What the body gives, if it is two things. */
function pairOf<Y>(turn: readonly [carry: unknown, y: Y]): readonly [carry: unknown, y: Y] {
  if (Array.isArray(turn) && turn.length === 2) return turn;
  throw new ModelError({
    code: "trace-output",
    where: "scan(f, init, xs)",
    rule: "f must give [carry, y]: the next carry, and what is kept of this turn (null for nothing).",
  });
}

/** The next carry, leaf by leaf in the order of the first one. */
function sameCarry(first: unknown, next: unknown): Value[] {
  const [before, names] = [leaves(first, isValue), paths(first, isValue)];
  const after = leavesAt(next, isValue, names);
  const odd = before.findIndex((c, i) => after && showType(c) !== showType(after[i]!));
  if (after && odd === -1) return after;
  throw new ModelError({
    code: "shape-mismatch",
    where: after ? `scan(f, init, xs), carry ${names[odd] || odd}` : "scan(f, init, xs)",
    given: after
      ? { before: showType(before[odd]!), after: showType(after[odd]!) }
      : { before: structure(first, isValue), after: structure(next, isValue) },
    rule: "f must give back a carry of the same structure, shapes and kinds of numbers.",
  });
}
