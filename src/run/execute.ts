import { backendOf } from "../backends/index.ts";
import { ModelError, Tensor } from "../core/index.ts";
import { fingerprint, type ModelFile, modelFiles, networkOf, type Parameters } from "../interchange/index.ts";
import { type Loss, losses } from "../nn/index.ts";
import { optimizers } from "../optim/index.ts";
import { Divergence, type EpochRow, epochs, metricsOf, type Objective, type TrainingEnd } from "../training/index.ts";
import { newFolder, type RunFolder } from "./folder.ts";
import { encodePart, measure, measurePart, predict, type TrainedModel, unitOf } from "./model.ts";
import { opening, openingsName } from "./openings.ts";
import { predictionsCsv, truthOf } from "./predictions.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { reportOf } from "./reporting.ts";
import type { RunResult, Shown } from "./result.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { summaryOf } from "./summary.ts";
import { versions } from "./version.ts";

/** What a run tells while it goes on, and by what it is stopped. */
export interface RunHooks {
  readonly signal?: AbortSignal;
  /** All data are read and all choices made; nothing is written yet. */
  readonly onReady?: () => void;
  /** The run folder is there; training begins. */
  readonly onStart?: (prepared: Prepared) => void;
  readonly onEpoch?: (row: EpochRow) => void;
}

export interface RunOptions extends RunHooks {
  /** Folder of the run. Default `runs/<time>-<name>`. */
  readonly out?: string;
  /** Opens the sealed test part at the end. */
  readonly final?: boolean;
  /** What the user typed, for the record. */
  readonly command?: string;
}

/**
 * Does everything that a run file says: reads and splits the data, trains, measures, and writes the run folder, which is
 * made only after all input has been found good.
 *
 * @throws what is wrong with the input, before anything is written; `diverged` after the last good parameters are saved
 */
export async function execute(file: CheckedRunFile, options: RunOptions = {}): Promise<RunResult> {
  const started = performance.now();
  const prepared = await prepare(file);
  if (options.final) checkSealed(prepared);
  options.onReady?.();
  const folder = await newFolder(options.out, prepared.source.name);
  const history: EpochRow[] = [];
  try {
    const record = { ...prepared.file, written: { command: options.command, versions: versions() } };
    await folder.write("run.json", `${JSON.stringify(record, null, 2)}\n`);
    options.onStart?.(prepared);
    const { end, diverged } = await trainInto({ prepared, folder, history }, options);
    const result = await conclude({ prepared, folder, history, end, started }, options);
    if (diverged) throw keptIn(folder, diverged);
    return result;
  } catch (error) {
    const learnt = history.length > 0 || (error instanceof ModelError && error.problem.code === "diverged");
    if (!learnt) await folder.abandon();
    throw error;
  } finally {
    await folder.close();
  }
}

/** Finds out before training whether the test part can be measured after it. */
function checkSealed({ tables, encoding, target, file }: Prepared): void {
  if (tables.test.rows === 0)
    throw new ModelError({
      code: "data-split",
      where: "--final",
      rule: "this run has no test part that could be opened.",
      hint: "set one aside with --test 0.2",
    });
  encodePart({ encoding, target, precision: file.precision }, tables.test);
}

const keptIn = ({ path }: RunFolder, { problem }: Divergence): ModelError =>
  new ModelError({ ...problem, given: { ...problem.given, "kept in": path } });

function objectiveOf({ network, loss, optimizer, task, l1, l2 }: Prepared): Objective<Parameters> {
  return {
    model: networkOf(network) as unknown as Objective<Parameters>["model"],
    loss: losses[loss] as Loss,
    optimizer: optimizers[optimizer.name]({ learningRate: optimizer.learningRate }),
    metrics: metricsOf[task],
    l1,
    l2,
  };
}

interface Running {
  readonly prepared: Prepared;
  readonly folder: RunFolder;
  /** Grows by a row an epoch. */
  readonly history: EpochRow[];
}

interface Trained {
  readonly end: Omit<TrainingEnd<Parameters>, "stopped"> & { readonly stopped: string };
  readonly diverged?: Divergence<Parameters>;
}

/** Trains, writing a line of history an epoch. A divergence is kept for later: first its last good parameters are saved. */
async function trainInto({ prepared, folder, history }: Running, { signal, onEpoch }: RunHooks): Promise<Trained> {
  const objective = objectiveOf(prepared);
  const { file, training, validation } = prepared;
  const engine = {
    backend: backendOf(file.backend),
    precision: file.precision,
    reproducible: file.reproducible === true,
  };
  const settings = { ...prepared, ...objective, seed: file.seed, engine };
  const rows = epochs({ settings, objective, training, validation, options: signal ? { signal } : {} });
  try {
    for (;;) {
      const next = await rows.next();
      if (next.done) return { end: next.value };
      const { parameters: _, ...plain } = next.value;
      const row = inUnits(plain, prepared);
      history.push(row);
      await folder.append(row);
      onEpoch?.(row);
    }
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    const { steps = 0, seconds = 0 } = history.at(-1) ?? {};
    const parameters = error.parameters as Parameters;
    return {
      end: { parameters, stopped: "diverged", steps, seconds: { compile: 0, training: seconds } },
      diverged: error,
    };
  }
}

/** Metrics in the target's own unit, where it was scaled for learning. */
function inUnits(row: EpochRow, prepared: Prepared): EpochRow {
  const metrics = Object.entries(row.metrics).map(([name, { train, validation }]) => {
    const unit = unitOf(name, prepared);
    return [name, { train: train * unit, validation: validation === null ? null : validation * unit }] as const;
  });
  return { ...row, metrics: Object.fromEntries(metrics) };
}

interface Conclusion extends Running {
  readonly end: Trained["end"];
  readonly started: number;
}

/** Measures the trained network and writes what is left of the run folder; `summary.json` comes last. */
async function conclude(
  { prepared, folder, history, end, started }: Conclusion,
  options: RunOptions,
): Promise<RunResult> {
  const model = modelOf(prepared, end.parameters);
  for (const [name, bytes] of Object.entries(modelFiles(model.file, model.parameters))) await folder.write(name, bytes);
  if (options.final) await folder.write(openingsName, opening("train --final"));
  const figures = {
    train: measurePart(model, prepared.training),
    validation: prepared.validation && measurePart(model, prepared.validation),
    test: options.final ? measure(model, prepared.tables.test) : null,
  };
  const shown = shownPart(prepared, model);
  await folder.write("predictions.csv", predictionsCsv(shown.predictions, originOf(prepared, shown), shown.truth));
  const seconds = { ...end.seconds, total: (performance.now() - started) / 1000 };
  const summary = summaryOf(prepared, { figures, end, model, seconds, epochs: history.length, run: folder.path });
  const result = { summary, history, prepared, shown };
  await folder.write("report.html", await reportOf(result, options.command ?? "gradus train"));
  await folder.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
  return result;
}

/** The model as it is kept: parameters in the precision in which they were trained. */
function modelOf(prepared: Prepared, trained: Parameters): TrainedModel {
  const { file, task, network, loss, encoding, target } = prepared;
  const { precision } = file;
  const parameters = trained.map((layer) =>
    Object.fromEntries(Object.entries(layer).map(([name, t]) => [name, kept(t, precision)])),
  );
  return {
    parameters,
    file: {
      format: "gradus-model",
      version: 1,
      task,
      network,
      loss,
      precision,
      encoding,
      target,
      fingerprint: fingerprint(parameters),
    },
  };
}

const kept = (t: Tensor, precision: ModelFile["precision"]): Tensor =>
  precision === "f32" && t.data instanceof Float64Array ? new Tensor(t.shape, Float32Array.from(t.data)) : t;

function shownPart(prepared: Prepared, model: TrainedModel): Shown {
  const part = prepared.validation ? "validation" : "train";
  const { x, rows } = prepared.validation ?? prepared.training;
  const table = part === "validation" ? prepared.tables.validation : prepared.tables.training;
  return { part, rows, truth: truthOf(prepared.encoding, table, rows), predictions: predict(model, x) };
}

/** Row numbers in the data as they were read. */
function originOf({ tables }: Prepared, { part, rows }: Shown): Int32Array {
  const { origin } = part === "validation" ? tables.validation : tables.training;
  return origin ? rows.map((row) => origin[row]!) : rows;
}
