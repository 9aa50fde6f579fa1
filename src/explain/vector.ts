import { reference } from "../backends/reference.ts";
import { lower, simplifying } from "../compile/index.ts";
import { ModelError } from "../core/errors.ts";
import { atOnce } from "../core/steps.ts";
import { Tensor } from "../core/tensor.ts";
import { leaves } from "../core/tree.ts";
import { type Closure, tracing } from "../graph/closure.ts";
import { liftTree } from "../graph/lifted.ts";
import { isValue, showType, type Value } from "../graph/value.ts";
import { cheaperMode } from "../transform/derivatives.ts";
import type { Diagram } from "./diagram.ts";
import { type ExplainOptions, kindOf, namesOf } from "./evaluation.ts";
import { adjointsOf, type Costs, costs, tangentsOf, variablesOf } from "./modes.ts";
import { closureDiagram } from "./sketch.ts";

/** A variable on the way to several outputs. */
export interface VectorVariable {
  /** `x` of the user, or v₁, v₂ … in the order of evaluation. */
  readonly name: string;
  readonly op: string;
  readonly from: readonly string[];
  readonly value: number;
  /** v̇ along each input in turn. */
  readonly tangents: readonly number[];
  /** v̄ of each output in turn. */
  readonly adjoints: readonly number[];
}

/** A function of n numbers that gives m, with its Jacobian by both modes. */
export interface VectorEvaluation {
  readonly inputs: readonly string[];
  /** Names of the variables that are the outputs. */
  readonly outputs: readonly string[];
  readonly value: readonly number[];
  /** J[i][j] = ∂yᵢ/∂xⱼ, by the chosen mode. */
  readonly jacobian: readonly (readonly number[])[];
  readonly variables: readonly VectorVariable[];
  /** Passes through the graph: forward mode takes one for each input, reverse mode one for each output. */
  readonly passes: { readonly forward: number; readonly reverse: number };
  /** Scalar operations: of the function, and of it with all of J by each mode, where what is equal is computed once. */
  readonly counts: Costs;
  /** The mode with fewer passes, which `jacobian` takes. */
  readonly chosen: "forward" | "reverse";
  readonly diagram: Diagram;
}

/**
 * Evaluates y = f(x), several numbers of several, with both ways to its Jacobian: forward mode gives a column a pass,
 * reverse mode a row.
 *
 * @param f  function of a record of values that gives a list of scalars
 * @param at a number by each name: where
 * @throws   `autodiff-scalar` when something that f gives is no scalar, or it gives nothing
 * @see Griewank & Walther (2008), Evaluating derivatives, chapter 3
 */
export function explainVector(
  f: (x: Readonly<Record<string, Value>>) => readonly Value[],
  at: Readonly<Record<string, number>>,
  { fold = true }: ExplainOptions = {},
): VectorEvaluation {
  const names = Object.keys(at);
  const points = names.map((name) => new Tensor([], Float64Array.of(at[name]!)));
  return tracing(points, (inputs) => {
    const outputs = scalars(f(Object.fromEntries(names.map((name, i) => [name, inputs[i]!]))));
    return laidOpen(atOnce(simplifying({ inputs, outputs })), { names, points, fold });
  });
}

function scalars(result: unknown): Value[] {
  const found = leaves(liftTree(result), isValue);
  if (found.length > 0 && found.every(({ shape }) => shape.length === 0)) return found;
  throw new ModelError({
    code: "autodiff-scalar",
    where: "explainVector(f, at)",
    given: { outputs: found.map((v) => showType(v)).join(", ") || "none" },
    rule: "f must give a list of scalars.",
  });
}

interface Given {
  readonly names: readonly string[];
  readonly points: readonly Tensor[];
  readonly fold: boolean;
}

function laidOpen(closure: Closure, { names, points, fold }: Given): VectorEvaluation {
  const { inputs, outputs } = closure;
  const variables = variablesOf(closure);
  const tangents = tangentsOf(variables, inputs);
  const adjoints = outputs.map((y) => adjointsOf(variables, y));
  const symbols = [variables, ...tangents, ...adjoints.map((of) => of.map(({ adjoint }) => adjoint))];
  const numbers = reference.compile(lower({ inputs, outputs: symbols.flat() }), { precision: "f64" }).run(points);
  const row = (k: number): number[] =>
    numbers.slice(k * variables.length, (k + 1) * variables.length).map((t) => t.item());
  const [n, m] = [inputs.length, outputs.length];
  const [values, along, back] = [row(0), inputs.map((_, j) => row(1 + j)), outputs.map((_, i) => row(1 + n + i))];
  const name = namesOf(variables, names);
  const chosen = cheaperMode(n, m);
  const place = outputs.map((y) => variables.indexOf(y));
  return {
    inputs: names,
    outputs: outputs.map((y) => name.get(y)!),
    value: place.map((k) => values[k]!),
    jacobian: place.map((k, i) => inputs.map((_, j) => (chosen === "forward" ? along[j]![k]! : back[i]![j]!))),
    variables: variables.map((v, k) => ({
      ...{ name: name.get(v)!, op: kindOf(v), from: v.equation.inputs.map((x) => name.get(x)!), value: values[k]! },
      tangents: along.map((of) => of[k]!),
      adjoints: back.map((of) => of[k]!),
    })),
    passes: { forward: n, reverse: m },
    counts: costs(closure),
    chosen,
    diagram: closureDiagram(closure, {
      title: `Computation graph of ${m} outputs`,
      fold,
      notes: notes(variables, name, values),
    }),
  };
}

const notes = (variables: readonly Value[], name: ReadonlyMap<Value, string>, values: readonly number[]) =>
  new Map(
    variables.map((v, k) => [
      v,
      { name: name.get(v)!, lines: kindOf(v) === "constant" ? [] : [`= ${Number(values[k]!.toPrecision(5))}`] },
    ]),
  );
