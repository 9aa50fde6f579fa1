import { ModelError } from "../core/errors.ts";
import { type Shape, sameShape } from "../core/shape.ts";
import type { DType } from "../core/tensor.ts";
import {
  applyOne,
  type Block,
  constant,
  constantOf,
  fill,
  isConstant,
  isValue,
  lift,
  type Op,
  type Operand,
  type Params,
  type Type,
  Value,
} from "../graph/value.ts";

/** Where a primitive is sampled by tests: inside `domain`, at least 0.1 away from every kink. */
export interface Sampling {
  readonly domain?: readonly [low: number, high: number];
  readonly kinks?: readonly number[];
  /** Numbers of elements that differ by less than 0.1 are kinks too (`max`, `maximum`). */
  readonly distinct?: boolean;
}

/** An example by which the tests try a primitive: its real inputs are of these shapes. */
export interface Example extends Sampling {
  readonly op: Op;
  readonly shapes: readonly Shape[];
  readonly call: (...inputs: Value[]) => Value;
}

/** Every differentiable primitive, in order of definition: tests and code generators find them here by themselves. */
export const examples: Example[] = [];

/** For tests alone: a bundler may leave out every call. */
/* @__NO_SIDE_EFFECTS__ */
export function example(op: Op, shapes: readonly Shape[], call: Example["call"], sampling: Sampling = {}): void {
  examples.push({ op, shapes, call, ...sampling });
}

/** One output, and rules written for it alone. Unused positions of `inputs` are `undefined` only if the op has fewer. */
export interface SingleRule {
  readonly name: string;
  readonly repeats?: boolean;
  readonly type: (inputs: readonly Type[], params: Params) => Type;
  readonly evaluate: (inputs: readonly Block[], out: Block, params: Params) => void;
  readonly jvp: (
    dx: readonly (Value | null)[],
    x: readonly Value[],
    z: Value,
    params: Params,
  ) => Value | null | undefined;
  readonly transpose?: (
    zBar: Value,
    x: readonly Value[],
    linear: readonly boolean[],
    params: Params,
  ) => readonly (Value | null)[];
}

export function single(rule: SingleRule): Op {
  const { transpose } = rule;
  const op: Op = {
    name: rule.name,
    ...(rule.repeats && { repeats: true }),
    type: (inputs, params) => [rule.type(inputs, params)],
    evaluate: (inputs, [out], params) => {
      if (out) rule.evaluate(inputs, out, params);
    },
    jvp: (tangents, { inputs, outputs, params }) => [rule.jvp(tangents, inputs, outputs[0]!, params) ?? null],
  };
  if (!transpose) return op;
  return {
    ...op,
    transpose: ([zBar], { inputs, params }, linear) => (zBar ? transpose(zBar, inputs, linear, params) : []),
  };
}

export type Unary = ((x: Operand) => Value) & { readonly op: Op };
export type Binary = ((x: Operand, y: Operand) => Value) & { readonly op: Op };

/** Names an operation, so that `exp.op` describes what `exp(x)` applies. */
export const named = <F extends (...inputs: never[]) => Value>(op: Op, call: F): F & { readonly op: Op } =>
  Object.assign(call, { op });

const mapInto = (f: (x: number) => number) => {
  return ([x]: readonly Block[], out: Block): void => {
    const [from, to] = [x!.data, out.data];
    for (let i = 0; i < to.length; i++) to[i] = f(from[i]!);
  };
};

/** An elementwise function: give the function and its derivative, as a function of x and of y = f(x). */
export function smooth(
  name: string,
  f: (x: number) => number,
  derivative: (x: Value, y: Value) => Operand,
  sampling: Sampling = {},
): Unary {
  const op = single({
    name,
    type: ([x]) => ({ shape: x!.shape, dtype: "real" }),
    evaluate: mapInto(f),
    jvp: ([dx], [x], y) => dx && times(derivative(x!, y), dx!),
  });
  const call = named(op, (x: Operand) => applyOne(op, [real(x)]));
  example(op, [[3]], call, sampling);
  return call;
}

/** An elementwise function whose derivative is zero wherever it exists. Integers stay integers unless `to` says otherwise. */
export function flat(name: string, f: (x: number) => number, to?: DType): Unary {
  const op = single({
    name,
    type: ([x]) => ({ shape: x!.shape, dtype: to ?? (x!.dtype === "integer" ? "integer" : "real") }),
    evaluate: mapInto(f),
    jvp: () => null,
  });
  return named(op, (x: Operand) => applyOne(op, [lift(x)]));
}

export type Linear<P> = ((x: Value, params: P) => Value) & { readonly op: Op };

export interface LinearRule<P> {
  readonly name: string;
  readonly repeats?: boolean;
  /** Shape of y from the shape of x. */
  readonly shape: (x: Shape, params: P) => Shape;
  readonly evaluate: (x: Block, y: Block, params: P) => void;
  readonly transpose: (yBar: Value, x: Value, params: P) => Value;
  readonly example: readonly [x: Shape, params: P];
}

/** A linear map y = A·x. Its jvp is itself, so only the transpose x̄ = Aᵀ·ȳ is written. */
export function linear<P extends object>(rule: LinearRule<P>): Linear<P> {
  const op = single({
    name: rule.name,
    ...(rule.repeats && { repeats: true }),
    type: ([x], p) => ({ shape: rule.shape(x!.shape, p as P), dtype: x!.dtype }),
    evaluate: ([x], y, p) => rule.evaluate(x!, y, p as P),
    jvp: ([dx], _x, _y, p) => dx && applyOne(op, [dx!], p),
    transpose: (yBar, [x], _linear, p) => [rule.transpose(yBar, x!, p as P)],
  });
  const [shape, params] = rule.example;
  const call = named(op, (x: Value, p: P) => applyOne(op, [x], p as Params));
  example(op, [shape], (x) => call(x!, params));
  return call;
}

/** A product z = x∘y, linear in each side. The product rule is supplied; each side's transpose is written. */
export function bilinear(rule: {
  readonly name: string;
  readonly type: (x: Type, y: Type) => Type;
  readonly evaluate: (x: Block, y: Block, z: Block) => void;
  readonly left: (zBar: Value, y: Value) => Value;
  readonly right: (zBar: Value, x: Value) => Value;
  readonly examples: readonly (readonly [x: Shape, y: Shape])[];
}): Binary {
  const op = single({
    name: rule.name,
    type: ([x, y]) => rule.type(x!, y!),
    evaluate: ([x, y], z) => rule.evaluate(x!, y!, z),
    jvp: ([dx, dy], [x, y]) => sumOf(dx && call(dx!, y!), dy && call(x!, dy!)), // d(x∘y) = dx∘y + x∘dy
    transpose: (zBar, [x, y], [inX, inY]) => {
      if (inX && inY) throw bothLinear(rule.name);
      return inX ? [rule.left(zBar, y!), null] : [null, rule.right(zBar, x!)];
    },
  });
  const call = (x: Value, y: Value): Value => applyOne(op, [x, y]);
  for (const shapes of rule.examples) example(op, shapes, (x, y) => call(x!, y!));
  return named(op, (x: Operand, y: Operand) => call(lift(x), lift(y)));
}

const bothLinear = (name: string): ModelError =>
  new ModelError({
    code: "autodiff-not-linear",
    where: name,
    rule: "both factors carry the same tangent, so the product is not linear in it.",
    hint: "a jvp rule may multiply a tangent only by values, never by a tangent.",
  });

export const sameTypes =
  (name: string) =>
  (x: Type, y: Type): Type => {
    if (sameShape(x.shape, y.shape) && x.dtype === y.dtype) return { shape: x.shape, dtype: x.dtype };
    throw new ModelError({
      code: "shape-mismatch",
      where: `${name}(x, y)`,
      given: { x: x.shape, y: y.shape },
      rule: "shapes and kinds of numbers must be equal.",
    });
  };

/** Towards zero, the nearest 32-bit integer to what is too large, 0 for NaN: the conversion of WebAssembly. */
const whole = (a: number): number => Math.min(Math.max(Math.trunc(a), -(2 ** 31)), 2 ** 31 - 1) || 0;

/** dtype changes: a real number is cut to an integer towards zero, anything but 0 is true. */
export const castOp: Op = single({
  name: "cast",
  type: ([x], { dtype }) => ({ shape: x!.shape, dtype: dtype as DType }),
  evaluate: ([x], out) => {
    const cut = out.dtype === "integer" ? whole : out.dtype === "boolean" ? (a: number) => (a === 0 ? 0 : 1) : Number;
    mapInto(cut)([x!], out);
  },
  jvp: () => null, // only integers and booleans are cast to real, and they have no tangents
});

/** The value as `dtype`; what already is, stays. */
export const cast = (x: Operand, dtype: DType): Value => {
  const v = lift(x);
  return v.dtype === dtype ? v : applyOne(castOp, [v], { dtype });
};

/** The operand as numbers that can be added: booleans count as 0 and 1. */
export const countable = (x: Operand): Value => {
  const v = lift(x);
  return v.dtype === "boolean" ? cast(v, "real") : v;
};

/** The operand as real numbers. */
export const real = (x: Operand): Value => cast(x, "real");

/** z = x + y: linear in the pair, so x̄ = ȳ = z̄. */
export const addOp: Op = single({
  name: "add",
  type: ([x, y]) => sameTypes("add")(x!, y!),
  evaluate: ([x, y], z) => zipInto(x!, y!, z, (a, b) => a + b),
  jvp: ([dx, dy]) => sumOf(dx, dy),
  transpose: (zBar) => [zBar, zBar],
});
example(
  addOp,
  [
    [2, 3],
    [2, 3],
  ],
  (x, y) => plus(x!, y!),
);
export const plus = (x: Value, y: Value): Value => applyOne(addOp, [x, y]);

type Tangent = Value | null | undefined;
export const sumOf = (x: Tangent, y: Tangent): Tangent => (x && y ? plus(x, y) : (x ?? y));

/** Sums of integers wrap around as 32-bit integers do. */
export function wrap({ dtype, data }: Block): void {
  if (dtype === "integer") for (let i = 0; i < data.length; i++) data[i]! |= 0;
}

export function zipInto(x: Block, y: Block, z: Block, f: (a: number, b: number) => number): void {
  const [a, b, to] = [x.data, y.data, z.data];
  if (z.dtype === "integer") for (let i = 0; i < to.length; i++) to[i] = f(a[i]!, b[i]!) | 0;
  else for (let i = 0; i < to.length; i++) to[i] = f(a[i]!, b[i]!);
}

/** z = x·y, elementwise and without broadcasting. */
export const product: Binary = bilinear({
  name: "mul",
  type: (x, y) => sameTypes("mul")(x, y),
  evaluate: (x, y, z) => zipInto(x, y, z, z.dtype === "integer" ? Math.imul : (a, b) => a * b),
  left: (zBar, y) => product(zBar, y), // x̄ = z̄·y
  right: (zBar, x) => product(x, zBar), // ȳ = x·z̄
  examples: [
    [
      [2, 3],
      [2, 3],
    ],
  ],
});

/** A derivative times a tangent of the same shape; a constant derivative is spread out first. */
function times(factor: Operand, dx: Value): Value {
  const f = lift(factor);
  if (sameShape(f.shape, dx.shape)) return product(f, dx);
  if (isConstant(f) && f.shape.length === 0) return product(fill(dx, constantOf(f).item()), dx);
  throw sameTypes("mul")(f, dx);
}

export { constant, fill, isValue, lift, type Operand, Value };
