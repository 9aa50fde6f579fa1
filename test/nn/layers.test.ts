import { describe, expect, expectTypeOf, it } from "vitest";
import { key } from "../../src/core/random.ts";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import {
  type Activation,
  activation,
  activations,
  chain,
  dense,
  type Initializer,
  type Layer,
  leakyRelu,
  mlp,
  relu,
  tanh,
} from "../../src/nn/index.ts";
import { mul } from "../../src/ops/index.ts";
import { compile } from "../../src/transform/index.ts";
import { problemOf } from "../data/problem.ts";

const zeros = (...shape: number[]): Tensor => tensor(new Float64Array(shape.reduce((a, b) => a * b)), shape);
/** What a layer gives for its starting parameters. */
const output = <Θ>(layer: Layer<Θ>, x: Tensor): Tensor =>
  compile((θ: never, x: Value) => layer.apply(θ, x))(layer.init(key(0)) as never, x as never) as unknown as Tensor;
const namesOf = ({ layers }: { readonly layers?: readonly { readonly name: string }[] }): string[] =>
  layers!.map((layer) => layer.name);

describe("dense", () => {
  it("computes x·W + b", () => {
    const θ = { W: tensor([[1, 2, 3], [4, 5, 6]]), b: tensor([10, 20, 30]) }; // biome-ignore format: a table
    const layer = dense({ inputs: 2, outputs: 3 });
    const y = compile((x: Value) => layer.apply({ W: lifted(θ.W), b: lifted(θ.b) }, x))([[1, 0], [0.5, -1]]); // biome-ignore format: a table
    expect((y as Tensor).toArray()).toEqual([[11, 22, 33], [6.5, 16, 25.5]]); // biome-ignore format: a table
  });
  const lifted = (t: Tensor): Value => mul(1, t);

  it("starts with biases of 0 and weights of the shape [inputs, outputs]", () => {
    const { W, b } = dense({ inputs: 4, outputs: 3 }).init(key(0));
    expect([W.shape, b.shape, [...b.data]]).toEqual([[4, 3], [3], [0, 0, 0]]);
  });

  it("takes an initializer by name or as a function", () => {
    const ones: Initializer = (_key, shape) => new Tensor(shape, new Float64Array(shape[0]! * shape[1]!).fill(1));
    expect([...dense({ inputs: 2, outputs: 1, init: ones }).init(key(0)).W.data]).toEqual([1, 1]);
    expect([...dense({ inputs: 2, outputs: 1, init: "zeros" }).init(key(0)).W.data]).toEqual([0, 0]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %f inputs or outputs", async (n) => {
    expect(await problemOf(() => dense({ inputs: n, outputs: 1 }))).toMatchObject({ code: "option" });
    expect(await problemOf(() => dense({ inputs: 1, outputs: n }))).toMatchObject({ code: "option" });
  });
});

describe("chain", () => {
  it("has the tuple of its layers' parameters", () => {
    const network = chain(dense({ inputs: 2, outputs: 3 }), activation("relu"), dense({ inputs: 3, outputs: 1 }));
    type Dense = { W: Tensor; b: Tensor };
    expectTypeOf(network.init(key(0))).toEqualTypeOf<readonly [Dense, Record<never, never>, Dense]>();
    expect(network.init(key(0)).map((θ) => Object.keys(θ))).toEqual([["W", "b"], [], ["W", "b"]]);
  });

  it("starts layers of the same shape with different numbers, and the same ones for the same key", () => {
    const network = chain(dense({ inputs: 3, outputs: 3 }), dense({ inputs: 3, outputs: 3 }));
    const [a, b] = network.init(key(0));
    expect(a.W.data).not.toEqual(b.W.data);
    expect(network.init(key(0))[1].W.data).toEqual(b.W.data);
    expect(network.init(key(1))[1].W.data).not.toEqual(b.W.data);
  });

  it("says in which layer a shape does not fit, and what to write", async () => {
    const network = chain(dense({ inputs: 8, outputs: 64 }), activation("relu"), dense({ inputs: 128, outputs: 10 }));
    const problem = await problemOf(() => output(network, zeros(32, 8)));
    expect(problem).toEqual({
      code: "shape-inner",
      where: "layer 3 of 3, dense(128 → 10) › matmul(x, w)",
      given: { x: [32, 64], w: [128, 10] },
      rule: "columns of x (64) must equal rows of w (128).",
      hint: "what comes in has 64 columns: dense({ inputs: 64, outputs: 10 })",
    });
  });

  it("names the layer of an error in a layer of one's own, and of chains within chains", async () => {
    const broken = { name: "mine", init: () => ({}), apply: (_θ: object, x: Value) => mul(x, [1, 2, 3]) };
    const network = chain(activation("tanh"), chain(broken));
    expect(await problemOf(() => output(network, zeros(4, 2)))).toMatchObject({
      code: "shape-mismatch",
      where: "layer 2 of 2, mine › layer 1 of 1, mine › mul(x, y)",
    });
  });

  it("applies a layer of one's own with its own parameters", () => {
    const scale: Layer<{ s: Tensor }> = {
      name: "scale",
      init: () => ({ s: tensor([2, 3]) }),
      apply: ({ s }, x) => mul(x, s),
    };
    expect(output(chain(scale, scale), tensor([[1, 1]])).toArray()).toEqual([[4, 9]]);
    expectTypeOf(chain(scale).init(key(0))).toEqualTypeOf<readonly [{ s: Tensor }]>();
  });

  it("without layers is the identity", () => {
    expect(output(chain(), tensor([[1, 2]])).toArray()).toEqual([[1, 2]]);
  });
});

describe("activation", () => {
  it("takes any function of values, and a name for it", () => {
    const double: Activation = (x) => mul(2, x);
    expect(activation(double).name).toBe("double");
    expect(activation((x) => x, "nothing").name).toBe("nothing");
    expect(activation(tanh).name).toBe("tanh");
    expect(output(activation(double), tensor([1, 2])).toArray()).toEqual([2, 4]);
  });

  it("suggests the nearest name", async () => {
    const { code, hint } = await problemOf(() => activation("sigmod" as "sigmoid"));
    expect(code).toBe("option");
    expect(hint).toMatch(/^did you mean sigmoid\?/);
  });
});

describe("mlp", () => {
  it("puts an activation behind every hidden layer and none behind the output", () => {
    expect(namesOf(mlp({ inputs: 64, hidden: [100, 30], outputs: 10 }))).toEqual([
      "dense(64 → 100)",
      "relu",
      "dense(100 → 30)",
      "relu",
      "dense(30 → 10)",
    ]);
  });

  it("takes an activation a layer, and one for the output", () => {
    const network = mlp({
      inputs: 2,
      hidden: [3, 4],
      outputs: 1,
      activation: ["tanh", "leaky-relu" as "leakyRelu"],
      output: "sigmoid",
    });
    expect(namesOf(network)).toEqual(["dense(2 → 3)", "tanh", "dense(3 → 4)", "leakyRelu", "dense(4 → 1)", "sigmoid"]);
    expect(output(network, zeros(5, 2)).shape).toEqual([5, 1]);
  });

  it("without hidden layers is one dense layer", () => {
    expect(namesOf(mlp({ inputs: 2, hidden: [], outputs: 1 }))).toEqual(["dense(2 → 1)"]);
  });

  it("starts weights as suits the activation behind them, given by name or as a function", () => {
    const first = (f: Parameters<typeof mlp>[0]["activation"] & (string | Activation)): Float64Array =>
      (mlp({ inputs: 6, hidden: [5], outputs: 1, activation: f }).init(key(0))[0] as { W: Tensor }).W
        .data as Float64Array;
    const expected = (init: "heUniform" | "glorotUniform" | "lecunNormal"): Float64Array =>
      (chain(dense({ inputs: 6, outputs: 5, init })).init(key(0))[0] as { W: Tensor }).W.data as Float64Array;
    for (const f of ["relu", "leakyRelu", "elu", "gelu", relu, activations.leakyRelu] as const)
      expect(first(f)).toEqual(expected("heUniform"));
    for (const f of ["tanh", "sigmoid", "identity", tanh] as const) expect(first(f)).toEqual(expected("glorotUniform"));
    expect(first("selu")).toEqual(expected("lecunNormal"));
    expect(first((x) => leakyRelu(x, { slope: 0.3 }))).toEqual(expected("glorotUniform"));
  });

  it("refuses a list of activations of another length, unknown names and impossible sizes", async () => {
    const sizes = { inputs: 2, hidden: [3, 4], outputs: 1 };
    expect(await problemOf(() => mlp({ ...sizes, activation: ["tanh"] }))).toMatchObject({
      code: "option",
      given: { hidden: 2, activation: 1 },
    });
    expect((await problemOf(() => mlp({ ...sizes, activation: "rleu" as "relu" }))).hint).toMatch(
      /^did you mean relu\?/,
    );
    expect((await problemOf(() => mlp({ ...sizes, init: "heUnifrom" as "heUniform" }))).hint).toMatch(/heUniform/);
    expect(await problemOf(() => mlp({ ...sizes, hidden: [3, 0] }))).toMatchObject({ code: "option" });
  });
});
