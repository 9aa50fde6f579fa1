import {
  type Diagnosis,
  diagnose,
  effectiveRows,
  type Origin,
  optimalErrorRate,
  optimalRmse,
  type PartError,
  rateError,
  rmseError,
} from "../study/index.ts";
import type { Figures } from "../training/index.ts";
import { outcomesOn, type TrainedModel } from "./model.ts";
import type { Prepared } from "./prepare.ts";

/** Figures of each part, as far as it is there and open. */
export type PartFigures = Readonly<Record<"train" | "trainDev" | "validation" | "test", Figures | null>>;

/** Where the errors of a network come from; null without rows that were not trained on. */
export function diagnosisOf(
  prepared: Prepared,
  model: TrainedModel,
  figures: PartFigures,
  test: Prepared["validation"],
): Diagnosis | null {
  const { training, trainDev, validation } = prepared;
  if (!validation && !trainDev) return null;
  const error = (name: keyof PartFigures, part: Prepared["validation"]): PartError | null =>
    part && figures[name] && errorOf(model, part, figures[name]);
  const parts = {
    trainDev: error("trainDev", trainDev),
    validation: error("validation", validation),
    test: error("test", test),
  };
  const known = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== null));
  return diagnose({
    measure: model.file.task === "regression" ? "rmse" : "error rate",
    optimal: optimalOf(prepared),
    training: error("train", training)!,
    ...(known as Partial<Record<keyof typeof parts, PartError>>),
  });
}

/** Of classes, from the share of rows that are right; of numbers, from the squares of their errors. */
function errorOf(model: TrainedModel, part: NonNullable<Prepared["validation"]>, { metrics }: Figures): PartError {
  const rows = part.weights ? effectiveRows(part.weights.data) : part.y.shape[0]!;
  const { accuracy } = metrics;
  if (accuracy !== undefined) return rateError(1 - accuracy, rows);
  const outcomes = outcomesOn(model, part);
  return outcomes?.kind === "numbers" ? rmseError(outcomes) : { error: Number.NaN, standardError: Number.NaN };
}

/** The optimal error: as given, as nearest training rows suggest, or else 0. */
function optimalOf({ file, training, target, task, encoding }: Prepared): { error: number; origin: Origin } {
  const wanted = file.evaluation?.optimalError;
  if (wanted === undefined) return { error: 0, origin: "assumed" };
  if (typeof wanted === "number") return { error: wanted, origin: "given" };
  const { x, y } = training;
  if (task === "regression") return { error: optimalRmse(x, y.data) * target.scale, origin: "estimated" };
  const classes = encoding.target.kind === "classes" ? encoding.target.classes.length : 2;
  return { error: optimalErrorRate(x, y.data, { classes }), origin: "estimated" };
}
