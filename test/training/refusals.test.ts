import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import { crossEntropy, huberLoss, mlp } from "../../src/nn/index.ts";
import { momentum } from "../../src/optim/index.ts";
import { fit } from "../../src/training/index.ts";
import { problemOf } from "../data/problem.ts";
import { classes, line, x, y } from "./examples.ts";

describe("what cannot be trained is refused before training", () => {
  const two = mlp({ inputs: 2, hidden: [], outputs: 3 });
  const refused: [string, () => Promise<unknown>, object][] = [
    [
      "an unknown task",
      () => fit(line, { x, y }, { task: "multi-clas" as "multiclass" }),
      { code: "option", hint: expect.stringMatching(/^did you mean multiclass\?/) },
    ],
    [
      "an optimizer that was not called",
      () => fit(line, { x, y }, { optimizer: momentum as never }),
      { code: "option", where: "optimizer", hint: expect.stringMatching(/adam\(/) },
    ],
    [
      "an unknown option",
      () => fit(line, { x, y }, { epoch: 3 } as object),
      { code: "option", hint: expect.stringMatching(/^did you mean epochs\?/) },
    ],
    [
      "an unknown loss",
      () => fit(line, { x, y }, { loss: "meanSquareError" as "huber" }),
      { code: "option", hint: expect.stringMatching(/^did you mean meanSquaredError\?/) },
    ],
    [
      "an unknown optimizer",
      () => fit(line, { x, y }, { optimizer: "addam" as "adam" }),
      { code: "option", hint: expect.stringMatching(/^did you mean adam\?/) },
    ],
    [
      "an unknown engine",
      () => fit(line, { x, y }, { backend: "referense" as "reference" }),
      { code: "option", hint: expect.stringMatching(/^did you mean reference\?/) },
    ],
    [
      "another precision",
      () => fit(line, { x, y }, { precision: "f16" as "f32" }),
      { code: "option", where: "precision" },
    ],
    ["half an epoch", () => fit(line, { x, y }, { epochs: 0.5 }), { code: "option", where: "epochs" }],
    ["a batch of no rows", () => fit(line, { x, y }, { batchSize: 0 }), { code: "option", where: "batchSize" }],
    ["a negative penalty", () => fit(line, { x, y }, { l2: -1 }), { code: "option", where: "l2" }],
    ["a negative learning rate", () => fit(line, { x, y }, { learningRate: -1 }), { code: "option" }],
    [
      "a negative learning rate beside an optimizer",
      () => fit(line, { x, y }, { optimizer: momentum(), learningRate: -1 }),
      { code: "option", where: "learningRate" },
    ],
    ["no data", () => fit(line, {} as { x: number[]; y: number[] }), { code: "data-rows" }],
    [
      "more inputs than targets",
      () => fit(line, { x, y: [1, 2] }),
      { code: "data-rows", given: { x: [5, 1], y: [2] } },
    ],
    ["no rows", () => fit(line, { x: tensor([], [0, 1]), y: tensor([], [0]) }), { code: "data-rows" }],
    ["NaN among inputs", () => fit(two, { x: [[1, 2], [3, Number.NaN]], y: classes(0, 1) }), { code: "data-number", where: "fit(model, data), x", given: { row: 1, column: 1, value: Number.NaN } }], // biome-ignore format: a table
    [
      "infinity among targets",
      () => fit(line, { x, y: [1, 2, Number.POSITIVE_INFINITY, 4, 5] }),
      {
        code: "data-number",
        where: "fit(model, data), y",
        given: { row: 2, column: 0, value: Number.POSITIVE_INFINITY },
      },
    ],
    [
      "inputs that the network does not take",
      () => fit(two, { x, y }),
      { code: "shape-inner", where: expect.stringMatching(/^layer 1 of 1, dense\(2 → 3\)/) },
    ],
    [
      "targets of another shape",
      () => fit(line, { x, y: y.map((t) => [t, t]) }),
      { code: "shape-mismatch", where: "meanSquaredError" },
    ],
    [
      "a loss for numbers in a choice of classes",
      () => fit(line, { x, y }, { loss: huberLoss(), task: "multiclass" }),
      { code: "loss-task", hint: "losses for multiclass: crossEntropy, hinge, klDivergence" },
    ],
    ["a class that the network does not have", () => fit(two, { x: [[1, 2], [3, 4]], y: classes(2, 3) }), { code: "loss-task", given: { row: 1, target: 3 } }], // biome-ignore format: a table
    ["class numbers with a fraction", () => fit(two, { x: [[1, 2], [3, 4]], y: [0.5, 1] }, { loss: crossEntropy }), { code: "loss-task", given: { row: 0, target: 0.5 } }], // biome-ignore format: a table
    [
      "a choice of classes with one output",
      () => fit(line, { x, y: classes(0, 1, 0, 1, 0) }),
      { code: "loss-task", given: { output: [5, 1] } },
    ],
    [
      "classes −1 and 1",
      () => fit(line, { x, y: [-1, 1, 1, 1, -1] }, { loss: "logisticLoss" }),
      { code: "loss-task", given: { row: 0, target: -1 } },
    ],
    [
      "negative counts",
      () => fit(line, { x, y: [1, 0, -2, 1, 1] }, { loss: "poisson" }),
      { code: "loss-task", given: { row: 2, target: -2 } },
    ],
    [
      "validation rows with another class",
      () => fit(two, { x: [[1, 2]], y: classes(0) }, { validation: { x: [[1, 2]], y: classes(7) } }),
      { code: "loss-task", given: { row: 0, target: 7 } },
    ],
  ];
  it.each(refused)("%s", async (_, attempt, problem) => {
    expect(await problemOf(attempt)).toMatchObject(problem);
  });

  it("and evaluate refuses the same of its rows", async () => {
    const { evaluate } = await fit(two, { x: [[1, 2]], y: classes(0) }, { epochs: 0 });
    expect(await problemOf(() => evaluate({ x: [[1, 2]], y: classes(3) }))).toMatchObject({ code: "loss-task" });
    expect(await problemOf(() => evaluate({ x: [[1, Number.NaN]], y: classes(0) }))).toMatchObject({
      code: "data-number",
    });
  });
});
