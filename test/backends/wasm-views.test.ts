import { type Shape, size } from "../../src/core/shape.ts";
import { Tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import { all, booleans, type Case, entries, extremes, type F, integers, lengths, numbers } from "./cases.ts";

/** Every way in which an array can be looked at without being copied. */
const looks: Readonly<Record<string, (x: Value) => Value>> = {
  "as it is": (x) => x,
  transposed: (x) => ops.transpose(x),
  flipped: (x) => ops.flip(ops.flip(x, 0), -1),
  "every second": (x) => ops.slice(x, [null, [1, 99, 2]]),
  "every second row, backwards": (x) => ops.flip(ops.slice(x, [[0, 99, 2]])),
  "broadcast in front": (x) => ops.broadcastTo(x, [2, ...x.shape]),
  "broadcast inside": (x) => ops.broadcastTo(ops.slice(x, [null, [0, 1]]), x.shape),
  "transposed and reshaped": (x) => ops.reshape(ops.transpose(x), [-1, 1]),
};

const subsets = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
const reductions = {
  sum: ops.sum,
  max: ops.max,
  min: ops.min,
  logSumExp: ops.logSumExp,
  mean: ops.mean,
  prod: ops.prod,
};
all(
  "reductions over every set of axes, of every kind of view:",
  entries(looks).flatMap(([look, view]) =>
    entries(reductions).map(
      ([name, f]): Case => [
        `${name}, ${look}`,
        (x) => subsets.filter((axes) => Math.max(...axes) < view(x).shape.length).map((axis) => f(view(x), { axis })),
        [numbers([5, 7, 3])],
      ],
    ),
  ),
);
all("reductions with NaN and ∞, of integers, of booleans, along lengths around the vector's:", [
  ...entries({ max: ops.max, min: ops.min, argmax: ops.argmax, argmin: ops.argmin }).flatMap(([name, f]): Case[] => [
    [`${name} of extremes`, (x) => [f(x, 0), f(x, 1)], [extremes([17, 17], 3)]],
    [`${name} of integers`, (x) => [f(x, 0), f(x, 1)], [integers([5, 7], (i) => (i * 5) % 7)]],
    [`${name} of booleans`, (x) => [f(x, 0), f(x, 1)], [booleans([5, 7])]],
    [`${name} of ties`, (x) => [f(x, 0), f(ops.flip(x, 1), 1)], [new Tensor([3, 4], new Float64Array(12).fill(1))]],
    [`${name} of −0 and 0`, (x) => [f(x), f(ops.flip(x))], [new Tensor([4], Float64Array.of(-0, 0, -0, 0))]],
  ]),
  ["sum of integers", (x) => [ops.sum(x, 0), ops.sum(x, 1)], [integers([5, 7], (i) => i * 2 ** 28)]],
  ["sum of booleans", (x) => [ops.sum(x, 0), ops.cumsum(x, 1)], [booleans([5, 7])]],
  ...lengths.map(
    (n): Case => [
      `length ${n}`,
      (x) => [
        ops.sum(x),
        ops.sum(x, 0),
        ops.sum(x, 1),
        ops.max(x, 0),
        ops.min(x, 1),
        ops.argmax(x, 0),
        ops.cumsum(x, 0),
      ],
      [numbers([n, n])],
    ],
  ),
]);

const turned = (x: Value): Value => ops.transpose(x, [...x.shape.keys()].slice(0, -2).concat(-1, -2));
const factors: Readonly<
  Record<string, readonly [left: (x: Value) => Value, right: (w: Value) => Value, l: Shape, r: Shape]>
> = {
  plain: [(x) => x, (w) => w, [0, 1], [1, 2]],
  "left turned": [turned, (w) => w, [1, 0], [1, 2]],
  "right turned": [(x) => x, turned, [0, 1], [2, 1]],
  "both turned": [turned, turned, [1, 0], [2, 1]],
  flipped: [(x) => ops.flip(x, -1), (w) => ops.flip(ops.flip(w, -1), -2), [0, 1], [1, 2]],
  "flipped and turned": [(x) => turned(ops.flip(x, -2)), (w) => turned(ops.flip(ops.flip(w, -1), -2)), [1, 0], [2, 1]],
};
const boxes = [
  ...lengths.map((n) => [n, n, n]),
  ...lengths.flatMap((n) => [[n, 3, 1], [1, n, 5], [2, 1, n], [n, 33, 2]]), // biome-ignore format: n × k × m
  [0, 3, 2],
  [3, 0, 2],
  [3, 2, 0],
  [25, 80, 60], // packed: more than 32 KiB for 24 rows
];
all(
  "products of every form and size:",
  entries(factors).flatMap(([form, [left, right, l, r]]) =>
    boxes.map(
      (box): Case => [
        `${form}, ${box.join(" × ")}`,
        (x, w) => ops.matmul(left(x), right(w)),
        [
          numbers(
            l.map((axis) => box[axis]!),
            2,
          ),
          numbers(
            r.map((axis) => box[axis]!),
            3,
          ),
        ],
      ],
    ),
  ),
);

const part: F = (x, w) => ops.matmul(ops.slice(x!, [null, [1, 99, 2]]), ops.slice(w!, [[0, 99, 2], [0, 99, 3]])); // biome-ignore format: two views
all("products of batches, vectors and views:", [
  ["a vector and a matrix", (x, w) => ops.matmul(x, w), [numbers([5]), numbers([5, 7])]],
  ["a matrix and a vector", (x, w) => ops.matmul(x, w), [numbers([5, 7]), numbers([7])]],
  ["two vectors", (x, w) => ops.matmul(x, w), [numbers([17]), numbers([17], 2)]],
  ["a batch and a matrix", (x, w) => ops.matmul(x, w), [numbers([3, 5, 7]), numbers([7, 4])]],
  ["a matrix and a batch", (x, w) => ops.matmul(x, w), [numbers([5, 7]), numbers([2, 3, 7, 4])]],
  ["two batches", (x, w) => ops.matmul(x, w), [numbers([2, 1, 5, 7]), numbers([3, 7, 9])]],
  ["two batches, turned", (x, w) => ops.matmul(turned(x), turned(w)), [numbers([2, 3, 7, 5]), numbers([2, 3, 9, 7])]],
  ["an outer product of columns", (x, w) => ops.matmul(ops.slice(x, [null, [1, 2]]), turned(ops.slice(w, [null, [2, 3]]))), [numbers([5, 3]), numbers([6, 4])]],
  ["every second element", part, [numbers([5, 8]), numbers([7, 10])]],
  ["rows that repeat", (x, w) => ops.matmul(ops.broadcastTo(x, [5, 7]), ops.broadcastTo(w, [7, 9])), [numbers([7]), numbers([9])]],
  ["columns that repeat", (x, w) => ops.matmul(ops.broadcastTo(x, [5, 7]), ops.broadcastTo(w, [7, 9])), [numbers([5, 1]), numbers([7, 1])]],
  ["numbers that repeat", (x, w) => ops.matmul(ops.broadcastTo(x, [5, 7]), ops.broadcastTo(w, [7, 9])), [numbers([]), numbers([])]],
  ["integers", (x, w) => ops.matmul(x, w), [integers([3, 4], (i) => i - 5), integers([4, 2], (i) => i * i)]],
  ["NaN and ∞", (x, w) => ops.matmul(x, w), [new Tensor([3, 2], Float64Array.of(1, NaN, Infinity, 0, -1, 2)), new Tensor([2, 5], Float64Array.of(0, 1, -1, Infinity, 2, 3, 0, 1, -Infinity, 2))]],
]); // biome-ignore format: one line a case

const shapes: readonly Shape[] = [[], [1], [0], [0, 3], [3, 0], [1, 1, 5], [4, 1, 3], [2, 33], [5, 7, 3]];
const moves: Readonly<Record<string, (x: Value) => Value>> = {
  transpose: (x) => ops.transpose(x),
  flip: (x) => (x.shape.length > 0 ? ops.flip(x, -1) : x),
  pad: (x) => ops.pad(x, x.shape.map((_, i) => [i, 2] as const), 7), // biome-ignore format: margins
  concat: (x) => (x.shape.length > 0 ? ops.concat([x, ops.flip(x), ops.slice(x, [[0, 1]])]) : x),
  "concat along the last axis": (x) => (x.shape.length > 0 ? ops.concat([ops.flip(x), x], -1) : x),
  stack: (x) => ops.stack([x, ops.neg(x), x], -1),
  slice: (x) => ops.slice(x, x.shape.map(() => [1, 99, 2] as const)), // biome-ignore format: steps
  broadcast: (x) => ops.broadcastTo(x, [2, ...x.shape]),
  reshape: (x) => ops.reshape(ops.transpose(x), [size(x.shape)]),
  "reshape of a part": (x) =>
    x.shape.length > 1
      ? ops.reshape(
          ops.slice(x, [null, [0, 99, 2]]),
          [-1, 1].slice(x.shape.includes(0) ? 2 : 0).concat(x.shape.includes(0) ? [0] : []),
        )
      : x,
  cumsum: (x) => (x.shape.length > 0 ? ops.cumsum(x, 0) : x),
};
all(
  "movements of every shape, used as they are and in further computation:",
  entries(moves).flatMap(([name, f]) =>
    shapes.map(
      (shape): Case => [
        `${name} of [${shape}]`,
        (x) => [
          f(x),
          ops.tanh(f(x)),
          ops.sum(f(x)),
          ops.mul(f(ops.exp(x)), f(x)),
          f(ops.cast(x, "integer")),
          f(ops.less(x, 0)),
        ],
        [numbers(shape)],
      ],
    ),
  ),
);
