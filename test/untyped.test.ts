import { expect, it } from "vitest";
import { Tensor, tensor } from "../src/core/index.ts";
import { fitEncoding, split, splitRows, tableFrom } from "../src/data/index.ts";
import { oneStep } from "../src/explain/index.ts";
import type { Value } from "../src/graph/value.ts";
import { chain, dropout, elu, gaussianNoise, huberLoss, leakyRelu, mlp, quantileLoss } from "../src/nn/index.ts";
import * as ops from "../src/ops/index.ts";
import { adam } from "../src/optim/index.ts";
import { bootstrap } from "../src/study/index.ts";
import { fit, numberOutcomes, type Rows, type TrainOptions } from "../src/training/index.ts";
import { checkGradients, compile, evaluate, grad, jacobian } from "../src/transform/index.ts";
import { problemOf } from "./data/problem.ts";

// What the types refuse, and JavaScript hands in all the same.
const model = mlp({ inputs: 1, hidden: [], outputs: 1 });
const data = { x: [[0], [1], [2]], y: [0, 1, 2] };
const training = (options: object, rows: object = data) => fit(model, rows as Rows, options as TrainOptions<never>);

const table = tableFrom({ a: [1, 2, 3], b: [2, 4, 7] });
const outcomes = numberOutcomes({ truth: [1, 2], predicted: [1, 3] });

const refused: [what: string, attempt: () => unknown, code: string, words: RegExp][] = [
  ["undefined as an operand", () => grad((x) => x.add(undefined as never))(1), "dtype", /undefined/],
  ["a word among numbers", () => tensor([1, "2"] as never), "dtype", /"2"/],
  ["null among numbers", () => tensor([[1], [null]] as never), "dtype", /null/],
  ["a list of traced values", () => grad((x) => ops.sum([x, x] as never))(1), "dtype", /stack\(\[a, b\]\)/],
  ["a large integer", () => tensor(1n as never), "dtype", /bigint/],
  ["an object as numbers", () => tensor({ a: 1 } as never), "dtype", /Object/],
  ["a list with holes", () => tensor(new Array(3) as never), "shape-size", /3/],
  ["sizes below 0", () => tensor([1, 2], [-1, -2]), "shape-size", /whole numbers from 0 on/],
  ["half a row", () => tensor([1, 2, 3], [1.5, 2]), "shape-size", /whole numbers from 0 on/],
  ["a number as a shape", () => new Tensor(2 as never, Float64Array.of(1, 2)), "shape-size", /a list of sizes/],
  ["a number as a new shape", () => ops.reshape([1, 2], 2 as never), "shape-size", /laid out as 2/],
  ["a class fewer than none", () => ops.oneHot([0], -3), "shape-size", /whole numbers from 0 on/],
  ["half a random number", () => ops.randomNormal([0, 1], [0.5]), "shape-size", /whole numbers from 0 on/],
  ["numbers that end before 0", () => ops.range(-1), "shape-size", /whole numbers from 0 on/],
  [
    "slices like an array's",
    () => grad((x) => x.slice(1 as never))([1, 2]),
    "index-range",
    /a list, one for each axis/,
  ],
  ["an axis in an object", () => ops.argmax([1, 2], { axis: 0 } as never), "shape-axis", /\{"axis":0\}/],
  ["no options at all", () => ops.sum([1, 2], null as never), "option", /an object/],
  ["a rate alone", () => adam(0.1 as never), "option", /write \{ learningRate: … \}/],
  ["a share alone", () => dropout(0.2 as never), "option", /write \{ rate: … \}/],
  ["a deviation alone", () => gaussianNoise(0.2 as never), "option", /write \{ deviation: … \}/],
  ["a quantile alone", () => quantileLoss(0.9 as never), "option", /write \{ tau: … \}/],
  ["a delta alone", () => huberLoss(2 as never), "option", /write \{ delta: … \}/],
  ["a slope alone", () => leakyRelu([1], 0.2 as never), "option", /write \{ slope: … \}/],
  ["an alpha alone", () => elu([1], 0.2 as never), "option", /write \{ alpha: … \}/],
  ["a mode misspelt", () => jacobian((x) => x, { mod: "reverse" } as object), "option", /did you mean mode\?/],
  ["a tolerance misspelt", () => checkGradients(ops.sin, 1, { tolerence: 1 } as object), "option", /tolerance\?/],
  ["a rule that is none", () => ops.custom((x) => x, {} as never), "option", /\{ jvp \} or \{ vjp \}/],
  ["a share misspelt", () => split(table, { tests: 0.2 } as object), "option", /did you mean test\?/],
  ["a share of rows misspelt", () => splitRows(10, { tests: 0.2 } as object), "option", /did you mean test\?/],
  ["a scaling misspelt", () => fitEncoding(table, { target: "b", scal: "none" } as never), "option", /scale\?/],
  ["metrics by name in a bootstrap", () => bootstrap(outcomes, ["mae"] as never), "option", /metricNamed/],
  ["a network of one layer", () => oneStep({ sizes: [2] }), "option", /inputs, hidden units, outputs/],
  ["a row of another width", () => oneStep({ sizes: [2, 1], x: [1, 2, 3] }), "data-columns", /must be 2 numbers/],
  ["a target of another width", () => oneStep({ sizes: [2, 1], target: [] }), "data-columns", /must be 1 numbers/],
  ["one hidden size", () => mlp({ inputs: 1, hidden: 3 as never, outputs: 1 }), "option", /a list of sizes/],
  ["no hidden sizes", () => mlp({ inputs: 1, outputs: 1 } as never), "option", /a list of sizes/],
  ["layers in a list", () => chain([model] as never), "option", /chain\(\.\.\.list\)/],
  ["no layer", () => chain(undefined as never), "option", /must be a layer/],
  ["no data", () => fit(model, undefined as never), "data-rows", /\{ x, y \}/],
  ["targets in words", () => training({}, { x: [[1]], y: ["1"] }), "dtype", /"1"/],
  ["a rate in words", () => training({ learningRate: "0.1" }), "option", /a number greater than 0/],
  ["a loss by number", () => training({ loss: 3 }), "option", /there is no loss of that name/],
  ["a loss that gives nothing", () => training({ loss: () => undefined }), "dtype", /undefined/],
  ["no optimizer", () => training({ optimizer: null }), "option", /name of an optimizer/],
  ["an empty optimizer", () => training({ optimizer: {} }), "option", /name of an optimizer/],
  ["validation rows that are none", () => training({ validation: null }), "data-rows", /\{ x, y \}/],
  ["an engine that is none", () => training({ backend: null }), "option", /allowed: wasm, reference/],
  ["a precision that is none", () => training({ precision: null }), "option", /"f32" or "f64"/],
  ["metrics by one name", () => training({ metrics: "r2" }), "option", /a list of metrics/],
];

it.each(refused)("says of %s what is wrong with it", async (_, attempt, code, words) => {
  const problem = await problemOf(attempt);
  expect(problem.code).toBe(code);
  expect(JSON.stringify(problem).replaceAll("\\", "")).toMatch(words);
});

it("says of counts below 0 what the loss takes, in the words of counts", async () => {
  const { rule } = await problemOf(() => training({ loss: "poisson" }, { x: [[1]], y: [-2] }));
  expect(rule).toBe("targets must be numbers from 0 on.");
});

it("still takes what has no numbers, and lists of whole sizes", () => {
  expect(tensor([], [0, 3]).shape).toEqual([0, 3]);
  expect(evaluate(ops.randomUniform([0, 1], [0, 2]))).toMatchObject({ shape: [0, 2] });
  expect(chain().name).toBe("");
  expect(compile((x: Value) => x.reshape([-1]))([[1, 2]])).toMatchObject({ shape: [2] });
});
