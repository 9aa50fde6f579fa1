import { ModelError } from "../core/errors.ts";
import { knownOptions } from "../core/names.ts";
import { type Shape, size } from "../core/shape.ts";
import { applyOne, type Block, lift, type Op, type Operand, type Value } from "../graph/value.ts";
import { div, equal, mul, stopGradient, sub, where } from "./arithmetic.ts";
import { type Axes, axesOf, axisOf } from "./axes.ts";
import { cast, countable, example, linear, real, single, wrap } from "./define.ts";
import { exp, isFinite, log, sqrt, square } from "./elementwise.ts";
import { broadcastTo, reshape, sumTo } from "./movement.ts";
import { concat, slice } from "./parts.ts";
import { broadcastView, visit } from "./strided.ts";

/** Which axes a reduction runs over (all when left out), and whether they stay with size 1. */
export interface Reduction {
  readonly axis?: number | readonly number[];
  readonly keepAxes?: boolean;
}
export type Over = Reduction | number | readonly number[];

const isAxes = (over: Over | undefined): over is number | readonly number[] =>
  typeof over === "number" || Array.isArray(over);
const axesIn = (over: Over | undefined): Axes => (isAxes(over) ? over : over?.axis);
const keeps = (over: Over | undefined): boolean => !isAxes(over) && over?.keepAxes === true;

/**
 * Reduces to sizes of 1, then drops those axes unless they are kept.
 *
 * @throws `option` for an option that other libraries have and this one has not, `shape-axis` for an axis that is not there
 */
function reduced(name: string, x: Operand, over: Over | undefined, f: (x: Value, kept: Shape) => Value): Value {
  const v = countable(x);
  if (over !== undefined && !isAxes(over)) knownOptions(`${name}(x, options)`, over, ["axis", "keepAxes"]);
  const axes = axesOf(`${name}(x, axis)`, v.shape, axesIn(over));
  const kept = v.shape.map((d, i) => (axes.includes(i) ? 1 : d));
  const y = f(v, kept);
  return keeps(over)
    ? y
    : reshape(
        y,
        v.shape.filter((_, i) => !axes.includes(i)),
      );
}

/** Σ x over the given axes. */
export const sum = (x: Operand, over?: Over): Value => reduced("sum", x, over, (v, kept) => sumTo(v, kept));

/** The mean over the given axes. */
export const mean = (x: Operand, over?: Over): Value =>
  reduced("mean", x, over, (v, kept) => div(sumTo(v, kept), size(v.shape) / size(kept)));

/** Mean squared distance from the mean over the given axes, in two passes; divided by the count. */
export const variance = (x: Operand, over?: Over): Value =>
  reduced("variance", x, over, (v, kept) => {
    const count = size(v.shape) / size(kept);
    const m = div(sumTo(v, kept), count);
    return div(sumTo(square(sub(v, m)), kept), count);
  });

/** √variance. Its derivative is infinite where all numbers are equal. */
export const standardDeviation = (x: Operand, over?: Over): Value => sqrt(variance(x, over));

/** Folds x into the shape of y with f, from `start`, in row-major order. */
function fold(x: Block, y: Block, start: number, f: (sofar: number, next: number) => number): void {
  y.data.fill(start);
  visit(broadcastView(x.shape, y.shape), (i, at) => {
    y.data[at] = f(y.data[at]!, x.data[i]!);
  });
}

function extreme(name: string, start: number, f: (a: number, b: number) => number): (x: Operand, over?: Over) => Value {
  const op: Op = single({
    name,
    type: ([x], { kept }) => ({ shape: kept as Shape, dtype: x!.dtype }),
    evaluate: ([x], y) => fold(x!, y, start, f),
    jvp: ([dx], [x], y) => {
      if (!dx) return null;
      const ties = cast(equal(x!, y), "real");
      return div(sumTo(mul(ties, dx), y.shape), sumTo(ties, y.shape)); // ties share the derivative equally
    },
  });
  const call = (x: Operand, over?: Over): Value =>
    reduced(name, x, over, (v, kept) => {
      if (size(v.shape) > 0 || size(kept) === 0) return applyOne(op, [v], { kept });
      throw nothing(name, v.shape);
    });
  example(op, [[2, 3]], (x) => call(x!, 1), { distinct: true });
  return call;
}

const nothing = (name: string, x: Shape): ModelError =>
  new ModelError({ code: "shape-size", where: `${name}(x)`, given: { x }, rule: "of no numbers there is none." });

/** The greatest number over the given axes; where several are greatest, they share the derivative equally. */
export const max = extreme("max", Number.NEGATIVE_INFINITY, Math.max);
/** The least number over the given axes; where several are least, they share the derivative equally. */
export const min = extreme("min", Number.POSITIVE_INFINITY, Math.min);

/**
 * Π x over the given axes. The derivative is the product of all the others, right where factors are zero, because it is
 * made by halving: Π = Π(left half)·Π(right half).
 */
export const prod = (x: Operand, over?: Over): Value =>
  reduced("prod", x, over, (v, kept) =>
    kept.reduce((y, d, axis) => (d === 1 && v.shape[axis] !== 1 ? productAlong(y, axis) : y), v),
  );

function productAlong(x: Value, axis: number): Value {
  const n = x.shape[axis]!;
  if (n === 0)
    return broadcastTo(
      cast(1, x.dtype),
      x.shape.map((d, i) => (i === axis ? 1 : d)),
    );
  if (n === 1) return x;
  const half = Math.floor(n / 2);
  const part = (start: number, stop: number): Value =>
    slice(x, [...x.shape.slice(0, axis).map(() => null), [start, stop]]);
  const paired = mul(part(0, half), part(half, 2 * half));
  return productAlong(n % 2 === 0 ? paired : concat([paired, part(2 * half, n)], axis), axis);
}

const lseOp: Op = single({
  name: "logSumExp",
  type: (_x, { kept }) => ({ shape: kept as Shape, dtype: "real" }),
  evaluate: ([x], y) => {
    const top: Block = { ...y, data: new Float64Array(y.data.length) };
    fold(x!, top, Number.NEGATIVE_INFINITY, Math.max);
    const shift = top.data.map((m) => (Number.isFinite(m) ? m : 0));
    const shifted = { ...x!, data: new Float64Array(x!.data.length) };
    visit(broadcastView(x!.shape, y.shape), (i, at) => {
      shifted.data[i] = Math.exp(x!.data[i]! - shift[at]!);
    });
    fold(shifted, y, 0, (a, b) => a + b);
    for (let i = 0; i < y.data.length; i++) y.data[i] = Math.log(y.data[i]!) + shift[i]!;
  },
  jvp: ([dx], [x], y) => dx && sumTo(mul(softmaxTo(x!, y.shape), dx), y.shape),
});
example(lseOp, [[2, 3]], (x) => logSumExp(x!, 1));

/** ln Σ eˣ over the given axes, finite for every finite x: the greatest is taken out first. Derivative: softmax. */
export const logSumExp = (x: Operand, over?: Over): Value =>
  reduced("logSumExp", x, over, (v, kept) => applyOne(lseOp, [real(v)], { kept }));

/** The greatest element along the axes of size 1 in `kept`, 0 where that is not finite. */
function topOf(x: Value, kept: Shape): Value {
  const axes = kept.flatMap((d, i) => (d === 1 ? [i] : []));
  const top = max(x, { axis: axes, keepAxes: true });
  return where(isFinite(top), top, 0);
}

/** x less its greatest element along the axes of size 1 in `kept`; no derivative passes through the shift. */
const shifted = (x: Value, kept: Shape): Value => (size(x.shape) === 0 ? x : sub(x, stopGradient(topOf(x, kept))));

/**
 * Here the derivative does pass through the shift: it changes nothing but the rounding, for the slope of a pᵢ near 1
 * becomes pᵢ·Σⱼ≠ᵢ pⱼ instead of pᵢ·(1 − pᵢ), which would lose all digits.
 */
function softmaxTo(x: Value, kept: Shape): Value {
  const e = exp(size(x.shape) === 0 ? x : sub(x, topOf(x, kept)));
  return div(e, sumTo(e, kept));
}

const along = (name: string, v: Value, axis: number): Shape => {
  const at = axisOf(`${name}(x, axis)`, v.shape, axis);
  return v.shape.map((d, i) => (i === at ? 1 : d));
};

/** eˣ / Σ eˣ along an axis (default the last): positive, with sum 1. */
export function softmax(x: Operand, axis = -1): Value {
  const v = real(x);
  return softmaxTo(v, along("softmax", v, axis));
}

/** ln softmax(x) = x − ln Σ eˣ along an axis (default the last), without cancellation. */
export function logSoftmax(x: Operand, axis = -1): Value {
  const v = real(x);
  const kept = along("logSoftmax", v, axis);
  const s = shifted(v, kept);
  return sub(s, log(sumTo(exp(s), kept)));
}

function cumulative(name: string, backwards: boolean): (x: Value, params: { axis: number }) => Value {
  return linear<{ axis: number }>({
    name,
    shape: (x) => x,
    evaluate: (x, y, { axis }) => {
      const [n, step] = [x.shape[axis]!, size(x.shape.slice(axis + 1))];
      const block = n * step;
      for (let start = 0; start < x.data.length; start += block)
        for (let j = 0; j < step; j++) {
          let total = 0;
          for (let i = 0; i < n; i++) {
            const at = start + (backwards ? n - 1 - i : i) * step + j;
            total += x.data[at]!;
            y.data[at] = total;
          }
        }
      wrap(y);
    },
    transpose: (yBar, _x, params) => (backwards ? forwards : reverse)(yBar, params),
    example: [[2, 3], { axis: 1 }],
  });
}
const forwards = cumulative("cumsum", false);
const reverse = cumulative("cumsumBackwards", true);

/** Running sums along an axis (default the last): yᵢ = x₀ + … + xᵢ. */
export function cumsum(x: Operand, axis = -1): Value {
  const v = countable(x);
  return forwards(v, { axis: axisOf("cumsum(x, axis)", v.shape, axis) });
}

function position(name: string, better: (a: number, b: number) => boolean): (x: Operand, axis?: number) => Value {
  const beats = (a: number, b: number): boolean => better(a, b) || (Number.isNaN(a) && !Number.isNaN(b));
  const op = single({
    name,
    type: ([x], { axis }) => ({ shape: x!.shape.filter((_, i) => i !== axis), dtype: "integer" }),
    evaluate: ([x], y, params) => {
      const axis = params["axis"] as number;
      const [n, step] = [x!.shape[axis]!, size(x!.shape.slice(axis + 1))];
      for (let i = 0; i < y.data.length; i++) {
        const start = Math.floor(i / step) * n * step + (i % step);
        let best = 0;
        for (let k = 1; k < n; k++) if (beats(x!.data[start + k * step]!, x!.data[start + best * step]!)) best = k;
        y.data[i] = best;
      }
    },
    jvp: () => null,
  });
  return (x, axis = -1) => {
    const v = lift(x);
    const at = axisOf(`${name}(x, axis)`, v.shape, axis);
    if (v.shape[at] === 0) throw nothing(name, v.shape);
    return applyOne(op, [v], { axis: at });
  };
}
/** Index of the greatest number along an axis (default the last), the first of equals; of a NaN where there is one. */
export const argmax = position("argmax", (a, b) => a > b);
/** Index of the least number along an axis (default the last), the first of equals; of a NaN where there is one. */
export const argmin = position("argmin", (a, b) => a < b);
