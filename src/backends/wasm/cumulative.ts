import { size } from "../../core/shape.ts";
import { i32, operation } from "./emitter.ts";
import { dtypeOf, elementAddress, integers, type Scope } from "./generator.ts";
import { type Address, type Index, nest } from "./loops.ts";
import { type View, whole } from "./views.ts";

interface Run {
  readonly n: number;
  readonly backwards: boolean;
  /** Element i of the run, there and in the result. */
  readonly from: (i: Index) => Address;
  readonly into: (i: Index) => Address;
  /** Runs side by side, in the lanes of a vector. */
  readonly count: number;
}

/**
 * Running sums along an axis, each in the order of the reference rule. Those beside each other in memory run in lanes.
 *
 * @param options.backwards from the last element to the first
 */
export function emitCumulative(
  scope: Scope,
  x: View,
  to: number,
  { axis, backwards }: { readonly axis: number; readonly backwards: boolean },
): void {
  if (size(x.shape) === 0) return;
  const y = whole(to, x.shape);
  const last = x.shape.length - 1;
  const integer = dtypeOf(scope, x) === "integer";
  const { count } = scope.generator.lanes;
  const beside = !integer && axis !== last && x.strides[last] === 1;
  const width = beside ? x.shape[last]! : 0;
  const full = Math.floor(width / count) * count;
  const others = x.shape.map((d, i) => (i === axis || (beside && i === last) ? 1 : d));
  const line = (at: readonly Index[]): void => {
    const runs = (j: Index | null, count: number): void => {
      const place = (i: Index): Index[] => at.map((k, a) => (a === axis ? i : a === last && j !== null ? j : k));
      const from = (i: Index) => elementAddress(scope, x, x.strides, place(i));
      const into = (i: Index) => elementAddress(scope, y, y.strides, place(i));
      const run = { n: x.shape[axis]!, backwards, from, into, count };
      if (integer) integerRun(scope, run);
      else realRun(scope, run);
    };
    if (!beside) runs(null, 1);
    if (full > 0) scope.body.count(i32(0), i32(full), count, (j) => runs(j, count));
    if (full < width) runs(full, width - full);
  };
  nest(scope.body, others, 1, line, scope.share);
}

/** Calls `at` with every position of a run in its order. */
function inOrder({ body }: Scope, { n, backwards }: Run, at: (i: Index) => void): void {
  nest(body, [n], 2, ([turn]) => {
    if (!backwards) at(turn!);
    else at(typeof turn === "number" ? n - 1 - turn : operation("i32", [0x6b], i32(n - 1), turn!));
  });
}

function realRun(scope: Scope, run: Run): void {
  const { body, generator } = scope;
  const { lanes } = generator;
  const sum = body.local("v128", lanes.splat(0));
  inOrder(scope, run, (i) => {
    const [from, into] = [run.from(i), run.into(i)];
    const x = run.count > 1 ? lanes.load(from.base, from.offset) : lanes.loadSplat(from.base, from.offset);
    body.set(sum, lanes.op("add", sum, x));
    if (run.count === lanes.count) body.run((out) => lanes.store(out, into.base, into.offset, sum));
    else
      for (let k = 0; k < run.count; k++)
        body.run((out) => lanes.storeLane(out, into.base, into.offset + k * lanes.bytes, sum, k));
  });
}

function integerRun(scope: Scope, run: Run): void {
  const { body } = scope;
  const sum = body.local("i32", i32(0));
  inOrder(scope, run, (i) => {
    body.set(sum, operation("i32", [0x6a], sum, integers.loadOne(run.from(i))));
    body.run((out) => integers.storeOne(out, run.into(i), sum));
  });
}
