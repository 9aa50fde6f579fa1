import { describe, expect, it } from "vitest";
import { key } from "../../src/core/random.ts";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import {
  activation,
  batchNorm,
  chain,
  dense,
  forward,
  initialStateOf,
  type Layer,
  layerNorm,
  losses,
  mlp,
  type Rescaling,
} from "../../src/nn/index.ts";
import { initialState, sgd } from "../../src/optim/index.ts";
import { fit, train } from "../../src/training/index.ts";
import { step } from "../../src/training/objective.ts";
import { compile, valueAndGrad } from "../../src/transform/index.ts";
import { expectClose } from "../numbers/close.ts";
import recorded from "../numbers/normalization.json" with { type: "json" };

type Weights = typeof recorded.batchNorm.start;
const parametersOf = ({ first, norm, last }: Weights): unknown => [
  { W: tensor(first.W), b: tensor(first.b) },
  { scale: tensor(norm.scale), shift: tensor(norm.shift) },
  {},
  { W: tensor(last.W), b: tensor(last.b) },
];
const network = (norm: Layer<Rescaling>): Layer<unknown> =>
  chain(dense({ inputs: 3, outputs: 4 }), norm, activation("tanh"), dense({ inputs: 4, outputs: 2 })) as never;

const rows = (numbers: readonly number[]): Tensor => tensor(Int32Array.from(numbers));
const first = recorded.batches[0]!;
const taken = (rows: readonly number[][]): number[][] => first.map((row) => rows[row]!);
/** Sums of a few dozen terms of order 1, some of which cancel: 1e-12 of them, or of the number itself. */
const close = { relative: 1e-12, absolute: 1e-13 };

const norms = {
  batchNorm: batchNorm({ features: 4, momentum: 0.3, epsilon: 1e-3 }),
  layerNorm: layerNorm({ features: 4, epsilon: 1e-3 }),
} as const;

describe.each(["reference", "wasm"] as const)("on the engine %s", (backend) => {
  const options = { backend, precision: "f64" } as const;

  describe.each(Object.entries(norms))("%s between two layers, as PyTorch has it", (name, norm) => {
    const numbers = recorded[name as "batchNorm"];
    const model = network(norm);
    const start = parametersOf(numbers.start);

    it("gives the recorded output, loss and gradient on a batch", () => {
      const loss = (θ: unknown, x: Value, y: Value): Value =>
        losses.meanSquaredError(model.apply(θ as never, x, { training: true }), y);
      const output = compile((θ: never, x: Value) => model.apply(θ, x, { training: true }), options);
      expectClose(output(start as never, taken(recorded.x)), numbers["training output"], close);
      const run = compile(
        (θ: never, x: Value, y: Value) => valueAndGrad((at: unknown) => loss(at, x, y))(θ),
        options,
      ) as unknown as (...a: unknown[]) => [number, unknown];
      const [value, gradient] = run(start, taken(recorded.x), taken(recorded.y));
      expectClose(value, numbers.loss, close);
      expectClose(gradient, Object.values(numbers.gradient).map(Object.values), close);
    });

    it("has the recorded parameters, statistics and predictions after several steps on batches of several sizes", () => {
      const optimizer = sgd({ learningRate: recorded.rate });
      const objective = { model, loss: losses.meanSquaredError, optimizer, metrics: [], l1: 0, l2: 0, epochs: 1 };
      const data = { x: tensor(recorded.x), y: tensor(recorded.y) };
      const run = compile(
        (carry: never, data: never, rows: Value) => step(objective, carry, data, { rows, key: rows, stepsPerEpoch: 1 }),
        options,
      ) as unknown as (...a: unknown[]) => [typeof carry];
      let carry = {
        θ: start,
        running: initialStateOf(model),
        state: initialState(optimizer, start),
        t: new Tensor([], Int32Array.of(0)),
      };
      for (let epoch = 0; epoch < recorded.epochs; epoch++)
        for (const batch of recorded.batches) {
          [carry] = run(carry, data, rows(batch));
          if (epoch === 0 && batch === first)
            expectClose(carry.running, numbers["statistics after one step"] ?? [], close);
        }
      expectClose(carry.θ, Object.values(numbers.after).map(Object.values), close);
      expectClose(carry.running, numbers.statistics ?? [], close);
      const predict = compile(
        (θ: never, x: Value, state: unknown) => forward(model, θ, x, { training: false, state }).y,
        options,
      );
      expectClose(predict(carry.θ as never, recorded.x, carry.running as never), numbers.eval, close);
    });
  });
});

describe("batch normalisation", () => {
  const model = chain(batchNorm({ features: 2 }), dense({ inputs: 2, outputs: 1 }));
  const x = Array.from({ length: 12 }, (_, i) => [i, (i * i) % 7]);
  const y = x.map(([a = 0, b = 0]) => [a - b]);
  const options = { epochs: 3, batchSize: 4, precision: "f64", backend: "reference" } as const;

  it("gives each feature mean 0 and variance 1 over a batch, whatever its scale", () => {
    const norm = batchNorm({ features: 2, epsilon: 1e-12 });
    const z = compile((v: Value) => norm.apply(norm.init(key(0)) as never, v, { training: true }))(x) as Tensor;
    for (const column of [0, 1]) {
      const values = x.map((_, row) => z.data[2 * row + column]!);
      const mean = values.reduce((a, b) => a + b) / 12;
      expect(mean).toBeCloseTo(0, 12);
      expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / 12).toBeCloseTo(1, 9);
    }
  });

  it("carries its running statistics through a fit, and predicts with them alone: row by row as all at once", async () => {
    const { state, predict, evaluate } = await fit(model, { x, y }, options);
    const [statistics] = state as [{ mean: Tensor; variance: Tensor }];
    expect(statistics.mean.toArray()).not.toEqual([0, 0]);
    const all = predict(x).data;
    expectClose(
      x.map((row) => predict([row]).data[0]!),
      all,
      { relative: 1e-14 },
    );
    const mean = y.reduce((sum, [t = 0], i) => sum + (all[i]! - t) ** 2, 0) / y.length;
    expect(evaluate().loss).toBeCloseTo(mean, 12);
  });

  it("goes on from given parameters and state as if it had not stopped", async () => {
    const sgdOptions = { ...options, optimizer: sgd({ learningRate: 0.01 }), batchSize: 12 };
    const whole = await fit(model, { x, y }, { ...sgdOptions, epochs: 5 });
    const half = await fit(model, { x, y }, { ...sgdOptions, epochs: 2 });
    const { parameters, state } = half;
    const rest = await fit(model, { x, y }, { ...sgdOptions, parameters, state, epochs: 3 });
    // One batch of all rows: their order changes nothing but the rounding of sums.
    expectClose([rest.parameters, rest.state], [whole.parameters, whole.state], { relative: 1e-12, absolute: 1e-14 });
  });

  it("shows the state of each epoch while training goes on", async () => {
    const seen: number[] = [];
    for await (const row of train(model, { x, y, ...options })) {
      const [{ mean }] = row.state() as [{ mean: Tensor }];
      seen.push(mean.data[0]!);
    }
    // M ← 0.9 M + 0.1 m towards the mean 5.5 of the column, three steps an epoch.
    expect(seen).toHaveLength(3);
    seen.forEach((m, i) => {
      expect(Math.abs(m - 5.5 * (1 - 0.9 ** (3 * (i + 1))))).toBeLessThan(1);
    });
  });

  it("refuses a last batch of one row before training, and names a batch size that leaves none", async () => {
    const one = fit(mlp({ inputs: 2, hidden: [], outputs: 1 }), { x, y }, { ...options, batchSize: 11 });
    await expect(one).resolves.toBeDefined(); // without the normalisation it is welcome
    await expect(fit(model, { x, y }, { ...options, batchSize: 11 })).rejects.toMatchObject({
      problem: {
        code: "batch-one",
        where: "layer 1 of 2, batchNorm(2) › batchNorm",
        given: { rows: 12, "batch size": 11, "rows in the last batch": 1 },
        hint: "choose a batch size that leaves no single row over: 12",
      },
    });
    await expect(fit(model, { x, y }, { ...options, batchSize: 1 })).rejects.toThrow(/no single row over: 2/);
    await expect(fit(model, { x: [[1, 2]], y: [[1]] }, options)).rejects.toThrow(/batch of one row/);
  });

  it("refuses to predict without statistics, columns that it was not made for, and impossible options", () => {
    const norm = batchNorm({ features: 2 });
    const apply = (x: number[][], training: boolean): unknown =>
      compile((v: Value) => norm.apply(norm.init(key(0)) as never, v, { training }))(x);
    expect(() => apply(x, false)).toThrow(/predicts with running statistics, and was given none/);
    expect(() => apply([[1, 2, 3]], true)).toThrow(/x must have 2 columns/);
    expect(() => batchNorm({ features: 0 })).toThrow("batchNorm({ features })");
    expect(() => batchNorm({ features: 2, momentum: 2 })).toThrow("batchNorm({ momentum })");
    expect(() => batchNorm({ features: 2, epsilon: 0 })).toThrow("batchNorm({ epsilon })");
  });
});
