import { pushforward, transpose } from "../autodiff/index.ts";
import { reference } from "../backends/reference.ts";
import { lower, simplifying } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { atOnce } from "../core/steps.ts";
import type { Tensor } from "../core/tensor.ts";
import { leaves } from "../core/tree.ts";
import { type Closure, tracing } from "../graph/closure.ts";
import { liftTree, type PlainData, tensorOf } from "../graph/lifted.ts";
import { program } from "../graph/program.ts";
import {
  constantOp,
  type Equation,
  equationsOf,
  fill,
  input,
  inputOp,
  isValue,
  showType,
  type Value,
} from "../graph/value.ts";
import { add } from "../ops/index.ts";
import { operations } from "./count.ts";

/** A variable of the evaluation: an input, a constant or the result of an elementary operation. */
export interface Variable {
  /** `x` of the user, or v₁, v₂ … in the order of evaluation. */
  readonly name: string;
  /** What it is computed by, and from which variables; `"input"` or `"constant"` otherwise. */
  readonly op: string;
  readonly from: readonly string[];
  readonly value: Tensor;
  /** v̇ᵢ = ∂vᵢ/∂x for each input in turn, along (1, …, 1) of it. */
  readonly tangents: readonly Tensor[];
  /** v̄ᵢ = ∂y/∂vᵢ. */
  readonly adjoint: Tensor;
  /** What each use adds to the adjoint: v̄ⱼ·∂vⱼ/∂vᵢ. */
  readonly uses: readonly { readonly by: string; readonly adds: Tensor }[];
}

/** A function evaluated at a point, with both modes of differentiation laid open. */
export interface Evaluation<Name extends string = string> {
  readonly inputs: readonly string[];
  readonly output: string;
  readonly value: number;
  /** ∂y/∂x by the name of the input: a number, or nested arrays. */
  readonly gradient: { readonly [K in Name]: Tensor };
  /** In the order of evaluation. */
  readonly variables: readonly Variable[];
  /** Scalar operations: of the function, of value and derivatives forward (all inputs in turn) and in reverse. */
  readonly counts: { readonly value: number; readonly forward: number; readonly reverse: number };
}

/**
 * Evaluates y = f(x) at a point and follows both modes of differentiation through every elementary operation.
 *
 * @param f  function of a record of values that gives a scalar
 * @param at plain data by name: where
 * @returns  v, v̇ and v̄ of every variable, in Baydin's layout, and what each mode costs
 * @throws   `autodiff-scalar` when f gives something else than one scalar
 * @see Baydin, Pearlmutter, Radul & Siskind (2018), Automatic differentiation in machine learning: a survey, tables 2 and 3
 */
export function explain<Name extends string>(
  f: (x: { readonly [K in Name]: Value }) => Value,
  at: { readonly [K in Name]: PlainData },
): Evaluation<Name> {
  const names = Object.keys(at) as Name[];
  const points = names.map((name) => tensorOf(at[name]));
  return tracing(points, (xs) => {
    const y = scalarOf(
      f(Object.fromEntries(names.map((name, i) => [name, xs[i]!])) as { readonly [K in Name]: Value }),
    );
    const closure = atOnce(simplifying({ inputs: xs, outputs: [y] }));
    return laidOpen(closure, names, points) as Evaluation<Name>;
  });
}

function scalarOf(result: unknown): Value {
  const found = leaves(liftTree(result), isValue);
  if (found.length === 1 && found[0]!.shape.length === 0) return found[0]!;
  throw new ModelError({
    code: "autodiff-scalar",
    where: "explain(f, at)",
    given: { outputs: found.map((v) => showType(v)).join(", ") },
    rule: "f must give one scalar.",
    hint: "explain one number at a time: sum, or pick a component.",
  });
}

/** Symbols of what is asked for about each variable. */
interface Asked {
  readonly v: Value;
  readonly tangents: readonly Value[];
  readonly adjoint: Value;
  readonly uses: readonly { readonly by: Value; readonly adds: Value }[];
}

function laidOpen(closure: Closure, names: readonly string[], points: readonly Tensor[]): Evaluation {
  const { inputs, outputs } = closure;
  const y = outputs[0]!;
  const variables = [...inputs, ...equationsOf(outputs).flatMap((e) => (e.op === inputOp ? [] : e.outputs))];
  const asked = everything(variables, inputs, y);
  const symbols = asked.flatMap((a) => [a.v, ...a.tangents, a.adjoint, ...a.uses.map((use) => use.adds)]);
  const numbers = reference.compile(lower({ inputs, outputs: symbols }), { precision: "f64" }).run(points);
  const next = numbers[Symbol.iterator]();
  const number = (): Tensor => next.next().value as Tensor;
  let count = 0;
  const name = new Map(
    variables.map((v) => {
      const i = inputs.indexOf(v);
      return [v, i === -1 ? `v${++count}` : names[i]!] as const;
    }),
  );
  const table = asked.map(
    ({ v, tangents, uses }): Variable => ({
      name: name.get(v)!,
      op: v.op === inputOp ? "input" : v.op === constantOp ? "constant" : v.op.name,
      from: v.equation.inputs.map((x) => name.get(x)!),
      value: number(),
      tangents: tangents.map(number),
      adjoint: number(),
      uses: uses.map(({ by }) => ({ by: name.get(by)!, adds: number() })),
    }),
  );
  return {
    inputs: names,
    output: name.get(y)!,
    value: table.find((v) => v.name === name.get(y))!.value.item(),
    gradient: Object.fromEntries(names.map((input, i) => [input, table[i]!.adjoint])),
    variables: table,
    counts: costs(closure, y),
  };
}

/** Tangents along every input, and adjoints with what each use adds to them. */
function everything(variables: readonly Value[], inputs: readonly Value[], y: Value): Asked[] {
  const tangents = inputs.map((x) => pushforward(variables, new Map([[x, fill(x, 1)]])));
  const uses = new Map<Value, { by: Value; adds: Value }[]>(variables.map((v) => [v, []]));
  const bars = new Map<Value, Value>([[y, fill(y, 1)]]);
  for (const equation of equationsOf([y]).reverse()) {
    for (const [x, by, adds] of contributions(equation, bars)) {
      uses.get(x)?.push({ by, adds });
      const sofar = bars.get(x);
      bars.set(x, sofar ? add(sofar, adds) : adds);
    }
  }
  return variables.map((v, i) => ({
    v,
    tangents: tangents.map((t) => t[i] ?? fill(v, 0)),
    adjoint: bars.get(v) ?? fill(v, 0),
    uses: uses.get(v)!,
  }));
}

/** What one operation adds to the adjoints of its arguments: its own rule, linearised and transposed. */
function contributions(equation: Equation, bars: ReadonlyMap<Value, Value>): [x: Value, by: Value, adds: Value][] {
  const { op, inputs, outputs } = equation;
  if (op === inputOp || !outputs.some((v) => bars.has(v))) return [];
  return inputs.flatMap((x, i): [Value, Value, Value][] => {
    if (x.dtype !== "real") return [];
    const dx = input(x);
    const dys = op.jvp(
      inputs.map((_, k) => (k === i ? dx : null)),
      equation,
      { pushforward, transpose },
    );
    const used = dys.flatMap((dy, k) => (dy && bars.has(outputs[k]!) ? [{ dy, bar: bars.get(outputs[k]!)! }] : []));
    const [adds] = transpose(
      used.map((u) => u.dy),
      [dx],
      used.map((u) => u.bar),
    );
    return adds ? [[x, outputs[0]!, adds]] : [];
  });
}

/** Operations of the function alone, of it with all its tangents, and of it with all its adjoints. */
function costs({ inputs, outputs }: Closure, y: Value): Evaluation["counts"] {
  const count = (wanted: readonly Value[]): number =>
    operations(program(atOnce(simplifying({ inputs, outputs: wanted }))));
  const forward = inputs.flatMap((x) => pushforward(outputs, new Map([[x, fill(x, 1)]])));
  const bars = everything(inputs, inputs, y).map(({ adjoint }) => adjoint);
  return {
    value: count(outputs),
    forward: count([...outputs, ...forward.map((dy) => dy ?? fill(y, 0))]),
    reverse: count([...outputs, ...bars]),
  };
}
