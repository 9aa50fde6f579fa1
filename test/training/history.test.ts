import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import { mlp } from "../../src/nn/index.ts";
import { mul } from "../../src/ops/index.ts";
import { momentum } from "../../src/optim/index.ts";
import { type EpochRow, fit, train } from "../../src/training/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, flat, roundoff } from "../numbers/close.ts";
import { classes, line, short, x, y } from "./examples.ts";

describe("the history", () => {
  it("has a row an epoch with loss, objective, metrics, learning rate, steps and speed", async () => {
    const rows: EpochRow[] = [];
    const { history, steps } = await fit(
      line,
      { x, y },
      { epochs: 3, batchSize: 2, validation: 0.2, l2: 0.5, learningRate: 0.25, onEpoch: (row) => rows.push(row) },
    );
    expect(history).toEqual(rows);
    expect(history.map(({ epoch, steps }) => [epoch, steps])).toEqual([[1, 2], [2, 4], [3, 6]]); // biome-ignore format: pairs
    expect(steps).toBe(6);
    for (const row of history) {
      expect(Object.keys(row.metrics)).toEqual(["r2", "mse", "rmse", "mae"]);
      expect(row.objective.train).toBeGreaterThan(row.loss.train);
      expect(row.objective.validation).toBeGreaterThan(row.loss.validation!);
      expect(row.metrics["mse"]!.validation).toBeCloseTo(row.loss.validation!, 5);
      expect(row.learningRate).toBe(0.25);
      expect(row.rowsPerSecond).toBeGreaterThan(0);
      expect(Number.isFinite(row.rowsPerSecond)).toBe(true);
    }
    expect(history[2]!.seconds).toBeGreaterThanOrEqual(history[0]!.seconds);
  });

  it("has null where there are no validation rows", async () => {
    const { history } = await fit(line, { x, y }, short);
    expect([
      history[0]!.loss.validation,
      history[0]!.objective.validation,
      history[0]!.metrics["r2"]!.validation,
    ]).toEqual([null, null, null]);
  });

  it("has losses of probabilities, not of decisions, and means over rows, not over batches", async () => {
    const parameters = [{ W: tensor([[1]]), b: tensor([0]) }];
    const still = {
      epochs: 1,
      batchSize: 2,
      optimizer: momentum({ learningRate: 1e-300 }),
      parameters,
      precision: "f64",
    } as const;
    const labels = [0, 0, 1, 0, 1];
    const z = [-2, -1, 0.5, 1, 4];
    const expected = z.map((z, i) => Math.log1p(Math.exp(labels[i] ? -z : z))).reduce((a, b) => a + b) / 5;
    const { history, evaluate } = await fit(line, { x: z, y: labels }, { ...still, loss: "logisticLoss" });
    expectClose([history[0]!.loss.train, evaluate().loss], [expected, expected], { relative: 16 * roundoff }); // 5 logarithms, 5 sums
    expect(history[0]!.metrics["accuracy"]!.train).toBe(4 / 5);
    expect(evaluate().metrics).toEqual({ accuracy: 4 / 5 });
  });

  it("has multi-class accuracy by row: predicting nothing right is 0, not 0.9", async () => {
    const network = mlp({ inputs: 1, hidden: [], outputs: 10 });
    const b = new Float64Array(10);
    b[3] = 1;
    const parameters = [{ W: tensor(new Float64Array(10), [1, 10]), b: tensor(b) }];
    const wrong = await fit(network, { x: [1, 2, 3, 4], y: classes(0, 1, 2, 4) }, { epochs: 0, parameters });
    expect(wrong.evaluate().metrics).toEqual({ accuracy: 0 });
    expect(wrong.evaluate({ x: [1, 2, 3, 4], y: classes(3, 1, 3, 4) }).metrics).toEqual({ accuracy: 0.5 });
  });

  it("has R² as 1 − MSE / variance, and its parts agree", async () => {
    const parameters = [{ W: tensor([[2]]), b: tensor([2]) }]; // off by 1 everywhere; the targets have variance 8
    const { evaluate } = await fit(line, { x, y }, { epochs: 0, parameters, precision: "f64" });
    expect(evaluate()).toEqual({ loss: 1, penalty: 0, metrics: { r2: 1 - 1 / 8, mse: 1, rmse: 1, mae: 1 } });
  });

  it("tells the scheduled learning rate of the last update", async () => {
    const optimizer = momentum({ learningRate: (t) => mul(0.0078125, t.add(1)) });
    const { history } = await fit(line, { x, y }, { epochs: 2, batchSize: 2, optimizer, precision: "f64" });
    expect(history.map((row) => row.learningRate)).toEqual([3 * 0.0078125, 6 * 0.0078125]);
  });
});

describe("validation", () => {
  it("as a share sets rows aside that are not trained on, chosen by the seed", async () => {
    const many = {
      x: Float64Array.from({ length: 40 }, (_, i) => i / 40),
      y: Float64Array.from({ length: 40 }, (_, i) => (i % 7) / 7),
    };
    const { history } = await fit(line, many, { ...short, validation: 0.25, batchSize: 10 });
    expect(history[1]!.steps).toBe(6); // 30 rows
    const other = await fit(line, many, { ...short, validation: 0.25, batchSize: 10, seed: 1 });
    expect(other.history[0]!.loss.validation).not.toBe(history[0]!.loss.validation);
  });

  it("as rows measures those, and does not change what is learnt", async () => {
    const held = { x: [[9], [10]], y: [19, 21] };
    const [without, withRows] = [
      await fit(line, { x, y }, short),
      await fit(line, { x, y }, { ...short, validation: held }),
    ];
    expect(flat(withRows.parameters)).toEqual(flat(without.parameters));
    const { loss, metrics } = withRows.evaluate(held);
    expect(withRows.history[1]!.loss.validation).toBe(loss);
    expect(withRows.history[1]!.metrics["mae"]!.validation).toBe(metrics["mae"]);
  });

  it("of all rows, or more, is refused", async () => {
    expect(await problemOf(() => fit(line, { x: [[1]], y: [1] }, { validation: 0.5 }))).toMatchObject({
      code: "data-split",
    });
    expect(await problemOf(() => fit(line, { x, y }, { validation: 1 }))).toMatchObject({
      code: "option",
      where: "validation",
    });
  });

  it("of train() must be rows", async () => {
    const { code, where, hint } = await problemOf(() => train(line, { x, y, validation: 0.2 }).next());
    expect([code, where]).toEqual(["option", "train(model, { validation })"]);
    expect(hint).toMatch(/^fit\(/);
  });
});
