import { ModelError } from "../core/errors.ts";
import { isShape, type Shape, show, size } from "../core/shape.ts";
import { type DType, type Nested, type NumberArray, shapeless, Tensor, tensor } from "../core/tensor.ts";

export type Params = Readonly<Record<string, unknown>>;

/** What is known of a value before it has numbers. */
export interface Type {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Numbers as the reference engine keeps them: always float64, integers and booleans (0, 1) exact in it. */
export interface Block extends Type {
  readonly data: Float64Array;
}

/** The two walks over a graph that a primitive with a body (a loop) needs for its own rules; autodiff hands them in. */
export interface Differentiator {
  /** ẏ = J·ẋ for each output; `null` is an exact zero. */
  pushforward(outputs: readonly Value[], seeds: ReadonlyMap<Value, Value>): (Value | null)[];
  /** x̄ = Jᵀ·ȳ where the outputs are linear in `inputs`. */
  transpose(outputs: readonly Value[], inputs: readonly Value[], bars: readonly (Value | null)[]): (Value | null)[];
}

/** What the library knows about a primitive. Every field is a pure function. */
export interface Op {
  readonly name: string;
  /** Only repeats numbers that are there: a loop does it again inside instead of being handed a large array. */
  readonly repeats?: boolean;
  /** Types of the outputs. Throws a `ModelError` that names the offending input. */
  type(inputs: readonly Type[], params: Params): readonly Type[];
  /** Reference values, written into `outputs` (`null`: not wanted). A backend may be faster, never different beyond rounding. */
  evaluate?(inputs: readonly Block[], outputs: readonly (Block | null)[], params: Params): void;
  /** ż = J·ẋ: tangents of the outputs, linear in the tangents of the inputs. `null` is an exact zero. */
  jvp(tangents: readonly (Value | null)[], at: Equation, tools: Differentiator): readonly (Value | null)[];
  /** x̄ = Jᵀ·z̄ for the inputs marked linear. Absent when the op is linear in none of them. */
  transpose?(
    bars: readonly (Value | null)[],
    at: Equation,
    linear: readonly boolean[],
    tools: Differentiator,
  ): readonly (Value | null)[];
}

/** An op applied to values: one line of the computation. Its number grows with time, so inputs come before users. */
export interface Equation {
  readonly id: number;
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly params: Params;
  readonly outputs: readonly Value[];
  /** The layer or part of the training step in which it was written, for messages and drawings. */
  readonly scope: string;
}

/** An output of an equation: immutable, with a shape but no number yet. */
export class Value {
  readonly equation: Equation;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(equation: Equation, { shape, dtype }: Type) {
    this.equation = equation;
    this.shape = shape;
    this.dtype = dtype;
  }

  get op(): Op {
    return this.equation.op;
  }

  [Symbol.toPrimitive](): never {
    throw new ModelError({
      code: "trace-branch",
      where: this.op.name,
      given: { value: this.shape },
      rule: "a traced value has no number yet, so JavaScript cannot compare, branch on or print it.",
      hint: "write where(condition, a, b) or scan(…), or compute outside of the traced function.",
    });
  }
}

export const isValue = (x: unknown): x is Value => x instanceof Value;

let equations = 0;
let currentScope = "";

/** Applies an op: type-checks the inputs and adds an equation to the graph. */
export function apply(op: Op, inputs: readonly Value[], params: Params = {}): readonly Value[] {
  const types = op.type(inputs, params);
  const outputs: Value[] = [];
  const equation: Equation = { id: equations++, op, inputs, params, outputs, scope: currentScope };
  for (const type of types) {
    if (!isShape(type.shape)) throw shapeless(op.name, type.shape);
    outputs.push(new Value(equation, type));
  }
  return outputs;
}

/** An equation once more, where it stood, on other inputs of the same types. */
export function again({ op, params, outputs: before, scope }: Equation, inputs: readonly Value[]): readonly Value[] {
  const outputs: Value[] = [];
  const equation: Equation = { id: equations++, op, inputs, params, outputs, scope };
  for (const like of before) outputs.push(new Value(equation, like));
  return outputs;
}

/** Applies an op that has one output. */
export const applyOne = (op: Op, inputs: readonly Value[], params: Params = {}): Value => apply(op, inputs, params)[0]!;

/** Marks every equation written by `f` as part of `scope`; scopes nest: `layer 1, dense(2 → 3) › loss`. */
export function within<T>(scope: string, f: () => T): T {
  const outer = currentScope;
  currentScope = outer ? `${outer} › ${scope}` : scope;
  try {
    return f();
  } finally {
    currentScope = outer;
  }
}

/** Writes `f` in just this scope, whatever the present one: an equation that is copied stays where it was. */
export function rewrite<T>(scope: string, f: () => T): T {
  const outer = currentScope;
  currentScope = scope;
  try {
    return f();
  } finally {
    currentScope = outer;
  }
}

const leaf = (name: string): Op => ({
  name,
  type: (_inputs, params) => [params["type"] as Type],
  jvp: () => [null],
});

/** A number that a formula contains. */
export const constantOp: Op = leaf("constant");
/** A number to be supplied later: an argument of a compiled function, or a tangent. */
export const inputOp: Op = leaf("input");

export const input = ({ shape, dtype }: Type): Value => applyOne(inputOp, [], { type: { shape, dtype } });

export const constant = (numbers: Tensor): Value =>
  applyOne(constantOp, [], { tensor: numbers, type: { shape: numbers.shape, dtype: numbers.dtype } });

/** A constant of one repeated number. */
export function fill({ shape, dtype }: Type, number: number): Value {
  const data = dtype === "real" ? new Float64Array(size(shape)) : new Int32Array(size(shape));
  return constant(new Tensor(shape, data.fill(number), dtype));
}

/** Anything that can stand in a formula. */
export type Operand = Value | Tensor | Nested | NumberArray;

/** Plain data become constants; values stay as they are. */
export const lift = (x: Operand): Value => (isValue(x) ? x : constant(x instanceof Tensor ? x : tensor(x)));

export const isConstant = (x: Value): boolean => x.op === constantOp;
export const constantOf = (x: Value): Tensor => x.equation.params["tensor"] as Tensor;

/** `real[32, 64]` */
export const showType = ({ shape, dtype }: Type): string => `${dtype}${shape.length ? show(shape) : ""}`;

/** More equations than any walk comes by. */
const most = 2 ** 21;

/** Every equation that the values depend on, inputs before users. */
export function equationsOf(values: readonly Value[]): Equation[] {
  const seen = new Set<number>();
  const found: Equation[] = [];
  const waiting = values.map((v) => v.equation);
  for (let equation = waiting.pop(); equation; equation = waiting.pop()) {
    if (seen.has(equation.id)) continue;
    seen.add(equation.id);
    found.push(equation);
    for (const x of equation.inputs) if (!seen.has(x.equation.id)) waiting.push(x.equation);
  }
  // numbers are sorted far faster than equations: each id with the place of its equation behind it
  const order = new Float64Array(found.length);
  for (let place = 0; place < order.length; place++) order[place] = found[place]!.id * most + place;
  return Array.from(order.sort(), (x) => found[x % most]!);
}
