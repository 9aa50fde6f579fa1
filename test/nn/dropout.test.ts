import { describe, expect, it } from "vitest";
import { key } from "../../src/core/random.ts";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { chain, dense, dropout } from "../../src/nn/index.ts";
import { keyValue } from "../../src/ops/index.ts";
import { sgd } from "../../src/optim/index.ts";
import { fit } from "../../src/training/index.ts";
import { compile } from "../../src/transform/index.ts";

const x = tensor(new Float64Array(10_000).fill(1), [100, 100]);
const context = (seed: number, training = true) => ({ training, key: keyValue(key(seed)) });
const masked = (seed: number, training = true): Tensor =>
  compile((v: Value) => dropout({ rate: 0.25 }).apply({}, v, context(seed, training)))(x) as Tensor;

describe("dropout", () => {
  it("drops a share of `rate` and keeps the mean", () => {
    const dropped = masked(1).data.filter((v) => v === 0).length;
    // 10⁴ draws with p = ¼: standard deviation √(10⁴·¼·¾) = 43; 5 of them.
    expect(Math.abs(dropped - 2500)).toBeLessThan(5 * 43.4);
    expect(new Set(masked(1).data)).toEqual(new Set([0, 1 / 0.75]));
  });

  it("does nothing when predicting, and draws by the key", () => {
    expect(masked(1, false).data).toEqual(x.data);
    expect(masked(1).data).toEqual(masked(1).data);
    expect(masked(1).data).not.toEqual(masked(2).data);
  });

  it("draws anew for each layer of a chain", () => {
    const twice = chain(dropout(), dropout());
    const both = compile((v: Value) => twice.apply([{}, {}], v, context(3)))(x) as Tensor;
    const kept = both.data.filter((v) => v > 0).length;
    // Independent masks keep ¼ (standard deviation 43 of 10⁴); one mask used twice would keep ½.
    expect(Math.abs(kept - 2500)).toBeLessThan(5 * 43.4);
  });

  it("draws anew for each step of a fit", async () => {
    const model = chain(dense({ inputs: 1, outputs: 8 }), dropout(), dense({ inputs: 8, outputs: 1 }));
    const options = { optimizer: sgd({ learningRate: 1e-12 }), epochs: 20, precision: "f64" } as const;
    const { history } = await fit(model, { x: [[1]], y: [[2]] }, options);
    // The parameters hardly move, so the losses differ by the masks of 8 units alone.
    expect(new Set(history.map((row) => row.loss.train)).size).toBeGreaterThan(10);
  });

  it("refuses a rate of 1", () => {
    expect(() => dropout({ rate: 1 })).toThrow("dropout({ rate }): must be a number from 0 on less than 1.");
  });
});
