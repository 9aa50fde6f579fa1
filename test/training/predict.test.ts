import { describe, expect, it } from "vitest";
import { decodeTensors } from "../../src/core/safetensors.ts";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import { mlp } from "../../src/nn/index.ts";
import { fit } from "../../src/training/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, roundoff, roundoff32 } from "../numbers/close.ts";
import { blobs, classes, line, short, x, y } from "./examples.ts";

describe("predict", () => {
  const parameters = [{ W: tensor([[1]]), b: tensor([0]) }];
  const z = [-3, -0.1, 0, 0.1, 3];
  const sigmoids = z.map((z) => 1 / (1 + Math.exp(-z)));
  const still = { epochs: 0, parameters, precision: "f64" } as const;

  it("decides between two classes at probability ½, or at another threshold", async () => {
    const { predict } = await fit(line, { x: z, y: [0, 0, 0, 1, 1] }, { ...still, loss: "logisticLoss" });
    expect(predict(z)).toMatchObject({ shape: [5], dtype: "integer", data: Int32Array.of(0, 0, 0, 1, 1) });
    expect([...predict(z, { threshold: 0.4 }).data]).toEqual([0, 1, 1, 1, 1]);
    expect([...predict(z, { threshold: 0.9 }).data]).toEqual([0, 0, 0, 0, 1]);
    expectClose(predict(z, { as: "probabilities" }), sigmoids, { relative: 4 * roundoff });
    expect([...predict(z, { as: "raw" }).data]).toEqual(z);
  });

  it("decides by the sign of the score with the hinge loss", async () => {
    const { predict } = await fit(line, { x: z, y: [0, 0, 0, 1, 1] }, { ...still, loss: "hinge", task: "binary" });
    expect([...predict(z).data]).toEqual([0, 0, 0, 1, 1]);
  });

  it("names the likeliest of several classes", async () => {
    const network = mlp({ inputs: 3, hidden: [], outputs: 3 });
    const identity = [{ W: tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), b: tensor([0, 0, 0]) }]; // biome-ignore format: a matrix
    const rows = [[5, 1, 1], [0, 0, 2], [-1, 3, 2.9]]; // biome-ignore format: rows
    const { predict } = await fit(network, { x: rows, y: classes(0, 2, 1) }, { epochs: 0, parameters: identity });
    expect(predict(rows)).toMatchObject({ shape: [3], data: Int32Array.of(0, 2, 1) });
    const p = predict(rows, { as: "probabilities" });
    expect(p.shape).toEqual([3, 3]);
    expectClose(
      [0, 3, 6].map((i) => p.data[i]! + p.data[i + 1]! + p.data[i + 2]!),
      [1, 1, 1],
      { relative: 8 * roundoff32 },
    );
  });

  it("gives the rate of counts after the Poisson loss", async () => {
    const { predict } = await fit(line, { x: z, y: [0, 1, 1, 1, 20] }, { ...still, loss: "poisson" });
    expectClose(predict(z, { as: "probabilities" }), z.map(Math.exp), { relative: 4 * roundoff });
  });

  it("gives the same for many rows at once as for each alone", async () => {
    const many = Float64Array.from({ length: 2500 }, (_, i) => Math.sin(i)); // more than two chunks of 1024
    const network = mlp({ inputs: 1, hidden: [3], outputs: 1, activation: "tanh" });
    const { predict } = await fit(network, { x, y }, short);
    const all = predict(many).data;
    for (const i of [0, 1023, 1024, 2047, 2048, 2499]) expect(predict([many[i]!]).data[0]).toBe(all[i]);
  });

  it("gives no rows for no rows", async () => {
    const { predict } = await fit(line, { x, y }, short);
    expect(predict(tensor(new Float64Array(0), [0, 1])).shape).toEqual([0, 1]);
  });

  it("refuses other columns, unknown options and unknown forms", async () => {
    const { predict } = await fit(line, { x, y }, short);
    expect(await problemOf(() => predict([[1, 2]]))).toMatchObject({ code: "shape-inner" });
    expect((await problemOf(() => predict(x, { treshold: 0.2 } as object))).hint).toMatch(/^did you mean threshold\?/);
    expect((await problemOf(() => predict(x, { as: "probability" as "raw" }))).hint).toMatch(
      /^did you mean probabilities\?/,
    );
    expect(await problemOf(() => predict(x, { threshold: Number.NaN }))).toMatchObject({ code: "option" });
  });
});

describe("save", () => {
  it("hands a sink parameters that come back bit for bit, and a description", async () => {
    const network = mlp({ inputs: 2, hidden: [4], outputs: 3 });
    const result = await fit(network, blobs, { epochs: 2 });
    const files = new Map<string, Uint8Array>();
    await result.save((name, bytes) => void files.set(name, bytes));
    expect([...files.keys()]).toEqual(["model.safetensors", "model.json"]);
    const tensors = decodeTensors(files.get("model.safetensors")!, "model.safetensors");
    expect(Object.keys(tensors)).toEqual(["0.W", "0.b", "2.W", "2.b"]);
    const [first, , last] = result.parameters as { W: Tensor; b: Tensor }[];
    expect([tensors["0.W"], tensors["0.b"], tensors["2.W"], tensors["2.b"]]).toEqual([
      first!.W,
      first!.b,
      last!.W,
      last!.b,
    ]);
    expect(JSON.parse(new TextDecoder().decode(files.get("model.json")))).toEqual({
      format: "gradus-parameters",
      version: 1,
      layers: ["dense(2 → 4)", "relu", "dense(4 → 3)"],
      loss: "crossEntropy",
      link: "softmax",
    });
  });

  it("waits for a sink that takes its time, and fails with it", async () => {
    const result = await fit(line, { x, y }, { epochs: 0 });
    const order: string[] = [];
    await result.save(async (name) => {
      await new Promise((resume) => setTimeout(resume, 5));
      order.push(name);
    });
    expect(order).toEqual(["model.safetensors", "model.json"]);
    await expect(result.save(() => Promise.reject(new Error("disk full")))).rejects.toThrow("disk full");
  });
});

it("decides for no class where the network gives no number, and still shows what it gives", async () => {
  const model = mlp({ inputs: 1, hidden: [], outputs: 1 });
  const { predict } = await fit(model, { x: [[0], [1]], y: [0, 1] }, { loss: "logisticLoss", epochs: 1 });
  expect(await problemOf(() => predict([[0], [Number.NaN]]))).toMatchObject({ code: "data-number", given: { row: 1 } });
  expect(predict([[0], [Number.NaN]], { as: "raw" }).data[1]).toBeNaN();
});
