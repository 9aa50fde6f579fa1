import { describe, expect, it } from "vitest";
import { key } from "../../src/core/random.ts";
import { decodeTensors } from "../../src/core/safetensors.ts";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import { batchNorm, chain, dense, mlp, reuse } from "../../src/nn/index.ts";
import { sgd } from "../../src/optim/index.ts";
import { fit } from "../../src/training/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, flat } from "../numbers/close.ts";

const x = Array.from({ length: 30 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
const y = x.map(([a = 0, b = 0]) => [a * b]);
const classes = tensor(Int32Array.from(x, ([a = 0]) => (a > 0.5 ? 2 : a > 0 ? 1 : 0)));
const sizes = { inputs: 2, hidden: [5, 4], outputs: 1, activation: "tanh" } as const;
const model = mlp({ ...sizes, batchNorm: true });
const trained = await fit(model, { x, y }, { epochs: 3, batchSize: 10 });

describe("parameters of a trained network", () => {
  it("start another of the same layers, state and all: it predicts the same", async () => {
    const { start, taken, fresh, unused } = reuse(mlp({ ...sizes, batchNorm: true }), trained, { seed: 9 });
    const again = await fit(model, { x, y }, { ...start, epochs: 0 });
    expect(again.predict(x)).toEqual(trained.predict(x));
    expect(taken).toEqual(["0.W", "1.scale", "1.shift", "3.W", "4.scale", "4.shift", "6.W", "6.b"]);
    expect([fresh, unused]).toEqual([[], []]);
  });

  it("are found again in what save wrote, by name", async () => {
    const files = new Map<string, Uint8Array>();
    await trained.save((name, bytes) => void files.set(name, bytes));
    const named = decodeTensors(files.get("model.safetensors")!, "saved");
    const { start } = reuse(model, named);
    const again = await fit(model, { x, y }, { ...start, epochs: 0 });
    expect(again.predict(x)).toEqual(trained.predict(x));
  });

  it("keep their order where there are more than ten layers", () => {
    const deep = chain(...Array.from({ length: 12 }, () => dense({ inputs: 2, outputs: 2 })));
    const θ = deep.init(key(3)) as readonly { W: Tensor; b: Tensor }[];
    const names = θ.flatMap(({ W, b }, i) => [[`${i}.b`, b], [`${i}.W`, W]] as const); // biome-ignore format: pairs
    const shuffled = Object.fromEntries(names.sort(([a], [b]) => (a < b ? -1 : 1))); // 0, 1, 10, 11, 2, …
    expect(flat(reuse(deep, shuffled).start.parameters)).toEqual(flat(θ));
  });

  it("find their places where dropout is added in between", async () => {
    const plain = await fit(mlp(sizes), { x, y }, { epochs: 2 });
    const dropping = mlp({ ...sizes, dropout: 0.5, inputDropout: 0.1 });
    const { start, taken } = reuse(dropping, plain);
    expect(taken).toEqual(["1.W", "1.b", "4.W", "4.b", "7.W", "7.b"]);
    const again = await fit(dropping, { x, y }, { ...start, epochs: 0 });
    expect(again.predict(x)).toEqual(plain.predict(x));
  });

  it("serve another head: it begins anew, the rest is taken, frozen layers stay as they are while the head learns", async () => {
    const other = mlp({ ...sizes, outputs: 3, batchNorm: true });
    const { start, fresh, unused } = reuse(other, trained, { fresh: "head", seed: 4 });
    expect(fresh).toEqual(["6.W", "6.b"]);
    expect(unused).toEqual(["6.W", "6.b"]);
    const options = { ...start, frozen: ["0", "1", "3", "4"], epochs: 3, optimizer: sgd({ learningRate: 0.1 }) };
    const { parameters } = await fit(other, { x, y: classes }, options);
    const [before, after] = [trained.parameters, parameters] as [object[], object[]];
    expectClose(flat(after.slice(0, 6)), flat(before.slice(0, 6)), { relative: 0 });
    expect(flat(after[6])).not.toEqual(flat((start.parameters as object[])[6]));
    expect(reuse(other, trained, { fresh: ["6"], seed: 4 }).start).toEqual(start);
  });

  it("begin anew with the seed that they are given", () => {
    const other = mlp({ ...sizes, outputs: 3, batchNorm: true });
    const head = (seed: number): number[] =>
      flat((reuse(other, trained, { fresh: "head", seed }).start.parameters as object[])[6]);
    expect(head(1)).toEqual(head(1));
    expect(head(1)).not.toEqual(head(2));
  });
});

describe("what does not fit", () => {
  it("is named in one message, every array of it", async () => {
    const other = mlp({ ...sizes, hidden: [5, 3], batchNorm: true });
    expect(await problemOf(() => reuse(other, trained))).toEqual({
      code: "reuse-mismatch",
      where: "reuse(model, trained)",
      given: {
        "3.W": "needs [5, 3], 3.W is [5, 4]",
        "4.scale": "needs [3], 4.scale is [4]",
        "4.shift": "needs [3], 4.shift is [4]",
        "6.W": "needs [3, 1], 6.W is [4, 1]",
      },
      rule: "4 of 8 arrays of the network have no trained one that fits.",
      hint: "give the network the layers of the trained one, or name those that are to begin anew in { fresh }",
    });
  });

  it("is advised about where only the head differs", async () => {
    const problem = await problemOf(() => reuse(mlp({ ...sizes, outputs: 3, batchNorm: true }), trained));
    expect(problem).toMatchObject({ hint: 'only the last layer differs: let it begin anew with { fresh: "head" }' });
  });

  it("is a layer that was not there, or statistics that were not kept", async () => {
    const deeper = mlp({ ...sizes, hidden: [5, 4, 4] });
    const problem = await problemOf(() => reuse(deeper, { parameters: mlp(sizes).init(key(0)) }));
    expect(problem).toMatchObject({ given: { "6.W": "needs [4, 1], there is none" } });
    const norm = chain(batchNorm({ features: 2 }));
    const stateless = await problemOf(() => reuse(norm, { parameters: norm.init(key(0)) }));
    expect(stateless).toMatchObject({ given: { "state.0.mean": "needs [2], there is none" } });
  });

  it("is a name of nothing, and an option that there is not", async () => {
    expect(await problemOf(() => reuse(model, trained, { fresh: ["7"] }))).toMatchObject({
      code: "option",
      hint: "those with parameters are 0, 1, 3, 4, 6",
    });
    expect(await problemOf(() => reuse(model, trained, { frozen: ["0"] } as never))).toMatchObject({ code: "option" });
  });
});
