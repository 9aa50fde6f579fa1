import { type Differentiator, equationsOf, rewrite, type Value } from "../graph/value.ts";

/**
 * Forward mode: ẏ = J·ẋ. Walks from inputs to outputs and applies each op's jvp rule; the answer is more graph.
 *
 * @param outputs y
 * @param seeds   x with ẋ
 * @returns ẏ, `null` where y does not depend on any x
 * @see Griewank & Walther (2008), Evaluating Derivatives, ch. 3
 */
export function pushforward(
  outputs: readonly Value[],
  seeds: ReadonlyMap<Value, Value>,
  tools: Differentiator,
): (Value | null)[] {
  const tangent = new Map<Value, Value | null>(seeds);
  for (const equation of equationsOf(outputs)) {
    const incoming = equation.inputs.map((x) => tangent.get(x) ?? null);
    if (incoming.every((dx) => dx === null)) continue;
    const outgoing = rewrite(equation.scope, () => equation.op.jvp(incoming, equation, tools));
    equation.outputs.forEach((y, i) => {
      if (!tangent.has(y)) tangent.set(y, outgoing[i] ?? null);
    });
  }
  return outputs.map((y) => tangent.get(y) ?? null);
}
