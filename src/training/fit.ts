import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions, named } from "../core/names.ts";
import { encodeTensors } from "../core/safetensors.ts";
import { Tensor } from "../core/tensor.ts";
import { leavesByName } from "../core/tree.ts";
import { splitRows } from "../data/split.ts";
import { type Data, isData, type PlainData, tensorOf } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import type { Layer } from "../nn/index.ts";
import { rowsOf } from "./divergence.ts";
import { evaluator, type Figures } from "./evaluate.ts";
import type { EpochRow } from "./history.ts";
import { boundaryOf } from "./metrics.ts";
import type { Objective, Part } from "./objective.ts";
import { inputsOf, partOf, type Rows, type Settings, type TrainOptions } from "./options.ts";
import { outputShape, predictionProgram } from "./programs.ts";
import { checkTargets } from "./targets.ts";
import { epochs, prepared, type Training } from "./train.ts";

/** Receives the files of a saved model, one after another. */
export type Sink = (name: string, bytes: Uint8Array) => void | Promise<void>;

export interface PredictOptions {
  /**
   * `"decision"`: the number `[rows, outputs]`, or for classes the class number `[rows]`; `"probabilities"`: after the
   * loss's link; `"raw"`: what the network gives (logits). Default `"decision"`.
   */
  readonly as?: keyof typeof forms;
  /** Two classes: the probability (for the hinge loss, the score) above which it is the second. Default ½ (0). */
  readonly threshold?: number;
}

/** A trained network and how it came about. */
export interface FitResult<Θ> {
  readonly model: Layer<Θ>;
  /** The trained parameters: plain data. */
  readonly parameters: Θ;
  /** One row an epoch. Training figures are means over its batches as they were met; `evaluate()` measures the end. */
  readonly history: readonly EpochRow[];
  /** Why it ended: all epochs done, or interrupted by the signal. */
  readonly stopped: "epochs" | "interrupted";
  /** Updates made. */
  readonly steps: number;
  readonly seconds: { readonly compile: number; readonly training: number };
  /** Loss, penalty and metrics on rows: the given ones, or the training rows. */
  evaluate(rows?: Rows): Figures;
  /** Predictions for rows of inputs. */
  predict(x: Exclude<Data, Value>, options?: PredictOptions): Tensor;
  /** Hands `model.safetensors` and `model.json` to a sink; in Node, a path of a folder will do. */
  save(to: Sink | string): Promise<void>;
}

/**
 * Trains a network.
 *
 * @param model   from `[batch, inputs]` to `[batch, outputs]`: `mlp(…)`, `chain(…)` or any `{ name, init, apply }`
 * @param data    x `[rows, inputs]` and y `[rows]`, `[rows, outputs]`, or class numbers as integers `[rows]`
 * @param options loss, optimizer, epochs, batch size, validation, seed, precision, signal …
 * @returns the trained parameters, the history, and functions to evaluate, predict and save
 * @throws  before training `option`, `loss-task`, `data-rows`, `data-number`, `data-split`, and the shape errors of the model
 *          with the layer's name; while training `diverged`, a `Divergence` with the last good parameters
 */
export async function fit<Θ>(model: Layer<Θ>, data: Rows, options: TrainOptions<Θ> = {}): Promise<FitResult<Θ>> {
  const all = partOf("fit(model, data)", data);
  const task = prepared("fit", model, partsOf(all, options), options);
  const rows = epochs(task);
  const history: EpochRow[] = [];
  for (;;) {
    const next = await rows.next();
    if (next.done) return trained(task, { history, ...next.value });
    const { parameters: _, ...row } = next.value;
    history.push(row);
    options.onEpoch?.(row);
  }
}

/** The validation rows split off by chance, or as given. */
function partsOf<Θ>(
  all: Part,
  { validation = 0, seed = 0 }: TrainOptions<Θ>,
): { training: Part; validation: Part | null } {
  if (typeof validation !== "number")
    return { training: all, validation: partOf("fit(…, { validation })", validation) };
  checkedNumber("validation", validation, { least: 0, below: 1 });
  const rows = splitRows(all.x.shape[0]!, { validation, seed });
  const part = (rows: Int32Array): Part => ({ x: rowsOf(all.x, rows), y: rowsOf(all.y, rows) });
  return rows.validation.length === 0
    ? { training: all, validation: null }
    : { training: part(rows.training), validation: part(rows.validation) };
}

type Trained<Θ> = Pick<FitResult<Θ>, "parameters" | "history" | "stopped" | "steps" | "seconds">;

function trained<Θ>({ objective, settings, training }: Training<Θ>, result: Trained<Θ>): FitResult<Θ> {
  const { model } = objective;
  const { parameters } = result;
  return {
    ...result,
    model,
    evaluate: (rows) => {
      const part = rows ? partOf("evaluate(data)", rows) : training;
      checkTargets(settings, outputShape(model, { θ: parameters, x: part.x }), part.y);
      return evaluator(objective, parameters, part, settings.engine)(parameters);
    },
    predict: (x, options = {}) => predictions(objective, settings, parameters, tensorOf(x), options),
    save: async (to) => {
      if (typeof to === "string")
        throw new ModelError({
          code: "option",
          where: "save(to)",
          given: { to },
          rule: "a path can be written to in Node only.",
          hint: "give a function (name, bytes) => … that keeps the files.",
        });
      await to("model.safetensors", encodeTensors(namedTensors(parameters)));
      await to("model.json", new TextEncoder().encode(`${JSON.stringify(describe(objective), null, 2)}\n`));
    },
  };
}

/** Parameters by name: `0.W`, `0.b`, `2.W`, … */
export function namedTensors(parameters: unknown): Record<string, Tensor> {
  const named = Object.entries(leavesByName(parameters, isData, "parameters"));
  return Object.fromEntries(named.map(([name, leaf]) => [name, tensorOf(leaf as PlainData)]));
}

const describe = <Θ>({ model, loss }: Objective<Θ>): object => ({
  format: "gradus-parameters",
  version: 1,
  layers: (model.layers ?? [model]).map((layer) => layer.name),
  loss: loss.label,
  link: loss.link,
});

/**
 * Predictions of a network for rows of inputs, as `fit`'s result gives them.
 *
 * @throws `option` for an unknown or impossible option
 */
export function predictions<Θ>(
  objective: Pick<Objective<Θ>, "model" | "loss">,
  { task, engine }: Pick<Settings, "task" | "engine">,
  parameters: Θ,
  x: Tensor,
  options: PredictOptions = {},
): Tensor {
  knownOptions("predict(x, options)", options, ["as", "threshold"]);
  const { as = "decision", threshold = boundaryOf(objective.loss) } = options;
  named("as", as, forms);
  checkedNumber("predict(x, { threshold })", threshold, {});
  const rows = inputsOf(x);
  const { executable, inputs, result } = predictionProgram(objective, { θ: parameters, x: rows }, as === "raw", engine);
  const y = result(executable.run(inputs({ θ: parameters, x: rows })));
  if (as !== "decision" || task === "regression") return y;
  return task === "binary" ? secondClass(y, threshold) : likeliest(y);
}

const forms = { decision: 0, probabilities: 0, raw: 0 } as const;

function secondClass({ shape, data }: Tensor, threshold: number): Tensor {
  const flat = shape.length === 2 && shape[1] === 1 ? [shape[0]!] : shape;
  return new Tensor(
    flat,
    Int32Array.from(data, (p) => (p > threshold ? 1 : 0)),
  );
}

function likeliest({ shape, data }: Tensor): Tensor {
  const [rows, classes] = shape as [number, number];
  const best = (i: number): number => {
    let k = 0;
    for (let j = 1; j < classes; j++) if (data[i * classes + j]! > data[i * classes + k]!) k = j;
    return k;
  };
  return new Tensor(
    [rows],
    Int32Array.from({ length: rows }, (_, i) => best(i)),
  );
}
