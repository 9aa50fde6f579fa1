import { strides as rowMajor, type Shape, size } from "../../core/shape.ts";
import type { Line } from "../../graph/program.ts";

/** Where the elements of a variable stand in a buffer: element (i₀, i₁, …) at offset + Σ iₐ·strideₐ, counted in elements. */
export interface View {
  /** The variable whose buffer it is. */
  readonly base: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

export const whole = (base: number, shape: Shape): View => ({ base, shape, strides: rowMajor(shape), offset: 0 });

/** True when the elements stand one after another, from the first. */
export const isWhole = ({ shape, strides, offset }: Omit<View, "base">): boolean => {
  const steps = rowMajor(shape);
  return offset === 0 && shape.every((d, axis) => d === 1 || strides[axis] === steps[axis]);
};

type Move = (x: View, line: Line, shape: Shape) => View | null;

/** Movements that are only another way to look at the same numbers; `null` where a copy is needed. */
const moves: Readonly<Record<string, Move>> = {
  broadcastTo: (x, _line, shape) => {
    const missing = shape.length - x.shape.length;
    const stride = (axis: number): number =>
      axis < missing || x.shape[axis - missing] === 1 ? 0 : x.strides[axis - missing]!;
    return { ...x, shape, strides: shape.map((_, axis) => stride(axis)) };
  },
  transpose: (x, { params }, shape) => ({
    ...x,
    shape,
    strides: (params["axes"] as number[]).map((axis) => x.strides[axis]!),
  }),
  slice: (x, { params }, shape) => {
    const { start, step } = params as { start: number[]; step: number[] };
    return {
      ...x,
      shape,
      strides: x.strides.map((s, i) => s * step[i]!),
      offset: x.strides.reduce((at, s, i) => at + s * start[i]!, x.offset),
    };
  },
  flip: (x, { params }) => {
    const axes = params["axes"] as number[];
    return {
      ...x,
      strides: x.strides.map((s, i) => (axes.includes(i) ? -s : s)),
      offset: axes.reduce((at, axis) => at + (x.shape[axis]! - 1) * x.strides[axis]!, x.offset),
    };
  },
  reshape: (x, _line, shape) => reshaped(x, shape),
};

/** The view that a movement amounts to, if it needs no copy. */
export const moved = (x: View, line: Line, shape: Shape): View | null =>
  size(shape) === 0 ? null : (moves[line.op.name]?.(x, line, shape) ?? null);

/** Groups of neighbouring axes that run on evenly are reshaped as one; anything else needs a copy. */
function reshaped(x: View, shape: Shape): View | null {
  const from = x.shape.flatMap((d, i) => (d === 1 ? [] : [{ d, s: x.strides[i]! }]));
  const strides = shape.map(() => 0);
  let [i, axis] = [0, 0];
  while (i < from.length) {
    let [span, target] = [from[i]!.d, 1];
    const first = i;
    const axes: number[] = [];
    while (target !== span || axes.length === 0) {
      if (target < span || axes.length === 0) {
        if (axis >= shape.length) return null;
        target *= shape[axis]!;
        axes.push(axis++);
      } else {
        const [last, next] = [from[i]!, from[i + 1]];
        if (!next || last.s !== next.s * next.d) return null;
        span *= next.d;
        i++;
      }
    }
    for (let k = first; k < i; k++) if (from[k]!.s !== from[k + 1]!.s * from[k + 1]!.d) return null;
    let step = from[i]!.s;
    for (const a of axes.reverse()) {
      strides[a] = step;
      step *= shape[a]!;
    }
    i++;
  }
  return { ...x, shape, strides };
}

/** Views of one shape with axes merged where all of them run on evenly, and axes of size 1 left out. */
export function collapsed(
  shape: Shape,
  views: readonly { readonly strides: readonly number[] }[],
): { dims: number[]; strides: number[][] } {
  const dims: number[] = [];
  const strides: number[][] = views.map(() => []);
  shape.forEach((d, axis) => {
    if (d === 1) return;
    const last = dims.length - 1;
    const merges = last >= 0 && views.every((v, k) => strides[k]![last] === v.strides[axis]! * d);
    if (merges) dims[last]! *= d;
    else dims.push(d);
    views.forEach((v, k) => {
      strides[k]![merges ? last : dims.length - 1] = v.strides[axis]!;
    });
  });
  return { dims, strides };
}
