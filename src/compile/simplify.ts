import { identityOf } from "../core/identity.ts";
import { size } from "../core/shape.ts";
import { Tensor, type TensorData } from "../core/tensor.ts";
import type { Closure } from "../graph/closure.ts";
import {
  apply,
  type Block,
  constant,
  constantOf,
  type Equation,
  equationsOf,
  fill,
  inputOp,
  isConstant,
  type Params,
  rewrite,
  type Value,
} from "../graph/value.ts";
import { customOp, expand, type Loop, roles, scanOp } from "../ops/index.ts";
import { identities } from "./identities.ts";

/**
 * The same function with less to do: constants folded, equal subexpressions shared, identities removed, functions with
 * their own derivative written out, and what no output needs dropped, in the bodies of loops too. No step changes a
 * float64 result, so simplified and plain programs agree bit for bit. (In f32 a folded constant is rounded once, where
 * the plain program rounds after every operation.)
 *
 * A loop that stands in the program itself keeps all its carries, used or not: whoever runs it in slices sees them.
 */
export const simplify = (whole: Closure): Closure => repeated(whole, true);

function repeated(whole: Closure, outermost: boolean): Closure {
  let now = whole;
  for (let pass = 0; pass < 3; pass++) {
    const before = equationsOf(now.outputs).length;
    now = rebuilt(now, outermost);
    if (equationsOf(now.outputs).length === before) break;
  }
  return now;
}

/** What one walk over the equations of a program or of a loop's body has to know. */
interface Walk {
  readonly used: ReadonlySet<Value>;
  readonly shared: Map<string, readonly Value[]>;
  readonly outermost: boolean;
}

function rebuilt({ inputs, outputs }: Closure, outermost: boolean): Closure {
  const now = new Map<Value, Value>(inputs.map((x) => [x, x]));
  const walk: Walk = { used: usedValues(outputs), shared: new Map(), outermost };
  for (const equation of equationsOf(outputs)) {
    if (equation.op === inputOp) continue; // given; a leaked one is reported when the program is numbered
    const xs = equation.inputs.map((x) => now.get(x) ?? x);
    const ys = rewrite(equation.scope, () => simplified(equation, xs, walk));
    equation.outputs.forEach((y, i) => {
      const simple = ys[i];
      if (simple) now.set(y, simple);
    });
  }
  return { inputs, outputs: outputs.map((y) => now.get(y) ?? y) };
}

function usedValues(outputs: readonly Value[]): Set<Value> {
  const used = new Set(outputs);
  for (const equation of equationsOf(outputs).reverse())
    if (equation.outputs.some((y) => used.has(y))) for (const x of equation.inputs) used.add(x);
  return used;
}

function simplified(equation: Equation, xs: readonly Value[], walk: Walk): readonly (Value | undefined)[] {
  const { op, params } = equation;
  if (op === customOp) return expand({ params, inputs: xs });
  if (op === scanOp) return simplifiedLoop(equation, xs, walk);
  const identity = identities[op.name]?.(xs, equation);
  if (identity) return [identity];
  const folded = fold(equation, xs);
  return folded ? [share(walk, folded.equation)[0]!] : share(walk, { op, inputs: xs, params });
}

/** One equation for all that say the same. */
function share({ shared }: Walk, { op, inputs, params }: Pick<Equation, "op" | "inputs" | "params">): readonly Value[] {
  const name = `${op.name}(${inputs.map(nameOf).join()})${keyOf(params)}`;
  const known = shared.get(name);
  if (known) return known;
  const made = apply(op, inputs, params);
  shared.set(name, made);
  return made;
}

const nameOf = (v: Value): string => `${v.equation.id}.${v.equation.outputs.indexOf(v)}`;

/** Parameters as a key: small tensors by their numbers, large ones and bodies by identity. */
function keyOf(params: Params): string {
  return JSON.stringify(params, (_name, value: unknown) => {
    if (value instanceof Tensor)
      return value.data.length <= 8 ? [value.dtype, value.shape, [...value.data].map(exact)] : identityOf(value);
    if (typeof value === "function" || (typeof value === "object" && value !== null && "outputs" in value))
      return identityOf(value);
    return typeof value === "number" ? exact(value) : value;
  });
}

const exact = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

const foldable = 4096;

/** The constant that an equation of constants computes; large ones and repetitions are left to the program. */
function fold({ op, params, outputs }: Equation, xs: readonly Value[]): Value | undefined {
  const [y] = outputs;
  if (!op.evaluate || xs.length === 0 || outputs.length !== 1 || !xs.every(isConstant)) return undefined;
  if (size(y!.shape) > foldable || op.name === "broadcastTo") return undefined;
  const out = block(y!.shape, y!.dtype, new Float64Array(size(y!.shape)));
  op.evaluate(
    xs.map((x) => block(x.shape, x.dtype, Float64Array.from(constantOf(x).data))),
    [out],
    params,
  );
  return constant(new Tensor(y!.shape, stored(out), y!.dtype));
}

const block = (shape: readonly number[], dtype: Block["dtype"], data: Float64Array): Block => ({ shape, dtype, data });

const stored = ({ dtype, data }: Block): TensorData =>
  dtype === "real" ? data : dtype === "integer" ? Int32Array.from(data) : Uint8Array.from(data);

/** A loop with a simplified body, without the ys and carries that nothing uses and the inputs that its body does not. */
function simplifiedLoop(equation: Equation, xs: readonly Value[], walk: Walk): readonly (Value | undefined)[] {
  const loop = equation.params as unknown as Loop;
  const { constants: c, carries: n } = loop;
  if (loop.length === 0) return emptyLoop(equation, roles(loop, xs).carries);
  const used = equation.outputs.map((y, i) => walk.used.has(y) || (walk.outermost && i < n));
  const wanted = wantedResults(loop, used);
  const body = repeated({ inputs: loop.body.inputs, outputs: wanted.map((i) => loop.body.outputs[i]!) }, false);
  const needed = inputsOf(body.outputs);
  const keep = body.inputs.map((x, i) => (i >= c && i < c + n ? wanted.includes(i - c) : needed.has(x)));
  const carries = wanted.filter((i) => i < n);
  const params: Loop = {
    ...loop,
    body: { inputs: body.inputs.filter((_, i) => keep[i]), outputs: body.outputs },
    constants: keep.slice(0, c).filter(Boolean).length,
    carries: carries.length,
  };
  const inputs = xs.filter((_, i) => keep[i]);
  const ys = share(walk, { op: scanOp, inputs, params: params as unknown as Params });
  const result: (Value | undefined)[] = equation.outputs.map(() => undefined);
  const stacks = carries.map((i) => equation.outputs.length - n + i);
  [...wanted, ...stacks].forEach((i, k) => {
    result[i] = ys[k];
  });
  return result;
}

/** The results of a body, by position, that are used after the loop, and the carries on the way to them. */
function wantedResults({ body, constants, carries: n }: Loop, used: readonly boolean[]): number[] {
  const stacks = used.length - n;
  const wanted = new Set(body.outputs.flatMap((_, i) => (used[i] || (i < n && used[stacks + i]) ? [i] : [])));
  for (;;) {
    const reached = inputsOf([...wanted].map((i) => body.outputs[i]!));
    const more = body.outputs.findIndex((_, i) => i < n && !wanted.has(i) && reached.has(body.inputs[constants + i]!));
    if (more === -1) return [...wanted].sort((a, b) => a - b);
    wanted.add(more);
  }
}

const inputsOf = (outputs: readonly Value[]): Set<Value> =>
  new Set(equationsOf(outputs).flatMap((e) => (e.op === inputOp ? e.outputs : [])));

const emptyLoop = ({ outputs }: Equation, carries: readonly Value[]): Value[] =>
  outputs.map((y, i) => carries[i] ?? fill(y, 0));
