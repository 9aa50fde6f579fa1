import { sameShape } from "../core/shape.ts";
import { constantOf, type Equation, isConstant, type Value } from "../graph/value.ts";

/** The value that an equation amounts to, where it amounts to one that is there already. */
type Identity = (xs: readonly Value[], equation: Equation) => Value | undefined;

/** The number that a constant, possibly spread over a shape, consists of. */
function only(x: Value | undefined): number | undefined {
  if (!x) return undefined;
  if (x.op.name === "broadcastTo") return only(x.equation.inputs[0]);
  if (!isConstant(x)) return undefined;
  const { data } = constantOf(x);
  return data.length > 0 && data.every((a) => Object.is(a, data[0])) ? data[0] : undefined;
}

const first: Identity = ([x]) => x;
const twice =
  (name: string): Identity =>
  ([x]) =>
    x!.op.name === name ? x!.equation.inputs[0] : undefined;

/**
 * Exact in floating point, for every number, ±0, ±∞ and NaN among them: x·1, x/1, x¹, −(−x), moves that cancel.
 * x + 0 is not here (−0 + 0 is +0), nor x·0 (NaN for an infinite x); but x + (−0) is.
 */
export const identities: Readonly<Record<string, Identity>> = {
  stopGradient: first,
  neg: twice("neg"),
  mul: ([x, y]) => (only(y) === 1 ? x : only(x) === 1 ? y : undefined),
  div: ([x, y]) => (only(y) === 1 ? x : undefined),
  pow: ([x, y]) => (only(y) === 1 ? x : undefined),
  add: ([x, y]) =>
    x!.dtype !== "real" ? undefined : Object.is(only(y), -0) ? x : Object.is(only(x), -0) ? y : undefined,
  reshape: ([x], { outputs: [y] }) => {
    const before = x!.op.name === "reshape" ? x!.equation.inputs[0]! : x!;
    return sameShape(before.shape, y!.shape) ? before : undefined;
  },
  transpose: ([x], { params }) => {
    if (x!.op.name !== "transpose") return undefined;
    const [now, then] = [params["axes"] as number[], x!.equation.params["axes"] as number[]];
    return now.every((axis, i) => then[axis] === i) ? x!.equation.inputs[0] : undefined;
  },
  where: ([c, x, y]) => (x === y ? x : only(c) === 1 ? x : only(c) === 0 ? y : undefined),
};
