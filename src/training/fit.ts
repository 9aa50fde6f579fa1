import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions, named } from "../core/names.ts";
import { Pace, pause } from "../core/pause.ts";
import { size } from "../core/shape.ts";
import type { Steps } from "../core/steps.ts";
import type { Task } from "../core/task.ts";
import { Tensor } from "../core/tensor.ts";
import { drawnShares } from "../data/shares.ts";
import { type Data, tensorOf } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import type { Layer, Loss } from "../nn/index.ts";
import { epochs, plain, type Training, type TrainingEnd } from "./course.ts";
import { likeliest } from "./decision.ts";
import { evaluator, type Figures } from "./evaluate.ts";
import { accessTo, type Sink } from "./files.ts";
import type { Finding } from "./finding.ts";
import type { EpochRow } from "./history.ts";
import { thresholdOf } from "./metrics.ts";
import type { Learnt, Objective } from "./objective.ts";
import { checkedPart, inputsOf, partOf, type Rows, type Settings, type TrainOptions } from "./options.ts";
import { compiled, outputShape, type PredictionForm, predictionProgram } from "./programs.ts";
import type { Best } from "./stopping.ts";
import { checkTargets } from "./targets.ts";
import { keptIn, prepared } from "./train.ts";
import { takingRows } from "./weights.ts";

export interface PredictOptions {
  /**
   * `"decision"`: the number `[rows, outputs]`, for classes the class number `[rows]`, for labels 0 or 1 `[rows, labels]`;
   * `"probabilities"`: after the loss's link, so of a distribution all that is predicted of it (mean and deviation,
   * quantiles); `"raw"`: what the network gives (logits). Default `"decision"`.
   */
  readonly as?: PredictionForm;
  /**
   * Two classes, and labels: the probability (for the hinge loss, the score) above which it is the second, or yes.
   * Default: the network's own (`decidingAt`), or else ½ (0).
   */
  readonly threshold?: number;
}

/** A trained network and how it came about. */
export interface FitResult<Θ> {
  readonly model: Layer<Θ>;
  readonly loss: Loss;
  readonly task: Task;
  /** The trained parameters: plain data. With early stopping the best ones, however training ended. */
  readonly parameters: Θ;
  /** What its layers keep besides, such as running statistics: plain data. */
  readonly state: unknown;
  /** One row an epoch. Training figures are means over its batches as they were met; `evaluate()` measures the end. */
  readonly history: readonly EpochRow[];
  /** With `record`: dead units, nothing learnt and the like, each with what to do. */
  readonly findings: readonly Finding[];
  /** Why it ended: all epochs done, stopped early, converged (L-BFGS and the like), or interrupted by the signal. */
  readonly stopped: TrainingEnd<Θ>["stopped"];
  /** With early stopping: the epoch whose parameters were kept, and its figure. */
  readonly best: Best | null;
  /** Updates made. */
  readonly steps: number;
  /** Threads that worked at the same time; the bits do not depend on it. */
  readonly threads: number;
  readonly seconds: { readonly compile: number; readonly training: number };
  /**
   * Loss, penalty and the task's metrics on rows: the given ones, or the training rows. The function `assess` measures
   * any metric, with confidence intervals.
   */
  evaluate(rows?: Rows): Figures;
  /** Predictions for rows of inputs. */
  predict(x: Exclude<Data, Value>, options?: PredictOptions): Tensor;
  /** The probability (for the hinge loss, the score) above which it decides for the second of two classes, or yes. */
  readonly threshold: number;
  /**
   * The same network with another threshold, which predicting, measuring and saving then go by. Choose it on rows that
   * were not trained on and are not for the final test: `chooseThreshold(outcomesFor(result, validation), "f1")`.
   *
   * @throws `option` where there are not two classes, or labels
   */
  decidingAt(threshold: number): FitResult<Θ>;
  /** Hands `model.safetensors` and `model.json` to a sink; in Node, a path of a folder will do. */
  save(to: Sink | string): Promise<void>;
}

/**
 * Trains a network.
 *
 * @param model   from `[batch, inputs]` to `[batch, outputs]`: `mlp(…)`, `chain(…)` or any `{ name, init, apply }`
 * @param data    x `[rows, inputs]` and y `[rows]`, `[rows, outputs]`, or class numbers as integers `[rows]`; weights `[rows]`
 * @param options loss, optimizer, epochs, batch size, validation, seed, precision, signal …
 * @returns the trained parameters, the history, and functions to evaluate, predict and save
 * @throws  before training `option`, `loss-task`, `data-rows`, `data-number`, `data-split`, and the shape errors of the model
 *          with the layer's name; while training `diverged`, a `Divergence` with the last good parameters
 */
export async function fit<Θ>(model: Layer<Θ>, data: Rows, options: TrainOptions<Θ> = {}): Promise<FitResult<Θ>> {
  await pause(); // a page may have used up the turn in which it asks for a training
  const pace = new Pace();
  const parts = await pace.through(partsOf(data, options));
  if (pace.due) await pace.rest();
  const task = await prepared("fit", model, parts, options);
  const rows = epochs({ ...task, from: await keptIn(options) });
  const history: EpochRow[] = [];
  for (;;) {
    const next = await rows.next();
    if (next.done) {
      const { earlier, ...end } = next.value;
      await readyToPredict(task, { θ: end.parameters, running: end.state });
      const whole = [...earlier, ...history];
      return trained(task, { ...end, history: whole, findings: await findingsIn(task, whole) });
    }
    const row = plain(next.value);
    history.push(row);
    options.onEpoch?.(row);
  }
}

/** What is found wrong is looked for where the layers were recorded. */
async function findingsIn<Θ>({ settings, training }: Training<Θ>, history: readonly EpochRow[]): Promise<Finding[]> {
  if (!settings.record) return [];
  const { findingsOf } = await import("./findings.ts");
  return findingsOf(history, { task: settings.task, targets: training.y });
}

/** Loads what predicting needs beside training, for it is done at once. */
async function readyToPredict<Θ>({ objective, settings, training }: Training<Θ>, learnt: Learnt<Θ>): Promise<void> {
  const { closure } = predictionProgram(objective, { learnt, x: training.x }, "probabilities");
  await settings.engine.backend.ready?.(closure, settings.engine);
}

/** The validation rows split off by chance, or as given. */
function* partsOf<Θ>(
  data: Rows,
  { validation = 0, seed = 0 }: TrainOptions<Θ>,
): Steps<Pick<Training<Θ>, "training" | "validation">> {
  const all = yield* checkedPart("fit(model, data)", data);
  if (typeof validation !== "number")
    return { training: all, validation: yield* checkedPart("fit(…, { validation })", validation) };
  checkedNumber("validation", validation, { least: 0, below: 1 });
  if (validation === 0) return { training: all, validation: null };
  const rows = drawnShares(all.x.shape[0]!, { validation, seed });
  if (rows.validation.length === 0) return { training: all, validation: null };
  yield;
  return { training: yield* takingRows(all, rows.training), validation: yield* takingRows(all, rows.validation) };
}

type Trained<Θ> = Pick<
  FitResult<Θ>,
  "parameters" | "state" | "history" | "findings" | "stopped" | "best" | "steps" | "threads" | "seconds"
>;

function trained<Θ>(task: Training<Θ>, result: Trained<Θ>): FitResult<Θ> {
  const { objective, settings, training, weigh } = task;
  const { model } = objective;
  const learnt = { θ: result.parameters, running: result.state };
  const predict = predictor(objective, settings, learnt);
  return {
    ...result,
    model,
    loss: objective.loss,
    task: settings.task,
    evaluate: (rows) => {
      const given = rows && partOf("evaluate(data)", rows);
      const part = given ? (weigh?.(given) ?? given) : training;
      checkTargets(settings, outputShape(model, learnt, part.x), part.y);
      return evaluator(objective, learnt, part, settings.engine)(learnt);
    },
    predict: (x, options) => predict(tensorOf(x), options),
    threshold: thresholdOf(objective),
    decidingAt: (threshold) => {
      checkDecides(settings.task);
      checkedNumber("decidingAt(threshold)", threshold, {});
      return trained({ ...task, objective: { ...objective, threshold } }, result);
    },
    save: async (to) => {
      const sink = accessTo("save(to)", to);
      const { savedFiles } = await import("./kept.ts");
      for (const [name, bytes] of savedFiles(objective, learnt)) await sink(name, bytes);
    },
  };
}

/**
 * Refuses a threshold where nothing is decided by one.
 *
 * @throws `option`
 */
export function checkDecides(task: Task): void {
  if (task === "binary" || task === "multilabel") return;
  throw new ModelError({
    code: "option",
    where: "threshold",
    given: { task },
    rule: "a threshold decides between two classes, or about labels.",
  });
}

/** Programs of a network that are kept: one for each number of rows and form that was asked for last. */
const keptPrograms = 8;

/**
 * A function that predicts for rows of inputs, as `fit`'s result does. What it compiles for a number of rows it keeps, so
 * that asking again costs no more than computing.
 *
 * @throws `option` for an unknown or impossible option
 */
export function predictor<Θ>(
  objective: Pick<Objective<Θ>, "model" | "loss" | "threshold">,
  { task, engine }: Pick<Settings, "task" | "engine">,
  learnt: Learnt<Θ>,
): (x: Tensor, options?: PredictOptions) => Tensor {
  const programs = new Map<string, (args: object) => Tensor>();
  const programFor = (x: Tensor, as: PredictionForm): ((args: object) => Tensor) => {
    const name = `${as} ${x.shape} ${x.dtype}`;
    const known = programs.get(name) ?? compiled(predictionProgram(objective, { learnt, x }, as), engine);
    programs.delete(name); // what was asked for last stands last
    programs.set(name, known);
    if (programs.size > keptPrograms) programs.delete(programs.keys().next().value!);
    return known;
  };
  return (x, options = {}) => {
    knownOptions("predict(x, options)", options, ["as", "threshold"]);
    const { as = "decision", threshold = thresholdOf(objective) } = options;
    named("as", as, forms);
    checkedNumber("predict(x, { threshold })", threshold, {});
    const rows = inputsOf(x);
    const y = programFor(rows, as)({ learnt, x: rows });
    if (as !== "decision" || task === "regression") return y;
    checkDecidable(y);
    return task === "binary" || task === "multilabel" ? secondClass(y, threshold) : likeliestOf(y);
  };
}

const forms: Readonly<Record<PredictionForm, 0>> = { decision: 0, probabilities: 0, raw: 0 };

/** What is not a number is neither above a threshold nor below it. */
function checkDecidable({ shape, data }: Tensor): void {
  const at = data.findIndex(Number.isNaN);
  if (at === -1) return;
  throw new ModelError({
    code: "data-number",
    where: "predict(x)",
    given: { row: Math.floor(at / size(shape.slice(1))) },
    rule: "the network's answer for this row is not a number, so it decides for no class.",
    hint: 'look for NaN and infinities in the row; predict(x, { as: "raw" }) shows what comes out.',
  });
}

function secondClass({ shape, data }: Tensor, threshold: number): Tensor {
  const flat = shape.length === 2 && shape[1] === 1 ? [shape[0]!] : shape;
  return new Tensor(
    flat,
    Int32Array.from(data, (p) => (p > threshold ? 1 : 0)),
  );
}

const likeliestOf = ({ shape, data }: Tensor): Tensor => {
  const [rows, classes] = shape as [number, number];
  return new Tensor(
    [rows],
    Int32Array.from({ length: rows }, (_, i) => likeliest(data, i * classes, classes)),
  );
};
