import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions } from "../core/names.ts";
import { sameShape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { type Data, type Lifted, type PlainData, tensorOf } from "../graph/lifted.ts";
import {
  conjugateStep,
  dampedStep,
  type Ending,
  improve,
  layoutOf,
  type Region,
  type RegionTolerances,
  type Sketch,
  type Stepper,
  started,
} from "../optim/index.ts";
import type { CompileOptions } from "../transform/index.ts";
import type { Plain } from "../transform/signatures.ts";
import { checkedTree } from "./checked.ts";
import { type Inference, inferred } from "./inference.ts";
import { answered, isHeld, type Residuals, residualsOf, squareOf } from "./residuals.ts";

/** What a model is fitted to. */
export interface Observations<In> {
  /** What the model takes: any plain data. */
  readonly x: In;
  /** Measured numbers, in the shape that the model gives. */
  readonly y: PlainData;
  /** Weights of the squares, in the shape of y: 1/σ² up to a common factor, which is estimated. */
  readonly weights?: PlainData;
  /** Known standard deviations σ of y, in its shape or one number: squares are divided by σ², and nothing is estimated. */
  readonly deviations?: PlainData;
}

export interface LeastSquaresOptions<X> extends CompileOptions {
  /** Where to begin: plain data in the structure of θ. */
  readonly start: X;
  /** Steps at most. Default 1000. */
  readonly iterations?: number;
  /** It ends when a step is smaller than this, relative to the parameters (both scaled by J's columns). Default 1e-12. */
  readonly stepTolerance?: number;
  /** It ends when a step lowers the sum of squares, and was foreseen to lower it, by at most this share. Default 0. */
  readonly decreaseTolerance?: number;
  /** It ends when no column of J has a greater cosine with the residuals. Default 0. */
  readonly gradientTolerance?: number;
}

const known = ["start", "iterations", "stepTolerance", "decreaseTolerance", "gradientTolerance"];
const compiling = ["precision", "backend", "threads", "reproducible"];

/** A fitted model. */
export interface LeastSquares<X, In> extends Inference<X, In> {
  /** The best parameters, in the structure of the start. */
  readonly parameters: X;
  /** Σ w (f(x, θ) − y)² */
  readonly sumOfSquares: number;
  readonly iterations: number;
  /** How often the model was computed, and how often its derivatives. */
  readonly evaluations: { readonly model: number; readonly derivatives: number };
  /**
   * Why it ended: a step, the last decrease or the gradient is within its tolerance, rounding errors are as large as what is
   * left to gain (`"precision"`), or as many steps as allowed were made.
   */
  readonly reason: Ending;
  /** Whether it ended for another reason than the number of steps. */
  readonly converged: boolean;
}

/**
 * Fits a model y = f(x, θ) to data by least squares, with the method of Levenberg and Marquardt: minimises Σ w (f(x, θ) − y)²,
 * and tells how well the parameters are determined.
 *
 * @param f       model: from x and the tree θ to numbers in the shape of y
 * @param data    x, y; weights or known deviations
 * @param options start of θ; steps and tolerances; engine
 * @returns parameters, standard errors, covariance, residual deviation, bands of confidence and of prediction
 * @throws  `not-finite` when the model is not finite at the start, `data-rows` for fewer numbers in y than parameters,
 *          `shape-mismatch` when the model does not give a number for each in y, `autodiff-integer`, `option`
 * @see Moré (1978), The Levenberg-Marquardt algorithm: implementation and theory
 */
export function leastSquares<X, In>(
  f: (x: Lifted<In>, θ: Lifted<X>) => Data,
  data: Observations<In>,
  options: LeastSquaresOptions<X>,
): LeastSquares<Plain<X>, In> {
  knownOptions("leastSquares(f, data, options)", options, [...known, ...compiling]);
  const {
    start,
    iterations = 1000,
    stepTolerance = 1e-12,
    decreaseTolerance = 0,
    gradientTolerance = 0,
    ...rest
  } = options;
  checkedNumber("leastSquares(…, { iterations })", iterations, { least: 0, integer: true });
  const given = { stepTolerance, decreaseTolerance, gradientTolerance };
  for (const [name, x] of Object.entries(given)) checkedNumber(`leastSquares(…, { ${name} })`, x, { least: 0 });
  const layout = layoutOf(checkedTree("leastSquares", start));
  const y = tensorOf(data.y);
  const roots = rootsOf(data, y);
  const residuals = residualsOf(f as never, { x: data.x, y, roots }, layout, rest);
  checkCount(residuals.count, layout.start.length);
  const magnitude = Math.sqrt(squareOf(Float64Array.from(y.data, (y, i) => y * (roots?.data[i] ?? 1))));
  const tolerances = { step: stepTolerance, decrease: decreaseTolerance, gradient: gradientTolerance, magnitude };
  const found = search(residuals, layout.start, tolerances, iterations);
  const { v } = found;
  return Object.assign(inferred({ residuals, layout, v, known: data.deviations !== undefined }), {
    parameters: layout.plain(v),
    sumOfSquares: found.squares,
    iterations: found.iterations,
    evaluations: found.evaluations,
    reason: found.reason,
    converged: found.reason !== "iterations",
  }) as LeastSquares<Plain<X>, In>;
}

interface Found {
  readonly v: Float64Array;
  readonly squares: number;
  readonly iterations: number;
  readonly evaluations: { readonly model: number; readonly derivatives: number };
  readonly reason: Ending;
}

function search(residuals: Residuals, start: Float64Array, tolerances: RegionTolerances, most: number): Found {
  const dense = isHeld(residuals, start);
  const answer = answered(residuals, dense);
  const stepper = (dense ? dampedStep : conjugateStep) as Stepper<Sketch>;
  let region: Region = started(start);
  const evaluations = { model: 0, derivatives: 0 };
  let reason: Ending | null = null;
  let iterations = 0;
  while (reason === null && iterations < most) {
    const asking = improve(region, stepper, tolerances);
    let turn = asking.next();
    while (!turn.done) {
      evaluations[turn.value.want === "squares" ? "model" : "derivatives"]++;
      turn = asking.next(answer(turn.value));
    }
    if (turn.value.region.x !== region.x) iterations++;
    ({ region, reason } = turn.value);
  }
  return {
    v: region.x,
    squares: squareOf(residuals.at(region.x)),
    iterations,
    evaluations,
    reason: reason ?? "iterations",
  };
}

/** √w of each number in y; nothing where all count alike. */
function rootsOf({ weights, deviations }: Observations<unknown>, y: Tensor): Tensor | null {
  if (weights === undefined && deviations === undefined) return null;
  const name = weights === undefined ? "deviations" : "weights";
  const refuse = (rule: string, given: Record<string, number | readonly number[]>): ModelError =>
    new ModelError({ code: "option", where: `leastSquares(f, { ${name} })`, given, rule });
  if (weights !== undefined && deviations !== undefined) throw refuse("give weights or deviations, not both.", {});
  const one = tensorOf((weights ?? deviations)!);
  if (one.data.length !== 1 && !sameShape(one.shape, y.shape))
    throw refuse("there must be one for each number in y, or one for all.", { [name]: one.shape, y: y.shape });
  const odd = one.data.findIndex((x) => !(Number.isFinite(x) && (weights === undefined ? x > 0 : x >= 0)));
  if (odd !== -1)
    throw refuse(`must be ${weights === undefined ? "greater than 0" : "from 0 on"}.`, { given: one.data[odd]! });
  const root = (x: number): number => (weights === undefined ? 1 / x : Math.sqrt(x));
  return new Tensor(
    y.shape,
    Float64Array.from(y.data, (_, i) => root(one.data[one.data.length === 1 ? 0 : i]!)),
  );
}

function checkCount(count: number, parameters: number): void {
  if (count >= parameters && parameters > 0) return;
  throw new ModelError({
    code: "data-rows",
    where: "leastSquares(f, { x, y }, { start })",
    given: { "numbers in y": count, parameters },
    rule: "there must be at least as many numbers in y as parameters, and at least one parameter.",
  });
}
