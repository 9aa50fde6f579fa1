import { reference } from "../backends/reference.ts";
import { lower, simplifying } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { atOnce } from "../core/steps.ts";
import type { Tensor } from "../core/tensor.ts";
import { leaves } from "../core/tree.ts";
import { type Closure, tracing } from "../graph/closure.ts";
import { liftTree, type PlainData, tensorOf } from "../graph/lifted.ts";
import { constantOp, inputOp, isValue, showType, type Value } from "../graph/value.ts";
import type { Diagram } from "./diagram.ts";
import { adjointsOf, type Costs, costs, tangentsOf, variablesOf } from "./modes.ts";
import { closureDiagram, type Notes } from "./sketch.ts";

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
  readonly counts: Costs;
  /** The graph, with the value and the adjoint of every variable that is one number. */
  readonly diagram: Diagram;
}

/** How the graph is drawn. */
export interface ExplainOptions {
  /** Draw what is repeated once, and long chains as one node. Default true. */
  readonly fold?: boolean;
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
  { fold = true }: ExplainOptions = {},
): Evaluation<Name> {
  const names = Object.keys(at) as Name[];
  const points = names.map((name) => tensorOf(at[name]));
  return tracing(points, (xs) => {
    const y = scalarOf(
      f(Object.fromEntries(names.map((name, i) => [name, xs[i]!])) as { readonly [K in Name]: Value }),
    );
    const closure = atOnce(simplifying({ inputs: xs, outputs: [y] }));
    return laidOpen(closure, { names, points, fold }) as Evaluation<Name>;
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

interface Given {
  readonly names: readonly string[];
  readonly points: readonly Tensor[];
  readonly fold: boolean;
}

function laidOpen(closure: Closure, { names, points, fold }: Given): Evaluation {
  const { inputs, outputs } = closure;
  const y = outputs[0]!;
  const variables = variablesOf(closure);
  const tangents = tangentsOf(variables, inputs);
  const adjoints = adjointsOf(variables, y);
  const symbols = variables.flatMap((v, i) => [
    ...[v, ...tangents.map((along) => along[i]!), adjoints[i]!.adjoint],
    ...adjoints[i]!.uses.map(({ adds }) => adds),
  ]);
  const numbers = reference.compile(lower({ inputs, outputs: symbols }), { precision: "f64" }).run(points);
  const next = numbers[Symbol.iterator]();
  const number = (): Tensor => next.next().value as Tensor;
  const name = namesOf(variables, names);
  const table = variables.map(
    (v, i): Variable => ({
      name: name.get(v)!,
      op: kindOf(v),
      from: v.equation.inputs.map((x) => name.get(x)!),
      value: number(),
      tangents: tangents.map(number),
      adjoint: number(),
      uses: adjoints[i]!.uses.map(({ by }) => ({ by: name.get(by)!, adds: number() })),
    }),
  );
  return {
    inputs: names,
    output: name.get(y)!,
    value: table.find((v) => v.name === name.get(y))!.value.item(),
    gradient: Object.fromEntries(names.map((input, i) => [input, table[i]!.adjoint])),
    variables: table,
    counts: costs(closure),
    diagram: closureDiagram(closure, {
      title: `Computation graph of ${name.get(y)!}`,
      fold,
      notes: new Map(variables.map((v, i) => [v, noteOn(table[i]!)])),
    }),
  };
}

/** The names of the inputs, then v₁, v₂ … */
export const namesOf = (variables: readonly Value[], names: readonly string[]): Map<Value, string> =>
  new Map(variables.map((v, i) => [v, names[i] ?? `v${i + 1 - names.length}`]));

export const kindOf = ({ op }: Value): string => (op === inputOp ? "input" : op === constantOp ? "constant" : op.name);

/** `v1 = 2.25`, and its adjoint. */
function noteOn({ name, op, value, adjoint }: Variable): Notes {
  const short = (t: Tensor): string => String(Number(t.item().toPrecision(5)));
  const plain = value.shape.length > 0 || op === "constant";
  return { name, lines: plain ? [] : [`= ${short(value)}`, `adjoint ${short(adjoint)}`] };
}
