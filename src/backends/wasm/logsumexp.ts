import { size } from "../../core/shape.ts";
import type { Expr, Local } from "./emitter.ts";
import type { Scope } from "./generator.ts";
import { bitwise, type V } from "./lanes.ts";
import { along } from "./loops.ts";
import { emitReduction, folds } from "./reduce.ts";
import { type View, whole } from "./views.ts";

/** ln Σ eˣ = m + ln Σ exp(x − m), where m is the greatest x, or 0 where that is not finite: three passes, in lanes. */
export function emitLogSumExp(scope: Scope, x: View, y: View, scratch: number | null): void {
  if (scratch === null) return; // nothing to compute
  const { body, generator, layout } = scope;
  const { lanes } = generator;
  const inline = generator.mathematics.inline(body, ["exp", "log"]);
  const math = (name: "exp" | "log", x: V): V => inline(name, [[x]])[0]!;
  const top = whole(scratch, y.shape);
  const shift = (m: Local<"v128">): Local<"v128"> => {
    const finite = lanes.test("lt", lanes.op("abs", m), lanes.splat(Number.POSITIVE_INFINITY));
    return body.local("v128", bitwise.and(m, finite));
  };
  emitReduction(scope, x, top, folds["max"]!);
  const each = (top: Local<"v128">): ((x: V) => V) => {
    const m = shift(top);
    return (x) => math("exp", lanes.op("sub", x, m));
  };
  emitReduction(scope, x, y, { ...folds["sumTo"]!, of: { beside: top, each } });
  const [sums, tops] = [y, top].map(({ base }) => layout.address.get(base)!) as [number, number];
  const bytes = size(y.shape) * lanes.bytes;
  scope.share?.meet();
  const join = (at: Expr<"i32">): void => {
    const m = shift(body.local("v128", lanes.load(at, tops)));
    const sum = math("log", lanes.load(at, sums));
    body.run((out) => lanes.store(out, at, sums, lanes.op("add", sum, m))); // whole vectors: an array ends with its cache line
  };
  along(body, 16 * Math.ceil(bytes / 16), 16, join, scope.share);
}
