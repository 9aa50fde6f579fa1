import { ModelError } from "../../core/errors.ts";
import { checkedNumber, knownOptions } from "../../core/names.ts";
import { type Outcomes, type Question, questions } from "./outcomes.ts";
import { type Steps, stepsOf } from "./ranking.ts";

/** What a mistake costs, in any unit. */
export interface Costs {
  /** Of taking a no for a yes. */
  readonly falsePositive: number;
  /** Of taking a yes for a no. */
  readonly falseNegative: number;
}

/**
 * By what a threshold is chosen: `"youden"`, the share of the yes that is found less the share of the no that is taken for
 * one; `"f1"`; or the least mean cost of mistakes.
 */
export type ThresholdRule = "youden" | "f1" | Costs;

/** A threshold, and how good it is. */
export interface Threshold {
  /** Above it, the answer is yes, or the second of two classes. */
  readonly threshold: number;
  readonly by: ThresholdRule;
  /** Youden's index or F1; the mean cost a row. */
  readonly value: number;
}

/**
 * The threshold that does best on these outcomes: of the distinct ones, which lie half-way between neighbouring scores.
 * Of equals it is the nearest to ½ (to 0 for scores). It is fitted to these rows: take those of the validation part, never
 * those of the test part.
 *
 * @throws `metric-task` unless there are two classes with rows of both, or one label; `option` for an unknown rule or costs
 *         that are negative
 * @see Youden (1950), Index for rating diagnostic tests
 */
export function chooseThreshold(outcomes: Outcomes, by: ThresholdRule): Threshold {
  const worth = worthOf(by);
  const question = questionOf(outcomes);
  const probable = outcomes.kind !== "numbers" && outcomes.surprisal !== null;
  const usual = probable ? 0.5 : 0;
  const steps = stepsOf(question, outcomes.weights);
  const all = { yes: steps.yes.at(-1)!, no: steps.no.at(-1)! };
  if (all.yes === 0 || all.no === 0) throw refusal("there must be rows of both classes to choose a threshold by.");
  let best = { threshold: usual, value: Number.NEGATIVE_INFINITY };
  steps.thresholds.forEach((_, i) => {
    const value = worth({ yes: steps.yes[i]!, no: steps.no[i]! }, all);
    const threshold = below(steps, i, probable);
    const nearer = Math.abs(threshold - usual) < Math.abs(best.threshold - usual);
    if (value > best.value || (value === best.value && nearer)) best = { threshold, value };
  });
  return { ...best, by, value: typeof by === "string" ? best.value : -best.value };
}

/** Weight of the rows that are taken for a yes, by what they are. */
interface Taken {
  readonly yes: number;
  readonly no: number;
}

/** How good it is to take these for a yes, of all: higher is better. */
type Worth = (taken: Taken, all: Taken) => number;

function worthOf(by: ThresholdRule): Worth {
  if (by === "youden") return (taken, all) => taken.yes / all.yes - taken.no / all.no;
  if (by === "f1") return (taken, all) => (2 * taken.yes) / (taken.yes + taken.no + all.yes);
  if (typeof by !== "object" || by === null)
    throw new ModelError({
      code: "option",
      where: "chooseThreshold(outcomes, by)",
      given: { given: String(by) },
      rule: 'must be "youden", "f1" or { falsePositive, falseNegative }.',
    });
  knownOptions("chooseThreshold(outcomes, costs)", by, ["falsePositive", "falseNegative"]);
  const falsePositive = checkedNumber("falsePositive", by.falsePositive, { least: 0 });
  const falseNegative = checkedNumber("falseNegative", by.falseNegative, { least: 0 });
  return (taken, all) => -(falsePositive * taken.no + falseNegative * (all.yes - taken.yes)) / (all.yes + all.no);
}

function questionOf(outcomes: Outcomes): Question {
  const asked = outcomes.kind === "numbers" ? [] : questions(outcomes);
  if (asked.length === 1) return asked[0]!;
  throw refusal("a threshold is chosen for two classes, or one label.");
}

const refusal = (rule: string): ModelError =>
  new ModelError({ code: "metric-task", where: "chooseThreshold(outcomes, by)", rule });

/** A number that all scores down to the i-th are above, and no other. */
function below({ thresholds }: Steps, i: number, probable: boolean): number {
  const last = thresholds[i]!;
  const next = thresholds[i + 1];
  if (i === 0) return next!;
  if (next === undefined) return probable && last > 0 ? last / 2 : last - 1;
  const middle = next + (last - next) / 2;
  return middle < last ? middle : next;
}
