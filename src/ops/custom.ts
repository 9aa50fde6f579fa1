import { ModelError } from "../core/errors.ts";
import { type Closure, close, inline, tracing } from "../graph/closure.ts";
import {
  apply,
  type Differentiator,
  type Equation,
  fill,
  input,
  lift,
  type Op,
  type Operand,
  type Value,
} from "../graph/value.ts";
import { customName } from "./bodies.ts";

/** A derivative written by hand: one of the two; the other mode follows from it by transposition. */
export type CustomRule =
  /** ẏ from the tangents ẋ (zeros where there are none), the inputs x and y = f(x). Must be linear in ẋ. */
  | { readonly jvp: (dx: readonly Value[], x: readonly Value[], y: Value) => Operand }
  /** x̄, one for each input, from ȳ, x and y. Must be linear in ȳ. */
  | { readonly vjp: (yBar: Value, x: readonly Value[], y: Value) => readonly Operand[] };

export const customOp: Op = {
  name: customName,
  type: (_inputs, { body }) => [(body as Closure).outputs[0]!],
  jvp: (tangents, at, tools) => {
    const { captured, rule } = at.params as { captured: number; rule: CustomRule };
    const [x, dx] = [at.inputs.slice(captured), tangents.slice(captured)];
    if (tangents.slice(0, captured).some((d) => d !== null)) throw closedOver();
    return [customTangent(rule, x, dx, at, tools)];
  },
};

const closedOver = (): ModelError =>
  new ModelError({
    code: "autodiff-structure",
    where: "custom(f, rule)",
    rule: "f uses a traced value from outside that is being differentiated, and the rule says nothing of it.",
    hint: "pass the value as an argument, or wrap it in stopGradient.",
  });

function customTangent(
  rule: CustomRule,
  x: readonly Value[],
  dx: readonly (Value | null)[],
  { outputs: [y] }: Equation,
  { transpose }: Differentiator,
): Value | null {
  const full = dx.map((d, i) => d ?? fill(x[i]!, 0));
  if ("jvp" in rule) return lift(rule.jvp(full, x, y!));
  const yBar = input(y!); // ẏ is the transpose of ȳ ↦ x̄, applied to ẋ
  return transpose(rule.vjp(yBar, x, y!).map(lift), [yBar], full)[0] ?? null;
}

/**
 * A function with a derivative written by hand: for a better form than the chain rule gives, or a surrogate.
 *
 * @param f    function of values that gives one value; the rule replaces its derivative with respect to its arguments
 * @param rule `{ jvp }` or `{ vjp }`; both modes, and derivatives of any order, follow from it
 * @returns a function like `f`
 * @throws `option` for a rule that is neither
 */
export function custom(f: (...x: Value[]) => Operand, rule: CustomRule): (...x: Operand[]) => Value {
  if (!("jvp" in rule || "vjp" in rule))
    throw new ModelError({
      code: "option",
      where: "custom(f, rule)",
      rule: "a rule is { jvp } or { vjp }: see CustomRule.",
    });
  return (...args) => {
    const x = args.map(lift);
    const { body, captured } = tracing(x, (inside) => close(inside, [lift(f(...inside))]));
    return apply(customOp, [...captured, ...x], { body, captured: captured.length, rule })[0]!;
  };
}

/** The custom function written out: what it computes once no derivative is asked any more. */
export const expand = ({ params, inputs }: Pick<Equation, "params" | "inputs">): Value[] =>
  inline(params["body"] as Closure, inputs);
