import "../ops/methods.ts"; // here, where bundlers cannot pass it over: whoever calls a verb can write x.mul(y)
import { backendOf } from "../backends/index.ts";
import { checkedThreads, type Executable, lower, type Precision, type Threads } from "../compile/index.ts";
import { ModelError, suggestion } from "../core/errors.ts";
import { identityOf } from "../core/identity.ts";
import type { Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import { freeInputs, inline, isEnded, tracing } from "../graph/closure.ts";
import { isData, type Lifted, liftTree, tensorOf } from "../graph/lifted.ts";
import { leaked } from "../graph/program.ts";
import { constant, isValue, lift, showType, type Value } from "../graph/value.ts";
import type { Numbers } from "./signatures.ts";

/** How a function of plain data is compiled. */
export interface CompileOptions {
  /** Of every real number. Default `"f64"`. */
  readonly precision?: Precision;
  /** The engine. Default: the fastest there is. */
  readonly backend?: string;
  /** Threads that may work on one call, or as many as pay; the bits do not depend on it. Default `"auto"`. */
  readonly threads?: Threads;
  /** The same bits on every machine and in every runtime, at some cost in speed. */
  readonly reproducible?: boolean;
}

interface Trace {
  readonly executable: Executable;
  /** What the function gave, with the traced values at its leaves. */
  readonly result: unknown;
}

/**
 * A function of trees of values made callable with plain data: traced once for each structure and set of shapes, compiled,
 * and afterwards only run. With traced values it is called as it is, and adds to the trace that they belong to; so it does
 * with plain data if it uses values of a trace in progress.
 *
 * @param f       function of trees of values; called once for each set of shapes
 * @param options precision, engine, threads
 * @throws `option` for an unknown precision, engine or option; `trace-leak` when f uses a value of a trace that is over
 */
export function callable(
  f: (...args: never[]) => unknown,
  options: CompileOptions = {},
): (...args: unknown[]) => unknown {
  const { precision = "f64", backend, reproducible = false, threads } = checked(options);
  const settings = { precision, reproducible, threads: checkedThreads(threads, "compile(f, { threads })") };
  const engine = backendOf(backend);
  const traces = new Map<string, Trace>();
  const traced = (args: object): unknown => liftTree((f as (...args: unknown[]) => unknown)(...Object.values(args)));

  return (...list) => {
    const args = { ...list }; // a record: a list of numbers would be one array
    const data: (Value | Tensor)[] = [];
    const signature = signatureOf(args, data);
    if (data.some(isValue)) return traced(liftTree(args));
    const tensors = data as Tensor[];
    const known = traces.get(signature);
    if (known) return plain(known.result, known.executable.run(tensors));
    return tracing(tensors, (inputs) => {
      const result = traced(fillLeaves(args, isData, inputs) as object);
      const outputs = leaves(result, isValue);
      const outer = freeInputs(outputs, inputs);
      if (outer.some(isEnded)) throw leaked(outer.find(isEnded)!);
      if (outer.length > 0) return fillLeaves(result, isValue, inline({ inputs, outputs }, tensors.map(constant)));
      const executable = engine.compile(lower({ inputs, outputs }), settings);
      traces.set(signature, { executable, result });
      return plain(result, executable.run(tensors));
    });
  };
}

/** The tree with numbers where it has values: a scalar as a number. */
const plain = (tree: unknown, numbers: readonly Tensor[]): unknown =>
  fillLeaves(
    tree,
    isValue,
    numbers.map((t) => (t.shape.length === 0 ? t.item() : t)),
  );

const allowed: Readonly<Record<keyof CompileOptions, readonly string[] | undefined>> = {
  precision: ["f64", "f32"],
  backend: undefined, // the backends know
  threads: undefined,
  reproducible: undefined,
};

function checked(options: CompileOptions): CompileOptions {
  for (const [name, value] of Object.entries(options)) {
    if (!(name in allowed)) throw unknownOption("option", name, Object.keys(allowed));
    const values = allowed[name as keyof CompileOptions];
    if (value !== undefined && values?.includes(value) === false) throw unknownOption(name, String(value), values);
  }
  return options;
}

const unknownOption = (name: string, given: string, known: readonly string[]): ModelError =>
  new ModelError({
    code: "option",
    where: "compile(f, options)",
    given: { [name]: given },
    rule: `there is no such ${name}.`,
    hint: suggestion(given, known),
  });

/**
 * Structure, shapes and kinds of numbers of an argument; whatever is not data counts by its own value or identity.
 *
 * @param found where the data are put, in the order of `leaves`
 */
function signatureOf(tree: unknown, found: (Value | Tensor)[]): string {
  if (isData(tree)) {
    const leaf = isValue(tree) ? tree : tensorOf(tree);
    found.push(leaf);
    return `${leaf.dtype}${leaf.shape}`;
  }
  if (Array.isArray(tree)) return `[${tree.map((branch) => signatureOf(branch, found))}]`;
  if (isOpaque(tree)) return `#${identityOf(tree)}`;
  if (typeof tree !== "object" || tree === null) return `${typeof tree} ${JSON.stringify(String(tree))}`;
  let signature = "{";
  for (const key of Object.keys(tree))
    signature += `${key.length} ${key}:${signatureOf((tree as Record<string, unknown>)[key], found)};`;
  return `${signature}}`;
}

const isOpaque = (x: unknown): x is object =>
  typeof x === "function" ||
  (typeof x === "object" && x !== null && !Array.isArray(x) && Object.getPrototypeOf(x) !== Object.prototype);

/**
 * The numbers of values that depend on no argument, as plain data.
 *
 * @throws `trace-leak` when a value belongs to a function that is being traced
 */
export function evaluate<T>(tree: T): Numbers<Lifted<T>> {
  const lifted = liftTree(tree);
  const program = lower({ inputs: [], outputs: leaves(lifted, isValue) });
  return plain(lifted, backendOf("reference").compile(program, { precision: "f64" }).run([])) as Numbers<Lifted<T>>;
}

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
