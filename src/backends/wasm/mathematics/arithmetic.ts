import type { Bytes } from "../bytes.ts";
import { Body, called, type Expr, type Func, type Local, operation } from "../emitter.ts";
import { bitwise, integer, type LaneOp, type Lanes, type V } from "../lanes.ts";
import { type Format, formats } from "./formats.ts";

/** A function of vectors, written as instructions; gives the vector that holds its value. */
export type Formula = (a: Arithmetic, ...x: readonly V[]) => V;

/** Opcodes that only this folder needs: [f32x4, f64x2]; a pseudo-minimum is `b < a ? b : a`, so a NaN in a stays. */
const codes = { pmin: [0xea, 0xf6], pmax: [0xeb, 0xf7], laneSelect: [0x10b, 0x10c] } as const;

/** A step of a formula. What is used once stays on the stack; what is used again goes through a local variable. */
class Step implements Expr<"v128"> {
  readonly kind = "v128";
  #uses = 0;
  #local: Local<"v128"> | null = null;
  readonly #write: (out: Bytes) => void;
  readonly #spare: Spare;

  constructor(write: (out: Bytes) => void, operands: readonly Expr[], spare: Spare) {
    this.#write = write;
    this.#spare = spare;
    for (const operand of operands) if (operand instanceof Step) operand.#uses++;
  }

  emit(out: Bytes): void {
    this.#uses--;
    if (this.#local) out.code(0x20, this.#local.index);
    else {
      this.#write(out);
      if (this.#uses <= 0) return;
      this.#local = this.#spare.take();
      out.code(0x22, this.#local.index); // local.tee
    }
    if (this.#uses === 0) this.#spare.give(this.#local);
  }

  /** Computes now what will be used, into a variable. */
  compute(out: Bytes): void {
    if (this.#uses === 0) return;
    this.#write(out);
    this.#local = this.#spare.take();
    out.byte(0x21).u32(this.#local.index); // local.set
  }
}

/** Local variables that no step needs at the moment. */
class Spare {
  readonly #free: Local<"v128">[] = [];
  readonly #all: Local<"v128">[] = [];
  readonly #body: Body;

  constructor(body: Body) {
    this.#body = body;
  }

  take(): Local<"v128"> {
    const known = this.#free.pop();
    if (known) return known;
    const fresh = this.#body.local("v128");
    this.#all.push(fresh);
    return fresh;
  }

  give(local: Local<"v128">): void {
    this.#free.push(local);
  }

  /**
   * Overwrites every variable by a constant. In a loop the last value would else seem to be carried into the next turn,
   * and V8's revectorizer, which makes 256-bit instructions of pairs of 128-bit ones, gives up on such values.
   */
  forget(constant: V): void {
    for (const local of this.#all) this.#body.set(local, constant);
  }
}

/** Writes lane-wise arithmetic into the body of a function, in straight line. */
export class Arithmetic {
  readonly lanes: Lanes;
  readonly format: Format;
  /** Whether a·b + c may round once. */
  readonly fused: boolean;
  readonly #body: Body;
  readonly #constants: Map<bigint, V>;
  readonly #spare: Spare;
  readonly #shape: 0 | 1;
  /** The steps of the formula at hand, in the order in which they were made, where they are to be written in this order. */
  #steps: Step[] | null = null;

  constructor(body: Body, lanes: Lanes, options: { fused: boolean; constants: Map<bigint, V> }) {
    this.#body = body;
    this.lanes = lanes;
    this.format = formats[lanes.precision];
    this.fused = options.fused;
    this.#constants = options.constants;
    this.#spare = new Spare(body);
    this.#shape = lanes.precision === "f64" ? 1 : 0;
  }

  /** Writes what a formula gives, into a variable that can be used many times. */
  written(result: V): V {
    const local = this.named(result);
    this.#forget();
    return local;
  }

  /**
   * Writes a formula for several arguments, each step for all of them before the next one. A processor looks some sixty
   * steps ahead: written one after the other, chains of dependent steps would hardly overlap.
   */
  together(formula: Formula, arguments_: readonly (readonly V[])[]): V[] {
    const chains = arguments_.map((x) => {
      const steps: Step[] = [];
      this.#steps = steps;
      const value = formula(this, ...x);
      this.#steps = null;
      return { steps, value: this.#of(value, value) };
    });
    for (const i of chains[0]?.steps.keys() ?? [])
      for (const { steps } of chains) this.#body.run((out) => steps[i]!.compute(out));
    const locals = chains.map(({ value }) => this.#body.local("v128", value));
    this.#forget();
    return locals;
  }

  #forget(): void {
    const [constant] = this.#constants.values();
    if (constant) this.#spare.forget(constant);
  }

  /** The value, computed now: from here on the name is to be used, not the value. */
  named(value: V): V {
    return this.#body.local("v128", this.#of(value, value));
  }

  /** A step of one's own: `write` emits the operands, each once, in whatever order. */
  step(write: (out: Bytes) => void, ...operands: readonly Expr[]): V {
    const step = new Step(write, operands, this.#spare);
    this.#steps?.push(step);
    return step;
  }

  #of(value: V, ...operands: readonly V[]): V {
    return this.step((out) => value.emit(out), ...operands);
  }

  /** Any 128-bit instruction, by its number. */
  simd(code: number, ...operands: readonly V[]): V {
    return this.#of(operation("v128", [0xfd, code], ...operands), ...operands);
  }

  #op(name: LaneOp, ...operands: readonly V[]): V {
    return this.#of(this.lanes.op(name, ...operands), ...operands);
  }

  /** The number in every lane. */
  number(x: number): V {
    return this.bits(this.lanes.precision === "f64" ? bitsOf64(x) : bitsOf32(x));
  }

  /** The integer in every lane, of the lane's width. */
  bits(value: bigint): V {
    const known = this.#constants.get(value);
    if (known) return known;
    const made = this.lanes.bits(value);
    this.#constants.set(value, made);
    return made;
  }

  add = (x: V, y: V): V => this.#op("add", x, y);
  sub = (x: V, y: V): V => this.#op("sub", x, y);
  mul = (x: V, y: V): V => this.#op("mul", x, y);
  div = (x: V, y: V): V => this.#op("div", x, y);
  sqrt = (x: V): V => this.#op("sqrt", x);
  abs = (x: V): V => this.#op("abs", x);
  neg = (x: V): V => this.#op("neg", x);
  trunc = (x: V): V => this.#op("trunc", x);
  /** x·y + z */
  madd = (x: V, y: V, z: V): V => (this.fused ? this.#op("madd", x, y, z) : this.add(this.mul(x, y), z));
  /** z − x·y */
  nmadd = (x: V, y: V, z: V): V => (this.fused ? this.#op("nmadd", x, y, z) : this.sub(z, this.mul(x, y)));
  /** The smaller; x where x is not a number. */
  min = (x: V, y: V): V => this.simd(codes.pmin[this.#shape], x, y);
  /** The larger; x where x is not a number. */
  max = (x: V, y: V): V => this.simd(codes.pmax[this.#shape], x, y);

  less = (x: V, y: V): V => this.#of(this.lanes.test("lt", x, y), x, y);
  equal = (x: V, y: V): V => this.#of(this.lanes.test("eq", x, y), x, y);
  differ = (x: V, y: V): V => this.#of(this.lanes.test("ne", x, y), x, y);
  and = (x: V, y: V): V => this.#of(bitwise.and(x, y), x, y);
  andNot = (x: V, y: V): V => this.#of(bitwise.andNot(x, y), x, y);
  or = (x: V, y: V): V => this.#of(bitwise.or(x, y), x, y);
  xor = (x: V, y: V): V => this.#of(bitwise.xor(x, y), x, y);
  /** `mask ? yes : no`, for masks that are all ones or all zeros in a lane (so the relaxed instruction is exact too). */
  select = (mask: V, yes: V, no: V): V =>
    this.fused
      ? this.simd(codes.laneSelect[this.#shape], yes, no, mask)
      : this.#of(bitwise.select(yes, no, mask), yes, no, mask);

  get #integer(): (typeof integer)["i64"] {
    return this.#shape === 1 ? integer.i64 : integer.i32;
  }
  addBits = (x: V, y: V): V => this.#of(this.#integer.add(x, y), x, y);
  subBits = (x: V, y: V): V => this.#of(this.#integer.sub(x, y), x, y);
  shiftLeft = (x: V, by: number): V => this.#of(this.#integer.shiftLeft(x, by), x);
  /** Zeros come in from the left. */
  shiftRight = (x: V, by: number): V => this.#of(this.#integer.shiftRightUnsigned(x, by), x);

  /** The sign bit alone. */
  signOf = (x: V): V => this.and(x, this.number(-0));
  /** x with the sign turned where y is negative. */
  signed = (x: V, y: V): V => this.xor(x, this.signOf(y));

  /** c₀ + c₁x + c₂x² + …, by Horner's rule. */
  polynomial(x: V, coefficients: readonly number[]): V {
    const [last, ...rest] = coefficients.toReversed();
    return rest.reduce((sum, c) => this.madd(sum, x, this.number(c)), this.number(last!));
  }

  /** Bytes of x (0 to 15) and of y (16 to 31), picked one by one. */
  shuffle(x: V, y: V, bytes: readonly number[]): V {
    return this.step(
      (out) => {
        x.emit(out);
        y.emit(out);
        out.bytes(0xfd, 0x0d, ...bytes);
      },
      x,
      y,
    );
  }

  /** `mask anywhere set ? func(x, y) : y`, where the function is called for all lanes. */
  rarely(mask: V, func: Func, x: V, y: V): V {
    const [condition, otherwise] = [this.named(mask), this.named(y)];
    return this.step((out) => {
      condition.emit(out);
      out.code(0xfd, 0x53).bytes(0x04, 0x7b); // v128.any_true, if (result v128)
      called("v128", func, x, otherwise).emit(out);
      out.byte(0x05);
      otherwise.emit(out);
      out.byte(0x0b);
    });
  }

  /** The call of a function of vectors. */
  call = (func: Func, ...x: readonly Expr[]): V => this.step(called("v128", func, ...x).emit, ...x);
}

/**
 * An unevaluated sum high + low with |low| ≤ ½ ulp(high): about twice the digits of a number.
 * Dekker, *A floating-point technique for extending the available precision*, 1971; Knuth, TAOCP 2, 4.2.2.
 * No step is fused, for a relaxed multiply-add may round once or twice and these need to know.
 */
export interface Twofold {
  readonly high: V;
  readonly low: V;
}

/** x + y exactly, for |x| ≥ |y| or x = 0. */
export function ordered(a: Arithmetic, x: V, y: V): Twofold {
  const high = a.add(x, y);
  return { high, low: a.sub(y, a.sub(high, x)) };
}

/**
 * Constants that a piece of code needs, laid into locals of the body now, so that a loop written afterwards finds them
 * in registers: the piece is written once into a body that is thrown away, to learn them.
 */
export function laid(body: Body, write: (body: Body, constants: Map<bigint, V>) => void): Map<bigint, V> {
  const constants = new Map<bigint, V>();
  write(new Body(["v128", "v128"]), constants);
  return new Map([...constants].map(([bits, value]) => [bits, body.local("v128", value)]));
}

const view = new DataView(new ArrayBuffer(8));
function bitsOf64(x: number): bigint {
  view.setFloat64(0, x);
  return view.getBigInt64(0);
}
function bitsOf32(x: number): bigint {
  view.setFloat32(0, x);
  return BigInt(view.getInt32(0));
}
