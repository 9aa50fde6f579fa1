import { ModelError } from "../core/errors.ts";
import { dependents } from "../graph/closure.ts";
import { type Differentiator, type Equation, equationsOf, rewrite, type Value } from "../graph/value.ts";
import { add } from "../ops/index.ts";

type Bars = Map<Value, Value>;

/**
 * x̄ = Jᵀ·ȳ where the outputs are linear in the inputs: walks backwards and transposes each op.
 *
 * @param outputs ẏ, expressions linear in the tangents
 * @param inputs  ẋ
 * @param bars    ȳ, `null` where there is none
 * @returns x̄, `null` where no output depends on that input
 */
export function transpose(
  outputs: readonly Value[],
  inputs: readonly Value[],
  bars: readonly (Value | null)[],
  tools: Differentiator,
): (Value | null)[] {
  const equations = equationsOf(outputs);
  const linear = dependents(outputs, inputs, equations);
  const bar: Bars = new Map();
  outputs.forEach((y, i) => {
    accumulate(bar, y, bars[i] ?? null);
  });
  const stop = new Set(inputs);
  for (const equation of equations.toReversed())
    if (equation.outputs.some((y) => bar.has(y) && linear.has(y) && !stop.has(y))) pull(equation, bar, linear, tools);
  return inputs.map((x) => bar.get(x) ?? null);
}

function pull(equation: Equation, bar: Bars, linear: ReadonlySet<Value>, tools: Differentiator): void {
  const isLinear = equation.inputs.map((x) => linear.has(x));
  if (!equation.op.transpose) throw notLinear(equation.op.name);
  const incoming = equation.outputs.map((y) => bar.get(y) ?? null);
  const { transpose } = equation.op;
  rewrite(equation.scope, () => {
    const xBars = transpose(incoming, equation, isLinear, tools);
    equation.inputs.forEach((x, i) => {
      if (isLinear[i]) accumulate(bar, x, xBars[i] ?? null);
    });
  });
}

function accumulate(bar: Bars, x: Value, more: Value | null): void {
  if (more === null) return;
  const sofar = bar.get(x);
  bar.set(x, sofar ? add(sofar, more) : more);
}

const notLinear = (name: string): ModelError =>
  new ModelError({
    code: "autodiff-not-linear",
    where: name,
    rule: "a tangent passed through an op that has no transpose.",
    hint: "a jvp rule may send tangents only through linear and bilinear ops: write it with those, or give a transpose.",
  });
