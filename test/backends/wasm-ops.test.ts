import { describe, expect, it } from "vitest";
import { pullback } from "../../src/autodiff/index.ts";
import { reference } from "../../src/backends/reference.ts";
import { wasm } from "../../src/backends/wasm/index.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { fill, type Value } from "../../src/graph/value.ts";
import * as ops from "../../src/ops/index.ts";
import {
  agrees,
  all,
  booleans,
  type Case,
  entries,
  extremes,
  type F,
  integers,
  lengths,
  numbers,
  odd,
  programOf,
} from "./cases.ts";
import { ways } from "./judge.ts";
import { sideBySide, wrongRow } from "./rows.ts";

all(
  "every example of a primitive, its value and its gradient:",
  ops.examples.map(({ op, shapes, call }, i): Case => {
    const f: F = (...xs) => {
      const y = call(...xs);
      return [y, ...pullback([y], xs, [fill(y, 1)])];
    };
    return [`${op.name} ${i}`, f, shapes.map((shape, k) => numbers(shape, k))];
  }),
);

const unary = {
  ...{
    neg: ops.neg,
    square: ops.square,
    abs: ops.abs,
    sign: ops.sign,
    step: ops.step,
    relu: ops.relu,
    floor: ops.floor,
  },
  ...{ ceil: ops.ceil, round: ops.round, isFinite: ops.isFinite, isNaN: ops.isNaN, sqrt: ops.sqrt, cbrt: ops.cbrt },
  ...{ reciprocal: ops.reciprocal, exp: ops.exp, expm1: ops.expm1, log: ops.log, log1p: ops.log1p, sin: ops.sin },
  ...{ cos: ops.cos, tan: ops.tan, asin: ops.asin, acos: ops.acos, atan: ops.atan, sinh: ops.sinh, cosh: ops.cosh },
  ...{ tanh: ops.tanh, asinh: ops.asinh, acosh: ops.acosh, atanh: ops.atanh, sigmoid: ops.sigmoid, erf: ops.erf },
  ...{ erfc: ops.erfc, softplus: ops.softplus, logicalNot: ops.logicalNot },
};
const binary = {
  ...{
    add: ops.add,
    sub: ops.sub,
    mul: ops.mul,
    div: ops.div,
    maximum: ops.maximum,
    minimum: ops.minimum,
    pow: ops.pow,
  },
  ...{ less: ops.less, lessEqual: ops.lessEqual, greater: ops.greater, greaterEqual: ops.greaterEqual },
  ...{ equal: ops.equal, notEqual: ops.notEqual, logicalAnd: ops.logicalAnd, logicalOr: ops.logicalOr },
  ...{ logicalXor: ops.logicalXor },
};

all("one argument, the ends of the number line, integers and booleans:", [
  ...entries(unary).map(([name, f]): Case => [name, (x) => f(x), [extremes([2 * odd.length + 1])]]),
  ...entries(unary).map(([name, f]): Case => [`${name} of integers`, (x) => f(x), [integers([9], (i) => i * i - 7)]]),
  ...entries(unary).map(([name, f]): Case => [`${name} of booleans`, (x) => f(x), [booleans([9])]]),
]);

const greatest = integers([7], (i) => [2 ** 31 - 1, -(2 ** 31), 0, -1, 1, 46341, 3][i]!);
all("two arguments, the ends of the number line against each other, integers and booleans:", [
  ...entries(binary).map(([name, f]): Case => [name, f, [extremes([17, 1]), extremes([17])]]),
  ...entries(binary).map(
    ([name, f]): Case => [`${name} of integers`, f, [greatest, new Tensor([7, 1], Int32Array.from(greatest.data))]],
  ),
  ...entries(binary).map(([name, f]): Case => [`${name} of booleans`, f, [booleans([9]), booleans([9], 2)]]),
]);

const kinds = ["real", "integer", "boolean"] as const;
const ofKind = {
  real: extremes([2 * odd.length]),
  integer: integers([7], (i) => (i - 3) * 2 ** 29),
  boolean: booleans([7]),
};
all(
  "casts, and where with masks:",
  kinds.flatMap((from) => [
    ...kinds.map((to): Case => [`${from} to ${to}`, (x) => ops.cast(x, to), [ofKind[from]]]),
    [`where on ${from}`, (c, x) => ops.where(c, x, ops.flip(x)), [booleans(ofKind[from].shape), ofKind[from]]] as Case,
    [`where by a ${from}`, (c, x) => ops.where(c, x, ops.neg(x)), [ofKind[from], numbers(ofKind[from].shape)]] as Case,
    [
      `where on one ${from}`,
      (c, x) => ops.where(c, x, ops.slice(x, [[0, 1]])),
      [booleans([4, 1]), ofKind[from]],
    ] as Case,
  ]),
);

const rows = (n: number, of: number): Tensor => integers([n], (i) => (i * i + 1) % of);
all("indices:", [
  ["take along each axis", (x, i) => [ops.take(x, i, 0), ops.take(x, i, 1), ops.take(x, i, 2)], [numbers([5, 7, 3]), rows(9, 3)]],
  ["take of narrow rows", (x, i) => ops.take(x, i), [numbers([5, 2]), rows(9, 5)]],
  ["take of numbers", (x, i) => ops.take(x, i), [numbers([5]), rows(9, 5)]],
  ["take of a view", (x, i) => ops.take(ops.flip(ops.transpose(x)), ops.flip(i)), [numbers([4, 6]), rows(5, 6)]],
  ["take of integers and booleans", (x, i) => [ops.take(ops.cast(x, "integer"), i), ops.take(ops.less(x, 0), i)], [numbers([5, 3]), rows(9, 5)]],
  ["take none, and of nothing", (x, i) => ops.take(x, i), [numbers([5, 3]), rows(0, 5)]],
  ["take by a matrix", (x, i) => ops.take(x, ops.reshape(i, [3, 2])), [numbers([5, 3]), rows(6, 5)]],
  ["oneHot", (i) => ops.oneHot(i, 5), [rows(9, 5)]],
  ["oneHot of a view", (i) => ops.oneHot(ops.flip(i), 5), [rows(9, 5)]],
  ["oneHot of one", (i) => ops.oneHot(i, 3), [integers([], () => 2)]],
  ["scatterAdd", (i, x) => ops.scatterAdd([5, 3], i, x), [rows(9, 5), numbers([9, 3])]],
  ["take along an axis by a view of a matrix", (x, i) => [0, 1, 2].map((axis) => ops.take(ops.transpose(x!), ops.transpose(ops.reshape(i!, [3, 2])), axis)), [numbers([3, 4, 5]), rows(6, 3)]],
  ["oneHot of a view of a matrix", (i) => ops.oneHot(ops.transpose(ops.reshape(i!, [3, 2])), 3), [rows(6, 3)]],
  ["scatterAdd along each axis, of integers, too", (i, x) => [0, 1, 2].flatMap((axis) => [x!, ops.cast(x!, "integer")].map((u) => ops.scatterAdd([6, 6, 6], i!, u, axis))), [rows(6, 6), numbers([6, 6, 6])]],
  ["scatterAdd of a view", (i, x) => ops.scatterAdd([5, 3], ops.flip(i), ops.transpose(x)), [rows(9, 5), numbers([3, 9])]],
]); // biome-ignore format: one line a case

/** What an engine throws, as data. */
function thrown(f: F, args: readonly Tensor[], engine: typeof wasm): unknown {
  try {
    engine.compile(programOf(f, args), { precision: "f64" }).run(args);
    return "nothing";
  } catch (error) {
    return (error as { problem?: unknown }).problem ?? error;
  }
}

it.each([
  ["take, too large", (x, i) => ops.take(x, i), [numbers([5, 3]), integers([4], (i) => i + 2)]],
  ["take, negative", (x, i) => ops.take(x, i), [numbers([5, 3]), integers([1], () => -1)]],
  ["take along the last axis", (x, i) => ops.take(x, i, 1), [numbers([5, 3]), integers([1], () => 3)]],
  ["take in a loop", (x, i) => ops.scan((c, k) => [ops.add(c, ops.take(x!, k)), null], 0, i)[0], [numbers([5]), integers([3], (i) => 3 * i)]],
  ["oneHot", (i) => ops.oneHot(i, 3), [integers([2], (i) => 2 + i)]],
  ["scatterAdd", (i, x) => ops.scatterAdd([2, 3], i, x), [integers([2], (i) => 1 + i), numbers([2, 3])]],
] as readonly Case[])("an index outside is found as the reference engine finds it: %s", (_name, f, args) => {
  expect(thrown(f, args, wasm)).toMatchObject({ code: "index-range" });
  expect(thrown(f, args, wasm)).toEqual(thrown(f, args, reference));
}); // biome-ignore format: one line a case

it.each([
  ["another shape", [numbers([4])]],
  ["another kind", [integers([3], (i) => i)]],
])("refuses arguments of %s", (_name, args) => {
  const program = programOf((x) => ops.exp(x), [numbers([3])]);
  for (const engine of [wasm, reference])
    expect(() => engine.compile(program, { precision: "f32" }).run(args)).toThrow(
      "the program was compiled for another",
    );
});

it("gives constants, arguments as they came, and one result several times", () => {
  const f: F = (x) => [x!, ops.add(1, 2), ops.transpose(x!), x!, ops.exp(x!), ops.exp(x!)];
  agrees(f, [numbers([3, 5])]);
});

describe("draws the same random numbers:", () => {
  const key = integers([5], (i) => Math.imul(i + 1, 0x9e3779b9));
  const draws = { uniform: ops.randomUniform, normal: ops.randomNormal, bits: ops.randomBits };
  it.each(Object.entries(draws))("%s, of every length", (_name, draw) => {
    for (const n of [...lengths, 64, 1000]) agrees((k) => draw(ops.slice(k!, [[1, 3]]), [n]), [key]);
  });
  it("one key for each label, from one that is no array of its own", () => {
    const labels = integers([7], (i) => [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 12345, 3][i]!);
    const f: F = (k, l) =>
      [0, 1, 2, 3, 4, 5, 6].map((i) =>
        ops.foldKey(ops.slice(ops.flip(k!), [[i % 4, (i % 4) + 2]]), ops.reshape(ops.slice(l!, [[i, i + 1]]), [])),
      );
    agrees(f, [key, labels]);
  });
  it("a new key in every turn of a loop", () => {
    const f: F = (k, l) =>
      ops.scan(
        (sum, label) => [ops.add(sum as Value, ops.randomNormal(ops.foldKey(k!, label!), [11])), null],
        fill({ shape: [11], dtype: "real" }, 0),
        l!,
      )[0] as Value;
    agrees(f, [integers([2], (i) => 7 * i + 1), integers([5], (i) => i)]);
  });
});

const whole = (shape: readonly number[]): Tensor => integers(shape, (i) => Math.imul(i + 1, 0x9e3779b9));
all("reductions of integers and booleans, and running sums:", [
  ...[0, 1, 2].flatMap((axis): Case[] =>
    [whole([3, 4, 5]), booleans([3, 4, 5]), numbers([3, 4, 9])].flatMap((x): Case[] => {
      const name = `of ${x.dtype} ${x.shape.join("×")} along axis ${axis}`;
      const views = (f: (x: Value) => Value): F => (x) => [f(x!), f(ops.flip(x!)), f(ops.transpose(x!))];
      return [
        [`sum, max and min ${name}`, (x) => [ops.sum, ops.max, ops.min].flatMap((g) => views((v) => g(v, axis))(x!) as Value[]), [x]],
        [`argmax and argmin ${name}`, (x) => [ops.argmax, ops.argmin].flatMap((g) => views((v) => g(v, axis))(x!) as Value[]), [x]],
        [`cumsum ${name}`, views((v) => ops.cumsum(v, axis)), [x]],
      ];
    }),
  ),
  ...lengths.map((n): Case => [`cumsum of ${n}, and backwards`, (x) => [ops.cumsum(x!), ...pullback([ops.cumsum(x!)], [x!], [ops.exp(x!)])], [numbers([n])]]),
]); // biome-ignore format: one line a case

all("logSumExp", [
  ...lengths.map((n): Case => [`of ${n} numbers, and of ${n} rows`, (x) => [ops.logSumExp(x!), ops.logSumExp(x!, 0), ops.logSumExp(x!, 1)], [numbers([n, 3])]]),
  ["of every axis of a view", (x) => [0, 1, 2, [0, 2], [1, 2]].map((axis) => ops.logSumExp(ops.flip(ops.transpose(x!)), axis)), [numbers([3, 4, 5])]],
  ["where nothing, or not everything, is finite", (x) => [ops.logSumExp(x!, 0), ops.logSumExp(x!, 1)], [extremes([17, 17], 3)]],
  ["of none", (x) => [ops.logSumExp(x!, 0), ops.logSumExp(x!, 1)], [numbers([3, 0])]],
]); // biome-ignore format: one line a case

describe("a function of a long row", () => {
  for (const way of ways)
    it.each(
      sideBySide,
    )(`has the bits that it has of each number alone, in ${way.precision}${way.reproducible ? ", reproducible" : ""}: %s`, (_, f) =>
      expect(wrongRow(f, way)).toBe(null));
});
