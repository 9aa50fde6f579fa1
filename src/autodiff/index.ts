import { fillLeaves, leaves } from "../core/tree.ts";
import { inline, tracing } from "../graph/closure.ts";
import { type Differentiator, fill, input, isValue, type Value } from "../graph/value.ts";
import * as forward from "./forward.ts";
import * as reverse from "./reverse.ts";

/** Both walks, each able to call the other for the body of a loop. */
const tools: Differentiator = {
  pushforward: (outputs, seeds) => forward.pushforward(outputs, seeds, tools),
  transpose: (outputs, inputs, bars) => reverse.transpose(outputs, inputs, bars, tools),
};
export const { pushforward, transpose } = tools;

/**
 * Reverse mode: x̄ = Jᵀ·ȳ, which is forward mode, transposed.
 *
 * @returns x̄, zeros where no y depends on that x
 */
export function pullback(ys: readonly Value[], xs: readonly Value[], yBars: readonly (Value | null)[]): Value[] {
  const dxs = xs.map(input);
  const dys = pushforward(ys, new Map(xs.map((x, i) => [x, dxs[i]!])));
  const used = dys.flatMap((dy, i) => (dy ? [{ dy, bar: yBars[i] ?? null }] : []));
  const bars = transpose(
    used.map((u) => u.dy),
    dxs,
    used.map((u) => u.bar),
  );
  return xs.map((x, i) => bars[i] ?? fill(x, 0));
}

/**
 * f(θ), where f sees θ under fresh names that are replaced in what it gives: a derivative with respect to those names
 * sees only this use of θ, so nested derivatives are never confused.
 */
export function renamed<Θ, T>(theta: Θ, f: (named: Θ, names: readonly Value[]) => T): T {
  const at = leaves(theta, isValue);
  return tracing(at, (names) => {
    const result = f(fillLeaves(theta, isValue, names) as Θ, names);
    const outputs = leaves(result, isValue);
    return fillLeaves(result, isValue, inline({ inputs: names, outputs }, at)) as T;
  });
}

/**
 * A function of traced values differentiated at a tree of them.
 *
 * @param f     function of a tree θ that gives a scalar and, if wished, a tree of further values beside it
 * @param theta tree of real values
 * @returns what `f` gives, and ∂f/∂θ as a tree like θ
 */
export function differentiate<Θ, Aux>(
  f: (theta: Θ) => { readonly value: Value; readonly aux: Aux },
  theta: Θ,
): { value: Value; aux: Aux; gradient: Θ } {
  return renamed(theta, (named, names) => {
    const { value, aux } = f(named);
    const gradient = pullback([value], names, [fill(value, 1)]);
    return { value, aux, gradient: fillLeaves(theta, isValue, gradient) as Θ };
  });
}
