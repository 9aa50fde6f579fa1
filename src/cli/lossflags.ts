import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { losses } from "../nn/index.ts";
import type { RunFile } from "../run/index.ts";
import { flag, list, name, number } from "./flags.ts";

/** What the flags say about the loss. */
export interface LossFlags {
  loss?: string;
  quantiles?: number[];
  labelSmoothing?: number;
  classWeights?: "balanced" | Record<string, number>;
}

/** The flags that say what is minimised. */
export function lossFlags(command: Command): void {
  flag(command, "--loss <name>", "what is minimised (default: by the task)", name("--loss", "loss", losses), [
    "--cost",
  ]);
  flag(command, "--quantiles <list>", "of the quantile loss: 0.05,0.5,0.95 (default: 0.5)", (text) =>
    list(text).map(number("--quantiles", { above: 0, below: 1 })),
  );
  flag(
    command,
    "--label-smoothing <share>",
    "softens targets that are classes (default: 0)",
    number("--label-smoothing", { least: 0, below: 1 }),
  );
  flag(
    command,
    "--class-weights <weights>",
    "how much each class counts: balanced, or yes=5,no=1 (default: all rows alike)",
    classWeights,
  );
}

/** `balanced`, or the weights of some classes by name. */
function classWeights(text: string): "balanced" | Record<string, number> {
  if (text.trim().toLowerCase() === "balanced") return "balanced";
  const entries = list(text).map((entry): [string, number] => {
    const at = entry.lastIndexOf("=");
    if (at > 0) return [entry.slice(0, at).trim(), number("--class-weights", { least: 0 })(entry.slice(at + 1))];
    throw new ModelError({
      code: "option",
      where: "--class-weights",
      given: { given: text },
      rule: "must be balanced, or a weight for each class by name.",
      hint: "write --class-weights yes=5,no=1",
    });
  });
  return Object.fromEntries(entries);
}

/** What a run file says in their place. */
export const lossIn = ({ loss, quantiles, labelSmoothing, classWeights }: LossFlags): RunFile["training"] =>
  ({ loss, quantiles, labelSmoothing, classWeights }) as RunFile["training"];
