import { again, type Equation, equationsOf, input, inputOp, isConstant, type Type, type Value } from "./value.ts";

/** A piece of graph with holes: the body of a loop or of a function with its own derivative. */
export interface Closure {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

const ended = new WeakSet<Value>();

/**
 * Calls a function with fresh inputs of these types. What it gives must be compiled, closed or inlined before it returns:
 * afterwards its inputs are known as ended, so that a value that escaped through a variable can be told from one of a
 * trace still in progress.
 */
export function tracing<T>(types: readonly Type[], f: (inputs: Value[]) => T): T {
  const inputs = types.map(input);
  try {
    return f(inputs);
  } finally {
    for (const x of inputs) ended.add(x);
  }
}

/** True for an input whose trace is over. */
export const isEnded = (x: Value): boolean => ended.has(x);

/**
 * The values with their inputs replaced by others of the same types: every equation that depends on a replaced value is
 * written again.
 */
function substitute(
  outputs: readonly Value[],
  replacement: ReadonlyMap<Value, Value>,
  equations: readonly Equation[] = equationsOf(outputs),
): Value[] {
  const now = new Map(replacement);
  for (const equation of equations) {
    if (equation.outputs.some((v) => now.has(v))) continue;
    if (!equation.inputs.some((x) => now.has(x))) continue;
    const copies = again(
      equation,
      equation.inputs.map((x) => now.get(x) ?? x),
    );
    for (const [i, v] of equation.outputs.entries()) now.set(v, copies[i]!);
  }
  return outputs.map((v) => now.get(v) ?? v);
}

/** The outputs of a closure for these arguments, as part of the present graph. */
export const inline = ({ inputs, outputs }: Closure, args: readonly Value[]): Value[] =>
  substitute(outputs, new Map(inputs.map((x, i) => [x, args[i]!])));

/**
 * Closes a piece of graph over its surroundings: what it uses from outside becomes further inputs. Whatever does not
 * depend on `inputs` stays outside, so a loop never computes an invariant twice; only repetitions of what is there are
 * written inside.
 *
 * @returns the closure, its inputs the captured ones followed by `inputs`, and the captured values themselves
 */
export function close(inputs: readonly Value[], outputs: readonly Value[]): { body: Closure; captured: Value[] } {
  const inside = new Set<Value>(inputs);
  const captured = new Map<Value, Value>();
  const capture = (x: Value): void => {
    if (inside.has(x) || isConstant(x) || captured.has(x)) return;
    if (x.op.repeats) x.equation.inputs.forEach(capture);
    else captured.set(x, input(x));
  };
  const equations = equationsOf(outputs);
  for (const equation of equations) {
    if (!equation.inputs.some((x) => inside.has(x))) continue;
    equation.inputs.forEach(capture);
    for (const v of equation.outputs) inside.add(v);
  }
  outputs.forEach(capture);
  const fresh = new Map<Value, Value>([...captured, ...inputs.map((x) => [x, input(x)] as const)]);
  const body = { inputs: [...fresh.values()], outputs: substitute(outputs, fresh, equations) };
  return { body, captured: [...captured.keys()] };
}

/** Every value on the way to `outputs` that depends on one of `sources`, and those themselves. */
export function dependents(
  outputs: readonly Value[],
  sources: readonly Value[],
  equations: readonly Equation[] = equationsOf(outputs),
): Set<Value> {
  const found = new Set(sources);
  for (const equation of equations)
    if (equation.inputs.some((x) => found.has(x))) for (const y of equation.outputs) found.add(y);
  return found;
}

/** Inputs that the values depend on, other than `known`. */
export function freeInputs(values: readonly Value[], known: readonly Value[]): Value[] {
  const bound = new Set(known);
  return equationsOf(values)
    .filter((e) => e.op === inputOp && !bound.has(e.outputs[0]!))
    .map((e) => e.outputs[0]!);
}
