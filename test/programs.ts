import fc from "fast-check";
import type { Shape } from "../src/core/shape.ts";
import { Tensor } from "../src/core/tensor.ts";
import type { Closure } from "../src/graph/closure.ts";
import { program } from "../src/graph/program.ts";
import { text } from "../src/graph/text.ts";
import { input, type Value } from "../src/graph/value.ts";
import * as ops from "../src/ops/index.ts";
import { tensors } from "./numeric.ts";

/** A random program and arguments for it: what a simplifier or an engine is judged by. */
export interface Sample {
  readonly closure: Closure;
  readonly args: readonly Tensor[];
  /** For the message when it fails. */
  readonly [fc.toStringMethod]?: () => string;
}

/** A program in words, and its arguments. */
export const shown = (closure: Closure, args: readonly Tensor[]): string =>
  `\n${text(program(closure))}\n${args.map((x) => `[${x.shape}] ${[...x.data].join(", ")}`).join("\n")}\n`;

/** One step of the recipe of a program: which operation, on which of the values there are. */
interface Step {
  readonly op: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Small ones, often; longer than a vector of any engine, and not multiples of one, now and then. */
const shapes: readonly Shape[] = [[], [3], [2, 3], [3, 3], [1, 3], [0, 3], [9], [5, 7], [4, 1], [2, 3, 5]];
const dtypes = ["real", "real", "real", "real", "integer", "boolean"] as const;

const isReal = (v: Value): boolean => v.dtype === "real";
const real = (v: Value): Value => ops.cast(v, "real");
const scalar = (v: Value): Value => (v.shape.length === 0 ? real(v) : ops.mean(real(v)));
const matrix = (v: Value): Value => ops.broadcastTo(ops.sum(ops.reshape(v, [-1, 3]), 0), [3, 3]);

/** Elementwise functions that are finite for every finite argument, and so for any composition with bounded results. */
const unary = [
  ops.tanh,
  ops.sigmoid,
  ops.sin,
  ops.neg,
  ops.abs,
  ops.relu,
  ops.square,
  ops.sign,
  ops.floor,
  ops.softplus,
];
const wild = [ops.exp, ops.log, ops.sqrt, ops.reciprocal, ops.log1p, ops.round];
const binary = [ops.add, ops.sub, ops.mul, ops.maximum, ops.minimum, ops.less, ops.equal, ops.logicalAnd];

const fits = (x: Value, y: Value): boolean => {
  try {
    ops.add(x, y);
    return true;
  } catch {
    return false;
  }
};

type Builder = (x: Value, y: Value, n: number) => Value;

/** Every kind of step; each turns any two values into one. */
const builders: readonly Builder[] = [
  (x, _y, n) => unary[n % unary.length]!(x),
  (x, _y, n) => wild[n % wild.length]!(x),
  (x, y, n) => (fits(x, y) ? binary[n % binary.length]!(x, y) : ops.add(scalar(x), y)),
  (x, y) => (fits(x, y) ? ops.where(ops.greater(x, 0), x, y) : x),
  (x, _y, n) => (x.shape.length > 0 ? ops.sum(x, { axis: n % x.shape.length, keepAxes: n % 2 === 0 }) : x),
  (x, _y, n) => (x.shape.length === 2 && x.shape[n % 2]! > 0 ? ops.max(x, n % 2) : x),
  (x) => (x.shape.length > 0 && x.shape.at(-1)! > 0 ? ops.logSumExp(x, -1) : x),
  (x) => (x.shape.length > 0 ? ops.transpose(x) : x),
  (x) => ops.transpose(ops.transpose(x)),
  (x) =>
    ops.reshape(
      ops.reshape(x, [-1, 1].slice(x.shape.includes(0) ? 2 : 0).concat(x.shape.includes(0) ? x.shape : [])),
      x.shape,
    ),
  (x, _y, n) => (x.shape.length > 0 && x.shape[0]! > 0 ? ops.slice(x, [[n % x.shape[0]!, x.shape[0]!]]) : x),
  (x, _y, n) => (x.shape.length > 0 ? ops.pad(x, [[n % 2, 1]]) : x),
  (x, y) => (x.shape.join() === y.shape.join() && x.shape.length > 0 ? ops.concat([x, y]) : x),
  (x) => (x.shape.length > 0 ? ops.cumsum(x) : x),
  (x) => (x.shape.length > 0 && x.shape[0]! > 0 ? ops.take(x, [x.shape[0]! - 1, 0]) : x),
  (x, y) => ops.matmul(matrix(atLeastRow(x)), matrix(atLeastRow(y))),
  (x, _y, n) => (x.shape.length >= 2 ? ops.matmul(...pairs(real(x))[n % 2]!) : x),
  (x, _y, n) => (x.shape.length > 0 ? ops.flip(x, n % x.shape.length) : x),
  (x, _y, n) =>
    x.shape.length > 0 ? ops.slice(x, [...x.shape.slice(1).map(() => null), [n % 2, x.shape.at(-1)!, 2]]) : x,
  (x, _y, n) => (x.shape.length > 0 && x.shape.at(-1)! > 0 ? (n % 2 ? ops.argmax(x) : ops.argmin(x)) : x),
  (x, y) => (x.shape.join() === y.shape.join() ? ops.stack([real(x), real(y)]) : x),
  (x) => (x.shape.length > 0 && x.shape[0]! > 0 ? rowsOf(real(x)) : x),
  (x) => ops.mul(x, 1),
  (x) => ops.add(x, -0),
  (x, _y, n) => ops.add(x, [0, 0.1, Number.NaN, -0, 2][n % 5]!),
  (x, y) => ops.div(x, scalar(y)),
  (x) => ops.stopGradient(x),
  (x, y) => loop(x, scalar(y)),
  (x, _y, n) => ops.cast(x, dtypes[n % dtypes.length]!),
];

/** The two products of the matrices in x with themselves. */
const pairs = (x: Value): (readonly [Value, Value])[] => {
  const turned = ops.transpose(x, [...x.shape.keys()].slice(0, -2).concat(-1, -2));
  return [
    [x, turned],
    [turned, x],
  ];
};

/** A loop over the rows of x: a carry that is swapped with another, a counter, and ys that look at a carry. */
function rowsOf(x: Value): Value {
  const row = ops.slice(x, [[0, 1]]);
  const [last, ys] = ops.scan(
    (c, r) => [
      { a: ops.tanh(ops.add(c.b, r)), b: c.a, n: ops.add(c.n, 1) },
      { turned: c.a.shape.length > 0 ? ops.flip(c.a) : c.a, n: c.n },
    ],
    {
      a: ops.reshape(row, row.shape.slice(1)),
      b: ops.reshape(ops.neg(row), row.shape.slice(1)),
      n: ops.cast(0, "integer"),
    },
    x,
  );
  return ops.add(ops.sub(last.a, last.b), ops.sum(ops.mul(ys.turned, ops.mean(real(ys.n))), 0));
}

/** A value whose last axis has three elements. */
const atLeastRow = (v: Value): Value =>
  v.shape.at(-1) === 3 && !v.shape.includes(0)
    ? v.shape.length === 1
      ? ops.reshape(v, [1, 3])
      : v
    : ops.broadcastTo(scalar(v), [1, 3]);

/** A loop with a carry that matters, one that does not, a y that may be unused, and a constant from outside. */
function loop(x: Value, a: Value): Value {
  const [last, ys] = ops.scan(
    (c, k) => [
      { used: ops.tanh(ops.add(ops.mul(c.used, a), k)), idle: ops.add(c.idle, 1) },
      { k: ops.mul(c.used, 1), n: c.idle },
    ],
    { used: real(x), idle: 0 },
    [0.5, -1],
    { reverse: x.shape.length === 1 },
  );
  return ops.add(last.used, ops.sum(ys.k, 0));
}

function build(steps: readonly Step[], inputs: readonly Value[], outputs: number): Value[] {
  const values = [...inputs];
  const pick = (i: number): Value => values[i % values.length]!;
  for (const { op, a, b, c } of steps) values.push(builders[op % builders.length]!(pick(a), pick(b), c));
  return values.slice(-outputs);
}

const index = fc.nat({ max: 1000 });
const step: fc.Arbitrary<Step> = fc.record({ op: index, a: index, b: index, c: index });

const special = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 800];

/** Arguments: ordinary numbers, with a few special ones among them if `extremes`. */
const argument = (extremes: boolean): fc.Arbitrary<Tensor> =>
  fc.constantFrom(...shapes).chain((shape) =>
    fc
      .tuple(
        tensors(shape, -2, 2),
        fc.array(fc.tuple(index, fc.constantFrom(...special)), { maxLength: extremes ? 2 : 0 }),
      )
      .map(([x, odd]) => {
        const data = Float64Array.from(x.data);
        for (const [i, number] of odd) if (data.length > 0) data[i % data.length] = number;
        return new Tensor(shape, data);
      }),
  );

/**
 * Random programs over every family of operations, loops among them, with arguments.
 *
 * @param extremes whether ±0, ±∞, NaN, subnormal and huge numbers occur in the arguments
 * @param length   greatest number of steps
 */
export const samples = ({ extremes = true, length = 12 } = {}): fc.Arbitrary<Sample> =>
  fc
    .tuple(
      fc.array(argument(extremes), { minLength: 1, maxLength: 3 }),
      fc.array(step, { minLength: 1, maxLength: length }),
      fc.integer({ min: 1, max: 3 }),
    )
    .map(([args, steps, count]) => {
      const inputs = args.map(input);
      const closure = { inputs, outputs: build(steps, inputs, count) };
      return { closure, args, [fc.toStringMethod]: () => shown(closure, args) };
    });

/** The derivative program of a sample: Jᵀ·1 for the real outputs, by its real arguments. */
export const realOutputs = ({ closure }: Sample): Value[] => closure.outputs.filter(isReal);
