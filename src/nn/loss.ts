import { ModelError } from "../core/errors.ts";
import { type Shape, sameShape } from "../core/shape.ts";
import type { Task } from "../core/task.ts";
import { lift, type Operand, type Value } from "../graph/value.ts";
import { exp, mean, sigmoid, slice, softmax } from "../ops/index.ts";

/**
 * How a prediction is made from what the network gives: by nothing, σ, softmax, exp; `gaussian`: mean and deviation from mean
 * and logarithm of the variance; `sorted`: quantiles put in order.
 */
export type Link = "identity" | "sigmoid" | "softmax" | "exp" | "gaussian" | "sorted";

/**
 * A loss compares what the network gives with the targets and returns one number: the mean over the rows of a batch.
 * Where a row has several outputs, its loss is their mean, too; a choice among classes is one outcome, so its terms are added.
 */
export interface Loss {
  (prediction: Operand, target: Operand): Value;
  readonly label: string;
  /** The loss of each row: `[batch]`. */
  readonly rows: (prediction: Value, target: Value) => Value;
  readonly link: Link;
  /** Predictions from what the network gives: the link applied. */
  readonly predict: (z: Value) => Value;
  /**
   * What a network gives for each target, where that is more than one number, by name: `mean` and `deviation`, or one for
   * each quantile. Its outputs are first those of the first name for all targets, then those of the next.
   */
  readonly heads: readonly string[];
  /** Which of the heads is the answer where one number is wanted. */
  readonly central: number;
  /** What the network gives where two classes are equally likely: 0 for a logit or a score, ½ for a probability. */
  readonly boundary: number;
  readonly tasks: readonly Task[];
  /** Least and greatest target that it makes sense for; class numbers excepted. */
  readonly range: readonly [least: number, most: number];
}

export interface LossRule {
  readonly label: string;
  /** Default `"identity"`. */
  readonly link?: Link;
  /** Default: as the link's name says. */
  readonly predict?: (z: Value) => Value;
  /** Default: none, one output a target. */
  readonly heads?: readonly string[];
  /** Default 0. */
  readonly central?: number;
  /** Default ½. */
  readonly boundary?: number;
  readonly tasks: readonly Task[];
  /** Default: every number. */
  readonly range?: readonly [least: number, most: number];
  readonly rows: (prediction: Value, target: Value) => Value;
}

const identity = (z: Value): Value => z;
const links: Partial<Record<Link, (z: Value) => Value>> = { sigmoid, softmax: (z) => softmax(z), exp };

const everything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
/** Targets that are shares or truth values. */
export const shareOfOne = [0, 1] as const;

/** A loss from its rule for the rows of a batch: the mean of `rows`, with what training needs to know about it. */
/* @__NO_SIDE_EFFECTS__ */
export function loss({ rows, link = "identity", boundary = 0.5, range = everything, ...rule }: LossRule): Loss {
  const call = (prediction: Operand, target: Operand): Value => mean(rows(lift(prediction), lift(target)));
  const { predict = links[link] ?? identity, heads = [], central = 0 } = rule;
  return Object.assign(call, { ...rule, rows, link, boundary, range, predict, heads, central });
}

/** One head of what the network gives or of its predictions: `[batch, targets]` of `[batch, heads × targets]`. */
export function head({ heads }: Pick<Loss, "heads">, z: Value, i: number): Value {
  if (heads.length < 2) return z;
  const targets = z.shape.at(-1)! / heads.length;
  return slice(z, [...z.shape.slice(0, -1).map((n) => [0, n] as const), [i * targets, (i + 1) * targets]]);
}

/** Where one number a target is wanted: the central head of a prediction. */
export const central = (loss: Pick<Loss, "heads" | "central">, p: Value): Value => head(loss, p, loss.central);

/** Whether targets are class numbers, one a row, for outputs that have one number a class. */
export const areClassNumbers = (z: { readonly shape: Shape }, t: { readonly shape: Shape }): boolean =>
  t.shape.length === z.shape.length - 1 && z.shape.at(-1)! > 1;

/** Targets in the shape of the predictions; `[batch]` stands for `[batch, 1]`. */
export function matching(name: string, y: Value, t: Value): Value {
  if (sameShape(y.shape, t.shape)) return t;
  const single = [...t.shape, 1];
  if (sameShape(y.shape, single)) return t.reshape(single);
  throw new ModelError({
    code: "shape-mismatch",
    where: name,
    given: { prediction: y.shape, target: t.shape },
    rule: "targets must have the shape of the predictions.",
    hint: "a target that is one number a row belongs to a network with one output.",
  });
}

/** A loss that is the mean over the outputs of a row of some function of prediction and target. */
/* @__NO_SIDE_EFFECTS__ */
export function elementwise(rule: Omit<LossRule, "rows"> & { readonly each: (y: Value, t: Value) => Value }): Loss {
  const rows = (y: Value, t: Value): Value => {
    return meanPerRow(rule.each(y, matching(rule.label, y, t)));
  };
  return loss({ ...rule, rows });
}

/** The mean over all axes but the first. */
export const meanPerRow = (each: Value): Value =>
  each.shape.length <= 1
    ? each
    : mean(
        each,
        each.shape.slice(1).map((_, i) => i + 1),
      );
