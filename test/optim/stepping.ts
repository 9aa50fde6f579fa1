import { Tensor } from "../../src/core/tensor.ts";
import { lift, type Value } from "../../src/graph/value.ts";
import type { Course, Optimizer } from "../../src/optim/index.ts";
import { initialState, isWeight, rateAt, update } from "../../src/optim/index.ts";
import { compile } from "../../src/transform/index.ts";

/** One array as it goes through an optimizer's updates. */
export interface Stepping {
  /** Makes one update with this gradient and tells the change Δ that was added. */
  step(gradient: Tensor): Tensor;
  readonly parameters: Tensor;
  readonly state: unknown;
}

/** A training of 100 updates, 10 an epoch. */
export const course = (): Course => ({ steps: 100, stepsPerEpoch: 10, level: lift(1) });

/** Runs an optimizer on one array, update by update, in float64. */
export function stepping<S>(optimizer: Optimizer<S>, start: Tensor): Stepping {
  let [θ, state, t] = [start, optimizer.init(start), 0];
  const rule = compile((args: { θ: Value; g: Value; t: Value; state: never }) =>
    optimizer.update(args.g, args.state, {
      t: args.t.add(1),
      η: rateAt(optimizer, args.t, course()),
      θ: args.θ,
      decays: isWeight(args.θ),
    }),
  ) as unknown as (args: object) => [Tensor, S];
  return {
    step(g) {
      const [Δ, next] = rule({ θ, g, t: t++, state });
      state = next;
      θ = new Tensor(
        θ.shape,
        Float64Array.from(θ.data, (x, i) => x + Δ.data[i]!),
      );
      return Δ;
    },
    get parameters() {
      return θ;
    },
    get state() {
      return state;
    },
  };
}

/** One update of a whole tree of parameters by the library's own loop over its leaves. */
export function updated<Θ>(optimizer: Optimizer, θ: Θ, gradient: Θ): Θ {
  const run = compile((args: { θ: Θ; gradient: Θ; state: never[] }) =>
    update(optimizer, { ...args }, { t: lift(1), η: lift(0.125) }),
  ) as unknown as (args: object) => [Θ, unknown];
  return run({ θ, gradient, state: initialState(optimizer, θ) })[0];
}
