import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { mlp } from "../../src/nn/index.ts";
import { matmul, scan } from "../../src/ops/index.ts";
import { type EpochRow, fit, train } from "../../src/training/index.ts";
import { flat } from "../numbers/close.ts";
import { line, x, y } from "./examples.ts";

/** A signal that is aborted from the given time of asking on: 1 is the first. */
function abortedAt(asking: number): AbortSignal {
  let asked = 0;
  return {
    get aborted() {
      return ++asked >= asking;
    },
  } as AbortSignal;
}
const options = { batchSize: 1, epochs: 3, precision: "f64", backend: "reference" } as const;

describe("an interrupt", () => {
  it("before training keeps the starting parameters", async () => {
    const start = line.init([0, 1]);
    const result = await fit(line, { x, y }, { ...options, parameters: start, signal: AbortSignal.abort() });
    expect(result).toMatchObject({ stopped: "interrupted", steps: 0, history: [] });
    expect(flat(result.parameters)).toEqual(flat(start));
    expect(result.evaluate().loss).toBeGreaterThan(0);
  });

  it("in epoch 1 keeps the steps made so far", async () => {
    const whole = await fit(line, { x, y }, { ...options, epochs: 1 });
    // Asked before the epoch and after each of its steps.
    const result = await fit(line, { x, y }, { ...options, signal: abortedAt(4) });
    expect(result).toMatchObject({ stopped: "interrupted", steps: 3, history: [] });
    expect(flat(result.parameters)).not.toEqual(flat(whole.parameters));
    const fewer = await fit(line, { x, y }, { ...options, signal: abortedAt(3) });
    expect(flat(fewer.parameters)).not.toEqual(flat(result.parameters));
    expect(result.predict(x).shape).toEqual([5, 1]);
  });

  it("later keeps the epochs done and the steps of the one begun", async () => {
    const rows: EpochRow[] = [];
    const controller = new AbortController();
    const onEpoch = (row: EpochRow): void => {
      rows.push(row);
      if (row.epoch === 2) controller.abort();
    };
    const result = await fit(line, { x, y }, { ...options, onEpoch, signal: controller.signal });
    expect(result).toMatchObject({ stopped: "interrupted", steps: 10 });
    expect(result.history).toEqual(rows);
    const two = await fit(line, { x, y }, { ...options, epochs: 2 });
    expect(flat(result.parameters)).toEqual(flat(two.parameters));
  });

  it("within a loop of the network's own in the smaller last batch lets that step end", async () => {
    const network = {
      name: "x·w³",
      init: () => ({ w: tensor([[0.5]]) }),
      apply: ({ w }: { w: Value }, x: Value): Value =>
        scan((c: Value) => [matmul(c, w), null], x, null, { length: 3 })[0],
    };
    const uneven = { ...options, batchSize: 4, epochs: 2 };
    const one = await fit(network, { x, y }, { ...uneven, epochs: 1 });
    // Asked before the epoch, after its one full batch, and then within the last batch.
    const result = await fit(network, { x, y }, { ...uneven, signal: abortedAt(3) });
    expect(result).toMatchObject({ stopped: "interrupted", steps: 2 });
    expect(flat(result.parameters)).toEqual(flat(one.parameters));
  });

  it("reaches training while it works, for the event loop gets turns", async () => {
    const n = 4096;
    const features = tensor(
      Float64Array.from({ length: n * 8 }, (_, i) => Math.sin(i)),
      [n, 8],
    );
    const targets = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
    const network = mlp({ inputs: 8, hidden: [32], outputs: 1 });
    const controller = new AbortController();
    let ticks = 0;
    let timer: ReturnType<typeof setInterval> | undefined;
    const tick = (): void => {
      if (++ticks === 3) controller.abort();
    };
    const result = await fit(
      network,
      { x: features, y: targets },
      {
        epochs: 1_000_000,
        signal: controller.signal,
        onEpoch: () => {
          timer ??= setInterval(tick, 1);
        },
      },
    );
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(3);
    expect(result.stopped).toBe("interrupted");
    expect(result.steps).toBeGreaterThan(0);
  });
});

describe("the generator", () => {
  it("gives a row an epoch with the parameters of that moment, and in the end how it ended", async () => {
    const rows = train(line, { x, y, ...options });
    const seen: number[][] = [];
    const later: (() => unknown)[] = [];
    for (;;) {
      const { done, value } = await rows.next();
      if (done) {
        expect(value).toMatchObject({ stopped: "epochs", steps: 15 });
        expect(flat(value.parameters)).toEqual(seen.at(-1));
        break;
      }
      seen.push(flat(value.parameters()));
      later.push(value.parameters);
    }
    expect(seen.length).toBe(3);
    expect(later.map((parameters) => flat(parameters()))).toEqual(seen);
  });

  it("can be broken out of", async () => {
    let last: readonly unknown[] = [];
    for await (const { epoch, parameters } of train(line, { x, y, ...options, epochs: 1_000_000 })) {
      last = parameters();
      if (epoch === 2) break;
    }
    const two = await fit(line, { x, y }, { ...options, epochs: 2 });
    expect(flat(last)).toEqual(flat(two.parameters));
  });

  it("learns the same as fit", async () => {
    const { parameters } = await fit(line, { x, y }, options);
    for await (const row of train(line, { x, y, ...options }))
      if (row.epoch === 3) expect(flat(row.parameters())).toEqual(flat(parameters));
  });
});
