import "../ops/methods.ts"; // here, where bundlers cannot pass it over
import { type Backend, type BackendOptions, type Executable, lower } from "../compile/index.ts";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import { isData, type Lifted, type PlainData, tensorOf } from "../graph/lifted.ts";
import { input, isValue, type Value } from "../graph/value.ts";
import { type Layer, predicting } from "../nn/index.ts";
import { add, concat, reshape, scan, slice } from "../ops/index.ts";
import {
  type Carry,
  linked,
  type Objective,
  type Part,
  penaltyOf,
  rowSums,
  type StepFigures,
  step,
} from "./objective.ts";

/** Where programs run. */
export interface Engine extends BackendOptions {
  readonly backend: Backend;
}

/** The numbers at the leaves of a tree of plain data. */
export const tensorsOf = (tree: unknown): Tensor[] => leaves(tree, isData).map((leaf) => tensorOf(leaf as PlainData));

const symbols = (tree: unknown): unknown => fillLeaves(tree, isData, tensorsOf(tree).map(input));

/** A function of trees of tensors, compiled for arguments like the examples. */
export interface Compiled<Y> {
  readonly executable: Executable;
  /** Arguments in the order of the executable's inputs. */
  readonly inputs: (args: object) => Tensor[];
  /** The result's structure with the outputs at its leaves. */
  readonly result: (outputs: readonly Tensor[]) => Y;
}

/** Traces and compiles a function of a record of trees, for tensors of these shapes. */
export function compiled<Y>(args: object, engine: Engine, f: (args: never) => unknown): Compiled<Y> {
  const traced = symbols(args);
  const result = f(traced as never);
  const program = lower({ inputs: leaves(traced, isValue), outputs: leaves(result, isValue) });
  return {
    executable: engine.backend.compile(program, engine),
    inputs: tensorsOf,
    result: (outputs) => fillLeaves(result, isValue, outputs) as Y,
  };
}

/** The shape of what a network gives for rows like these. */
export function outputShape<Θ>(model: Layer<Θ>, example: { readonly θ: Θ; readonly x: Tensor }): Shape {
  const { θ, x } = symbols(example) as { θ: Lifted<Θ>; x: Value };
  return model.apply(θ, x, predicting).shape;
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
  readonly carry: { readonly θ: unknown; readonly state: readonly unknown[]; readonly t: T };
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
  objective: Objective<Θ>,
  example: EpochArguments<Tensor>,
  batches: Batches,
  engine: Engine,
): Compiled<EpochResult<Tensor>> {
  const { size, full, rest } = batches;
  return compiled(example, engine, ({ carry, key, data, order }: EpochArguments<Value>) => {
    const rows = reshape(slice(order, [[0, full * size]]), [full, size]);
    const body = (c: Carry, rows: Value): [Carry, StepFigures] => step(objective, c, data, { rows, key });
    const [after, figures] = scan(body as never, carry, rows) as [Carry, StepFigures];
    if (rest === 0) return { carry: after, figures };
    const last = slice(order, [[full * size, full * size + rest]]);
    const [end, tail] = step(objective, after, data, { rows: last, key });
    const ends = leaves(tail, isValue)[Symbol.iterator]();
    const joined = leaves(figures, isValue).map((column) => concat([column, reshape(ends.next().value!, [1])]));
    return { carry: end, figures: fillLeaves(figures, isValue, joined) };
  });
}

/** Rows looked at together where no update depends on them. */
const chunk = 1024;

const chunks = (v: Value, { size, full }: Batches): Value =>
  reshape(slice(v, [[0, full * size]]), [full, size, ...v.shape.slice(1)]);
const remainder = (v: Value, { size, full, rest }: Batches): Value => slice(v, [[full * size, full * size + rest]]);

/** Sums of loss and metrics over the rows of a part, when predicting, and the penalty. */
export function evaluationProgram<Θ>(
  objective: Objective<Θ>,
  example: { readonly θ: unknown; readonly data: Part },
  engine: Engine,
): Compiled<Record<string, Tensor>> {
  const batches = batchesOf(example.data.x.shape[0]!, chunk);
  return compiled(example, engine, ({ θ, data }: { θ: Lifted<Θ>; data: Part<Value> }) => {
    const parts = { x: chunks(data.x, batches), y: chunks(data.y, batches) };
    const [, sums] = scan((_: unknown, part: Part<Value>) => [null, rowSums(objective, θ, part)], null, parts);
    const totals = Object.entries(sums as Record<string, Value>).map(([name, s]) => [name, s.sum()] as const);
    const tail: Record<string, Value> =
      batches.rest === 0 ? {} : rowSums(objective, θ, { x: remainder(data.x, batches), y: remainder(data.y, batches) });
    const all = totals.map(([name, s]) => [name, tail[name] ? add(s, tail[name]) : s] as const);
    return { ...Object.fromEntries(all), penalty: penaltyOf(objective, θ) };
  });
}

/** Predictions for every row: after the loss's link, or what the network gives as it is. */
export function predictionProgram<Θ>(
  { model, loss }: Pick<Objective<Θ>, "model" | "loss">,
  example: { readonly θ: unknown; readonly x: Tensor },
  raw: boolean,
  engine: Engine,
): Compiled<Tensor> {
  const batches = batchesOf(example.x.shape[0]!, chunk);
  return compiled(example, engine, ({ θ, x }: { θ: Lifted<Θ>; x: Value }) => {
    const predict = (rows: Value): Value => {
      const z = model.apply(θ, rows, predicting);
      return raw ? z : linked(loss, z);
    };
    const [, ys] = scan((_: unknown, part: Value) => [null, predict(part)], null, chunks(x, batches));
    const y = ys as Value;
    const flat = reshape(y, [batches.full * batches.size, ...y.shape.slice(2)]);
    return batches.rest === 0 ? flat : concat([flat, predict(remainder(x, batches))]);
  });
}
