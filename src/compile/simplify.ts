import { identityOf } from "../core/identity.ts";
import { size } from "../core/shape.ts";
import type { Steps } from "../core/steps.ts";
import { Tensor, type TensorData } from "../core/tensor.ts";
import type { Closure } from "../graph/closure.ts";
import {
  again,
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
import { isCustom, isLoop, type Loop, roles } from "../ops/bodies.ts";
import { expand } from "../ops/custom.ts";
import { identities } from "./identities.ts";

/**
 * The same function with less to do: constants folded, equal subexpressions shared, identities removed, functions with
 * their own derivative written out, and what no output needs dropped, in the bodies of loops too. No step changes a
 * float64 result, so simplified and plain programs agree bit for bit. (In f32 a folded constant is rounded once, where
 * the plain program rounds after every operation.)
 *
 * A loop that stands in the program itself keeps all its carries, used or not: whoever runs it in slices sees them.
 */
export const simplifying = (whole: Closure): Steps<Closure> =>
  repeated(whole, { outermost: true, simple: new WeakSet() });

/** What holds for all walks over a program or a loop's body. */
interface Setting {
  readonly outermost: boolean;
  /** Bodies of loops that are simple already. */
  readonly simple: WeakSet<Closure>;
}

/**
 * One walk does it all, for what it comes to is simple before: only what it writes out, and what a loop no longer needs of
 * another one, calls for another walk.
 */
function* repeated(whole: Closure, setting: Setting): Steps<Closure> {
  let now = whole;
  let equations = equationsOf(now.outputs);
  for (let pass = 0; pass < 3; pass++) {
    const before = equations.length;
    const opens = equations.some(({ op }) => isCustom(op)) || equations.filter(({ op }) => isLoop(op)).length > 1;
    now = yield* rebuilt(now, equations, setting);
    if (!opens) break;
    equations = equationsOf(now.outputs);
    if (equations.length === before) break;
  }
  return now;
}

/** What one walk over the equations of a program or of a loop's body has to know. */
interface Walk extends Setting {
  readonly used: ReadonlySet<Value>;
  readonly shared: Map<string, readonly Value[]>;
}

/** Equations between two pauses. */
const stride = 16;

function* rebuilt({ inputs, outputs }: Closure, equations: readonly Equation[], setting: Setting): Steps<Closure> {
  const now = new Map<Value, Value>(inputs.map((x) => [x, x]));
  const walk: Walk = { used: usedValues(outputs, equations), shared: new Map(), ...setting };
  for (const [k, equation] of equations.entries()) {
    if (equation.op === inputOp) continue; // given; a leaked one is reported when the program is numbered
    const xs = equation.inputs.map((x) => now.get(x) ?? x);
    const body = isLoop(equation.op) ? yield* simplifiedBody(equation, walk) : null;
    const ys = rewrite(equation.scope, () =>
      body ? simplifiedLoop(equation, xs, body, walk) : simplified(equation, xs, walk),
    );
    equation.outputs.forEach((y, i) => {
      const simple = ys[i];
      if (simple) now.set(y, simple);
    });
    if (k % stride === 0) yield;
  }
  return { inputs, outputs: outputs.map((y) => now.get(y) ?? y) };
}

function usedValues(outputs: readonly Value[], equations: readonly Equation[]): Set<Value> {
  const used = new Set(outputs);
  for (const equation of equations.toReversed())
    if (equation.outputs.some((y) => used.has(y))) for (const x of equation.inputs) used.add(x);
  return used;
}

function simplified(equation: Equation, xs: readonly Value[], walk: Walk): readonly (Value | undefined)[] {
  const { op, params } = equation;
  if (isCustom(op)) return expand({ params, inputs: xs });
  const identity = identities[op.name]?.(xs, equation);
  if (identity) return [identity];
  const folded = fold(equation, xs);
  return folded ? [share(walk, folded.equation)[0]!] : share(walk, { op, inputs: xs, params }, equation);
}

/** One equation for all that say the same: `present`, if it already says it. */
function share(
  { shared }: Walk,
  { op, inputs, params }: Pick<Equation, "op" | "inputs" | "params">,
  present?: Equation,
): readonly Value[] {
  const name = `${op.name}(${inputs.map(nameOf).join()})${keyOf(params)}`;
  const known = shared.get(name);
  if (known) return known;
  const unchanged = present?.inputs.every((x, i) => x === inputs[i]);
  const made = unchanged ? present!.outputs : present ? again(present, inputs) : apply(op, inputs, params);
  shared.set(name, made);
  return made;
}

const nameOf = (v: Value): string => `${v.equation.id}.${v.equation.outputs.indexOf(v)}`;

/** Parameters as a key: small tensors by their numbers, large ones and bodies by identity. */
function keyOf(value: unknown): string {
  if (typeof value === "number") return exact(value);
  if (typeof value === "function") return `#${identityOf(value)}`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (Array.isArray(value)) return `[${value.map(keyOf).join()}]`;
  if (value instanceof Tensor && value.data.length <= 8)
    return `${value.dtype}${keyOf(value.shape)}${keyOf([...value.data])}`;
  if (value instanceof Tensor || "outputs" in value) return `#${identityOf(value)}`;
  return `{${Object.entries(value).map(([name, part]) => `${name}:${keyOf(part)}`)}}`;
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

/** The body of a loop with less to do, and which of its results are wanted. */
interface SimpleBody {
  readonly wanted: readonly number[];
  readonly body: Closure;
}

function* simplifiedBody({ outputs, params }: Equation, walk: Walk): Steps<SimpleBody> {
  const loop = params as unknown as Loop;
  const used = outputs.map((y, i) => walk.used.has(y) || (walk.outermost && i < loop.carries));
  const wanted = wantedResults(loop, used);
  if (wanted.length === loop.body.outputs.length && walk.simple.has(loop.body)) return { wanted, body: loop.body };
  const results = wanted.map((i) => loop.body.outputs[i]!);
  const setting = { outermost: false, simple: walk.simple };
  return { wanted, body: yield* repeated({ inputs: loop.body.inputs, outputs: results }, setting) };
}

/** A loop with a simplified body, without the ys and carries that nothing uses and the inputs that its body does not. */
function simplifiedLoop(
  equation: Equation,
  xs: readonly Value[],
  { wanted, body }: SimpleBody,
  walk: Walk,
): readonly (Value | undefined)[] {
  const loop = equation.params as unknown as Loop;
  const { constants: c, carries: n } = loop;
  if (loop.length === 0) return emptyLoop(equation, roles(loop, xs).carries);
  if (body === loop.body) return share(walk, { ...equation, inputs: xs }, equation);
  const needed = inputsOf(body.outputs);
  const keep = body.inputs.map((x, i) => (i >= c && i < c + n ? wanted.includes(i - c) : needed.has(x)));
  const carries = wanted.filter((i) => i < n);
  const simple = { inputs: body.inputs.filter((_, i) => keep[i]), outputs: body.outputs };
  walk.simple.add(simple);
  const params: Loop = {
    ...loop,
    body: simple,
    constants: keep.slice(0, c).filter(Boolean).length,
    carries: carries.length,
  };
  const inputs = xs.filter((_, i) => keep[i]);
  const ys = share(walk, { op: equation.op, inputs, params: params as unknown as Params });
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
  while ([...wanted].filter((i) => i < n).length < n) {
    const reached = inputsOf([...wanted].map((i) => body.outputs[i]!));
    const more = body.outputs.findIndex((_, i) => i < n && !wanted.has(i) && reached.has(body.inputs[constants + i]!));
    if (more === -1) break;
    wanted.add(more);
  }
  return [...wanted].sort((a, b) => a - b);
}

const inputsOf = (outputs: readonly Value[]): Set<Value> =>
  new Set(equationsOf(outputs).flatMap((e) => (e.op === inputOp ? [e.outputs[0]!] : [])));

const emptyLoop = ({ outputs }: Equation, carries: readonly Value[]): Value[] =>
  outputs.map((y, i) => carries[i] ?? fill(y, 0));
