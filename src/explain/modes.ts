import { pushforward, transpose } from "../autodiff/index.ts";
import { simplifying } from "../compile/index.ts";
import { atOnce } from "../core/steps.ts";
import type { Closure } from "../graph/closure.ts";
import { program } from "../graph/program.ts";
import { type Equation, equationsOf, fill, input, inputOp, type Value } from "../graph/value.ts";
import { add } from "../ops/index.ts";
import { operations } from "./count.ts";

/** What each use of a variable adds to its adjoint. */
export interface Adjoint {
  readonly adjoint: Value;
  readonly uses: readonly { readonly by: Value; readonly adds: Value }[];
}

/** Inputs and results in the order of evaluation. */
export const variablesOf = ({ inputs, outputs }: Closure): Value[] => [
  ...inputs,
  ...equationsOf(outputs).flatMap((e) => (e.op === inputOp ? [] : e.outputs)),
];

/** v̇ of every variable along (1, …, 1) of each input in turn: `[input][variable]`. */
export const tangentsOf = (variables: readonly Value[], inputs: readonly Value[]): Value[][] =>
  inputs.map((x) => pushforward(variables, new Map([[x, fill(x, 1)]])).map((dv, i) => dv ?? fill(variables[i]!, 0)));

/** v̄ of every variable for one output. */
export function adjointsOf(variables: readonly Value[], y: Value): Adjoint[] {
  const uses = new Map<Value, { by: Value; adds: Value }[]>(variables.map((v) => [v, []]));
  const bars = new Map<Value, Value>([[y, fill(y, 1)]]);
  for (const equation of equationsOf([y]).reverse()) {
    for (const [x, by, adds] of contributions(equation, bars)) {
      uses.get(x)?.push({ by, adds });
      const sofar = bars.get(x);
      bars.set(x, sofar ? add(sofar, adds) : adds);
    }
  }
  return variables.map((v) => ({ adjoint: bars.get(v) ?? fill(v, 0), uses: uses.get(v)! }));
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

/** Scalar operations of a function, and of value and derivatives by each mode. */
export interface Costs {
  readonly value: number;
  readonly forward: number;
  readonly reverse: number;
}

/** Operations of the function alone, of it with all its tangents, and of it with all its adjoints. */
export function costs({ inputs, outputs }: Closure): Costs {
  const count = (wanted: readonly Value[]): number =>
    operations(program(atOnce(simplifying({ inputs, outputs: wanted }))));
  return {
    value: count(outputs),
    forward: count([...outputs, ...tangentsOf(outputs, inputs).flat()]),
    reverse: count([...outputs, ...outputs.flatMap((y) => adjointsOf(inputs, y).map(({ adjoint }) => adjoint))]),
  };
}
