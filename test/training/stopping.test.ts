import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mlp } from "../../src/nn/index.ts";
import { type EpochRow, fit, type TrainOptions, train } from "../../src/training/index.ts";
import { earlyStoppingOf, stopperOf, watchOf } from "../../src/training/stopping.ts";
import { flat } from "../numbers/close.ts";
import { blobs, line, x, y } from "./examples.ts";

const metrics = [{ name: "accuracy", better: "high" }] as const;
const rowOf = (epoch: number, figure: number): Pick<EpochRow, "epoch" | "loss" | "objective" | "metrics"> => {
  const pair = { train: 0, validation: figure };
  return { epoch, loss: pair, objective: pair, metrics: { accuracy: pair } };
};

const figures = fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 12 }) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }), { minLength: 1, maxLength: 40 }); // biome-ignore format: one line

describe("the rule", () => {
  it("stops when for as many epochs as the patience none was better, by the minimum change, than the best before them", () => {
    const changes = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(figures, fc.integer({ min: 1, max: 6 }), changes, fc.boolean(), (values, patience, change, high) => {
        const metric = high ? "accuracy" : "loss";
        const watch = watchOf(earlyStoppingOf({ metric, patience, minimumChange: change }), metrics, true);
        const score = (v: number): number => (high ? v : -v);
        const stopper = stopperOf(watch);
        let stopped = 0;
        // Written out: the last epoch that beat the one that counted before it, by more than the change.
        let counted = { epoch: 0, score: Number.NEGATIVE_INFINITY };
        values.forEach((value, i) => {
          if (stopped > 0) return;
          stopper.judge(rowOf(i + 1, value));
          if (score(value) > counted.score + change) counted = { epoch: i + 1, score: score(value) };
          expect(stopper.exhausted(i + 1)).toBe(i + 1 - counted.epoch >= patience);
          if (stopper.exhausted(i + 1)) stopped = i + 1;
        });
        const seen = values.slice(0, stopped || values.length);
        const best = Math.max(...seen.filter((v) => !Number.isNaN(v)).map(score));
        const first = seen.findIndex((v) => score(v) === best);
        expect(stopper.standing.best).toEqual(first === -1 ? null : { epoch: first + 1, value: seen[first] });
      }),
    );
  });
});

const cloud = Array.from({ length: 24 }, (_, i) => [Math.sin(7 * i), Math.cos(5 * i)]);
const target = cloud.map(([a = 0, b = 0], i) => a * b + 0.3 * Math.sin(31 * i));
const rows = { x: cloud.slice(0, 12), y: target.slice(0, 12) };
const validation = { x: cloud.slice(12), y: target.slice(12) };
const network = mlp({ inputs: 2, hidden: [16], outputs: 1, activation: "tanh" });
/** Overfits: the validation loss falls, then rises. */
const options = { epochs: 300, learningRate: 0.02, batchSize: 4, validation, precision: "f64" } as const;

/** Rows and parameters of every epoch, without early stopping. */
async function everything(more: TrainOptions<never> = {}): Promise<{ rows: EpochRow[]; parameters: number[][] }> {
  const seen = { rows: [] as EpochRow[], parameters: [] as number[][] };
  for await (const { parameters, ...row } of train(network, { ...rows, ...options, ...(more as object) })) {
    seen.rows.push(row);
    seen.parameters.push(flat(parameters()));
  }
  return seen;
}

describe("fit", () => {
  it("stops early with the parameters of the best epoch, marks the best so far, and trains as without", async () => {
    const all = await everything();
    const result = await fit(network, rows, { ...options, earlyStopping: { patience: 7 } });
    const losses = all.rows.map((row) => row.loss.validation!);
    const least = losses.indexOf(Math.min(...losses.slice(0, result.history.length)));
    expect(result).toMatchObject({ stopped: "early", steps: 3 * result.history.length });
    expect(result.history.length).toBe(least + 1 + 7);
    expect(result.history.length).toBeLessThan(300);
    expect(result.best).toEqual({ epoch: least + 1, metric: "loss", part: "validation", value: losses[least] });
    expect(flat(result.parameters)).toEqual(all.parameters[least]);
    expect(result.evaluate(validation).loss).toBeCloseTo(losses[least]!, 12);
    expect(result.history.findLast((row) => row.best)?.epoch).toBe(least + 1);
    expect(result.history.map((row) => row.loss)).toEqual(
      all.rows.slice(0, result.history.length).map((row) => row.loss),
    );
  });

  it("keeps the best parameters, too, when all epochs are done or the user interrupts", async () => {
    const all = await everything();
    const losses = all.rows.map((row) => row.loss.validation!);
    const best = all.parameters[losses.indexOf(Math.min(...losses))];
    const patient = await fit(network, rows, { ...options, earlyStopping: 1000 });
    expect(patient).toMatchObject({ stopped: "epochs", steps: 900 });
    expect(flat(patient.parameters)).toEqual(best);
    const stop = new AbortController();
    const onEpoch = ({ epoch }: EpochRow): void => {
      if (epoch === 250) stop.abort();
    };
    const cut = await fit(network, rows, { ...options, earlyStopping: 1000, signal: stop.signal, onEpoch });
    expect(cut).toMatchObject({ stopped: "interrupted", steps: 750 });
    expect(flat(cut.parameters)).toEqual(best);
  });

  it("watches any metric, the higher or the lower one, as the metric is", async () => {
    for (const metric of ["r2", "mae", "objective"]) {
      const { best, history } = await fit(network, rows, { ...options, l2: 0.01, earlyStopping: { metric } });
      const read = (row: EpochRow): number =>
        (metric === "objective" ? row.objective : row.metrics[metric]!).validation!;
      const values = history.map(read);
      expect(best?.value).toBe(metric === "r2" ? Math.max(...values) : Math.min(...values));
    }
  });

  it("watches the training part where there is no validation part", async () => {
    const { best, stopped } = await fit(line, { x, y }, { epochs: 5, earlyStopping: 3, learningRate: 0.1 });
    expect(best).toMatchObject({ part: "train", metric: "loss", epoch: 5 });
    expect(stopped).toBe("epochs");
  });

  it("keeps the last parameters when the figure never is a number", async () => {
    const constant = { x, y: y.map(() => 1) }; // R² of a constant target is 0/0
    const result = await fit(line, constant, { epochs: 20, earlyStopping: { metric: "r2", patience: 4 } });
    expect(result).toMatchObject({ stopped: "early", best: null });
    expect(result.history.length).toBe(4);
    const { parameters } = await fit(line, constant, { epochs: 4 });
    expect(flat(result.parameters)).toEqual(flat(parameters));
  });

  it("keeps the best parameters of a training that diverges", async () => {
    const settings = { optimizer: "sgd", learningRate: 1e3, epochs: 50, earlyStopping: 5, batchSize: 5 } as const;
    const seen: number[][] = [];
    const failing = async (): Promise<void> => {
      for await (const { parameters } of train(line, { x, y, ...settings })) seen.push(flat(parameters()));
    };
    const error = (await failing().catch((e: unknown) => e)) as { parameters: unknown };
    expect(seen.length).toBeGreaterThan(0);
    expect(flat(error.parameters)).toEqual(seen[0]);
  });

  it.each([
    [{ metric: "acuracy" }, "did you mean accuracy?"],
    [{ metric: "rmse" }, "allowed: loss, objective, accuracy"],
    [{ patience: 0 }, "from 1 on"],
    [{ patience: 1.5 }, "a whole number"],
    [{ minimumChange: -1 }, "from 0 on"],
    [{ minDelta: 1 }, "there is no option minDelta"],
  ])("refuses %o", async (earlyStopping, message) => {
    const trained = fit(mlp({ inputs: 2, hidden: [], outputs: 3 }), blobs, { earlyStopping: earlyStopping as object });
    await expect(trained).rejects.toThrow(message);
  });
});
