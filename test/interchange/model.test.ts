import { describe, expect, it } from "vitest";
import { key, ModelError, type Tensor } from "../../src/core/index.ts";
import { fitEncoding, tableFrom } from "../../src/data/index.ts";
import { fingerprint, type ModelFile, modelFiles, networkOf, readModel } from "../../src/interchange/index.ts";

const network = { inputs: 2, hidden: [3], outputs: 1, activation: ["tanh"], output: "identity" } as const;
const table = tableFrom({ a: [1, 2, 3, 4], b: [0, 1, 0, 2], y: [0.5, 1.5, 2.25, 4] });
const parameters = networkOf(network).init(key(7));
const file: ModelFile = {
  format: "gradus-model",
  version: 1,
  task: "regression",
  network,
  loss: "meanSquaredError",
  precision: "f64",
  encoding: fitEncoding(table, { target: "y", task: "regression" }),
  target: { shift: 2, scale: 1.5 },
  fingerprint: fingerprint(parameters),
};
const saved = modelFiles(file, { parameters, state: null });
const json = new TextDecoder().decode(saved["model.json"]);
const tensors = saved["model.safetensors"];

describe("a saved model", () => {
  it("comes back as it was, bit by bit", () => {
    const back = readModel("run", { json, tensors });
    expect(back.file).toEqual(file);
    expect(fingerprint(back.parameters)).toBe(file.fingerprint);
  });

  it("is refused when a single bit of its numbers has changed", () => {
    const changed = tensors.slice();
    changed[changed.length - 5]! ^= 1;
    expect(() => readModel("run", { json, tensors: changed })).toThrow(/not those that model\.json was written for/);
  });

  it("is refused at every length that it is cut off at", () => {
    for (let length = 0; length < tensors.length; length += 7)
      expect(() => readModel("run", { json, tensors: tensors.slice(0, length) })).toThrow(ModelError);
  });

  it.each([
    ["format", /not a model of gradus/],
    ["version", /version undefined is not known/],
    ["task", /^run\/model\.json, task: /],
    ["network", /^run\/model\.json, network: /],
    ["loss", /^run\/model\.json, loss: /],
    ["encoding", /^run\/model\.json, encoding: /],
    ["target", /^run\/model\.json, target: /],
    ["fingerprint", /^run\/model\.json, fingerprint: /],
  ])("is refused without its %s", (part, message) => {
    const { [part]: _, ...rest } = JSON.parse(json) as Record<string, unknown>;
    expect(() => readModel("run", { json: JSON.stringify(rest), tensors })).toThrow(message);
  });
});

it("a fingerprint tells names, shapes, kinds and bits apart", () => {
  const [first] = parameters as readonly { W: Tensor; b: Tensor }[];
  const prints = [{ a: first!.W }, { b: first!.W }, { a: first!.b }, [first!.W], {}].map(fingerprint);
  expect(new Set(prints).size).toBe(prints.length);
});
