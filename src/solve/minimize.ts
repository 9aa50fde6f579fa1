import { ModelError } from "../core/errors.ts";
import { checkedNumber, knownOptions, named } from "../core/names.ts";
import { Tensor } from "../core/tensor.ts";
import type { Data, Lifted } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import {
  type Asking,
  advance,
  begun,
  bfgsMethod,
  type Evaluation,
  greatest,
  type Layout,
  layoutOf,
  lbfgsMethod,
  type Method,
  type Optimizer,
  type Point,
  type QuasiNewton,
  type Reason,
} from "../optim/index.ts";
import { type CompileOptions, compile, valueAndGrad } from "../transform/index.ts";
import type { Plain } from "../transform/signatures.ts";
import { checkedTree } from "./checked.ts";
import { byRule } from "./descent.ts";

const methods = { lbfgs: lbfgsMethod, bfgs: bfgsMethod } as const;

export interface MinimizeOptions extends CompileOptions {
  /** `"lbfgs"`, `"bfgs"`, one of them with its options, or the update rule of any optimizer. Default `"lbfgs"`. */
  readonly method?: keyof typeof methods | QuasiNewton | Optimizer;
  /** Steps at most. Default 1000. */
  readonly iterations?: number;
  /**
   * It ends when the greatest component of the gradient is at most this, and not for a small decrease. Default 1e-5, or that
   * of the method.
   */
  readonly gradientTolerance?: number;
  /** Called after every step. */
  readonly onIteration?: (step: {
    readonly iteration: number;
    readonly value: number;
    readonly gradientNorm: number;
  }) => void;
}

const known = [
  "method",
  "iterations",
  "gradientTolerance",
  "onIteration",
  "precision",
  "backend",
  "threads",
  "reproducible",
];

/** A minimum, and how it was found. */
export interface Minimum<X> {
  /** Where, in the structure of the start. */
  readonly x: X;
  readonly value: number;
  /** Greatest component of the gradient there. */
  readonly gradientNorm: number;
  readonly iterations: number;
  /** How often value and gradient were computed. */
  readonly evaluations: number;
  /**
   * Why it ended: the gradient or the last decrease is within its tolerance, rounding errors are as large as what is left to
   * gain (`"precision"`), or as many steps as allowed were made.
   */
  readonly reason: Reason;
  /** Whether it ended for another reason than the number of steps. */
  readonly converged: boolean;
}

/**
 * A local minimum of a scalar function, by its gradient.
 *
 * @param f       scalar function of a tree of values
 * @param start   plain data in the structure that f takes
 * @param options method, steps, tolerance; precision, engine
 * @returns where, the value, the length of the gradient, evaluations, and why it ended
 * @throws  `not-finite` when f or its gradient is not finite at the start; `autodiff-scalar`, `autodiff-integer`, `option`
 * @see Nocedal & Wright (2006), Numerical Optimization, chapters 3, 6 and 7
 */
export function minimize<X>(f: (x: Lifted<X>) => Data, start: X, options: MinimizeOptions = {}): Minimum<Plain<X>> {
  knownOptions("minimize(f, start, options)", options, known);
  const { method = "lbfgs", iterations = 1000, gradientTolerance, onIteration: _, ...rest } = options;
  checkedNumber("minimize(…, { iterations })", iterations, { least: 0, integer: true });
  if (gradientTolerance !== undefined)
    checkedNumber("minimize(…, { gradientTolerance })", gradientTolerance, { least: 0 });
  const layout = layoutOf(checkedTree("minimize", start));
  if (typeof method !== "string" && "update" in method)
    return byRule(f, layout, method as Optimizer, options) as Minimum<Plain<X>>;
  const chosen = typeof method === "string" ? methods[named("method", method, methods)]() : method.method;
  const toleranced = withTolerance(chosen, gradientTolerance);
  return byMethod(evaluationOf(f, layout, rest), layout, toleranced, options) as Minimum<Plain<X>>;
}

const withTolerance = (method: Method, gradient: number | undefined): Method =>
  gradient === undefined ? method : { ...method, tolerances: { gradient, decrease: 0 } };

/** Value and gradient with respect to the vector of all numbers, compiled. */
function evaluationOf(f: (x: never) => Data, layout: Layout, options: CompileOptions): (x: Float64Array) => Evaluation {
  const both = compile(valueAndGrad((v: Value) => f(layout.traced(v) as never)) as never, options) as unknown as (
    x: Tensor,
  ) => [number, Tensor];
  return (x) => {
    const [value, gradient] = both(new Tensor([x.length], x));
    return { value, gradient: Float64Array.from(gradient.data) };
  };
}

function byMethod(
  evaluate: (x: Float64Array) => Evaluation,
  layout: Layout,
  method: Method,
  { iterations = 1000, precision, onIteration }: MinimizeOptions,
): Minimum<unknown> {
  let [iteration, evaluations] = [0, 1];
  const answered = <T>(asking: Asking<T>): T => {
    for (let turn = asking.next(); ; turn = asking.next(evaluate(turn.value))) {
      if (turn.done) return turn.value;
      evaluations++;
    }
  };
  const minimum = ({ x, value, gradient }: Point, reason: Reason): Minimum<unknown> => ({
    ...{ x: layout.plain(x), value, gradientNorm: greatest(gradient), iterations: iteration, evaluations },
    ...{ reason, converged: reason !== "iterations" },
  });
  const roundoff = precision === "f32" ? 2 ** -24 : 2 ** -53;
  let progress = begun(method, checkedStart({ x: layout.start, ...evaluate(layout.start) }));
  for (;;) {
    if (iteration === iterations) return minimum(progress.at, "iterations");
    const { progress: next, reason } = answered(advance(method, progress, roundoff));
    const moved = next.at !== progress.at;
    progress = next;
    if (moved) {
      iteration++;
      const { value, gradient } = progress.at;
      onIteration?.({ iteration, value, gradientNorm: greatest(gradient) });
    }
    if (reason) return minimum(progress.at, reason);
  }
}

/**
 * The point where a method is to begin.
 *
 * @throws `not-finite`
 */
export function checkedStart(at: Point): Point {
  if (Number.isFinite(at.value) && Number.isFinite(greatest(at.gradient))) return at;
  throw new ModelError({
    code: "not-finite",
    where: "minimize(f, start)",
    given: { value: at.value, "greatest component of the gradient": greatest(at.gradient) },
    rule: "the function and its gradient must be finite where the search begins.",
    hint: "choose another start, or write the function so that it is finite there (log1p, softplus, where …).",
  });
}
