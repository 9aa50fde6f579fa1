import { describe, expect, expectTypeOf, it } from "vitest";
import { decodeTensors } from "../../src/core/safetensors.ts";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { activation, chain, dense, type Layer, mlp } from "../../src/nn/index.ts";
import { add, exp, mean, mul, neg, sigmoid, slice, square, sub } from "../../src/ops/index.ts";
import { momentum } from "../../src/optim/index.ts";
import { type EpochRow, fit } from "../../src/training/index.ts";
import { expectClose, flat, roundoff, roundoff32 } from "../numbers/close.ts";
import { blobs, line, short, x, y } from "./examples.ts";

describe("fit", () => {
  it("finds a straight line", async () => {
    const { parameters, predict } = await fit(line, { x, y }, { epochs: 500, learningRate: 0.1, precision: "f64" });
    expectClose(parameters, [[2], [1]], { relative: 1e-3 }); // Adam with steps of 0.1 that shrink with the slope
    expectClose(predict([[10]]), [21], { relative: 1e-3 });
  });

  it("predicts the same for rows together and one by one, however many are asked for in between", async () => {
    const result = await fit(line, { x, y }, { ...short, precision: "f64" });
    const rows = Array.from({ length: 12 }, (_, i) => [i]);
    const together = result.predict(rows).toArray() as number[][];
    for (let n = 1; n <= rows.length; n++)
      expect(result.predict(rows.slice(0, n)).toArray()).toEqual(together.slice(0, n));
    expect(result.predict([[0]]).toArray()).toEqual(together.slice(0, 1)); // its program was given up in the meantime
    expect(result.predict([[0]], { as: "raw" }).toArray()).toEqual(together.slice(0, 1));
  });

  it("gives the same bits for the same seed, and others for another", async () => {
    const options = { epochs: 3, batchSize: 2 };
    const [a, b] = [
      await fit(line, { x, y }, { ...options, seed: 3 }),
      await fit(line, { x, y }, { ...options, seed: 3 }),
    ];
    expect(flat(a.parameters)).toEqual(flat(b.parameters));
    const timeless = (row: EpochRow): object => ({ ...row, seconds: 0, rowsPerSecond: 0 });
    expect(a.history.map(timeless)).toEqual(b.history.map(timeless));
    expect(flat((await fit(line, { x, y }, { ...options, seed: 4 })).parameters)).not.toEqual(flat(a.parameters));
  });

  it("gives nearly the same in f32 as in f64", async () => {
    const options = { epochs: 20, batchSize: 2, optimizer: momentum({ learningRate: 0.01 }) };
    const single = await fit(line, { x, y }, { ...options, precision: "f32" });
    const double = await fit(line, { x, y }, { ...options, precision: "f64" });
    expect((single.parameters[0] as { W: Tensor }).W.data).toBeInstanceOf(Float32Array);
    expect((double.parameters[0] as { W: Tensor }).W.data).toBeInstanceOf(Float64Array);
    // 60 steps, each a contraction apart from roundings of numbers below 16: at most 60·16·2⁻²⁴ = 6e-5.
    expectClose(single.parameters, double.parameters, { relative: 0, absolute: 60 * 16 * roundoff32 });
  });

  it("leaves the data, and the parameters that it starts from, as they are", async () => {
    const start = line.init([0, 1]);
    const rows = { x: tensor(x), y: tensor(y) };
    const before = [flat(start), flat(rows.x), flat(rows.y)];
    const { parameters } = await fit(line, rows, { ...short, parameters: start });
    expect([flat(start), flat(rows.x), flat(rows.y)]).toEqual(before);
    expect(flat(parameters)).not.toEqual(flat(start));
  });

  it("with 0 epochs gives the starting parameters and an empty history", async () => {
    const start = line.init([0, 1]);
    const result = await fit(line, { x, y }, { epochs: 0, parameters: start });
    expect(flat(result.parameters)).toEqual(flat(start));
    expect(result).toMatchObject({ history: [], stopped: "epochs", steps: 0 });
    expect(result.predict(x).shape).toEqual([5, 1]);
  });

  it("works with one row", async () => {
    const { history } = await fit(line, { x: [[2]], y: [1] }, { ...short, batchSize: 7 });
    expect(history.map((row) => row.steps)).toEqual([1, 2]);
  });

  it("takes inputs [n] for [n, 1], when training and when predicting", async () => {
    const [one, two] = [await fit(line, { x: x.flat(), y }, short), await fit(line, { x, y }, short)];
    expect(flat(one.parameters)).toEqual(flat(two.parameters));
    expect(one.predict([0, 1, 2])).toEqual(two.predict([[0], [1], [2]]));
  });

  it("takes targets [n] for [n, 1]", async () => {
    const [one, two] = [await fit(line, { x, y }, short), await fit(line, { x, y: y.map((t) => [t]) }, short)];
    expect(flat(one.parameters)).toEqual(flat(two.parameters));
    expect(one.history[1]!.metrics).toEqual(two.history[1]!.metrics);
  });

  it("takes class numbers as integers, as plain numbers and as one-hot rows alike", async () => {
    const network = mlp({ inputs: 2, hidden: [4], outputs: 3 });
    const oneHot = [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]; // biome-ignore format: rows
    const options = { ...short, loss: "crossEntropy" } as const;
    const first = await fit(network, blobs, { ...short }); // integers: cross-entropy is the default
    for (const y of [[0, 0, 1, 1, 2, 2], oneHot]) {
      const other = await fit(network, { ...blobs, y }, options);
      expect(flat(other.parameters)).toEqual(flat(first.parameters));
      expect(other.history[1]!.metrics).toEqual(first.history[1]!.metrics);
    }
  });

  it("uses whole rows of more than one axis", async () => {
    const flatten: Layer<Record<never, never>> = {
      name: "flatten",
      init: () => ({}),
      apply: (_θ, x) => x.reshape([x.shape[0]!, 4]),
    };
    const network = chain(flatten, dense({ inputs: 4, outputs: 1 }));
    const pictures = [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[1, 1], [0, 0]]]; // biome-ignore format: pictures
    const { predict } = await fit(network, { x: pictures, y: [1, 2, 3] }, short);
    expect(predict(pictures).shape).toEqual([3, 1]);
  });
});

describe("networks of one's own", () => {
  const curve = {
    name: "a·x² + b",
    init: () => ({ a: 0.5, b: tensor([0]) }),
    apply: ({ a, b }: { a: Value; b: Value }, x: Value): Value => add(mul(a, square(x)), b),
  };

  it("may have any tree of numbers and tensors as parameters; a number stays a number", async () => {
    const rows = { x: [[-1], [0], [1], [2]], y: [2, -1, 2, 11] }; // 3x² − 1
    const result = await fit(curve, rows, { epochs: 1500, learningRate: 0.05, precision: "f64" });
    expectTypeOf(result.parameters).toEqualTypeOf<{ a: number; b: Tensor }>();
    expectClose([result.parameters.a, result.parameters.b.item()], [3, -1], { relative: 1e-3 });
    expectClose(result.predict([[3]]), [26], { relative: 1e-3 });
    const files = new Map<string, Uint8Array>();
    await result.save((name, bytes) => void files.set(name, bytes));
    expect(decodeTensors(files.get("model.safetensors")!, "model")["a"]!.item()).toBe(result.parameters.a);
  });

  it("may be a layer of its own in a chain", async () => {
    const network = chain(
      dense({ inputs: 1, outputs: 2 }),
      activation("tanh"),
      { ...curve, name: "curve" },
      dense({ inputs: 2, outputs: 1 }),
    );
    const { parameters } = await fit(network, { x, y }, short);
    expect(parameters[2].a).toBeTypeOf("number");
  });

  it("may be trained with a loss of one's own, a scalar or one number a row and output", async () => {
    const rows = { x, y: y.map((t) => [t, -t]) };
    const two = mlp({ inputs: 1, hidden: [], outputs: 2 });
    const scalar = await fit(two, rows, { ...short, batchSize: 2, loss: (y, t) => mean(square(sub(y, t))) });
    const array = await fit(two, rows, { ...short, batchSize: 2, loss: (y, t) => square(sub(y, t)) });
    const named = await fit(two, rows, { ...short, batchSize: 2 });
    expect(flat(scalar.parameters)).toEqual(flat(named.parameters));
    expect(flat(array.parameters)).toEqual(flat(named.parameters));
    for (const { evaluate } of [scalar, array])
      expectClose(evaluate().loss, named.evaluate().loss, { relative: 8 * roundoff }); // sums in another order
  });

  it("may be trained with a loss of one's own on one number a row, which is compared with that row's prediction", async () => {
    const one = mlp({ inputs: 1, hidden: [], outputs: 1 });
    const named = await fit(one, { x, y }, { ...short, batchSize: 2 });
    for (const targets of [y, y.map((t) => [t])]) {
      const own = await fit(one, { x, y: targets }, { ...short, batchSize: 2, loss: (p, t) => mean(square(p.sub(t))) });
      expect(flat(own.parameters)).toEqual(flat(named.parameters));
      expectClose(own.evaluate().loss, named.evaluate().loss, { relative: 8 * roundoff }); // sums in another order
    }
  });

  it("may give something else than predictions of the targets, which no metric then compares", async () => {
    const spread = mlp({ inputs: 1, hidden: [], outputs: 2 }); // mean and logarithm of the variance
    const likelihood = (z: Value, t: Value): Value => {
      const column = (j: number): Value => slice(z, [[0, z.shape[0]!], [j, j + 1]]); // biome-ignore format: ranges
      return square(sub(column(0), t.reshape([t.shape[0]!, 1])))
        .mul(exp(neg(column(1))))
        .add(column(1));
    };
    const { history } = await fit(spread, { x, y }, { ...short, loss: likelihood });
    expect(history[1]!.metrics).toEqual({});
  });
});

describe("a task other than the loss implies", () => {
  it("may be asked for: two classes by the squared error of a probability", async () => {
    const network = chain(dense({ inputs: 1, outputs: 1 }), activation(sigmoid));
    const { predict, history } = await fit(
      network,
      { x, y: [0, 0, 0, 1, 1] },
      { ...short, loss: "meanSquaredError", task: "binary" },
    );
    expect(Object.keys(history[0]!.metrics)).toEqual(["accuracy"]);
    expect(predict(x).dtype).toBe("integer");
  });
});
