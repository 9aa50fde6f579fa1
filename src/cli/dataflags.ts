import type { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { tasks } from "../core/task.ts";
import { expansionFrom, type MissingPolicy, missingPolicies, type ScaleKind, scaleKinds } from "../data/index.ts";
import type { RunFile } from "../run/index.ts";
import { choice, flag, list, number } from "./flags.ts";

type Data = NonNullable<RunFile["data"]>;

/** What the flags say about the data. */
export type DataFlags = { -readonly [K in keyof Omit<Data, "source" | "hash" | "scales">]?: Data[K] } & {
  scaleColumns?: Readonly<Record<string, ScaleKind>>;
};

const share = { least: 0, below: 1 } as const;

/** The flags that say which data, and what is done to them. */
export function dataFlags(command: Command): void {
  command.optionsGroup("Data:");
  flag(command, "--target <column>", "column to be learnt, or several: a,b (default: the last)", String);
  flag(
    command,
    "--task <task>",
    "regression, binary, multiclass or multilabel (default: by the target)",
    choice("--task", tasks),
  );
  flag(command, "--drop <columns>", "columns to leave out, separated by commas", list);
  flag(command, "--weights <column>", "a weight for each row, no input", String);
  columnFlags(command);
  splitFlags(command);
}

function columnFlags(command: Command): void {
  const scale = choice<ScaleKind>("--scale", scaleKinds);
  flag(command, "--scale <kind>", `of the inputs: ${spelled(scaleKinds)} (default: standard*)`, scale);
  flag(command, "--scale-columns <list>", "of some of them: age:minmax,income:robust", scalesOf);
  flag(
    command,
    "--target-scale <kind>",
    "of the target of a regression: standard or none (default: standard, unless --scale none)",
    choice("--target-scale", ["standard", "none"]),
  );
  flag(
    command,
    "--missing <policy>",
    `missing values: ${spelled(missingPolicies)} (default: error)`,
    choice<MissingPolicy>("--missing", missingPolicies),
  );
  flag(command, "--absent <values>", "missing values beside empty, NA, NaN, null, ?: --absent=-999,none", list);
  flag(command, "--categorical <columns>", "columns of numbers that name kinds, one feature each", list);
  flag(command, "--embed <columns>", "columns of words, some numbers learnt for each: city:4,zip", embedOf);
  flag(
    command,
    "--max-levels <n>",
    "words that a text column may have, one feature each (default: 100)",
    number("--max-levels", { least: 1, integer: true }),
  );
  flag(
    command,
    "--unseen <policy>",
    "words that training did not have: zero (none of the levels) or error (default: zero)",
    choice("--unseen", ["zero", "error"]),
  );
  flag(command, "--features <kind>", "made of the columns: polynomial:3, fourier:200 (default: none)", featuresOf);
}

function splitFlags(command: Command): void {
  flag(
    command,
    "--validation <share>",
    "share of the other rows to validate on, 0 for none (default: 0.2*)",
    number("--validation", share),
  );
  flag(
    command,
    "--test <share>",
    "share of rows to seal for the end, 0 for none (default: 0.2*)",
    number("--test", share),
  );
  flag(command, "--test-data <file>", "a file with the test part, sealed for the end", String);
  flag(
    command,
    "--dev-data <file>",
    "rows of the kind that matters: validation and test part are drawn from them",
    String,
  );
  flag(
    command,
    "--train-dev <share>",
    "with that: share of the other rows not to train on, to tell variance from mismatch (default: 0.2)",
    number("--train-dev", share),
  );
  flag(command, "--groups <column>", "rows with equal values stay in one part", String);
  flag(command, "--order <column>", "test on the last rows in this order; file: as they stand", String);
}

const spelled = (words: readonly string[]): string => `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

/** `age:minmax,income:robust` */
function scalesOf(text: string): Record<string, ScaleKind> {
  const entries = list(text).map((part): [string, ScaleKind] => {
    const mark = part.lastIndexOf(":");
    if (mark > 0) return [part.slice(0, mark), choice<ScaleKind>("--scale-columns", scaleKinds)(part.slice(mark + 1))];
    throw new ModelError({
      code: "option",
      where: "--scale-columns",
      given: { given: part },
      rule: "must be columns with a kind of scaling each: age:minmax,income:robust.",
      hint: `kinds: ${scaleKinds.join(", ")}`,
    });
  });
  return Object.fromEntries(entries);
}

/** `city:4,zip` */
function embedOf(text: string): Record<string, number | "auto"> {
  const size = number("--embed", { least: 1, integer: true });
  const entries = list(text).map((part): [string, number | "auto"] => {
    const mark = part.lastIndexOf(":");
    return mark > 0 ? [part.slice(0, mark), size(part.slice(mark + 1))] : [part, "auto"];
  });
  return Object.fromEntries(entries);
}

/** The text, once it is known to ask for an expansion. */
function featuresOf(text: string): string {
  try {
    expansionFrom(text);
    return text;
  } catch (error) {
    throw error instanceof ModelError ? new ModelError({ ...error.problem, where: "--features" }) : error;
  }
}

/** What a run file says in their place. */
export const dataOf = (flags: DataFlags): RunFile["data"] => ({
  testData: flags.testData,
  devData: flags.devData,
  trainDev: flags.trainDev,
  target: flags.target,
  task: flags.task,
  drop: flags.drop,
  absent: flags.absent,
  missing: flags.missing,
  categorical: flags.categorical,
  embed: flags.embed,
  maxLevels: flags.maxLevels,
  unseen: flags.unseen,
  scale: flags.scale,
  scales: flags.scaleColumns,
  targetScale: flags.targetScale,
  features: flags.features,
  weights: flags.weights,
  groups: flags.groups,
  order: flags.order,
  validation: flags.validation,
  test: flags.test,
});
