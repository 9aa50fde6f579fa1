import { backendOf } from "../backends/index.ts";
import { mapLeaves, Tensor } from "../core/index.ts";
import { isTensor } from "../core/tensor.ts";
import {
  fingerprint,
  lossOf,
  type Numbers,
  networkOf,
  type Parameters as RunParameters,
} from "../interchange/index.ts";
import {
  type Checkpoint,
  type CheckpointOptions,
  Divergence,
  type EpochRow,
  epochs,
  metricsOf,
  type Objective,
  startOf,
  type TrainingEnd,
} from "../training/index.ts";
import { rowsFrom, unitOf } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import { learntStopping } from "./stopping.ts";

/** What a run minimises, by what network, by which rule. */
export function objectiveOf(prepared: Prepared): Objective<RunParameters> {
  const { network, optimizer, task, l1, l2, epochs } = prepared;
  return {
    model: networkOf(network) as unknown as Objective<RunParameters>["model"],
    loss: lossOf(prepared),
    optimizer: optimizer.rule,
    metrics: metricsOf[task],
    l1,
    l2,
    epochs,
  };
}

/** What a training may be stopped by, where it is kept, and where it goes on from. */
export interface Course {
  readonly signal?: AbortSignal | undefined;
  readonly checkpoint?: CheckpointOptions | null;
  readonly from?: Checkpoint | null;
}

/** An epoch of a run: its row in the target's own unit, and the hash of the parameters that it left. */
export interface RunEpoch {
  readonly row: EpochRow;
  readonly fingerprint: string;
}

/** How the training of a run ended. */
export interface RunEnd {
  readonly end: Omit<TrainingEnd<RunParameters>, "stopped" | "best" | "earlier"> & { readonly stopped: string };
  /** Its parameters are those to keep. */
  readonly diverged?: Divergence<RunParameters>;
}

/** The epochs of a run. A divergence is no exception here: there are parameters to keep. */
export async function* runEpochs(prepared: Prepared, course: Course): AsyncGenerator<RunEpoch, RunEnd, void> {
  const rows = epochs(trainingOf(prepared, course));
  let last: EpochRow | null = null;
  try {
    for (;;) {
      const next = await rows.next();
      if (next.done) return { end: next.value };
      const { parameters, state, ...row } = next.value;
      last = row;
      const numbers = inPrecision({ parameters: parameters(), state: state() }, prepared.file.precision);
      yield { row: inUnits(row, prepared), fingerprint: fingerprint(numbers.parameters, numbers.state) };
    }
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    const { steps = 0, seconds = 0 } = last ?? {};
    const { parameters, state, threads } = error as Divergence<RunParameters>;
    const end = { parameters, state, stopped: "diverged", steps, threads, seconds: { compile: 0, training: seconds } };
    return { end, diverged: error as Divergence<RunParameters> };
  } finally {
    await rows.return(undefined as never);
  }
}

/** Numbers as they are kept: in the precision in which they were trained. */
export const inPrecision = (
  numbers: Numbers<RunParameters>,
  precision: Prepared["file"]["precision"],
): Numbers<RunParameters> =>
  precision === "f64"
    ? numbers
    : (mapLeaves(numbers, isTensor, (t) =>
        t.data instanceof Float64Array ? new Tensor(t.shape, Float32Array.from(t.data)) : t,
      ) as Numbers<RunParameters>);

export function trainingOf(
  prepared: Prepared,
  { signal, checkpoint = null, from = null }: Course,
): Parameters<typeof epochs<RunParameters>>[0] {
  const objective = objectiveOf(prepared);
  const { file, training, validation } = prepared;
  const engine = {
    backend: backendOf(file.backend),
    precision: file.precision,
    reproducible: file.reproducible === true,
    threads: file.threads ?? ("auto" as const),
  };
  const settings = {
    ...prepared,
    ...objective,
    seed: file.seed,
    record: true,
    engine,
    unit: prepared.target,
    earlyStopping: learntStopping(prepared),
    checkpoint,
  };
  const start = startOf(objective.model, { seed: file.seed, ...prepared.start });
  const parts = {
    training: rowsFrom(training, prepared.classWeights),
    validation: validation && rowsFrom(validation, prepared.classWeights),
  };
  return { settings, objective, ...parts, options: signal ? { signal } : {}, start, from };
}

/** Metrics in the target's own unit, where it was scaled for learning. */
function inUnits(row: EpochRow, prepared: Prepared): EpochRow {
  const metrics = Object.entries(row.metrics).map(([name, { train, validation }]) => {
    const unit = unitOf(name, prepared);
    return [name, { train: train * unit, validation: validation === null ? null : validation * unit }] as const;
  });
  return { ...row, metrics: Object.fromEntries(metrics) };
}
