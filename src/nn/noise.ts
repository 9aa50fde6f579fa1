import { checkedNumber, knownOptions } from "../core/names.ts";
import { add, div, mul, randomBernoulli, randomNormal, where } from "../ops/index.ts";
import type { Layer } from "./layers.ts";

/**
 * Dropout: while training each number is set to 0 with probability `rate` and divided by 1 − rate otherwise, so that
 * predicting, where nothing is dropped, needs no rescaling.
 *
 * @param options rate in [0, 1), default 0.5
 * @throws `option` when the rate is out of bounds
 * @see Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), Dropout
 */
export function dropout(options: { readonly rate?: number } = {}): Layer<Record<never, never>> {
  knownOptions("dropout(options)", options, ["rate"]);
  const { rate = 0.5 } = options;
  checkedNumber("dropout({ rate })", rate, { least: 0, below: 1 });
  return {
    name: `dropout(${rate})`,
    init: () => ({}),
    apply: (_θ, x, context) => {
      if (!context?.training || !context.key || rate === 0) return x;
      return where(randomBernoulli(context.key, x.shape, 1 - rate), div(x, 1 - rate), 0);
    },
  };
}

/**
 * Gaussian noise: while training a number from N(0, σ²) is added to each; nothing when predicting. On the inputs, small
 * noise acts like a penalty on the slope of the network.
 *
 * @param options deviation σ from 0 on, in the unit of what comes in, default 0.1
 * @throws `option` when it is negative
 * @see Bishop (1995), Training with noise is equivalent to Tikhonov regularization
 */
export function gaussianNoise(options: { readonly deviation?: number } = {}): Layer<Record<never, never>> {
  knownOptions("gaussianNoise(options)", options, ["deviation"]);
  const { deviation = 0.1 } = options;
  checkedNumber("gaussianNoise({ deviation })", deviation, { least: 0 });
  return {
    name: `gaussianNoise(${deviation})`,
    init: () => ({}),
    apply: (_θ, x, context) => {
      if (!context?.training || !context.key || deviation === 0) return x;
      return add(x, mul(deviation, randomNormal(context.key, x.shape)));
    },
  };
}
