import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions } from "../core/names.ts";
import type { Value } from "../graph/value.ts";
import { cast, div, minimum } from "../ops/index.ts";

/** What a schedule may know of the training that it is part of. */
export interface Course {
  /** Updates of the whole training. */
  readonly steps: number;
  /** Updates of an epoch. */
  readonly stepsPerEpoch: number;
  /** What a reaction to the loss has left of the learning rate so far, from 0 to 1: see `reduceOnPlateau`. */
  readonly level: Value;
}

/** Where the reaction to a loss stands; all numbers are finite, so that they can be kept beside the parameters. */
export interface Reaction {
  /** What is left of the learning rate, from 0 to 1. */
  readonly level: number;
  /** Least loss so far; 0 before the first epoch. */
  readonly best: number;
  /** Epochs without progress; −1 before the first epoch. */
  readonly waited: number;
  /** Epochs to go that do not count. */
  readonly cooling: number;
}

/** How a schedule reacts to the loss of each epoch: before the first one, and after one. */
export interface Reacting {
  readonly start: Reaction;
  readonly after: (before: Reaction, loss: number) => Reaction;
}

/**
 * Learning rate as a function of the number of updates made so far, 0, 1, 2, … (an integer). It is traced into the compiled
 * training step, so it is written with the library's operations.
 */
export interface Schedule {
  (t: Value, course: Course): Value;
  /** Set where it reacts to the loss of each epoch. */
  readonly reacting?: Reacting;
}

/** A length of time, in epochs (a fraction will do) or in updates, not in both. Left out: the whole training. */
export interface Span {
  readonly epochs?: number;
  readonly steps?: number;
}

/**
 * A span checked, as a number of updates.
 *
 * @param otherwise where neither is given; default the whole training
 * @throws `option` when both are given, or one is not greater than 0
 */
export function spanOf(
  name: string,
  { epochs, steps }: Span,
  otherwise: (course: Pick<Course, "steps" | "stepsPerEpoch">) => number = (course) => course.steps,
): (course: Pick<Course, "steps" | "stepsPerEpoch">) => number {
  if (epochs !== undefined && steps !== undefined)
    throw new ModelError({
      code: "option",
      where: `${name}({ epochs, steps })`,
      given: { epochs, steps },
      rule: "a length is given in epochs or in steps, not in both.",
    });
  if (epochs !== undefined) checkedNumber(`${name}({ epochs })`, epochs, { above: 0 });
  if (steps !== undefined) checkedNumber(`${name}({ steps })`, steps, { above: 0 });
  return (course) => Math.max(1, steps ?? (epochs === undefined ? otherwise(course) : epochs * course.stepsPerEpoch));
}

/** t / span, as a real number. */
export const lapse = (t: Value, span: number): Value => div(cast(t, "real"), span);

/** t / span, and 1 from there on. */
export const share = (t: Value, span: number): Value => minimum(lapse(t, span), 1);

/** Options of a schedule by what is allowed: `numbers` from 0 on, `positive` above 0, `shares` above 0 up to 1. */
type Allowed = Readonly<Partial<Record<"numbers" | "positive" | "shares" | "flags", readonly string[]>>>;

/** Checks a schedule's rate and options. */
export function checkSchedule(name: string, rate: number, options: object, allowed: Allowed): void {
  checkedNumber(`${name}(rate)`, rate, { above: 0 });
  const { numbers = [], positive = [], shares = [], flags = [] } = allowed;
  knownOptions(`${name}(rate, options)`, options, ["epochs", "steps", ...numbers, ...positive, ...shares, ...flags]);
  for (const [key, x] of Object.entries(options) as [string, number | undefined][]) {
    if (x === undefined) continue;
    if (numbers.includes(key)) checkedNumber(`${name}({ ${key} })`, x, { least: 0 });
    if (positive.includes(key)) checkedNumber(`${name}({ ${key} })`, x, { above: 0 });
    if (shares.includes(key)) checkedNumber(`${name}({ ${key} })`, x, { above: 0, most: 1 });
  }
}
