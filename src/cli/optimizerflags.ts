import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { checkedNumber } from "../core/names.ts";
import { schedules } from "../optim/index.ts";
import { allOptimizers, looksAtAll, type RunFile } from "../run/index.ts";
import { flag, list, name, number } from "./flags.ts";

export interface OptimizerFlags {
  optimizer?: string;
  learningRate?: number;
  schedule?: string;
  warmup?: number;
  clip?: Clip;
  weightDecay?: number;
  maxNorm?: number;
  layerRates?: Record<string, number>;
  batchSize?: number;
}

type Clip = { readonly [K in "value" | "norm" | "globalNorm"]?: number };

/** The update rule and what is around it. */
export function optimizerFlags(command: Command): void {
  flag(
    command,
    "--optimizer <name>",
    "update rule; lbfgs, bfgs and levenbergMarquardt take all rows at once (default: adam)",
    name("--optimizer", "optimizer", allOptimizers),
    ["--scheduler"],
  );
  flag(
    command,
    "--learning-rate <rate>",
    "step size (default: 0.001 for adam, as the rule needs for others*)",
    number("--learning-rate", { above: 0 }),
    ["--eta"],
  );
  flag(
    command,
    "--schedule <name>",
    "what becomes of the learning rate over the training (default: constant)",
    name("--schedule", "schedule", schedules),
  );
  flag(
    command,
    "--warmup <epochs>",
    "the learning rate rises in a line at first (default: 0)",
    number("--warmup", { above: 0 }),
  );
  limitFlags(command);
}

function limitFlags(command: Command): void {
  flag(command, "--clip <limit>", "gradients: their global norm, or norm:1 of each array, or value:1", clip);
  flag(
    command,
    "--weight-decay <strength>",
    "takes η·λ·W off the weights, apart from the gradient (default: 0)",
    number("--weight-decay", { least: 0 }),
  );
  flag(
    command,
    "--max-norm <length>",
    "greatest length of the weights into a unit (default: none)",
    number("--max-norm", { above: 0 }),
  );
  flag(command, "--layer-rates <list>", "factors of the learning rate by layer or parameter: 0:0.1,2.b:2", ratesOf);
}

/** `0:0.1,2.b:2` */
function ratesOf(text: string): Record<string, number> {
  const entries = list(text).map((part): [string, number] => {
    const mark = part.lastIndexOf(":");
    if (mark > 0) return [part.slice(0, mark), number("--layer-rates", { least: 0 })(part.slice(mark + 1))];
    throw new ModelError({
      code: "option",
      where: "--layer-rates",
      given: { given: part },
      rule: "must be layers or parameters with a factor of the learning rate each.",
      hint: "write --layer-rates 0:0.1,2.b:2, or body:0.1 for all layers but the last",
    });
  });
  return Object.fromEntries(entries);
}

/** `1`, `norm:1`, `value:0.5` */
function clip(text: string): Clip {
  const [, kind = "globalNorm", limit = ""] = /^(?:(value|norm):)?(.*)$/.exec(text.trim()) ?? [];
  const x = limit.trim() === "" ? Number.NaN : Number(limit);
  if (Number.isFinite(x)) return { [kind]: checkedNumber("--clip", x, { above: 0 }) };
  throw new ModelError({
    code: "option",
    where: "--clip",
    given: { given: text },
    rule: "must be a number, or norm: or value: with a number.",
    hint: "write --clip 1 for the global norm, --clip norm:1 for that of each array, --clip value:1 for each number.",
  });
}

/** What the flags say about the optimizer, over what a run file says. A rule named by a flag leaves the options of another. */
export function optimizerIn(base: RunFile, flags: OptimizerFlags): RunFile["training"] {
  const { optimizer, learningRate, schedule, warmup, clip, weightDecay, maxNorm, layerRates } = flags;
  const before = base.training?.schedule;
  const plain = typeof before === "string" ? { name: before } : before;
  const kept = schedule === undefined ? plain : { name: schedule };
  const rising = warmup === undefined ? kept : { ...(kept ?? { name: "constant" }), warmup };
  return {
    ...(optimizer !== undefined && looksAtAll({ optimizer: optimizer as "lbfgs" }) && withoutStep(flags)),
    ...(optimizer !== undefined && { optimizer }),
    ...(learningRate !== undefined && { learningRate }),
    ...((schedule !== undefined || warmup !== undefined) && { schedule: rising }),
    ...(clip !== undefined && { clip }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...(maxNorm !== undefined && { maxNorm }),
    ...(layerRates !== undefined && { layerRates }),
  } as RunFile["training"];
}

/** What a run file says about steps is nothing to an optimizer that finds its own. */
const withoutStep = ({ batchSize }: OptimizerFlags): object => ({
  ...{ learningRate: undefined, schedule: undefined, clip: undefined, weightDecay: undefined, maxNorm: undefined },
  ...(batchSize === undefined && { batchSize: undefined }),
});
