import { type Operand, Value } from "../graph/value.ts";
import * as arithmetic from "./arithmetic.ts";
import { cast } from "./define.ts";
import * as elementwise from "./elementwise.ts";
import { oneHot, take } from "./indexing.ts";
import { matmul } from "./matmul.ts";
import { broadcastTo, flip, reshape, transpose } from "./movement.ts";
import { pad, slice } from "./parts.ts";
import * as reduce from "./reduce.ts";

const operations = {
  ...arithmetic,
  ...elementwise,
  ...reduce,
  ...{ broadcastTo, cast, flip, matmul, oneHot, pad, reshape, slice, take, transpose },
};

/** Operations can be written behind their first argument: `x.mul(y).add(1)` is `add(mul(x, y), 1)`. */
type Methods = {
  readonly [K in keyof typeof operations]: (typeof operations)[K] extends (x: Operand, ...rest: infer R) => Value
    ? (...rest: R) => Value
    : never;
};

declare module "../graph/value.ts" {
  interface Value extends Methods {}
}

for (const [name, operation] of Object.entries<(x: Value, ...rest: never[]) => Value>(operations))
  Object.defineProperty(Value.prototype, name, {
    value(this: Value, ...rest: never[]): Value {
      return operation(this, ...rest);
    },
  });
