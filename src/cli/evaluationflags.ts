import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import type { RunFile } from "../run/index.ts";
import { metricNamed } from "../training/index.ts";
import { flag, list, number, reading } from "./flags.ts";

type Evaluation = NonNullable<RunFile["evaluation"]>;

/** What may be said about how a network is measured. */
export type EvaluationFlags = { -readonly [K in keyof Evaluation]?: Evaluation[K] };

/** Names of metrics, however they are written, as gradus writes them. */
export const metricNames = reading("--metrics", (text): string[] => list(text).map((name) => metricNamed(name).label));

export function evaluationFlags(command: Command): void {
  command.optionsGroup("Evaluation:");
  flag(
    command,
    "--metrics <names>",
    "measured beside the task's own after every epoch: f1,roc-auc,… (see gradus evaluate --help)",
    metricNames,
  );
  flag(
    command,
    "--threshold <rule>",
    "between two classes: 0.3, or chosen on the validation part by youden, f1 or cost:1,5 (default: 0.5)",
    threshold,
  );
  flag(
    command,
    "--optimal-error <x>",
    "least error that anything could reach (share of rows, rmse), or estimate (default: 0)",
    optimalError,
  );
  command.option("--no-baselines", "no figures of simple rules beside those of the network");
}

function optimalError(text: string): Evaluation["optimalError"] {
  if (text.toLowerCase() === "estimate") return "estimate";
  return number("--optimal-error", { least: 0 })(text);
}

/** `0.3`, `youden`, `f1`, or the costs of a false positive and a false negative: `cost:1,5`. */
function threshold(text: string): Evaluation["threshold"] {
  const word = text.trim().toLowerCase();
  if (word === "youden" || word === "f1") return word;
  if (!word.startsWith("cost:")) {
    if (word !== "" && Number.isFinite(Number(word))) return Number(word);
    throw new ModelError({
      code: "option",
      where: "--threshold",
      given: { given: text },
      rule: "must be a number, youden, f1 or cost:<false positive>,<false negative>.",
    });
  }
  const [falsePositive, falseNegative, ...more] = list(word.slice("cost:".length)).map(
    number("--threshold", { least: 0 }),
  );
  if (falsePositive !== undefined && falseNegative !== undefined && more.length === 0)
    return { falsePositive, falseNegative };
  throw new ModelError({
    code: "option",
    where: "--threshold",
    given: { given: text },
    rule: "needs two costs, of a false positive and of a false negative: cost:1,5.",
  });
}

/** The part of the run file that the flags amount to. */
export function evaluationIn(base: RunFile, flags: EvaluationFlags): Pick<RunFile, "evaluation"> {
  const { metrics, threshold, optimalError } = flags;
  const baselines = flags.baselines === false ? false : undefined; // commander's default is true
  const asked = Object.entries({ metrics, threshold, optimalError, baselines }).filter(
    ([, value]) => value !== undefined,
  );
  const evaluation = { ...base.evaluation, ...Object.fromEntries(asked) };
  return Object.keys(evaluation).length > 0 ? { evaluation } : {};
}
