import { ModelError } from "../core/index.ts";
import { type Encoding, outputsOf, widthOf } from "../data/index.ts";
import { type LossSpec, lossOf, type NetworkSpec } from "../interchange/index.ts";
import { type ActivationName, type EmbeddedColumn, type LossName, losses, type NormPlace } from "../nn/index.ts";
import { allRows } from "../training/allrows.ts";
import { parameterCount } from "./network.ts";
import { looksAtAll, optimizing } from "./optimizing.ts";
import type { Prepared } from "./prepare.ts";
import type { Recipe } from "./recipes.ts";
import type { CheckedRunFile } from "./runfile.ts";

/**
 * Numbers to be learnt are brought to mean 0 and deviation 1, unless scaling is off or the loss needs counts.
 *
 * @param kind as the run file asks for it; default: as the inputs
 * @throws `option` when a loss for counts is to work on scaled numbers
 */
export function targetScale(
  { target, scale }: Encoding,
  loss: LossName,
  kind: "standard" | "none" = scale === "none" || loss === "poisson" ? "none" : "standard",
): Prepared["target"] {
  if (kind === "standard" && loss === "poisson")
    throw new ModelError({
      code: "option",
      where: "target scale",
      given: { "target scale": kind, loss },
      rule: "poisson works on counts as they are.",
      hint: "leave the target scale out",
    });
  if (target.kind !== "number" || kind === "none") return { shift: 0, scale: 1 };
  return { shift: target.mean, scale: target.deviation > 0 ? target.deviation : 1 };
}

/**
 * The network, its sizes and activations filled in.
 *
 * @throws `option` for a list of activations of another length, or a network too large to hold; `loss-task` for an output
 *         activation that the loss cannot work behind
 */
export function networkFor(
  encoding: Encoding,
  spec: LossSpec,
  recipe: Recipe,
  { network, data }: CheckedRunFile,
): NetworkSpec {
  const hidden = network.hidden ?? recipe.hidden;
  const f = network.activation ?? recipe.activation;
  const activation: readonly ActivationName[] = oneForEach("activation", f, hidden);
  const sized = {
    inputs: encoding.features.length,
    hidden,
    outputs: outputsOf(encoding.target, encoding.task) * Math.max(1, lossOf(spec).heads.length),
    activation,
    output: outputFor(spec.loss, network.output),
    ...(data.embed && { embed: embeddings(encoding, data.embed) }),
  };
  checkSize(sized);
  return { ...sized, ...(network.init && { init: network.init }), ...regularisation(network, hidden) };
}

/**
 * The features that are level numbers, and how many numbers are learnt for each level: as the run file says, or for n levels
 * round(1.6 · n^0.56), at most 50, the rule of fastai.
 */
function embeddings({ inputs }: Encoding, wanted: Readonly<Record<string, number | "auto">>): EmbeddedColumn[] {
  let next = 0;
  return inputs.flatMap((input) => {
    const column = next;
    next += widthOf(input);
    if (input.kind !== "level") return [];
    const levels = input.levels.length;
    const size = wanted[input.column]!;
    const suited = Math.min(50, Math.round(1.6 * levels ** 0.56));
    return [{ column, levels, size: size === "auto" ? suited : size }];
  });
}

/** Noise, dropout and normalisation, as far as they are wanted. */
function regularisation(
  network: CheckedRunFile["network"],
  hidden: readonly number[],
): Pick<NetworkSpec, "dropout" | "inputDropout" | "inputNoise" | "batchNorm" | "layerNorm"> {
  const { inputDropout = 0, inputNoise = 0, batchNorm, layerNorm } = network;
  const dropout = oneForEach("dropout", network.dropout ?? 0, hidden);
  const place = (given: boolean | NormPlace): NormPlace => (given === true ? "before" : (given as NormPlace));
  return {
    ...(dropout.some((rate) => rate > 0) && { dropout }),
    ...(inputDropout > 0 && { inputDropout }),
    ...(inputNoise > 0 && { inputNoise }),
    ...(batchNorm && { batchNorm: place(batchNorm) }),
    ...(layerNorm && { layerNorm: place(layerNorm) }),
  };
}

/** One entry for each hidden layer. */
function oneForEach<T extends string | number>(
  what: string,
  given: T | readonly T[],
  hidden: readonly number[],
): readonly T[] {
  if (!Array.isArray(given)) return hidden.map(() => given as T);
  if (given.length === hidden.length) return given as readonly T[];
  throw new ModelError({
    code: "option",
    where: what,
    given: { "hidden layers": hidden.length, given: given.length },
    rule: `give one ${what} for all hidden layers, or one for each.`,
  });
}

/** More parameters than this, with gradients and the optimizer's memory, fill gigabytes. */
const mostParameters = 2 ** 28;

function checkSize(network: NetworkSpec): void {
  const parameters = parameterCount({ network });
  if (parameters <= mostParameters) return;
  throw new ModelError({
    code: "option",
    where: "hidden",
    given: { layers: [network.inputs, ...network.hidden, network.outputs].join(" → "), parameters },
    rule: `this network would have ${parameters} parameters; at most ${mostParameters} are allowed.`,
    hint: "choose smaller hidden layers",
  });
}

/** The activation behind the last layer, apart from the loss's own link. */
function outputFor(loss: LossName, wanted: ActivationName | undefined): ActivationName {
  const { link } = losses[loss];
  if (wanted === undefined || wanted === link) return "identity";
  if (link === "identity" || wanted === "identity") return wanted;
  throw new ModelError({
    code: "loss-task",
    where: "output",
    given: { output: wanted, loss },
    rule: `${loss} works on what comes before its own ${link}, so ${wanted} cannot stand in between.`,
    hint: `leave the output out, or give ${link}.`,
  });
}

/** The update rule, and how long it runs. */
export function rule(
  recipe: Recipe,
  file: CheckedRunFile,
  rows: number,
): Pick<Prepared, "optimizer" | "epochs" | "batchSize" | "l1" | "l2"> {
  const { training } = file;
  return {
    optimizer: optimizing(file, recipe),
    epochs: training.epochs ?? recipe.epochs,
    batchSize: batchSizeFor(file, recipe, rows),
    l1: training.l1 ?? 0,
    l2: training.l2 ?? 0,
  };
}

/** @throws `option` for batches where the optimizer looks at all rows at once */
function batchSizeFor({ training }: CheckedRunFile, recipe: Recipe, rows: number): number {
  if (!looksAtAll(training)) return training.batchSize ?? recipe.batchSize;
  const { batchSize = rows, optimizer } = training;
  if (batchSize >= rows) return rows;
  throw allRows(typeof optimizer === "object" ? optimizer.name : optimizer!, { batchSize, rows });
}
