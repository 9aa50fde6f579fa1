import { ModelError } from "../core/errors.ts";
import { isTensor } from "../core/tensor.ts";
import { type NetworkSpec, networkOf } from "../interchange/index.ts";
import { ratesOf } from "../optim/index.ts";
import type { Optimizing } from "./optimizing.ts";
import { layersIn } from "./start.ts";

/** All layers with parameters but the last. */
const body = "body";

/**
 * The optimizer of a run with `body` among its layer rates spelled out.
 *
 * @throws `option` for a name that fits no layer and no parameter of the network, or when all are frozen
 */
export function pacedFor(network: NetworkSpec, optimizing: Optimizing): Optimizing {
  const { rates } = optimizing.rule;
  if (!rates) return optimizing;
  const behind = layersIn(network).slice(0, -1);
  const named = Object.entries(rates).flatMap(([name, factor]) =>
    name === body ? behind.map((layer) => [layer, factor] as const) : [[name, factor] as const],
  );
  const rule = { ...optimizing.rule, rates: Object.fromEntries(named) };
  if (ratesOf(rule, networkOf(network).init([0, 0]), isTensor).every((factor) => factor === 0))
    throw new ModelError({
      code: "option",
      where: "layer rates and frozen layers",
      given: { frozen: Object.keys(rule.rates).join(", ") },
      rule: "every layer is frozen: there is nothing to learn.",
      hint: "leave one out; body freezes all but the last",
    });
  return { ...optimizing, rule };
}
