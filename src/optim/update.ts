import { isTensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import type { Lifted } from "../graph/lifted.ts";
import { isValue, lift, type Value } from "../graph/value.ts";
import { add } from "../ops/index.ts";
import type { Optimizer, Rule } from "./rules.ts";

/** The state of a rule before the first update: one for each array of parameters, in the order of its leaves. */
export const initialState = <S>(rule: Rule<S>, parameters: unknown): S[] => leaves(parameters, isTensor).map(rule.init);

/** Learning rate of the update after `t` others. */
export const rateAt = ({ learningRate }: Optimizer, t: Value): Value =>
  typeof learningRate === "number" ? lift(learningRate) : learningRate(t);

/** Whether weight decay and penalties are meant for an array: weights have two axes or more; biases and scales have one. */
export const isWeight = ({ shape }: { readonly shape: readonly number[] }): boolean => shape.length >= 2;

/**
 * One update of a whole tree of parameters: θ ← θ + Δ, leaf by leaf.
 *
 * @param at t (number of this update, from 1) and η (learning rate)
 * @returns the moved parameters and the next state
 */
export function update<Θ, S>(
  rule: Rule<S>,
  { θ, gradient, state }: { readonly θ: Θ; readonly gradient: Θ; readonly state: readonly Lifted<S>[] },
  { t, η }: { readonly t: Value; readonly η: Value },
): [θ: Θ, state: Lifted<S>[]] {
  const g = leaves(gradient, isValue);
  const steps = leaves(θ, isValue).map((leaf, i) => {
    const [Δ, next] = rule.update(g[i]!, state[i]!, { t, η, θ: leaf, decays: isWeight(leaf) });
    return { moved: add(leaf, Δ), next };
  });
  const moved = fillLeaves(
    θ,
    isValue,
    steps.map((s) => s.moved),
  ) as Θ;
  return [moved, steps.map((s) => s.next)];
}
