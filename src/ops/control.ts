import { ModelError } from "../core/errors.ts";
import { sameShape } from "../core/shape.ts";
import { fillLeaves, leaves, paths } from "../core/tree.ts";
import { tracing } from "../graph/closure.ts";
import { type Lifted, liftTree } from "../graph/lifted.ts";
import { isValue, showType, type Type, type Value } from "../graph/value.ts";
import { applyLoop } from "./loop.ts";

export interface ScanOptions {
  /** Number of turns, where there are no xs to tell it. */
  readonly length?: number;
  /** Runs from the last x to the first; ys still stand at the place of their x. Default false. */
  readonly reverse?: boolean;
}

/**
 * A loop as one primitive, so that a program does not grow with its turns:
 *
 *   c₀ = init,   (cᵢ₊₁, yᵢ) = f(cᵢ, xᵢ)
 *
 * @param f    the body: from the carry and one x to the next carry, of the same shapes, and one y
 * @param init tree of data or values
 * @param xs   tree whose leaves all have the same first axis, along which the loop runs; or `null` with `length`
 * @returns the last carry, and the ys stacked along a new first axis
 * @throws `shape-mismatch` when f changes the shape or kind of the carry, or the xs differ in length
 */
export function scan<C, X, Y>(
  f: (carry: Lifted<C>, x: Lifted<X>) => readonly [carry: unknown, y: Y],
  init: C,
  xs: X,
  { length, reverse = false }: ScanOptions = {},
): [carry: Lifted<C>, ys: Lifted<Y>] {
  const [first, rows] = [liftTree(init), liftTree(xs)];
  const [carries, stacks] = [leaves(first, isValue), leaves(rows, isValue)];
  const turns = loopLength(stacks, length);
  const row = ({ shape, dtype }: Value): Type => ({ shape: shape.slice(1), dtype });
  return tracing([...carries, ...stacks.map(row)], (inside) => {
    const [next, y] = f(
      fillLeaves(first, isValue, inside) as Lifted<C>,
      fillLeaves(rows, isValue, inside.slice(carries.length)) as Lifted<X>,
    );
    const [nextLeaves, yTree] = [leaves(liftTree(next), isValue), liftTree(y)];
    sameCarry(carries, nextLeaves, paths(first, isValue));
    const out = applyLoop(
      { constants: 0, carries: carries.length, length: turns, backwards: reverse },
      inside,
      [...nextLeaves, ...leaves(yTree, isValue)],
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

function sameCarry(before: readonly Value[], after: readonly Value[], names: readonly string[]): void {
  const same = (a: Value, b: Value | undefined): boolean =>
    b !== undefined && a.dtype === b.dtype && sameShape(a.shape, b.shape);
  const odd = before.findIndex((c, i) => !same(c, after[i]));
  if (odd === -1 && before.length === after.length) return;
  const [was, is] = [before[odd], after[odd]];
  throw new ModelError({
    code: "shape-mismatch",
    where: `scan(f, init, xs), carry ${names[odd] || odd}`,
    given: { before: was ? showType(was) : "nothing", after: is ? showType(is) : "nothing" },
    rule: "f must give back a carry of the same structure, shapes and kinds of numbers.",
  });
}
