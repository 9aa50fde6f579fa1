import { describe, expect, it } from "vitest";
import { fold, key, permutation } from "../../src/core/random.ts";
import { Tensor, tensor } from "../../src/core/tensor.ts";
import { fillLeaves, leaves, mapLeaves } from "../../src/core/tree.ts";
import { type Lifted, liftTree } from "../../src/graph/lifted.ts";
import { isValue, type Value } from "../../src/graph/value.ts";
import { type Layer, mlp } from "../../src/nn/index.ts";
import { abs, add, matmul, mean, mul, square, sub, sum } from "../../src/ops/index.ts";
import { adam, initialState, momentum, type Optimizer, sgd } from "../../src/optim/index.ts";
import { fit, type TrainOptions, train } from "../../src/training/index.ts";
import { compile, grad } from "../../src/transform/index.ts";

const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;
const model = mlp({ inputs: 2, hidden: [4], outputs: 1, activation: "tanh" });
const x = tensor([[0.1, -0.4], [0.9, 0.3], [-0.7, 0.2], [0.5, 0.5], [-0.1, -0.9], [0.8, -0.6], [-0.3, 0.4]]); // biome-ignore format: rows
const y = tensor([[0.3], [-0.2], [0.7], [0.1], [0.9], [-0.5], [0.4]]);
/** One engine for both, so that bits can be compared. */
const exact = { precision: "f64", backend: "reference" } as const;

const rowsOf = ({ shape, data }: Tensor, rows: readonly number[]): Tensor => {
  const width = shape[1]!;
  return tensor(Float64Array.from(rows.flatMap((i) => [...data.subarray(i * width, (i + 1) * width)])), [
    rows.length,
    width,
  ]);
};

interface Plan {
  readonly optimizer: Optimizer;
  readonly epochs: number;
  readonly batchSize: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly seed: number;
}

/** Training written out: gradients by `grad`, the rule on every array, one update after another. */
function byHand({ optimizer, epochs, batchSize, l1 = 0, l2 = 0, seed }: Plan): unknown {
  const objective = (θ: Lifted<unknown>, xs: Value, ts: Value): Value => {
    const loss = mean(square(sub(model.apply(θ as never, xs), ts)));
    const weights = leaves(θ, isValue).filter(({ shape }) => shape.length > 1);
    const total = (f: (W: Value) => Value): Value => weights.map((W) => sum(f(W))).reduce((a, b) => add(a, b));
    return add(loss, add(l1 ? mul(l1, total(abs)) : 0, l2 ? mul(l2 / 2, total(square)) : 0));
  };
  type Inputs = { θ: unknown; state: never[]; x: Value; y: Value; t: Value };
  const updated = (inputs: Inputs): unknown[] => {
    const { θ, state, t, ...batch } = liftTree(inputs) as unknown as Inputs;
    const gradient = leaves(grad(objective as never)(θ as never, batch.x, batch.y), isValue);
    const at = leaves(θ, isValue);
    const η = liftTree(optimizer.learningRate as number);
    const moves = at.map((leaf, i) =>
      optimizer.update(gradient[i]!, state[i]!, { t, η, θ: leaf, decays: leaf.shape.length > 1 }),
    );
    return [at.map((leaf, i) => add(leaf, moves[i]![0])), moves.map(([, next]) => next)];
  };
  const run = compile(updated as never, { backend: "reference" }) as unknown as (
    inputs: object,
  ) => [Tensor[], unknown[]];
  let θ: unknown = model.init(fold(key(seed), 0));
  let state: unknown[] = initialState(optimizer, θ);
  let t = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = [...permutation(fold(fold(key(seed), 1), epoch), 7)];
    for (let from = 0; from < 7; from += batchSize) {
      const rows = order.slice(from, from + batchSize);
      const [moved, next] = run({ θ, state, x: rowsOf(x, rows), y: rowsOf(y, rows), t: ++t });
      [θ, state] = [fillLeaves(θ, isTensor, moved), next];
    }
  }
  return θ;
}

describe("fit equals a loop written by hand, bit for bit", () => {
  const plans: Record<string, Plan> = {
    "plain descent, a smaller last batch": { optimizer: sgd({ learningRate: 0.1 }), epochs: 3, batchSize: 3, seed: 4 },
    "momentum, L1 and L2": {
      optimizer: momentum({ learningRate: 0.05 }),
      epochs: 4,
      batchSize: 2,
      l1: 0.01,
      l2: 0.1,
      seed: 5,
    },
    "Adam, whose correction counts updates": {
      optimizer: adam({ learningRate: 0.03 }),
      epochs: 3,
      batchSize: 2,
      seed: 6,
    },
    "one row a batch": { optimizer: adam(), epochs: 2, batchSize: 1, seed: 7 },
    "batches larger than the data": { optimizer: momentum(), epochs: 3, batchSize: 100, seed: 8 },
  };
  it.each(Object.entries(plans))("%s", async (_, plan) => {
    const { parameters } = await fit(model, { x, y }, { ...plan, ...exact });
    const numbers = (tree: unknown): unknown => mapLeaves(tree, isTensor, (t) => [...t.data]);
    expect(numbers(parameters)).toEqual(numbers(byHand(plan)));
  });
});

describe("the order of rows", () => {
  const n = 7;
  /** One weight a row. Each row's slope is 1 and η is the number of the step, so a weight tells when it was met. */
  const marker: Layer<{ w: Tensor }> = {
    name: "marker",
    init: () => ({ w: tensor(new Float64Array(n)) }),
    apply: ({ w }, x) => matmul(x, w),
  };
  const rows = {
    x: tensor(
      Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0)),
      [n, n],
    ),
    y: new Float64Array(n),
  };

  /** For each epoch, the step in which each row was met: 1, 2, … */
  async function visits(options: TrainOptions<{ w: Tensor }>): Promise<number[][]> {
    const out: number[][] = [];
    let before = new Float64Array(n);
    const loss = (prediction: Value): Value => sum(prediction);
    const rules = { loss, optimizer: sgd({ learningRate: (t) => t.add(1).mul(1.0) }), precision: "f64" } as const;
    let made = 0;
    for await (const { parameters, steps } of train(marker, { ...rows, ...rules, ...options })) {
      const now = parameters().w.data as Float64Array<ArrayBuffer>;
      const [start, last] = [before, made];
      out.push([...now].map((w, i) => start[i]! - w - last));
      [before, made] = [now, steps];
    }
    return out;
  }

  it("meets every row once an epoch, in batches of which the last may be smaller", async () => {
    for (const epoch of await visits({ batchSize: 3, epochs: 4 }))
      expect([...epoch].sort()).toEqual([1, 1, 1, 2, 2, 2, 3]);
    for (const epoch of await visits({ batchSize: 1, epochs: 2 }))
      expect([...epoch].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const epoch of await visits({ batchSize: 50, epochs: 2 })) expect(epoch).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it("permutes the rows anew in every epoch", async () => {
    const epochs = await visits({ batchSize: 1, epochs: 5 });
    expect(new Set(epochs.map(String)).size).toBe(5); // equal by chance with probability below 10/5040 for this one seed
  });

  it("depends on the seed and on nothing else", async () => {
    expect(await visits({ batchSize: 2, epochs: 3, seed: 1 })).toEqual(
      await visits({ batchSize: 2, epochs: 3, seed: 1 }),
    );
    expect(await visits({ batchSize: 2, epochs: 3, seed: 1 })).not.toEqual(
      await visits({ batchSize: 2, epochs: 3, seed: 2 }),
    );
  });

  it("is that of permutation(fold(fold(key(seed), 1), epoch))", async () => {
    const epochs = await visits({ batchSize: 1, epochs: 3, seed: 9 });
    epochs.forEach((met, i) => {
      const order = [...permutation(fold(fold(key(9), 1), i + 1), n)];
      expect(order.map((row) => met[row])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });
  });
});

describe("the penalty", () => {
  it("is λ₁ Σ|W| + ½ λ₂ Σ W² over weights, without biases, and is reported beside the loss", async () => {
    const parameters = [{ W: tensor([[2], [-4]]), b: tensor([100]) }];
    const line = mlp({ inputs: 2, hidden: [], outputs: 1 });
    const options = { parameters, l1: 0.5, l2: 0.25, epochs: 1, optimizer: sgd({ learningRate: 1e-300 }), ...exact };
    const { history, evaluate } = await fit(line, { x: [[0, 0]], y: [0] }, options);
    const [row] = history;
    expect(row!.loss.train).toBe(10_000);
    expect(row!.objective.train).toBe(10_000 + 0.5 * 6 + 0.125 * 20);
    expect(evaluate().penalty).toBe(0.5 * 6 + 0.125 * 20);
  });
});
