import { ModelError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";

/** Axes as people write them: one or several, negative ones counted from the last; nothing means all. */
export type Axes = number | readonly number[] | undefined;

/**
 * The axis counted from the first.
 *
 * @throws `shape-axis` when there is no such axis
 */
export function axisOf(where: string, shape: Shape, axis: number): number {
  const rank = shape.length;
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ModelError({
    code: "shape-axis",
    where,
    given: { x: shape, axis },
    rule: rank === 0 ? "a scalar has no axes." : `there is no axis ${axis}: axes run from ${-rank} to ${rank - 1}.`,
  });
}

/** All axes meant, counted from the first, in ascending order, each once. */
export function axesOf(where: string, shape: Shape, axes: Axes): number[] {
  if (axes === undefined) return shape.map((_, i) => i);
  const list = typeof axes === "number" ? [axes] : axes;
  return [...new Set(list.map((axis) => axisOf(where, shape, axis)))].sort((a, b) => a - b);
}
