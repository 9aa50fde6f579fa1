// Trainings as a page runs them; what they give back is plain, so that it can be read from outside.

import { Divergence, datasets, encode, fit, fitEncoding, ModelError, mlp, type Rows, type TrainOptions } from "gradus";

const xor: Rows = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] }; // biome-ignore format: a table
const network = mlp({ inputs: 2, hidden: [4], outputs: 1, activation: "tanh" });

/** Numbers of a trained network, in order, as bits of float64. */
const bitsOf = (parameters: unknown): string[] => {
  const found: string[] = [];
  JSON.stringify(parameters, (_name, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const words = new BigUint64Array(Float64Array.from(value as unknown as ArrayLike<number>).buffer);
    found.push(...Array.from(words, String));
    return null;
  });
  return found;
};

/** XOR, the same bits everywhere. */
export async function learnsXor(options: TrainOptions<ReturnType<typeof network.init>> = {}) {
  const epochs: number[] = [];
  const result = await fit(network, xor, {
    ...{ loss: "logisticLoss", learningRate: 0.1, epochs: 200, reproducible: true },
    onEpoch: ({ epoch }) => epochs.push(epoch),
    ...options,
  });
  const { accuracy } = result.evaluate().metrics;
  return { accuracy, epochs, steps: result.steps, stopped: result.stopped, bits: bitsOf(result.parameters) };
}

/** Handwritten digits; interrupted, if wished, so many milliseconds after the first epoch. */
export async function learnsDigits({ epochs = 3, abortAfter = Number.POSITIVE_INFINITY } = {}) {
  const { result, rows } = await trainsOnDigits({ epochs, abortAfter });
  return { rows, stopped: result.stopped, steps: result.steps, bits: bitsOf(result.parameters) };
}

/** The same with a worker that is killed after the first epoch. */
export async function losesItsWorker({ epochs = 3 } = {}) {
  type Workers = new (...args: readonly unknown[]) => { terminate(): void };
  const page = globalThis as unknown as { Worker: Workers };
  const { Worker } = page;
  let kill = (): void => undefined;
  page.Worker = class extends Worker {
    constructor(...args: readonly unknown[]) {
      super(...args);
      kill = () => this.terminate();
    }
  };
  const { result, rows } = await trainsOnDigits({ epochs, onFirst: () => kill() });
  page.Worker = Worker;
  return { rows, bits: bitsOf(result.parameters) };
}

/** The same, and nothing besides: what the page itself does is what the training has it do. */
export async function learnsInPeace(options: { readonly epochs: number; readonly abortAfter: number }) {
  const { result, rows } = await trainsOnDigits(options);
  return { epochs: rows.length, steps: result.steps, stopped: result.stopped };
}

interface Digits {
  readonly epochs: number;
  /** Milliseconds after the first epoch. */
  readonly abortAfter?: number;
  readonly onFirst?: () => void;
}

async function trainsOnDigits({ epochs, abortAfter = Number.POSITIVE_INFINITY, onFirst }: Digits) {
  const table = await datasets.digits.load();
  const encoding = fitEncoding(table, { target: "target" });
  const abort = new AbortController();
  const rows: number[] = [];
  const model = mlp({ inputs: 64, hidden: [100, 30], outputs: 10 });
  const result = await fit(model, encode(encoding, table), {
    ...{ loss: "crossEntropy", epochs, batchSize: 32, validation: 0.2, reproducible: true, signal: abort.signal },
    onEpoch: ({ loss }) => {
      if (rows.push(loss.validation!) > 1) return;
      onFirst?.();
      if (Number.isFinite(abortAfter)) setTimeout(() => abort.abort(), abortAfter);
    },
  });
  return { result, rows };
}

/** What a training that fails says: by divergence, or by an index that is not there. */
export async function fails(how: "diverges" | "index") {
  try {
    if (how === "diverges")
      await fit(network, xor, { loss: "meanSquaredError", optimizer: "sgd", learningRate: 1e30, task: "regression" });
    else {
      const apply: typeof network.apply = (θ, x, context) => network.apply(θ, x.take([0, 7, 1, 2]), context);
      await fit({ name: "picks", init: network.init, apply }, xor, { loss: "logisticLoss" });
    }
    return null;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const kept = error instanceof Divergence ? bitsOf(error.parameters).length : 0;
    return { ...error.problem, kept };
  }
}
