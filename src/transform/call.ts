import { backendOf } from "../backends/index.ts";
import { type Executable, lower, type Precision } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { identityOf } from "../core/identity.ts";
import type { Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves, mapLeaves } from "../core/tree.ts";
import { freeInputs } from "../graph/closure.ts";
import { type Data, isData, type Lifted, liftTree, tensorOf } from "../graph/lifted.ts";
import { input, isValue, lift, showType, type Value } from "../graph/value.ts";

/** How a function of plain data is compiled. */
export interface CompileOptions {
  /** Of every real number. Default `"f64"`. */
  readonly precision?: Precision;
  /** The engine. Default: the fastest there is. */
  readonly backend?: string;
  /** Threads that may work on one call; the result does not depend on it. */
  readonly threads?: number | "auto";
  /** The same bits on every machine and in every runtime, at some cost in speed. */
  readonly reproducible?: boolean;
}

/** Plain data out: a scalar is a number, an array a `Tensor`; what went in traced comes out traced. */
export type Plain<T> = T extends Value
  ? Value
  : T extends number | boolean
    ? number
    : T extends Data
      ? Tensor
      : T extends object
        ? { [K in keyof T]: Plain<T[K]> }
        : T;

interface Trace {
  readonly run: Executable["run"];
  /** What the function gave, with the traced values at its leaves. */
  readonly result: unknown;
}

/**
 * A function of trees of values made callable with plain data: traced once for each structure and set of shapes, compiled,
 * and afterwards only run. With traced values it is called as it is, and adds to the trace that they belong to.
 *
 * @param f       function of trees of values; called once for each set of shapes
 * @param options precision, engine, threads
 */
export function callable(
  f: (...args: never[]) => unknown,
  { precision = "f64", backend }: CompileOptions = {},
): (...args: unknown[]) => unknown {
  const traces = new Map<string, Trace>();
  const traced = f as (...args: unknown[]) => unknown;
  return (...list) => {
    const args = { ...list }; // a record: a list of numbers would be one array
    const data = leaves(args, isData);
    const lifted = (): unknown[] => list.map((arg) => liftTree(arg));
    if (data.some(isValue)) return traced(...lifted());
    const tensors = (data as Exclude<Data, Value>[]).map(tensorOf);
    const signature = signatureOf(args, tensors);
    let trace = traces.get(signature);
    if (!trace) {
      const inputs = tensors.map(input);
      const result = traced(...Object.values(fillLeaves(args, isData, inputs) as object));
      const outputs = leaves(result, isData).map((x) => (isValue(x) ? x : lift(tensorOf(x))));
      if (freeInputs(outputs, inputs).length > 0) return traced(...lifted()); // f uses values of an outer trace
      const executable = backendOf(backend).compile(lower({ inputs, outputs }), { precision });
      trace = { run: (given) => executable.run(given), result };
      traces.set(signature, trace);
    }
    const numbers = trace.run(tensors).map((t) => (t.shape.length === 0 ? t.data[0]! : t));
    return fillLeaves(trace.result, isData, numbers);
  };
}

/** Structure, shapes and kinds of numbers of the arguments; whatever is not data counts by its own value. */
function signatureOf(args: object, tensors: readonly Tensor[]): string {
  const structure = JSON.stringify(
    mapLeaves(args, isData, () => 0),
    (_key, value: unknown) => (typeof value === "function" ? `function ${identityOf(value)}` : value),
  );
  return `${structure} ${tensors.map((t) => showType(t)).join()}`;
}

/**
 * The numbers of values that depend on no argument, as plain data.
 *
 * @throws `trace-leak` when a value belongs to a function that is being traced
 */
export const evaluate = <T>(tree: T): Plain<Lifted<T>> => {
  const outputs = leaves(liftTree(tree), isValue);
  const numbers = backendOf("reference")
    .compile(lower({ inputs: [], outputs }), { precision: "f64" })
    .run([]);
  return fillLeaves(
    liftTree(tree),
    isValue,
    numbers.map((t) => (t.shape.length === 0 ? t.data[0]! : t)),
  ) as Plain<Lifted<T>>;
};

/** The single scalar that a function to be differentiated gives. */
export function scalarOf(name: string, y: unknown): Value {
  const found = leaves(y, isData);
  const [value] = found;
  const v = value === undefined ? undefined : isValue(value) ? value : lift(tensorOf(value));
  if (found.length === 1 && v && v.shape.length === 0 && v.dtype === "real") return v;
  throw new ModelError({
    code: "autodiff-scalar",
    where: `${name}(f)`,
    given: { "f gives": v ? showType(v) : "nothing", leaves: found.length },
    rule: "the derivative asked for is that of one real scalar.",
    hint: "sum or average the result, or use jacobian(f).",
  });
}

/** The leaves that a derivative is taken with respect to: all must be real. */
export function variables(name: string, theta: unknown): Value[] {
  const xs = leaves(theta, isValue);
  const odd = xs.findIndex((x) => x.dtype !== "real");
  if (odd === -1 && xs.length > 0) return xs;
  throw new ModelError({
    code: "autodiff-integer",
    where: `${name}(f)`,
    given: { argument: odd === -1 ? "no numbers" : showType(xs[odd]!) },
    rule: "a derivative is taken with respect to real numbers only.",
  });
}
