import { expect, it } from "vitest";
import { ModelError } from "../../src/core/index.ts";
import { checkRunFile } from "../../src/run/index.ts";

function problem(content: unknown): unknown {
  try {
    return checkRunFile("run.json", content);
  } catch (error) {
    return error instanceof ModelError ? error.problem : error;
  }
}

it("fills in what a run file must have", () => {
  expect(checkRunFile("run.json", {})).toEqual({
    version: 1,
    data: { source: "digits" },
    network: {},
    training: {},
    seed: 0,
    precision: "f32",
  });
});

it("keeps whether the bits must be the same on every machine, and takes no other word for it", () => {
  expect(checkRunFile("run.json", { reproducible: true }).reproducible).toBe(true);
  expect(problem({ reproducible: "yes" })).toMatchObject({
    where: "run.json, reproducible",
    given: { given: '"yes"' },
  });
});

it("takes names as people write them", () => {
  const file = checkRunFile("run.json", {
    network: { activation: ["leaky-relu", "TANH"] },
    training: { loss: "cross_entropy", optimizer: "RMSProp" },
  });
  expect(file.network.activation).toEqual(["leakyRelu", "tanh"]);
  expect(file.training).toEqual({ loss: "crossEntropy", optimizer: "rmsprop" });
});

it.each([
  [{ sead: 1 }, { given: { key: "sead" }, hint: /did you mean seed\?/ }],
  [{ data: { sorce: "x" } }, { given: { key: "data.sorce" }, hint: /did you mean source\?/ }],
  [{ training: { epochs: -1 } }, { where: "run.json, training.epochs", given: { given: "-1" } }],
  [{ training: { learningRate: "fast" } }, { where: "run.json, training.learningRate", given: { given: '"fast"' } }],
  [{ network: { hidden: [4, 0] } }, { where: "run.json, network.hidden.1", given: { given: "0" } }],
  [{ data: { validation: 1 } }, { where: "run.json, data.validation", given: { given: "1" } }],
  [{ training: { optimizer: "adm" } }, { where: "run.json, training.optimizer", rule: /did you mean adam\?/ }],
  [{ version: 2 }, { where: "run.json, version", given: { given: "2" } }],
  [[], { where: "run.json" }],
])("refuses %j, naming key and value", (content, expected) => {
  const matching = Object.fromEntries(
    Object.entries(expected).map(([key, x]) => [key, x instanceof RegExp ? expect.stringMatching(x) : x]),
  );
  expect(problem(content)).toMatchObject({ code: "option", ...matching });
});
