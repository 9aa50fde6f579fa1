import type { DType } from "../../core/tensor.ts";
import type { Line } from "../../graph/program.ts";
import { simd } from "./emitter.ts";
import { bitwise, integer, type LaneOp, type Lanes, type LaneTest, type V } from "./lanes.ts";
import { type FunctionName, functionNames, type Inline } from "./mathematics/index.ts";
import { hasCode } from "./provision.ts";

/** A vector in a register: real numbers, 32-bit integers (in the lower lanes), or a mask of the width of real lanes. */
export interface Register {
  readonly dtype: DType;
  readonly value: V;
}

/** How an elementwise op computes a vector. Operands are registers that may be used several times. */
type Rule = (context: Context, operands: readonly Register[], to: DType) => V;

/** What rules write with: the instructions of the lanes, and the mathematics made ready for the function at hand. */
export interface Context {
  readonly lanes: Lanes;
  readonly math: Inline;
}

const one =
  (name: LaneOp): Rule =>
  ({ lanes }, operands) =>
    lanes.op(name, ...operands.map((o) => o.value));

/** Real lanes by one instruction, 32-bit integers by another. */
const either =
  (name: LaneOp, integer: number): Rule =>
  (generator, operands, to) =>
    to === "integer" ? simd(integer, ...operands.map((o) => o.value)) : one(name)(generator, operands, to);

/** A mask of integer lanes, as wide as real lanes. */
const widened = ({ lanes }: Context, mask: V): V => (lanes.count === 4 ? mask : simd(0xc7, mask));

const comparison =
  (name: LaneTest, integer: number): Rule =>
  (generator, [x, y]) => {
    if (x!.dtype === "integer") return widened(generator, simd(integer, x!.value, y!.value));
    if (x!.dtype === "real") return generator.lanes.test(name, x!.value, y!.value);
    const real = (r: Register): V => maskToReal(generator, r.value);
    return generator.lanes.test(name, real(x!), real(y!));
  };

export const maskToReal = ({ lanes }: Pick<Context, "lanes">, mask: V): V => bitwise.and(mask, lanes.splat(1));
export const realToMask = ({ lanes }: Pick<Context, "lanes">, x: V): V => lanes.test("ne", x, lanes.splat(0));

const math =
  (name: FunctionName): Rule =>
  ({ math }, operands) =>
    math(name, [operands.map((o) => o.value)])[0]!;

function cast({ lanes }: Context, [x]: readonly Register[], to: DType): V {
  const wide = lanes.count === 2;
  const { dtype, value } = x!;
  const real =
    dtype === "integer"
      ? simd(wide ? 0xfe : 0xfa, value)
      : dtype === "boolean"
        ? bitwise.and(value, lanes.splat(1))
        : value;
  if (to === "real") return real;
  if (to === "boolean") return lanes.test("ne", real, lanes.splat(0));
  return simd(wide ? 0xfc : 0xf8, real);
}

function narrowed({ lanes }: Context, mask: V): V {
  return lanes.count === 4 ? mask : shuffleEven(mask);
}

/** The lower halves of two 64-bit lanes, as the first two 32-bit lanes. */
const shuffleEven = (x: V): V => ({
  kind: "v128",
  emit(out) {
    x.emit(out);
    x.emit(out);
    out.code(0xfd, 0x0d).bytes(0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11);
  },
});

function where(generator: Context, [c, x, y]: readonly Register[], to: DType): V {
  const mask = to === "integer" ? narrowed(generator, c!.value) : c!.value;
  return bitwise.select(x!.value, y!.value, mask);
}

const select =
  (test: LaneTest, chosen: (g: Context, x: V) => V, other: (g: Context, x: V) => V): Rule =>
  (generator, [x]) =>
    bitwise.select(
      chosen(generator, x!.value),
      other(generator, x!.value),
      generator.lanes.test(test, x!.value, generator.lanes.splat(0)),
    );

const number =
  (x: number) =>
  ({ lanes }: Context): V =>
    lanes.splat(x);
const itself = (_: Context, x: V): V => x;

/** A rule for real lanes; integers are whole already. */
const toWhole =
  (name: LaneOp): Rule =>
  (g, o, to) =>
    to === "integer" ? o[0]!.value : g.lanes.op(name, o[0]!.value);

/** A rule for real lanes, and one for integers. */
const byKind =
  (real: Rule, integer: (x: V) => V): Rule =>
  (g, o, to) =>
    o[0]!.dtype === "integer" ? integer(o[0]!.value) : real(g, o, to);

/** 1 where an integer is positive, else 0. */
const positive = (x: V): V => bitwise.and(simd(0x3b, x, integer.i32.splat(0)), integer.i32.splat(1));

const finite: Rule = ({ lanes }, [x]) =>
  lanes.test("lt", lanes.op("abs", x!.value), lanes.splat(Number.POSITIVE_INFINITY));

/** IEEE 754's power: 1 to any exponent is 1, and so is −1 to an infinite one, where the mathematics say NaN. */
const pow: Rule = ({ lanes, math }, [x, y]) => {
  const is = (a: V, number: number): V => lanes.test("eq", a, lanes.splat(number));
  const minusOne = bitwise.and(is(x!.value, -1), is(lanes.op("abs", y!.value), Number.POSITIVE_INFINITY));
  return bitwise.select(lanes.splat(1), math("pow", [[x!.value, y!.value]])[0]!, bitwise.or(is(x!.value, 1), minusOne));
};

/** Every op that is computed element by element, by name. */
// biome-ignore format: the table is the documentation
export const elementwise: Readonly<Record<string, Rule>> = {
  add:          either("add", 0xae),
  mul:          either("mul", 0xb5),
  neg:          (g, o, to) => (to === "integer" ? simd(0xa1, o[0]!.value) : g.lanes.op("neg", o[0]!.value)),
  div:          one("div"),
  maximum:      either("max", 0xb8),
  minimum:      either("min", 0xb6),
  less:         comparison("lt", 0x39),
  lessEqual:    comparison("le", 0x3d),
  greater:      comparison("gt", 0x3b),
  greaterEqual: comparison("ge", 0x3f),
  equal:        comparison("eq", 0x37),
  notEqual:     comparison("ne", 0x38),
  logicalAnd:   (_, [x, y]) => bitwise.and(x!.value, y!.value),
  logicalOr:    (_, [x, y]) => bitwise.or(x!.value, y!.value),
  logicalXor:   (_, [x, y]) => bitwise.xor(x!.value, y!.value),
  where,
  cast,
  sqrt:         one("sqrt"),
  square:       ({ lanes }, [x]) => lanes.op("mul", x!.value, x!.value),
  reciprocal:   ({ lanes }, [x]) => lanes.op("div", lanes.splat(1), x!.value),
  abs:          one("abs"),
  floor:        toWhole("floor"),
  ceil:         toWhole("ceil"),
  round:        toWhole("nearest"),
  relu:         select("le", number(0), itself),
  step:         byKind(select("gt", number(1), (g, x) => bitwise.select(number(0)(g), x, g.lanes.test("le", x, number(0)(g)))), positive),
  sign:         byKind(select("gt", number(1), (g, x) => bitwise.select(number(-1)(g), x, g.lanes.test("lt", x, number(0)(g)))),
                       (x) => bitwise.or(integer.i32.shiftRight(x, 31), positive(x))),
  isFinite:     byKind(finite, (x) => bitwise.not(bitwise.xor(x, x))),
  isNaN:        byKind(({ lanes }, [x]) => lanes.test("ne", x!.value, x!.value), (x) => bitwise.xor(x, x)),
  ...Object.fromEntries(functionNames.map((name) => [name, math(name)])),
  pow,
};

const integerOps: readonly string[] = [
  ...["add", "mul", "neg", "maximum", "minimum", "where", "cast"],
  ...["floor", "ceil", "round", "step", "sign", "isFinite", "isNaN"],
];
const testOps: readonly string[] = ["less", "lessEqual", "greater", "greaterEqual", "equal", "notEqual"];

const maskOps: readonly string[] = [...testOps, "where", "cast", "logicalAnd", "logicalOr", "logicalXor"];

const isFunction = (name: string): name is FunctionName =>
  name !== "pow" && (functionNames as readonly string[]).includes(name);

/** The vectors that a line computes of some operands each. Masks are numbers for every op that is not made for them. */
export function computed(
  generator: Context,
  { op }: Line,
  all: readonly (readonly Register[])[],
  to: DType,
): readonly Register[] {
  const numeric = (x: Register): Register =>
    x.dtype === "boolean" ? { dtype: "real", value: maskToReal(generator, x.value) } : x;
  const fitting = maskOps.includes(op.name) ? all : all.map((operands) => operands.map(numeric));
  const values = isFunction(op.name)
    ? generator.math(
        op.name,
        fitting.map((operands) => operands.map(({ value }) => value)),
      )
    : fitting.map((operands) => elementwise[op.name]!(generator, operands, to));
  return values.map((value) => ({ dtype: to, value }));
}

/** Whether a line can be computed element by element: an op of the table, on kinds of numbers that it has rules for. */
export function isElementwise({ op, inputs, outputs }: Line, dtypeOf: (v: number) => DType): boolean {
  if (!(op.name in elementwise && hasCode(op.name))) return false;
  const integer = [...inputs, outputs[0]!].some((v) => dtypeOf(v) === "integer");
  return !integer || integerOps.includes(op.name) || testOps.includes(op.name);
}
