import { ModelError } from "../core/errors.ts";
import { type Shape, strides } from "../core/shape.ts";
import { applyOne, lift, type Op, type Operand, type Type, type Value } from "../graph/value.ts";
import { axisOf } from "./axes.ts";
import { cast, example, type Linear, linear, single } from "./define.ts";
import { broadcastTo, reshape } from "./movement.ts";
import { gather, put, type View } from "./strided.ts";

/** A regular part of an array: from `start` up to but not including `stop`, every `step`-th. */
interface Box {
  readonly start: readonly number[];
  readonly stop: readonly number[];
  readonly step: readonly number[];
}

const count = (start: number, stop: number, step: number): number => Math.max(0, Math.ceil((stop - start) / step));
const boxShape = ({ start, stop, step }: Box): Shape => start.map((s, i) => count(s, stop[i]!, step[i]!));

/** Where the elements of the box stand in an array of shape `whole`. */
function boxView(whole: Shape, box: Box): View {
  const steps = strides(whole);
  return {
    shape: boxShape(box),
    strides: steps.map((s, i) => s * box.step[i]!),
    offset: steps.reduce((at, s, i) => at + s * box.start[i]!, 0),
  };
}

const sliceRule: Linear<Box> = linear<Box>({
  name: "slice",
  shape: (_x, box) => boxShape(box),
  evaluate: (x, y, box) => gather(x.data, boxView(x.shape, box), y.data),
  transpose: (yBar, x, box) => embedRule(yBar, { ...box, shape: x.shape }),
  example: [[4, 5], { start: [1, 0], stop: [3, 5], step: [1, 2] }],
});

/** Zeros of the given shape with x put in a box: the transpose of `slice`. */
const embedRule: Linear<Box & { readonly shape: Shape }> = linear<Box & { readonly shape: Shape }>({
  name: "embed",
  shape: (_x, { shape }) => shape,
  evaluate: (x, y, box) => {
    y.data.fill(0);
    put(x.data, boxView(y.shape, box), y.data);
  },
  transpose: (yBar, _x, { start, stop, step }) => sliceRule(yBar, { start, stop, step }),
  example: [[2, 3], { start: [1, 0], stop: [3, 5], step: [1, 2], shape: [4, 5] }],
});

/** What to keep of one axis: `[start, stop]`, `[start, stop, step]`, one index (the axis goes), or `null` for all of it. */
export type Range = readonly [start: number, stop: number, step?: number] | number | null;

/**
 * A part of an array, as x[start:stop:step, …] in NumPy. Negative positions count from the end; `stop` may lie beyond it.
 *
 * @throws `index-range` when an index is outside, or a step is not a positive integer
 */
export function slice(x: Operand, ranges: readonly Range[]): Value {
  const v = lift(x);
  if (!Array.isArray(ranges))
    throw outside(v.shape, 0, "ranges are a list, one for each axis: [[start, stop], 3, null].");
  const box = { start: [] as number[], stop: [] as number[], step: [] as number[] };
  v.shape.forEach((d, axis) => {
    const [start, stop, step] = span(v.shape, ranges[axis] ?? null, d, axis);
    box.start.push(start);
    box.stop.push(stop);
    box.step.push(step);
  });
  if (ranges.length > v.shape.length) throw outside(v.shape, ranges.length - 1, "one range for each axis at most.");
  const part = sliceRule(v, box);
  const kept = part.shape.filter((_, axis) => typeof ranges[axis] !== "number");
  return reshape(part, kept);
}

function span(shape: Shape, range: Range, d: number, axis: number): [number, number, number] {
  const fromEnd = (i: number): number => (i < 0 ? i + d : i);
  if (range === null) return [0, d, 1];
  if (typeof range === "number") {
    const i = fromEnd(range);
    if (Number.isInteger(i) && i >= 0 && i < d) return [i, i + 1, 1];
    throw outside(shape, axis, `index ${range} is outside of axis ${axis}, which has ${d} elements.`);
  }
  const [start, stop, step = 1] = range;
  if (![start, stop, step].every(Number.isInteger) || step < 1)
    throw outside(shape, axis, "start, stop and step must be integers and step positive.");
  return [Math.max(0, Math.min(d, fromEnd(start))), Math.max(0, Math.min(d, fromEnd(stop))), step];
}

const outside = (x: Shape, axis: number, rule: string): ModelError =>
  new ModelError({ code: "index-range", where: `slice(x, ranges), axis ${axis}`, given: { x }, rule });

/**
 * The array with a margin of one number around it.
 *
 * @param widths `[before, after]` for each axis
 * @param value  what to fill the margin with
 */
export function pad(x: Operand, widths: readonly (readonly [before: number, after: number])[], value = 0): Value {
  const v = lift(x);
  const width = (axis: number): readonly [number, number] => widths[axis] ?? [0, 0];
  const shape = v.shape.map((d, axis) => d + width(axis)[0] + width(axis)[1]);
  const start = v.shape.map((_, axis) => width(axis)[0]);
  const box = { start, stop: start.map((s, i) => s + v.shape[i]!), step: start.map(() => 1) };
  if (widths.flat().some((w) => !Number.isInteger(w) || w < 0) || widths.length > v.shape.length)
    throw new ModelError({
      code: "index-range",
      where: "pad(x, widths)",
      given: { x: v.shape, widths: JSON.stringify(widths) },
      rule: "widths must be [before, after] for each axis, whole numbers from 0 on.",
    });
  if (value === 0) return embedRule(v, { ...box, shape });
  return concatAround(v, shape, start, value);
}

/** Padding by a number other than 0: zeros around x plus that number where x is not. */
function concatAround(v: Value, shape: Shape, start: readonly number[], value: number): Value {
  const axis = shape.findIndex((d, i) => d !== v.shape[i]);
  if (axis === -1) return v;
  const margin = (width: number): Value =>
    broadcastTo(
      cast(value, v.dtype),
      v.shape.map((d, i) => (i === axis ? width : d)),
    );
  const before = start[axis]!;
  const after = shape[axis]! - before - v.shape[axis]!;
  return concatAround(concat([margin(before), v, margin(after)], axis), shape, start, value);
}

/** y = x₀ ⧺ x₁ ⧺ … along an axis.  x̄ᵢ is the part of ȳ where xᵢ went. */
const concatOp: Op = single({
  name: "concat",
  type: (inputs, params) => concatType(inputs, params["axis"] as number),
  evaluate: (inputs, y, params) => {
    let at = 0;
    for (const x of inputs) {
      put(x.data, boxView(y.shape, partBox(y.shape, x.shape, params["axis"] as number, at)), y.data);
      at += x.shape[params["axis"] as number]!;
    }
  },
  jvp: (dx, x, _y, params) =>
    applyOne(
      concatOp,
      x.map((v, i) => dx[i] ?? zerosLike(v)),
      params,
    ),
  transpose: (yBar, x, linear, params) => {
    const axis = params["axis"] as number;
    let at = 0;
    return x.map((v, i) => {
      const box = partBox(yBar.shape, v.shape, axis, at);
      at += v.shape[axis]!;
      return linear[i] ? sliceRule(yBar, box) : null;
    });
  },
});
example(
  concatOp,
  [
    [2, 3],
    [2, 1],
  ],
  (...xs) => concat(xs, 1),
);

const zerosLike = (v: Value): Value => broadcastTo(cast(0, v.dtype), v.shape);

function partBox(whole: Shape, part: Shape, axis: number, at: number): Box {
  return {
    start: whole.map((_, i) => (i === axis ? at : 0)),
    stop: whole.map((d, i) => (i === axis ? at + part[axis]! : d)),
    step: whole.map(() => 1),
  };
}

function concatType(inputs: readonly Type[], axis: number): Type {
  const [first] = inputs;
  const fits = (x: Type): boolean =>
    x.dtype === first!.dtype &&
    x.shape.length === first!.shape.length &&
    x.shape.every((d, i) => i === axis || d === first!.shape[i]);
  const odd = inputs.findIndex((x) => !fits(x));
  if (odd === -1)
    return {
      ...first!,
      shape: first!.shape.map((d, i) => (i === axis ? inputs.reduce((n, x) => n + x.shape[i]!, 0) : d)),
    };
  throw new ModelError({
    code: "shape-mismatch",
    where: `concat(xs, ${axis})`,
    given: { "xs[0]": first!.shape, [`xs[${odd}]`]: inputs[odd]!.shape },
    rule: `all arrays must agree in every axis but axis ${axis}.`,
  });
}

/**
 * Arrays joined along an axis they have (default the first).
 *
 * @throws `shape-mismatch` when they differ in another axis
 */
export function concat(xs: readonly Operand[], axis = 0): Value {
  const values = xs.map(lift);
  const [first] = values;
  if (!first)
    throw new ModelError({
      code: "shape-size",
      where: "concat(xs)",
      rule: "there must be at least one array to join.",
    });
  const dtype = values.every((v) => v.dtype === first.dtype) ? first.dtype : "real";
  return applyOne(
    concatOp,
    values.map((v) => cast(v, dtype)),
    { axis: axisOf("concat(xs, axis)", first.shape, axis) },
  );
}

/** Arrays of one shape joined along a new axis (default the first). */
export function stack(xs: readonly Operand[], axis = 0): Value {
  const values = xs.map(lift);
  const at = axis < 0 ? axis + (values[0]?.shape.length ?? 0) + 1 : axis;
  return concat(
    values.map((v) => reshape(v, [...v.shape.slice(0, at), 1, ...v.shape.slice(at)])),
    at,
  );
}
