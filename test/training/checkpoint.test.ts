import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Value } from "../../src/graph/value.ts";
import { activation, batchNorm, chain, dense, dropout, type Layer, mlp } from "../../src/nn/index.ts";
import { adam, cosine, optimizers, reduceOnPlateau } from "../../src/optim/index.ts";
import { decodeCheckpoint } from "../../src/training/checkpoint.ts";
import {
  type EpochRow,
  type FitResult,
  fit,
  type Sink,
  type Source,
  type TrainOptions,
  train,
} from "../../src/training/index.ts";
import { flat } from "../numbers/close.ts";
import { line, x, y } from "./examples.ts";

/** Files in memory, as a page might keep them. */
class Files {
  readonly kept = new Map<string, Uint8Array>();
  readonly given: string[] = [];
  readonly to: Sink = (name, bytes) => {
    this.given.push(name);
    this.kept.set(name, bytes);
  };
  readonly from: Source = (name) => this.kept.get(name);
}

const cloud = Array.from({ length: 25 }, (_, i) => [Math.sin(7 * i), Math.cos(5 * i)]);
const rows = { x: cloud.slice(0, 17), y: cloud.slice(0, 17).map(([a = 0, b = 0]) => a * b) };
const validation = { x: cloud.slice(17), y: cloud.slice(17).map(([a = 0, b = 0]) => a * b) };
const model = mlp({ inputs: 2, hidden: [5], outputs: 1, activation: "tanh" });
const options = { epochs: 9, batchSize: 5, learningRate: 0.02, validation } as const;

/** What must not depend on how often training was broken off: everything but time. */
const outcome = <Θ>({ parameters, state, history, stopped, steps, best }: FitResult<Θ>): unknown => ({
  numbers: flat(parameters as never),
  state: flat(state as never),
  history: history.map(({ seconds: _, rowsPerSecond: __, ...row }) => row),
  stopped,
  steps,
  best,
});

/** Trained in pieces: up to each of the epochs in turn, always from the checkpoint before. */
async function inPieces<Θ>(
  network: Layer<Θ>,
  pieces: readonly number[],
  more: TrainOptions<Θ> = {},
): Promise<FitResult<Θ>> {
  const { to, from } = new Files();
  let result: FitResult<Θ> | undefined;
  for (const epochs of pieces)
    result = await fit(network, rows, { ...options, ...more, epochs, checkpoint: { to, from, every: 2 } });
  return result!;
}

describe("training in pieces ends as training at once, bit by bit:", () => {
  it.each(Object.keys(optimizers) as (keyof typeof optimizers)[])("with %s", async (optimizer) => {
    const more = { optimizer, earlyStopping: 100, l2: 0.01 } as const;
    const whole = await fit(model, rows, { ...options, ...more });
    expect(outcome(await inPieces(model, [4, 5, 9], more))).toEqual(outcome(whole));
  });

  it.each([
    ["wasm", "f32"],
    ["wasm", "f64"],
    ["reference", "f32"],
    ["reference", "f64"],
  ] as const)("on %s in %s, with layers that draw and layers that keep something", async (backend, precision) => {
    const network = chain(
      dense({ inputs: 2, outputs: 6 }),
      batchNorm({ features: 6 }),
      activation("tanh"),
      dropout({ rate: 0.3 }),
      dense({ inputs: 6, outputs: 1 }),
    ) as Layer<unknown>;
    const more = { backend, precision, earlyStopping: 3 } as const;
    const whole = await fit(network, rows, { ...options, ...more });
    expect(outcome(await inPieces(network, [1, 2, 7, 9], more))).toEqual(outcome(whole));
  });

  it("with a schedule that reacts to the loss", async () => {
    const learningRate = reduceOnPlateau(0.1, { patience: 0, factor: 0.5 });
    const whole = await fit(model, rows, { ...options, learningRate });
    expect(new Set(whole.history.map((row) => row.learningRate)).size).toBeGreaterThan(2);
    expect(outcome(await inPieces(model, [2, 5, 9], { learningRate }))).toEqual(outcome(whole));
  });

  it("with a record of its layers in the history", async () => {
    const whole = await fit(model, rows, { ...options, record: true });
    expect(whole.history[0]!.layers![0]).toMatchObject({ layer: "dense(2 → 5)", mean: expect.any(Number) });
    expect(outcome(await inPieces(model, [3, 9], { record: true }))).toEqual(outcome(whole));
  });

  it("wherever it is broken off", async () => {
    const whole = outcome(await fit(model, rows, options));
    const breaks = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(breaks, async (at) => {
        expect(outcome(await inPieces(model, [...at.sort((a, b) => a - b), 9]))).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  it("after an interrupt in the midst of an epoch, which is begun anew", async () => {
    const whole = outcome(await fit(model, rows, { ...options, backend: "reference" }));
    const { to, from } = new Files();
    let asked = 0;
    const signal = {
      get aborted() {
        return ++asked > 14; // before each epoch and after each of its three full batches: in the fourth epoch
      },
    } as AbortSignal;
    const settings = { ...options, backend: "reference", checkpoint: { to, from } } as const;
    const cut = await fit(model, rows, { ...settings, signal });
    expect(cut).toMatchObject({ stopped: "interrupted", steps: 14 });
    expect(cut.history.length).toBe(3);
    expect(outcome(await fit(model, rows, settings))).toEqual(whole);
  });

  it("with the patience that was left", async () => {
    const more = { earlyStopping: { metric: "loss", patience: 4, minimumChange: 10 } };
    expect(outcome(await inPieces(model, [2, 3, 9], more))).toMatchObject({ stopped: "early", steps: 20 });
    const greater = { earlyStopping: { metric: "loss", patience: 7, minimumChange: 10 } };
    const { to, from } = new Files();
    await fit(model, rows, { ...options, ...more, checkpoint: { to, from, every: 1 } });
    const longer = await fit(model, rows, { ...options, ...greater, checkpoint: { to, from } });
    expect(outcome(longer)).toEqual(outcome(await fit(model, rows, { ...options, ...greater })));
  });

  it("with figures that are no numbers", async () => {
    const constant = { x, y: y.map(() => 1) }; // R² of a constant target is 0/0
    const { to, from } = new Files();
    await fit(line, constant, { epochs: 2, checkpoint: { to, every: 1 } });
    const { history } = await fit(line, constant, { epochs: 3, checkpoint: { from } });
    expect(history.map((row) => row.metrics["r2"]!.train)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it("with a number among the parameters", async () => {
    const network = {
      name: "a·x",
      init: () => ({ a: 0.5 }),
      apply: ({ a }: { a: Value }, v: Value) => v.mul(a),
    } as unknown as Layer<{ a: number }>;
    const whole = await fit(network, { x, y }, { epochs: 4 });
    const { to, from } = new Files();
    await fit(network, { x, y }, { epochs: 2, checkpoint: { to, every: 1 } });
    const { parameters } = await fit(network, { x, y }, { epochs: 4, checkpoint: { from } });
    expect(parameters).toEqual(whole.parameters);
    expect(parameters.a).toBeTypeOf("number");
  });
});

describe("checkpoints", () => {
  it("of short trainings are not written, unless every so many epochs, or when it is interrupted", async () => {
    const files = new Files();
    await fit(model, rows, { ...options, checkpoint: { to: files.to } });
    expect(files.given).toEqual([]);
    await fit(model, rows, { ...options, checkpoint: { to: files.to, every: 4 } });
    expect(files.given).toEqual(["checkpoint-1.safetensors", "checkpoint-0.safetensors", "checkpoint-1.safetensors"]);
    const stop = new AbortController();
    const onEpoch = (): void => stop.abort();
    const cut = new Files();
    await fit(model, rows, { ...options, checkpoint: { to: cut.to }, signal: stop.signal, onEpoch });
    expect(cut.given).toEqual(["checkpoint-1.safetensors"]);
  });

  it("are written as time goes by", async () => {
    const files = new Files();
    await fit(model, rows, { ...options, epochs: 40, checkpoint: { to: files.to, seconds: 0 } });
    expect(files.given.length).toBeGreaterThan(1);
    expect(files.kept.size).toBe(2);
  });

  it("of an epoch are written after its row was consumed, one at a time", async () => {
    let seen = 0;
    let busy = false;
    const epochs: number[] = [];
    const to: Sink = async (name, bytes) => {
      expect(busy).toBe(false);
      busy = true;
      const { epoch } = decodeCheckpoint(bytes, name);
      epochs.push(epoch);
      expect(seen).toBeGreaterThanOrEqual(epoch);
      await new Promise((resolve) => setTimeout(resolve, 3));
      busy = false;
    };
    for await (const row of train(model, { ...rows, ...options, checkpoint: { to, every: 2 } })) seen = row.epoch;
    expect(epochs).toEqual([2, 4, 6, 8, 9]);
    expect(busy).toBe(false);
  });

  it("hold the history of before, which is not told again", async () => {
    const { to, from } = new Files();
    const first = await fit(model, rows, { ...options, epochs: 4, checkpoint: { to, every: 4 } });
    const told: number[] = [];
    const onEpoch = ({ epoch }: EpochRow): void => void told.push(epoch);
    const { history } = await fit(model, rows, { ...options, epochs: 6, checkpoint: { from }, onEpoch });
    expect(told).toEqual([5, 6]);
    expect(history.slice(0, 4)).toEqual(first.history);
    expect(history.map((row) => row.epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    const seconds = history.map((row) => row.seconds);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  });

  it("stay as they are when training diverges", async () => {
    const files = new Files();
    const settings = { optimizer: "sgd", learningRate: 1e3, epochs: 50, batchSize: 5, seed: 1 } as const;
    const checkpoint = { to: files.to, every: 1 };
    await expect(fit(line, { x, y }, { ...settings, checkpoint })).rejects.toThrow("diverged");
    const last = decodeCheckpoint(files.kept.get(files.given.at(-1)!)!, "last");
    expect(last.epoch).toBe(files.given.length);
    expect(Object.values(last.tensors).every((t) => t.data.every(Number.isFinite))).toBe(true);
  });

  it("that cannot be written end the training with the sink's own error", async () => {
    const full = (): Promise<void> => Promise.reject(new Error("the disk is full"));
    const seen: number[] = [];
    const onEpoch = ({ epoch }: EpochRow): void => void seen.push(epoch);
    const training = fit(model, rows, { ...options, epochs: 1000, checkpoint: { to: full, every: 2 }, onEpoch });
    await expect(training).rejects.toThrow("the disk is full");
    expect(seen.length).toBeLessThan(10);
    await expect(fit(model, rows, { ...options, epochs: 1, checkpoint: { to: full, every: 2 } })).rejects.toThrow(
      "full",
    );
  });
});

describe("a damaged checkpoint", () => {
  it("is passed over for the one before, whatever byte is lost or wrong", async () => {
    const whole = outcome(await fit(model, rows, options));
    const files = new Files();
    await fit(model, rows, { ...options, epochs: 4, checkpoint: { to: files.to, every: 2 } });
    const newest = files.given.at(-1)!;
    const good = files.kept.get(newest)!;
    const place = fc.integer({ min: 0, max: good.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, fc.boolean(), fc.integer({ min: 1, max: 255 }), async (at, cut, flip) => {
        const torn = cut ? good.slice(0, at) : good.map((byte, i) => (i === at ? byte ^ flip : byte));
        files.kept.set(newest, torn);
        // A blank behind the header may be another blank; everything else must be noticed.
        const read = (bytes: Uint8Array): unknown => decodeCheckpoint(bytes, newest);
        if (!cut && good[at] === 0x20 && /[\t\n\r]/.test(String.fromCharCode(0x20 ^ flip)))
          expect(read(torn)).toEqual(read(good));
        else expect(() => read(torn)).toThrow(newest);
      }),
    );
    files.kept.set(newest, good.slice(0, 1000));
    expect(outcome(await fit(model, rows, { ...options, checkpoint: { from: files.from } }))).toEqual(whole);
  });

  it("is refused where there is no other; where there is nothing, training begins", async () => {
    const from: Source = (name) => (name === "checkpoint-0.safetensors" ? new Uint8Array(20) : null);
    await expect(fit(model, rows, { ...options, checkpoint: { from } })).rejects.toMatchObject({
      problem: { code: "model-file", where: "checkpoint-0.safetensors" },
    });
    const { history } = await fit(model, rows, { ...options, checkpoint: { from: () => null } });
    expect(history.length).toBe(9);
  });
});

describe("a checkpoint of another training is refused, and the difference named:", () => {
  const other = mlp({ inputs: 2, hidden: [6], outputs: 1, activation: "tanh" });
  const cases: Record<string, [Layer<unknown>, Partial<typeof rows>, TrainOptions<never>]> = {
    network: [other as Layer<unknown>, {}, {}],
    "training data": [model as Layer<unknown>, { y: rows.y.map((t, i) => (i === 3 ? t + 1e-9 : t)) }, {}],
    rows: [model as Layer<unknown>, { x: rows.x.slice(1), y: rows.y.slice(1) }, {}],
    "validation data": [model as Layer<unknown>, {}, { validation: rows }],
    loss: [model as Layer<unknown>, {}, { loss: "huber" }],
    optimizer: [model as Layer<unknown>, {}, { optimizer: "sgd" }],
    "learning rate": [model as Layer<unknown>, {}, { learningRate: 0.1 }],
    "batch size": [model as Layer<unknown>, {}, { batchSize: 4 }],
    l2: [model as Layer<unknown>, {}, { l2: 0.1 }],
    seed: [model as Layer<unknown>, {}, { seed: 1 }],
    precision: [model as Layer<unknown>, {}, { precision: "f64" }],
    "starting parameters": [model as Layer<unknown>, {}, { parameters: model.init([1, 2]) as never }],
  };

  it("an option of the optimizer, and a schedule that would go another way", async () => {
    const refusal = { problem: { code: "resume-mismatch", where: "compiled epoch" } };
    const { to, from } = new Files();
    await fit(model, rows, { ...options, epochs: 2, checkpoint: { to, every: 1 } });
    const optimizer = adam({ beta1: 0.8 });
    await expect(fit(model, rows, { ...options, optimizer, checkpoint: { from } })).rejects.toMatchObject(refusal);
    const scheduled = { ...options, learningRate: cosine(0.1) };
    await fit(model, rows, { ...scheduled, epochs: 2, checkpoint: { to, every: 1 } });
    await expect(fit(model, rows, { ...scheduled, checkpoint: { from } })).rejects.toMatchObject(refusal);
  });

  it.each(Object.entries(cases))("%s", async (what, [network, data, more]) => {
    const { to, from } = new Files();
    await fit(model, rows, { ...options, epochs: 2, checkpoint: { to, every: 1 } });
    const going = fit(network, { ...rows, ...data }, { ...options, ...more, checkpoint: { from } } as never);
    await expect(going).rejects.toMatchObject({ problem: { code: "resume-mismatch" } });
    await going.catch(({ problem }) => {
      if (what === "seed") expect(problem.where).toBe("starting parameters");
      else expect(problem.where).toBe(what);
    });
  });
});

it.each([
  [{ every: 0 }, "from 1 on"],
  [{ seconds: -1 }, "from 0 on"],
  [{ folder: "x" }, "there is no option folder"],
  [{ to: "folder" }, "a path can be used in Node only"],
  [{ from: "folder" }, "a path can be used in Node only"],
])("%o is refused", async (checkpoint, message) => {
  await expect(fit(model, rows, { ...options, checkpoint: checkpoint as object })).rejects.toThrow(message);
});
