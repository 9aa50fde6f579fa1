import { ModelError } from "../core/errors.ts";
import { checkedNumber } from "../core/names.ts";
import type { Value } from "../graph/value.ts";
import { add, clip, div, minimum, mul, sqrt, square, sub, sum } from "../ops/index.ts";
import type { Optimizer } from "./rule.ts";
import type { Transform } from "./transform.ts";

const limit = (name: string, c: number): string => {
  checkedNumber(`${name}(limit)`, c, { above: 0 });
  return `${name}(${c})`;
};

/** min(1, c/‖·‖) from the sum of squares; 1 where all are zero. */
const shrinking = (c: number, squares: Value): Value => minimum(1, div(c, sqrt(squares)));

const total = (numbers: readonly Value[]): Value => numbers.reduce((a, b) => add(a, b));

/**
 * Every number kept between −c and c.
 *
 * @param c greater than 0
 * @throws `option`
 */
export function clipByValue(c: number): Transform {
  return { name: limit("clipByValue", c), on: "passing", apply: (arrays) => arrays.map((g) => clip(g, -c, c)) };
}

/**
 * Every array by itself made no longer than c, in its direction: g·min(1, c/‖g‖₂).
 *
 * @param c greater than 0
 * @throws `option`
 */
export function clipByNorm(c: number): Transform {
  const apply: Transform["apply"] = (arrays) => arrays.map((g) => mul(g, shrinking(c, sum(square(g)))));
  return { name: limit("clipByNorm", c), on: "passing", apply };
}

/**
 * All arrays together made no longer than c, in their common direction: g·min(1, c/√Σ‖g‖²). Frozen ones do not count.
 *
 * @param c greater than 0
 * @throws `option`
 * @see Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks
 */
export function clipByGlobalNorm(c: number): Transform {
  const apply: Transform["apply"] = (arrays) => {
    const factor = shrinking(c, total(arrays.map((g) => sum(square(g)))));
    return arrays.map((g) => mul(g, factor));
  };
  return { name: limit("clipByGlobalNorm", c), on: "passing", apply };
}

/**
 * Decoupled weight decay: Δ − η·λ·θ for weights (arrays with two axes or more), not for biases and the scales and shifts of
 * normalisation. It is no part of the gradient, wherever it stands in the chain; `l2` is the penalty that is.
 *
 * @param λ from 0 on
 * @throws `option`
 * @see Loshchilov & Hutter (2019), Decoupled weight decay regularization
 */
export function weightDecay(λ: number): Transform {
  checkedNumber("weightDecay(strength)", λ, { least: 0 });
  const apply: Transform["apply"] = (changes, at) =>
    changes.map((Δ, i) => (at[i]!.decays ? sub(Δ, mul(mul(λ, at[i]!.η), at[i]!.θ)) : Δ));
  return { name: `weightDecay(${λ})`, on: "changes", apply };
}

/**
 * Keeps the weights into each unit no longer than c after every update: w·min(1, c/‖w‖₂), for w a column of W. Biases are free.
 *
 * @param c greater than 0; 3 to 4 is usual beside dropout
 * @throws `option`
 * @see Srebro & Shraibman (2005), Rank, trace-norm and max-norm
 */
export function maxNorm(c: number): Transform {
  const bounded = (W: Value): Value => {
    const incoming = W.shape.slice(1).map((_, axis) => axis);
    return mul(W, shrinking(c, sum(square(W), { axis: incoming, keepAxes: true })));
  };
  const apply: Transform["apply"] = (parameters, at) => parameters.map((θ, i) => (at[i]!.decays ? bounded(θ) : θ));
  return { name: limit("maxNorm", c), on: "parameters", apply };
}

/**
 * An optimizer with transforms around it, one after another: those in front of it work on gradients, those behind it on
 * changes, as in `chainRules(clipByGlobalNorm(1), adam(), weightDecay(0.01))`. All of it is part of the compiled step.
 *
 * @param parts one optimizer, and any number of transforms; a chain may be part of another
 * @returns an optimizer
 * @throws  `option` when there is no optimizer among the parts, or more than one
 */
export function chainRules<S = unknown>(...parts: readonly (Transform | Optimizer<S>)[]): Optimizer<S> {
  const rules = parts.filter(isOptimizer);
  const [rule] = rules as Optimizer<S>[];
  if (!rule || rules.length > 1)
    throw new ModelError({
      code: "option",
      where: "chainRules(…)",
      given: { parts: parts.map((part) => part?.name ?? String(part)).join(", ") || "none" },
      rule: `there must be one optimizer among the parts, not ${rules.length}.`,
      hint: "write chainRules(clipByGlobalNorm(1), adam(), weightDecay(0.01)).",
    });
  const at = parts.indexOf(rule);
  const of = (on: Transform["on"], within: typeof parts = parts): Transform[] =>
    (within as Transform[]).filter((part) => !isOptimizer(part) && part.on === on);
  const inner = rule.transforms ?? { gradients: [], changes: [], parameters: [] };
  const behind = (parts.slice(at + 1) as Transform[]).filter(({ on }) => on !== "parameters");
  return {
    ...rule,
    transforms: {
      gradients: [...of("passing", parts.slice(0, at)), ...inner.gradients],
      changes: [...inner.changes, ...of("changes", parts.slice(0, at)), ...behind],
      parameters: [...inner.parameters, ...of("parameters")],
    },
  };
}

const isOptimizer = <S>(part: Transform | Optimizer<S>): part is Optimizer<S> => "update" in part;
