import { ModelError } from "../core/errors.ts";
import { checkedNumber, entryOf, named } from "../core/names.ts";
import { sameShape } from "../core/shape.ts";
import { type Task, tasks } from "../core/task.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Value } from "../graph/value.ts";
import { type Loss, loss, meanPerRow } from "../nn/index.ts";
import { usualLosses } from "../nn/usual.ts";
import { mean } from "../ops/index.ts";
import { isWholeBatch, layerRates, type Optimizer, type Schedule, type WholeBatch } from "../optim/index.ts";
import { usualOptimizers } from "../optim/usual.ts";
import { allRows } from "./allrows.ts";
import type { TrainOptions } from "./options.ts";

/**
 * The loss that is asked for, or that suits the targets. What is rarely used comes when it is.
 *
 * @throws `option` for an unknown name
 */
export async function lossOf<Θ>(options: TrainOptions<Θ>, targets: Tensor): Promise<Loss> {
  const wanted = options.loss ?? (targets.dtype === "integer" ? "crossEntropy" : "meanSquaredError");
  if (typeof wanted === "function") return lossFrom(wanted);
  const common = entryOf(wanted, usualLosses);
  if (common) return usualLosses[common];
  const { losses } = await import("./seldom.ts");
  return losses[named("loss", wanted, losses)];
}

/**
 * A loss from any function. A target that is one number a row comes in the shape of the prediction: `[rows]` beside
 * `[rows, 1]` would give the differences of every row to every other.
 */
function lossFrom(given: (y: Value, t: Value) => Value): Loss {
  if ("rows" in given) return given as Loss;
  const label = given.name || "loss";
  const wanted = (y: Value, t: Value): Value => {
    const column = sameShape(y.shape, [...t.shape, 1]) || sameShape([...y.shape, 1], t.shape);
    return given(y, column ? t.reshape(y.shape) : t);
  };
  const rows = (y: Value, t: Value): Value => {
    const value = wanted(y, t);
    return value.shape.length === 0 ? value.reshape([1]).broadcastTo([y.shape[0] ?? 1]) : meanPerRow(value);
  };
  const plain = loss({ label, tasks, rows });
  return Object.assign((y: Value, t: Value): Value => mean(wanted(y, t)), plain) as Loss;
}

/** The task that loss and targets imply: class numbers are of several classes, several columns of truth values are labels. */
export function taskOf({ tasks }: Loss, targets: Tensor): Task {
  if (targets.dtype === "integer" && tasks.includes("multiclass")) return "multiclass";
  const several = targets.shape.length > 1 && targets.shape.at(-1)! > 1;
  return several && tasks.includes("multilabel") && tasks[0] === "binary" && isTruth(targets)
    ? "multilabel"
    : tasks[0]!;
}

const isTruth = ({ data }: Tensor): boolean => data.every((t) => t === 0 || t === 1);

/**
 * The update rule that is asked for, with the rates that are. What is rarely used comes when it is.
 *
 * @throws `option` for an unknown name, or a rate that is not positive
 */
export async function optimizerOf<Θ>(options: TrainOptions<Θ>): Promise<Optimizer | WholeBatch> {
  const { layerRates: rates, frozen = [] } = options;
  const rule = await ruleOf(options);
  if (rates === undefined && frozen.length === 0) return rule;
  return layerRates(rule, { ...rates, ...Object.fromEntries(frozen.map((name) => [name, 0])) });
}

async function ruleOf<Θ>({
  optimizer = usualOptimizers.adam(),
  learningRate,
}: TrainOptions<Θ>): Promise<Optimizer | WholeBatch> {
  if (learningRate !== undefined && typeof learningRate !== "function")
    checkedNumber("learningRate", learningRate, { above: 0 });
  if (typeof optimizer === "string") return ruleNamed(optimizer, learningRate);
  if (!isOptimizer(optimizer))
    throw new ModelError({
      code: "option",
      where: "optimizer",
      given: { given: typeof optimizer },
      rule: "must be the name of an optimizer, or one with its options.",
      hint: 'write "adam" or adam({ learningRate: 0.001 }), not adam.',
    });
  if (isWholeBatch(optimizer)) {
    if (learningRate !== undefined) throw allRows(optimizer.name, { "learning rate": String(learningRate) });
    return optimizer;
  }
  return learningRate === undefined ? optimizer : { ...optimizer, learningRate };
}

/** What callers without types hand in may be anything. */
const isOptimizer = (given: Optimizer | WholeBatch): boolean =>
  typeof given === "object" && given !== null && ["update", "method", "tolerances"].some((key) => key in given);

/** Optimizers that look at all rows at once, by name. */
export type AllRowsName = WholeBatch["name"];

async function ruleNamed(name: string, learningRate: number | Schedule | undefined): Promise<Optimizer | WholeBatch> {
  const rate = learningRate === undefined ? {} : { learningRate };
  const common = entryOf(name, usualOptimizers);
  if (common) return usualOptimizers[common](rate);
  const { optimizers, wholeBatch } = await import("./seldom.ts");
  const stepwise = entryOf(name, optimizers);
  if (stepwise) return optimizers[stepwise](rate);
  const known = named("optimizer", name, { ...optimizers, ...wholeBatch }) as AllRowsName;
  if (learningRate !== undefined) throw allRows(known, { "learning rate": String(learningRate) });
  return wholeBatch[known]();
}
