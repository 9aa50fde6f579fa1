import { ModelError } from "../../core/errors.ts";
import type { Outcomes } from "./outcomes.ts";
import { outcomesOf, type Predicted } from "./predicted.ts";

/** A figure for given weights of the rows, `[rows]`, none negative; NaN where it is not defined. */
export type Measure = (weights: Float64Array) => number;

/**
 * A figure of merit of a whole part, measured from what is true and what is predicted: `rocAuc(outcomes)`.
 * NaN stands for a figure that is not defined on these rows.
 *
 * @throws `metric-task` for outcomes that it cannot be measured on
 */
export interface Metric {
  (outcomes: Outcomes): number;
  readonly label: string;
  readonly better: "high" | "low";
  /** Why it cannot be measured on these outcomes, as the end of a sentence; null where it can. */
  readonly refusal: (outcomes: Outcomes) => string | null;
  /**
   * Does once what does not depend on the weights (sorting, above all), so that the figure can be had for many weights:
   * a resample of the rows is nothing but whole weights.
   */
  readonly prepare: (outcomes: Outcomes) => Measure;
  /** The same in two steps, of which many metrics share the first: sums over the rows, and what the figure makes of them. */
  readonly gather: Gather<Outcomes, unknown>;
  readonly figure: (sums: unknown, outcomes: Outcomes) => number;
  /** The figure from what a network says: here, so that a program without such metrics does not hold what they need. */
  readonly measure: (predicted: Predicted) => number;
}

/** Prepares outcomes; then gives what is needed of them for any weights. */
export type Gather<O, S> = (outcomes: O) => (weights: Float64Array) => S;

type Kind = Outcomes["kind"];

/** How a metric is measured on the kinds of outcomes that it is for. */
export interface MetricRule<K extends Kind, S> {
  readonly label: string;
  readonly better: "high" | "low";
  readonly kinds: readonly K[];
  /** A reason beyond the kind. */
  readonly refusal?: (outcomes: Extract<Outcomes, { kind: K }>) => string | null;
  readonly gather: Gather<Extract<Outcomes, { kind: K }>, S>;
  readonly figure: (sums: S, outcomes: Extract<Outcomes, { kind: K }>) => number;
}

const kindNames: Readonly<Record<Kind, string>> = {
  classes: "classes",
  labels: "labels (several yes-or-no targets)",
  numbers: "numbers",
};

/** A metric from its rule. */
export function metric<K extends Kind, S>({ label, better, kinds, ...rule }: MetricRule<K, S>): Metric {
  const refusal = (outcomes: Outcomes): string | null =>
    kinds.includes(outcomes.kind as K)
      ? (rule.refusal?.(outcomes as never) ?? null)
      : `it is for ${kinds.map((kind) => kindNames[kind]).join(" and ")}, but these are ${kindNames[outcomes.kind]}`;
  const prepare = (outcomes: Outcomes): Measure => {
    const reason = refusal(outcomes);
    if (reason !== null)
      throw new ModelError({
        code: "metric-task",
        where: `metric ${label}`,
        given: { rows: outcomes.rows },
        rule: `cannot be measured here: ${reason}.`,
      });
    const sums = rule.gather(outcomes as never);
    return (weights) => rule.figure(sums(weights), outcomes as never);
  };
  const call = (outcomes: Outcomes): number => prepare(outcomes)(outcomes.weights);
  const measure = (predicted: Predicted): number => {
    const outcomes = outcomesOf(predicted);
    return outcomes === null ? Number.NaN : call(outcomes);
  };
  const { gather, figure } = rule as unknown as Pick<Metric, "gather" | "figure">;
  return Object.assign(call, { label, better, refusal, prepare, gather, figure, measure });
}

/** For sums that are the figure already. */
export const itself = (sum: number): number => sum;

/** For metrics that need probabilities. */
export const needsProbabilities = ({ surprisal }: { readonly surprisal: unknown }): string | null =>
  surprisal === null ? "it needs probabilities, but there are only scores" : null;
