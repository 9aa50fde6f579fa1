import { ModelError } from "../core/errors.ts";
import { sameShape } from "../core/shape.ts";
import type { Closure } from "./closure.ts";
import { equationsOf, inputOp, type Op, type Params, showType, type Type, type Value } from "./value.ts";

/** One equation of a program: numbers stand for variables; an output that nothing uses is `null`. */
export interface Line {
  readonly op: Op;
  readonly inputs: readonly number[];
  readonly outputs: readonly (number | null)[];
  readonly params: Params;
  /** The body of a loop, as a program of its own: inputs and outputs as the loop's body has them. */
  readonly body?: Program;
  readonly scope: string;
}

/** A traced function ready to be compiled: variables 0, 1, …, each given or computed once, before it is used. */
export interface Program {
  readonly types: readonly Type[];
  readonly inputs: readonly number[];
  readonly lines: readonly Line[];
  readonly outputs: readonly number[];
}

/** Numbers the equations that the outputs depend on. */
export function program({ inputs, outputs }: Closure): Program {
  const number = new Map<Value, number>();
  const types: Type[] = [];
  const numbered = (v: Value): number => {
    const known = number.get(v);
    if (known !== undefined) return known;
    types.push({ shape: v.shape, dtype: v.dtype });
    number.set(v, types.length - 1);
    return types.length - 1;
  };
  const equations = equationsOf(outputs).filter((e) => e.op !== inputOp);
  const used = new Set<Value>([...outputs, ...equations.flatMap((e) => e.inputs)]);
  const given = inputs.map(numbered);
  const lines = equations.map(({ op, inputs: xs, outputs: ys, params, scope }): Line => {
    const from = xs.map((x) => number.get(x) ?? missing(x));
    const body = params["body"] as Closure | undefined;
    const to = ys.map((y) => (used.has(y) ? numbered(y) : null));
    return { op, inputs: from, outputs: to, params, scope, ...(body && { body: program(body) }) };
  });
  return { types, inputs: given, lines, outputs: outputs.map((v) => number.get(v) ?? missing(v)) };
}

const missing = (v: Value): never => {
  throw leaked(v);
};

/** A value that outlived the trace that it belongs to. */
export const leaked = (v: Value): ModelError =>
  new ModelError({
    code: "trace-leak",
    where: v.op.name,
    given: { value: showType(v) },
    rule: "a traced value from another function is used here, which has no number any more.",
    hint: "pass it as an argument instead of keeping it in a variable.",
  });

/**
 * Recomputes every type from its op and compares: a program that passes is well formed.
 *
 * @throws `program-type` naming the first equation that is not
 */
export function check({ types, inputs, lines, outputs }: Program): void {
  const known = new Set(inputs);
  lines.forEach(({ op, inputs: xs, outputs: ys, params, body }, i) => {
    const where = `equation ${i + 1}, ${op.name}`;
    const wrong = (rule: string): ModelError => new ModelError({ code: "program-type", where, rule });
    const unknown = xs.find((x) => !known.has(x));
    if (unknown !== undefined) throw wrong(`uses %${unknown} before it is computed.`);
    const expected = op.type(
      xs.map((x) => types[x]!),
      params,
    );
    ys.forEach((y, k) => {
      if (y === null) return;
      const [is, should] = [types[y]!, expected[k]];
      if (known.has(y)) throw wrong(`computes %${y} a second time.`);
      if (!should || !sameShape(is.shape, should.shape) || is.dtype !== should.dtype)
        throw wrong(`%${y} should be ${should ? showType(should) : "absent"}, is ${showType(is)}.`);
      known.add(y);
    });
    if (body) check(body);
  });
  const unknown = outputs.find((v) => !known.has(v));
  if (unknown !== undefined)
    throw new ModelError({ code: "program-type", where: "outputs", rule: `%${unknown} is never computed.` });
}
