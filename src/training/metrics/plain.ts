import { ModelError } from "../../core/errors.ts";
import { knownOptions } from "../../core/names.ts";
import type { Tensor } from "../../core/tensor.ts";
import { type PlainData, tensorOf } from "../../graph/lifted.ts";
import { likeliest } from "../decision.ts";
import type { ClassOutcomes, LabelOutcomes, NumberOutcomes } from "./outcomes.ts";
import { surprisalOfProbabilities } from "./predicted.ts";

/** What is known of rows that are of one class each; one of `probabilities`, `scores` and `predicted` is enough. */
export interface PlainClasses {
  /** Class numbers from 0, `[rows]`. */
  readonly truth: PlainData;
  /** Of the second of two classes, `[rows]`; of each class, `[rows, classes]`. */
  readonly probabilities?: PlainData;
  /** Any numbers that are higher for likelier classes, in the same form. */
  readonly scores?: PlainData;
  /** Class numbers, `[rows]`. Default: the likeliest class. */
  readonly predicted?: PlainData;
  /** Two classes: above it, a row is taken for the second. Default ½ for probabilities, 0 for scores. */
  readonly threshold?: number;
  /** How many classes there are, where no other data say so. Default: the highest number and 1. */
  readonly classes?: number;
  /** How much each row counts, `[rows]`. Default: 1 each. */
  readonly weights?: PlainData;
}

const classKeys = ["truth", "probabilities", "scores", "predicted", "threshold", "classes", "weights"];

/**
 * Outcomes of a classifier from plain data, for metrics, curves and intervals.
 *
 * @throws `data-rows` when lengths differ, `data-number` for numbers that are not finite, class numbers that are not whole
 *         or not there, probabilities outside of 0 to 1 and negative weights, `option` when there is nothing to judge
 */
export function classOutcomes(plain: PlainClasses): ClassOutcomes {
  const where = "classOutcomes";
  knownOptions(`${where}({ … })`, plain, classKeys);
  const truth = numbers(where, "truth", plain.truth);
  const rows = truth.shape[0]!;
  const given = plain.probabilities ?? plain.scores;
  if (given === undefined && plain.predicted === undefined)
    throw new ModelError({
      code: "option",
      where,
      rule: "give probabilities, scores or predicted classes to be judged.",
    });
  const stated = plain.predicted === undefined ? null : numbers(where, "predicted", plain.predicted, rows);
  const told =
    given === undefined ? null : numbers(where, plain.probabilities ? "probabilities" : "scores", given, rows);
  const classes = classesOf(plain, [truth, stated, told]);
  const truths = classNumbers(where, "truth", truth, classes);
  const scores = told
    ? new Float64Array(told.data)
    : oneHot(classNumbers(where, "predicted", stated!, classes), classes);
  const columns = classes === 2 ? 1 : classes;
  if (told) checkColumns(where, told, columns);
  const probable = plain.probabilities !== undefined;
  if (probable) checkProbabilities(where, told!, columns);
  const { threshold = probable || !told ? 0.5 : 0 } = plain;
  const decided = (i: number): number =>
    columns === 1 ? Number(scores[i]! > threshold) : likeliest(scores, i * columns, columns);
  return {
    kind: "classes",
    rows,
    classes,
    truth: truths,
    predicted: stated
      ? classNumbers(where, "predicted", stated, classes)
      : Int32Array.from({ length: rows }, (_, i) => decided(i)),
    scores,
    surprisal: probable ? () => surprisalOfProbabilities(scores, truths, { rows, columns }) : null,
    weights: weightsOf(where, plain.weights, rows),
  };
}

/** How far from 1 the probabilities of a row may be: rounding to float32, over many classes. */
const slack = 1e-3;

function checkProbabilities(where: string, p: Tensor, columns: number): void {
  inside(where, "probabilities", p, [0, 1]);
  if (columns === 1) return;
  for (let start = 0; start < p.data.length; start += columns) {
    let sum = 0;
    for (let j = start; j < start + columns; j++) sum += p.data[j]!;
    if (Math.abs(sum - 1) <= slack) continue;
    throw new ModelError({
      code: "data-number",
      where: `${where}, probabilities`,
      given: { row: start / columns, sum },
      rule: "the probabilities of a row must add up to 1.",
      hint: "numbers that only rank the classes are given as scores.",
    });
  }
}

function classesOf({ classes }: PlainClasses, [truth, stated, told]: readonly (Tensor | null)[]): number {
  const columns = told && told.shape.length > 1 ? told.shape[1]! : 1;
  if (columns > 1) return columns;
  if (told) return 2;
  const most = (t: Tensor | null | undefined): number => {
    let highest = 0;
    for (const c of t?.data ?? []) highest = Math.max(highest, c);
    return highest;
  };
  return Math.max(2, classes ?? 0, most(truth) + 1, most(stated) + 1);
}

function oneHot(classNumbers: Int32Array, classes: number): Float64Array {
  if (classes === 2) return Float64Array.from(classNumbers);
  const out = new Float64Array(classNumbers.length * classes);
  classNumbers.forEach((c, i) => {
    out[i * classes + c] = 1;
  });
  return out;
}

/** What is known of rows with several answers of yes and no. */
export interface PlainLabels {
  /** 0 or 1, `[rows, labels]`. */
  readonly truth: PlainData;
  /** Of yes, `[rows, labels]`. */
  readonly probabilities: PlainData;
  /** Above it, the answer is yes. Default ½. */
  readonly threshold?: number;
  /** How much each row counts, `[rows]`. Default: 1 each. */
  readonly weights?: PlainData;
}

/**
 * Outcomes of several answers of yes and no a row, from plain data.
 *
 * @throws as `classOutcomes`
 */
export function labelOutcomes(plain: PlainLabels): LabelOutcomes {
  const where = "labelOutcomes";
  knownOptions(`${where}({ … })`, plain, ["truth", "probabilities", "threshold", "weights"]);
  const truth = numbers(where, "truth", plain.truth);
  const rows = truth.shape[0]!;
  const p = numbers(where, "probabilities", plain.probabilities, rows);
  const labels = p.data.length / rows;
  checkColumns(where, truth, labels);
  inside(where, "probabilities", p, [0, 1]);
  const yes = Uint8Array.from(classNumbers(where, "truth", truth, 2));
  const { threshold = 0.5 } = plain;
  return {
    kind: "labels",
    rows,
    labels,
    truth: yes,
    predicted: Uint8Array.from(p.data, (x) => Number(x > threshold)),
    scores: new Float64Array(p.data),
    surprisal: () => surprisalOfProbabilities(p.data, yes, { rows, columns: labels }),
    weights: weightsOf(where, plain.weights, rows),
  };
}

/** What is known of rows whose targets are numbers. */
export interface PlainNumbers {
  /** `[rows]` or `[rows, outputs]`. */
  readonly truth: PlainData;
  /** In the same form. */
  readonly predicted: PlainData;
  /** How much each row counts, `[rows]`. Default: 1 each. */
  readonly weights?: PlainData;
}

/**
 * Outcomes of a regression from plain data.
 *
 * @throws as `classOutcomes`
 */
export function numberOutcomes(plain: PlainNumbers): NumberOutcomes {
  const where = "numberOutcomes";
  knownOptions(`${where}({ … })`, plain, ["truth", "predicted", "weights"]);
  const truth = numbers(where, "truth", plain.truth);
  const rows = truth.shape[0]!;
  const predicted = numbers(where, "predicted", plain.predicted, rows);
  const outputs = truth.data.length / rows;
  checkColumns(where, predicted, outputs);
  return {
    kind: "numbers",
    rows,
    outputs,
    truth: new Float64Array(truth.data),
    predicted: new Float64Array(predicted.data),
    weights: weightsOf(where, plain.weights, rows),
  };
}

/** Finite numbers, a row each, of as many rows as there should be. */
function numbers(where: string, name: string, plain: PlainData, rows?: number): Tensor {
  const found = tensorOf(plain);
  const [length = 0] = found.shape;
  if (length === 0 || found.data.length === 0 || (rows !== undefined && length !== rows))
    throw new ModelError({
      code: "data-rows",
      where: `${where}, ${name}`,
      given: { [name]: found.shape, ...(rows !== undefined && { "rows of truth": rows }) },
      rule: rows === undefined ? "there must be at least one row." : "there must be as many rows as in truth.",
    });
  inside(where, name, found, [-Number.MAX_VALUE, Number.MAX_VALUE]);
  return found;
}

function inside(where: string, name: string, { data }: Tensor, [least, most]: readonly [number, number]): void {
  const at = data.findIndex((x) => !(x >= least && x <= most));
  if (at === -1) return;
  const finite = Math.abs(least) === Number.MAX_VALUE;
  throw new ModelError({
    code: "data-number",
    where: `${where}, ${name}`,
    given: { place: at, value: data[at]! },
    rule: finite ? "every number must be finite." : `every number must lie in [${least}, ${most}].`,
  });
}

function checkColumns(where: string, { shape, data }: Tensor, columns: number): void {
  if (data.length === shape[0]! * columns) return;
  throw new ModelError({
    code: "data-rows",
    where,
    given: { given: shape, columns },
    rule: `there must be ${columns === 1 ? "one number" : `${columns} numbers`} a row.`,
  });
}

function classNumbers(where: string, name: string, { data }: Tensor, classes: number): Int32Array {
  const at = data.findIndex((c) => !(Number.isInteger(c) && c >= 0 && c < classes));
  if (at === -1) return Int32Array.from(data);
  throw new ModelError({
    code: "data-number",
    where: `${where}, ${name}`,
    given: { place: at, value: data[at]! },
    rule: `must be class numbers from 0 to ${classes - 1}.`,
  });
}

/** How much each row counts, checked: none negative, some above 0. */
export function weightsOf(where: string, weights: PlainData | undefined, rows: number): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1);
  const found = numbers(where, "weights", weights, rows);
  inside(where, "weights", found, [0, Number.MAX_VALUE]);
  checkColumns(where, found, 1);
  if (found.data.some((w) => w > 0)) return new Float64Array(found.data);
  throw new ModelError({ code: "data-number", where: `${where}, weights`, rule: "some row must have weight." });
}
