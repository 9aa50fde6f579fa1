import { ModelError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import { constantOf, isConstant, lift, type Operand, type Value } from "../graph/value.ts";
import { cast } from "./define.ts";
import { broadcastTo } from "./movement.ts";

/**
 * Shapes and kinds are matched here, once, so that no derivative rule ever has to: sizes by NumPy's rule, aligned at
 * the last axis; integers with integers stay integers (a whole number written beside an integer is one), and everything
 * else becomes real.
 *
 * @throws `shape-mismatch` when two sizes differ and neither is 1
 */
export function matched(name: string, x: Operand, y: Operand): [Value, Value] {
  const [a, b] = alike(lift(x), lift(y));
  const shape = broadcastShape(name, a.shape, b.shape);
  return [broadcastTo(a, shape), broadcastTo(b, shape)];
}

function alike(a: Value, b: Value): [Value, Value] {
  const integers = (a.dtype === "integer" || isWhole(a)) && (b.dtype === "integer" || isWhole(b));
  const dtype = integers && (a.dtype === "integer" || b.dtype === "integer") ? "integer" : "real";
  return [cast(a, dtype), cast(b, dtype)];
}

const isWhole = (v: Value): boolean =>
  isConstant(v) && v.dtype === "real" && v.shape.length === 0 && Number.isInteger(constantOf(v).item());

export function broadcastShape(name: string, x: Shape, y: Shape): Shape {
  const rank = Math.max(x.length, y.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = x[axis - rank + x.length] ?? 1;
    const b = y[axis - rank + y.length] ?? 1;
    if (a === b || b === 1) return a;
    if (a === 1) return b;
    throw new ModelError({
      code: "shape-mismatch",
      where: `${name}(x, y)`,
      given: { x, y },
      rule: `sizes ${a} and ${b} on axis ${axis} can be matched only if they are equal or one of them is 1.`,
    });
  });
}
