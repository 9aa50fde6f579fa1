import { fillLeaves, leaves } from "../core/tree.ts";
import { type Differentiator, fill, input, isValue, type Value } from "../graph/value.ts";
import { alias } from "../ops/index.ts";
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
 * A function of traced values differentiated at a tree of them, each under a fresh name, so that ∂f/∂θ sees only this
 * use of θ (no confusion between nested derivatives).
 *
 * @param f     function of a tree θ that gives a scalar and, if wished, further values beside it
 * @param theta tree of real values
 * @returns what `f` gives, and ∂f/∂θ as a tree like θ
 */
export function differentiate<Θ, Aux>(
  f: (theta: Θ) => { readonly value: Value; readonly aux: Aux },
  theta: Θ,
): { value: Value; aux: Aux; gradient: Θ } {
  const named = fillLeaves(theta, isValue, leaves(theta, isValue).map(alias)) as Θ;
  const { value, aux } = f(named);
  const gradient = pullback([value], leaves(named, isValue), [fill(value, 1)]);
  return { value, aux, gradient: fillLeaves(theta, isValue, gradient) as Θ };
}
