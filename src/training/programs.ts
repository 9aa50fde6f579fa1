import "../ops/methods.ts"; // here, where bundlers cannot pass it over
import { type Backend, type BackendOptions, lower, type Workshop } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import type { Key } from "../core/random.ts";
import type { Shape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves, mapLeaves } from "../core/tree.ts";
import type { Closure } from "../graph/closure.ts";
import { isData, type PlainData, tensorOf } from "../graph/lifted.ts";
import { input, isValue, type Value } from "../graph/value.ts";
import { central, type Layer } from "../nn/index.ts";
import { add, concat, repeat, reshape, slice } from "../ops/index.ts";
import {
  type Carry,
  type Learnt,
  type Objective,
  outputOf,
  type Part,
  penaltyOf,
  rowSums,
  type StepFigures,
  type Stepwise,
  step,
} from "./objective.ts";

/** Where programs run. */
export interface Engine extends BackendOptions {
  readonly backend: Backend;
}

/** A key of chance as a program takes it. */
export const keyTensor = ([high, low]: Key): Tensor => new Tensor([2], Int32Array.of(high | 0, low | 0));

/** The numbers at the leaves of a tree of plain data. */
export const tensorsOf = (tree: unknown): Tensor[] => leaves(tree, isData).map((leaf) => tensorOf(leaf as PlainData));

const symbols = (tree: unknown): unknown => fillLeaves(tree, isData, tensorsOf(tree).map(input));

/** A function of trees of tensors, traced for arguments like the examples. */
export interface Traced<Y> {
  readonly closure: Closure;
  /** The result as the function gave it, with traced values at its leaves. */
  readonly form: unknown;
  /** Arguments in the order of the closure's inputs. */
  readonly inputs: (args: object) => Tensor[];
  /** The result's structure with the outputs at its leaves. */
  readonly result: (outputs: readonly Tensor[]) => Y;
}

/** Traces a function of a record of trees, for tensors of these shapes. */
export function traced<Y>(args: object, f: (args: never) => unknown): Traced<Y> {
  const symbolic = symbols(args);
  const form = f(symbolic as never);
  return {
    closure: { inputs: leaves(symbolic, isValue), outputs: leaves(form, isValue) },
    form,
    inputs: tensorsOf,
    result: (outputs) => fillLeaves(form, isValue, outputs) as Y,
  };
}

/** A traced function compiled on this thread: called, it is done at once. */
export function compiled<Y>({ closure, inputs, result }: Traced<Y>, engine: Engine): (args: object) => Y {
  const executable = engine.backend.compile(lower(closure), engine);
  return (args) => result(executable.run(inputs(args)));
}

/** A traced function compiled where it does not hold up this thread. */
export interface Running<Y> {
  run(args: object): Promise<Y>;
  close(): void;
}

export async function compiledIn<Y>(
  { closure, inputs, result }: Traced<Y>,
  engine: Engine,
  workshop: Workshop,
): Promise<Running<Y>> {
  const runner = await workshop.compile(closure, engine);
  return {
    run: async (args) => result(((await runner.run(inputs(args))) as { readonly outputs: Tensor[] }).outputs),
    close: () => runner.close(),
  };
}

/** The shape of what a network gives for rows like these. */
export function outputShape<Θ>(model: Layer<Θ>, learnt: Learnt<Θ>, x: Tensor): Shape {
  const symbolic = symbols({ learnt, x }) as { learnt: Learnt; x: Value };
  return outputOf(model, symbolic.learnt, symbolic.x).shape;
}

/** How rows fall into batches: `full` of `size`, and a smaller last one of `rest` rows, which is not dropped. */
export interface Batches {
  readonly size: number;
  readonly full: number;
  readonly rest: number;
}

export function batchesOf(rows: number, batchSize: number): Batches {
  const size = Math.max(1, Math.min(rows, batchSize));
  return { size, full: Math.floor(rows / size), rest: rows % size };
}

/** Steps of an epoch. */
export const stepsOf = ({ full, rest }: Batches): number => full + (rest > 0 ? 1 : 0);

export interface EpochArguments<T> {
  readonly carry: Omit<Carry, "t"> & { readonly t: T };
  readonly key: T;
  readonly data: Part<T>;
  /** Row numbers in the order in which they are visited. */
  readonly order: T;
}

export interface EpochResult<T> {
  readonly carry: EpochArguments<T>["carry"];
  /** One number for each step. */
  readonly figures: {
    readonly [K in keyof StepFigures]: StepFigures[K] extends Value ? T : Readonly<Record<string, T>>;
  };
}

/**
 * A whole epoch as one program: a loop over the full batches, then the smaller last one. The order of the rows is an
 * argument, so that the same program serves every epoch.
 */
export function epochProgram<Θ>(
  objective: Stepwise<Θ>,
  example: EpochArguments<Tensor>,
  batches: Batches,
): Traced<EpochResult<Tensor>> {
  const { size, full, rest } = batches;
  return traced(example, ({ carry, key, data, order }: EpochArguments<Value>) => {
    const rows = reshape(slice(order, [[0, full * size]]), [full, size]);
    const turn = (c: Carry, rows: Value): [Carry, StepFigures] =>
      withBatches(batches, () => step(objective, c, data, { rows, key, stepsPerEpoch: stepsOf(batches) }));
    const [after, figures] = repeat(turn as never, carry, rows) as [Carry, StepFigures];
    if (rest === 0) return { carry: after, figures };
    const last = slice(order, [[full * size, full * size + rest]]);
    const [end, tail] = turn(after, last);
    const ends = leaves(tail, isValue)[Symbol.iterator]();
    const joined = leaves(figures, isValue).map((column) => concat([column, reshape(ends.next().value!, [1])]));
    return { carry: end, figures: fillLeaves(figures, isValue, joined) };
  });
}

/** Adds to the refusal of a batch of one row how it came about, and the next batch size that leaves none. */
function withBatches<T>({ size, full, rest }: Batches, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof ModelError && error.problem.code === "batch-one")) throw error;
    const rows = size * full + rest;
    const fits = (batchSize: number): boolean => batchSize > 1 && rows % batchSize !== 1;
    const better = Array.from({ length: rows }, (_, i) => size + i).find(fits);
    throw new ModelError({
      ...error.problem,
      given: { rows, "batch size": size, "rows in the last batch": rest || size },
      ...(better !== undefined && { hint: `choose a batch size that leaves no single row over: ${better}` }),
    });
  }
}

const band = 1024;

/** How rows are looked at where no update depends on them: in bands, but few all at once, for the code of the rest is saved. */
export const bandsOf = (rows: number): Batches => batchesOf(rows, rows < 2 * band ? rows : band);

/** The full batches, stacked, and what is left over. */
export const chunks = (v: Value, { size, full }: Batches): Value =>
  reshape(slice(v, [[0, full * size]]), [full, size, ...v.shape.slice(1)]);
export const remainder = (v: Value, { size, full, rest }: Batches): Value =>
  slice(v, [[full * size, full * size + rest]]);

/** Sums of loss and metrics over the rows of a part, when predicting, and the penalty. */
export function evaluationProgram<Θ>(
  objective: Objective<Θ>,
  example: { readonly learnt: Learnt; readonly data: Part },
): Traced<Record<string, Tensor>> {
  const batches = bandsOf(example.data.x.shape[0]!);
  return traced(example, ({ learnt, data }: { learnt: Learnt; data: Part<Value> }) => {
    const parts = mapLeaves(data, isValue, (v) => chunks(v, batches)) as Part<Value>;
    const [, sums] = repeat((_: unknown, part: Part<Value>) => [null, rowSums(objective, learnt, part)], null, parts);
    const totals = Object.entries(sums as Record<string, Value>).map(([name, s]) => [name, s.sum()] as const);
    const tail: Record<string, Value> =
      batches.rest === 0
        ? {}
        : rowSums(objective, learnt, mapLeaves(data, isValue, (v) => remainder(v, batches)) as Part<Value>);
    const all = totals.map(([name, s]) => [name, tail[name] ? add(s, tail[name]) : s] as const);
    return { ...Object.fromEntries(all), penalty: penaltyOf(objective, learnt.θ) };
  });
}

/** Something of every row, worked out band by band. */
function ofEveryRow(x: Value, f: (rows: Value) => Record<string, Value>): Record<string, Value> {
  const batches = bandsOf(x.shape[0]!);
  const [, bands] = repeat((_: unknown, part: Value) => [null, f(part)], null, chunks(x, batches));
  const tail = batches.rest === 0 ? null : f(remainder(x, batches));
  const whole = Object.entries(bands as Record<string, Value>).map(([name, band]) => {
    const flat = reshape(band, [batches.full * batches.size, ...band.shape.slice(2)]);
    return [name, tail ? concat([flat, tail[name]!]) : flat] as const;
  });
  return Object.fromEntries(whole);
}

type Predicting<Θ> = Pick<Objective<Θ>, "model" | "loss">;

/** In what form predictions are given: as the network gives them, behind the loss's link, or its central head alone. */
export type PredictionForm = "raw" | "probabilities" | "decision";

/** Predictions for every row. */
export const predictionProgram = <Θ>(
  { model, loss }: Predicting<Θ>,
  example: { readonly learnt: Learnt; readonly x: Tensor },
  form: PredictionForm,
): Traced<Tensor> =>
  traced(example, ({ learnt, x }: { learnt: Learnt; x: Value }) => {
    const predict = (rows: Value): Value => {
      const z = outputOf(model, learnt, rows);
      if (form === "raw") return z;
      return form === "decision" ? central(loss, loss.predict(z)) : loss.predict(z);
    };
    return ofEveryRow(x, (rows) => ({ y: predict(rows) }))["y"]!;
  });

/** What a network gives for every row before the loss's link (`raw`), and what is judged of it behind the link. */
export interface Judged {
  readonly raw: Tensor;
  readonly output: Tensor;
}

/** Predictions for every row, before the loss's link and, their central head, behind it. */
export const judgedProgram = <Θ>(
  { model, loss }: Predicting<Θ>,
  example: { readonly learnt: Learnt; readonly x: Tensor },
): Traced<Judged> =>
  traced(example, ({ learnt, x }: { learnt: Learnt; x: Value }) =>
    ofEveryRow(x, (rows) => {
      const raw = outputOf(model, learnt, rows);
      return { raw, output: central(loss, loss.predict(raw)) };
    }),
  );
