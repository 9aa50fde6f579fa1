import { checkedNumber, knownOptions } from "../core/names.ts";
import { abs, minimum, mul, softplus, square, sub } from "../ops/index.ts";
import { elementwise, type Loss } from "./loss.ts";

/** mean (y − t)², in the square of the target's unit. The lecture's OLS cost, with the mean over outputs as well. */
export const meanSquaredError: Loss = elementwise({
  label: "meanSquaredError",
  tasks: ["regression", "binary"],
  each: (y, t) => square(sub(y, t)),
});

/** mean |y − t|, in the target's unit. Its derivative at y = t is 0. */
export const meanAbsoluteError: Loss = elementwise({
  label: "meanAbsoluteError",
  tasks: ["regression"],
  each: (y, t) => abs(sub(y, t)),
});

/**
 * Quadratic for small residuals, linear for large ones: ½ r² for |r| ≤ δ, δ (|r| − ½ δ) beyond.
 *
 * @param options delta δ > 0, in the target's unit, default 1
 * @throws `option` for another δ
 * @see Huber (1964), Robust estimation of a location parameter
 */
export function huberLoss(options: { readonly delta?: number } = {}): Loss {
  knownOptions("huberLoss(options)", options, ["delta"]);
  const { delta = 1 } = options;
  checkedNumber("huberLoss({ delta })", delta, { above: 0 });
  return elementwise({
    label: "huber",
    tasks: ["regression"],
    each: (y, t) => {
      const r = abs(sub(y, t));
      const near = minimum(r, delta);
      return mul(near, sub(r, mul(0.5, near)));
    },
  });
}
/** Huber's loss with δ = 1. */
export const huber: Loss = /* @__PURE__ */ huberLoss();

/**
 * mean ln cosh(y − t), computed as softplus(2r) − r − ln 2: ½ r² for small residuals, |r| − ln 2 for large ones, and
 * smooth to any order.
 */
export const logCosh: Loss = elementwise({
  label: "logCosh",
  tasks: ["regression"],
  each: (y, t) => {
    const r = sub(y, t);
    return sub(sub(softplus(mul(2, r)), r), Math.LN2);
  },
});
