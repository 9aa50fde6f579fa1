import { size } from "../../core/shape.ts";
import { Tensor } from "../../core/tensor.ts";
import { fillLeaves, leaves } from "../../core/tree.ts";
import { isData, type PlainData, tensorOf } from "../../graph/lifted.ts";
import type { Value } from "../../graph/value.ts";
import { reshape, slice } from "../../ops/index.ts";
import { isWeight } from "../update.ts";

/** How the numbers of a tree stand in one vector, in the order of its leaves. */
export interface Layout {
  readonly start: Float64Array;
  /** The numbers of a tree like it. */
  readonly vector: (tree: unknown) => Float64Array;
  /** The tree that a function sees, from a traced vector and the leaves that do not move, in their order. */
  readonly traced: (v: Value, still?: readonly Value[]) => unknown;
  /** The numbers of those that do not move. */
  readonly still: readonly Tensor[];
  /** The tree as it was given: a number for a number, a tensor for an array. */
  readonly plain: (v: Float64Array) => unknown;
  /** 1 for each number of a weight, 0 for biases and scales. */
  readonly weights: Float64Array;
}

/**
 * The layout of a tree of plain data.
 *
 * @param moves whether each leaf is part of the vector; default: all are
 */
export function layoutOf(tree: unknown, moves: (leaf: number) => boolean = () => true): Layout {
  const given = leaves(tree, isData);
  const tensors = given.map((leaf) => tensorOf(leaf as PlainData));
  const { ranges, n } = rangesOf(tensors, moves);
  const vector = (tree: unknown): Float64Array => {
    const v = new Float64Array(n);
    for (const [i, leaf] of leaves(tree, isData).entries())
      if (ranges[i]) v.set(tensorOf(leaf as PlainData).data, ranges[i][0]);
    return v;
  };
  const plain = (v: Float64Array, i: number): unknown => {
    if (!ranges[i]) return given[i];
    return typeof given[i] === "number" ? v[ranges[i][0]] : new Tensor(tensors[i]!.shape, v.slice(...ranges[i]));
  };
  const weights = new Float64Array(n);
  for (const [i, range] of ranges.entries()) if (range && isWeight(tensors[i]!)) weights.fill(1, ...range);
  return {
    start: vector(tree),
    vector,
    weights,
    still: tensors.filter((_, i) => ranges[i] === null),
    traced: (v, still = []) => {
      const others = still[Symbol.iterator]();
      const part = (range: Ranges[number], i: number): unknown =>
        range ? reshape(slice(v, [range]), tensors[i]!.shape) : others.next().value;
      return fillLeaves(tree, isData, ranges.map(part));
    },
    plain: (v) =>
      fillLeaves(
        tree,
        isData,
        ranges.map((_, i) => plain(v, i)),
      ),
  };
}

type Ranges = readonly (readonly [from: number, to: number] | null)[];

/** Where each tensor stands in the vector, and how long that is. */
function rangesOf(tensors: readonly Tensor[], moves: (leaf: number) => boolean): { ranges: Ranges; n: number } {
  let n = 0;
  const ranges = tensors.map(({ shape }, i): [number, number] | null => {
    if (!moves(i)) return null;
    const from = n;
    n += size(shape);
    return [from, n];
  });
  return { ranges, n };
}
