import type { Body, Func, Kind, Module } from "../emitter.ts";
import { type Lanes, lanes as lanesOf, type V } from "../lanes.ts";
import { type LongName, longNames, provided } from "../provision.ts";
import { Arithmetic, type Formula, laid } from "./arithmetic.ts";
import { exp, expm1, sigmoid, tanh } from "./exponential.ts";
import { log, log1p, softplus } from "./logarithm.ts";

/** Short enough to stand in the middle of a loop, and written for both precisions. */
const short = { exp, expm1, log, log1p, tanh, sigmoid, softplus } as const satisfies Record<string, Formula>;

type Short = keyof typeof short;

/** The functions there are; `pow` has two arguments, the others one. */
export type FunctionName = Short | LongName;

export const functionNames: readonly FunctionName[] = [...(Object.keys(short) as Short[]), ...longNames];

/** Writes a function for some vectors of arguments; gives the vectors of its values. */
export type Inline = (name: FunctionName, all: readonly (readonly V[])[]) => readonly V[];

/** Mathematical functions of a module, each written when it is first asked for. */
export interface Mathematics {
  /** The function of vectors, to be called. */
  get(name: FunctionName): Func;
  /**
   * Lays the constants of these functions into locals of the body, once and before any loop; gives a writer of the
   * functions' instructions on the spot (of calls, where they are many) for some vectors of arguments at once, which gives
   * the locals that hold the values.
   */
  inline(body: Body, names: readonly FunctionName[]): Inline;
}

/** Whether a function stands in the middle of a loop; others are called. */
export const isShort = (name: FunctionName): name is Short => name in short;

/**
 * Vectorised mathematics of one precision in a module: f64 within 2 ulp, f32 within 4 ulp, every special value as
 * ECMAScript's `Math` has it, and the same bits on every machine unless `fused`.
 *
 * @param options.fused whether a·b + c may be computed by relaxed SIMD: faster, but the last bit is the machine's
 * @see docs/mathematics.md
 */
export function mathematics(module: Module, lanes: Lanes, options: { readonly fused: boolean }): Mathematics {
  const once = (name: string, write: () => Func): Func => module.shared(`${lanes.precision} ${name}`, write);
  let wide: Mathematics | null = null;
  const double = (): Mathematics => (wide ??= mathematics(module, lanesOf("f64"), options));

  const formula = (name: FunctionName): Formula => {
    if (isShort(name)) return short[name];
    return provided().formula(name, { module, lanes, once, double: () => double().get(name) });
  };
  const get = (name: FunctionName): Func =>
    once(name, () => {
      const params: Kind[] = name === "pow" ? ["v128", "v128"] : ["v128"];
      const piece = formula(name);
      return module.func(params, ["v128"], (body) => {
        // No loop here: constants are written where they are needed, which is faster than to lay and spill them.
        const a = new Arithmetic(body, lanes, { ...options, constants: new Map() });
        body.give(piece(a, ...params.map((_, i) => body.param(i, "v128"))));
      });
    });
  return {
    get,
    inline(body, names) {
      const pieces = new Map(names.map((name) => [name, isShort(name) ? short[name] : calling(get(name))] as const));
      const write = pieces.size === 0 ? null : prepared(body, lanes, { ...options, formulas: [...pieces.values()] });
      return (name, all) => write!(pieces.get(name)!, all, isShort(name));
    },
  };
}

/** Lays the constants of the formulas into the body; gives what writes one of them there. */
function prepared(body: Body, lanes: Lanes, options: { fused: boolean; formulas: readonly Formula[] }) {
  const constants = laid(body, (scratch, found) => {
    const a = new Arithmetic(scratch, lanes, { ...options, constants: found });
    for (const formula of options.formulas) a.written(formula(a, scratch.param(0, "v128"), scratch.param(1, "v128")));
  });
  const a = new Arithmetic(body, lanes, { ...options, constants });
  return (formula: Formula, all: readonly (readonly V[])[], isShort: boolean): readonly V[] => {
    const locals = all.map((x) => x.map((v) => ("index" in v ? v : a.named(v)))); // a local can be read many times
    if (isShort && all.length > 1) return a.together(formula, locals);
    return locals.map((x) => a.written(formula(a, ...x)));
  };
}

/** The call of a function. */
const calling =
  (func: Func): Formula =>
  (a, ...x) =>
    a.call(func, ...x.slice(0, func.params.length));
