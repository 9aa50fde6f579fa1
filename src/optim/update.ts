import { isTensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import type { Lifted } from "../graph/lifted.ts";
import { isValue, lift, type Value } from "../graph/value.ts";
import { add, mul } from "../ops/index.ts";
import { ratesOf } from "./layers.ts";
import type { Moment, Optimizer } from "./rule.ts";
import type { Course } from "./schedule.ts";
import type { Transform } from "./transform.ts";

/**
 * The state of a rule before the first update: one for each array of parameters that moves, in the order of the leaves.
 *
 * @throws `option` when the optimizer has a rate for parameters that there are none of
 */
export function initialState<S>(optimizer: Optimizer<S>, parameters: unknown): S[] {
  const rates = ratesOf(optimizer, parameters, isTensor);
  return leaves(parameters, isTensor).flatMap((θ, i) => (rates[i] === 0 ? [] : [optimizer.init(θ)]));
}

/** Learning rate of the update after `t` others. */
export const rateAt = ({ learningRate }: Optimizer, t: Value, course: Course): Value =>
  typeof learningRate === "number" ? lift(learningRate) : learningRate(t, course);

/** Whether weight decay and penalties are meant for an array: weights have two axes or more; biases and scales have one. */
export const isWeight = ({ shape }: { readonly shape: readonly number[] }): boolean => shape.length >= 2;

const through = (
  transforms: readonly Transform[] | undefined,
  arrays: readonly Value[],
  at: readonly Moment[],
): readonly Value[] => (transforms ?? []).reduce((passing, { apply }) => apply(passing, at), arrays);

/**
 * One update of a whole tree of parameters: θ ← θ + Δ, leaf by leaf. Frozen leaves stay as they are.
 *
 * @param at t (number of this update, from 1) and η (learning rate)
 * @returns the moved parameters and the next state
 */
export function update<Θ, S>(
  optimizer: Optimizer<S>,
  { θ, gradient, state }: { readonly θ: Θ; readonly gradient: Θ; readonly state: readonly Lifted<S>[] },
  { t, η }: Pick<Moment, "t" | "η">,
): [θ: Θ, state: Lifted<S>[]] {
  const [all, gradients] = [leaves(θ, isValue), leaves(gradient, isValue)];
  const rates = ratesOf(optimizer, θ, isValue);
  const moving = all.flatMap((_, i) => (rates[i] === 0 ? [] : [i]));
  const moments = moving.map((i): Moment => {
    const own = rates[i] === 1 ? η : mul(rates[i]!, η);
    return { t, η: own, θ: all[i]!, decays: isWeight(all[i]!) };
  });
  const { transforms } = optimizer;
  const incoming = through(
    transforms?.gradients,
    moving.map((i) => gradients[i]!),
    moments,
  );
  const steps = incoming.map((g, k) => optimizer.update(g, state[k]!, moments[k]!));
  const changes = through(
    transforms?.changes,
    steps.map(([Δ]) => Δ),
    moments,
  );
  const arrived = through(
    transforms?.parameters,
    changes.map((Δ, k) => add(moments[k]!.θ, Δ)),
    moments,
  );
  const moved = all.map((leaf, i) => (rates[i] === 0 ? leaf : arrived[moving.indexOf(i)]!));
  return [fillLeaves(θ, isValue, moved) as Θ, steps.map(([, next]) => next)];
}
