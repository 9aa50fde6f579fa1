import { computed, maskToReal, type Register, realToMask } from "./elementwise.ts";
import { i32, type Local, operation } from "./emitter.ts";
import { bytesOf, dtypeOf, elementAddress, type Generator, integers, type Scope } from "./generator.ts";
import type { Kernel } from "./kernel.ts";
import { sharing, type V } from "./lanes.ts";
import { type Address, along, divided, further, type Index, leftOver, nest, parts } from "./loops.ts";
import { functionNames, isShort } from "./mathematics/index.ts";
import { collapsed, type View, whole } from "./views.ts";

/** Turns up to which loops may be written out, and the instructions, roughly, that this may take. */
const writtenOut = { turns: 8, instructions: 64 };
/** Instructions of a mathematical function, roughly. */
const functionLength = 16;

/** What a group reads or writes: a variable, how it is found, and its strides along the group's merged axes. */
interface Operand {
  readonly v: number;
  readonly view: View;
  readonly strides: readonly number[];
}

/** Whole vectors that a turn of a longer loop takes: V8 makes one wide vector of a pair. */
const pair = 2;
/**
 * Vectors that a turn takes where there are mathematical functions, so that their chains of dependent steps run side by side:
 * on rows of so many vectors at least, and for so many instructions at most, roughly, as the code grows with them. Where
 * functions are called, a turn takes one: calls gain nothing, and a pair of them ends V8 14.6 with a fatal error where it widens.
 */
const many = { vectors: 8, least: 64, instructions: 64 };

/** Writes one loop that computes all lines of a group; each array is read and written once. */
export function emitGroup(scope: Scope, group: Kernel & { kind: "group" }): void {
  const { views, spans } = scope.layout.plan;
  const made = new Set(group.lines.map((line) => line.outputs[0]!));
  const read = [...new Set(group.lines.flatMap((line) => line.inputs))].filter((v) => !made.has(views.get(v)!.base));
  const written = [...made].filter((v) => spans.has(v));
  const all = [...read.map((v) => views.get(v)!), ...written.map((v) => whole(v, group.shape))];
  const { dims, strides } = collapsed(group.shape, all);
  const operands = [...read, ...written].map((v, i): Operand => ({ v, view: all[i]!, strides: strides[i]! }));
  const inputs = operands.slice(0, read.length);
  const outputs = operands.slice(read.length);
  const ops = new Set(group.lines.map((line) => line.op.name));
  const names = functionNames.filter((name) => ops.has(name));
  const turns = turnsOf(dims, scope.generator.lanes.count);
  const length = group.lines.length + functionLength * names.length;
  const short = turns <= writtenOut.turns && scope.share === null;
  const plain = short && (turns === 1 || turns * length <= writtenOut.instructions);
  const own = plain ? { scope, lay: (write: () => void) => write() } : withConstants(scope);
  const context = { lanes: own.scope.generator.lanes, math: scope.generator.mathematics.inline(scope.body, names) };
  const compute = (all: readonly Registers[], keep: Keep): void => {
    for (const line of group.lines) {
      const found = line.inputs.map((x) => (made.has(views.get(x)!.base) ? views.get(x)!.base : x));
      const operands = all.map((registers) => found.map((x) => registers.get(x)!));
      const y = line.outputs[0]!;
      const values = computed(context, line, operands, scope.layout.plan.types[y]!.dtype);
      for (const [part, registers] of all.entries()) registers.set(y, keep(values[part]!));
    }
  };
  const isLong = (dims.at(-1) ?? 1) >= many.least * scope.generator.lanes.count;
  const several = names.length > 0 && isLong && length <= many.instructions ? [many.vectors] : [];
  const steps = short || !names.every(isShort) ? [1] : [...several, pair, 1];
  own.lay(() => emitRows(own.scope, dims, { inputs, outputs, compute, plain, steps }));
}

/** Vectors in all, those filled in part among them. */
const turnsOf = (dims: readonly number[], count: number): number =>
  dims.slice(0, -1).reduce((n, d) => n * d, 1) * Math.ceil((dims.at(-1) ?? 1) / count);

/**
 * A scope whose constants are variables that are set before the code that `lay` writes: once for all turns, and the same one
 * for the vectors of a pair, or V8 does not see that these are alike.
 */
function withConstants(scope: Scope): { scope: Scope; lay: (write: () => void) => void } {
  const { body, generator } = scope;
  const constants = new Map<string, { local: Local<"v128">; value: V }>();
  const lanes = sharing(generator.lanes, (name, value) => {
    const known = constants.get(name) ?? { local: body.local("v128"), value };
    constants.set(name, known);
    return known.local;
  });
  const lay = (write: () => void): void => {
    const code = body.aside(write);
    for (const { local, value } of constants.values()) body.set(local, value);
    body.run((out) => out.all(code));
  };
  return { scope: { ...scope, generator: { ...generator, lanes } }, lay };
}

type Registers = Map<number, Register>;
/** Puts a register into a local variable, so that it can be used several times. */
type Keep = (register: Register) => Register;

interface Work {
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
  /** Computes all lines for some vectors side by side. */
  readonly compute: (all: readonly Registers[], keep: Keep) => void;
  /** Whether all of it is written out, without loops. */
  readonly plain: boolean;
  /** Whole vectors that a turn takes: as long as there are so many, then the next fewer. */
  readonly steps: readonly number[];
}

/** Where a turn is: the address of an operand's elements there, and how many of them it takes. */
interface Place {
  readonly address: (x: Operand) => Address;
  readonly vectors: number;
  /** Lanes of the last vector that count. */
  readonly lanes: number;
}

/** Runs over the rows of a box, some vectors at a time; what is the same all along a row is loaded once for it. */
function emitRows(scope: Scope, dims: readonly number[], work: Work): void {
  const { body, generator } = scope;
  const { count } = generator.lanes;
  const outer = dims.slice(0, -1);
  const width = dims.at(-1) ?? 1;
  const full = Math.floor(width / count) * count;
  const ends = work.steps.map((step) => Math.floor(width / (step * count)) * step * count);
  const [first, wide] = [work.steps[0]! * count, ends[0]!];
  const { outside, inside } = divided(scope.share, outer, wide / first);
  const row = (indices: readonly Index[]): void => {
    const spread: Registers = new Map();
    for (const x of work.inputs)
      if ((x.strides.at(-1) ?? 0) === 0) spread.set(x.v, held(scope, splat(scope, x, indices)));
    const at = (j: Index, vectors: number, lanes: number = count): void =>
      emitTurn(scope, work, spread, { address: addresses(scope, indices, j), vectors, lanes });
    if (work.plain) for (let j = 0; j < full; j += count) at(j, 1);
    else along(body, wide, first, (j) => at(j, work.steps[0]!), inside);
    const rest = (): void => {
      for (const [i, step] of work.steps.entries())
        if (i > 0) parts(body, [ends[i - 1]!, ends[i]!], step * count, (j) => at(j, step));
      if (full < width) at(full, 1, width - full);
    };
    if (wide < width) leftOver(rest, inside);
  };
  nest(body, outer, work.plain ? Number.POSITIVE_INFINITY : 0, row, outside);
}

/** Addresses at element j of a row; while a loop runs, one pointer for each width of elements. */
function addresses(scope: Scope, indices: readonly Index[], j: Index): (x: Operand) => Address {
  const pointers = new Map<number, Local<"i32">>();
  return ({ view, strides }) => {
    if (typeof j === "number" || strides.at(-1) !== 1) return elementAddress(scope, view, strides, [...indices, j]);
    const bytes = bytesOf(scope, view);
    const pointer = pointers.get(bytes) ?? scope.body.local("i32", operation("i32", [0x6c], j, i32(bytes)));
    pointers.set(bytes, pointer);
    const row = elementAddress(scope, view, strides, [...indices, 0]);
    if (indices.every((i) => typeof i === "number")) return { base: pointer, offset: row.offset };
    return { base: scope.body.local("i32", operation("i32", [0x6a], row.base, pointer)), offset: row.offset };
  };
}

/** Loads, computes, stores: in this order for all vectors of the turn, or V8 does not see that they are alike. */
function emitTurn(scope: Scope, { inputs, outputs, compute, plain }: Work, spread: Registers, place: Place): void {
  const { body } = scope;
  const used: Local<"v128">[] = [];
  const keep: Keep = ({ dtype, value }) => {
    const local = body.local("v128", value);
    used.push(local);
    return { dtype, value: local };
  };
  const parts = Array.from({ length: place.vectors }, (): Registers => new Map(spread));
  for (const x of inputs) {
    if (spread.has(x.v)) continue;
    const address = place.address(x);
    for (const [part, registers] of parts.entries())
      registers.set(x.v, keep(vector(scope, x, address, part, place.lanes)));
  }
  compute(parts, keep);
  for (const y of outputs) {
    const address = place.address(y);
    for (const [part, registers] of parts.entries()) store(scope, address, part, place.lanes, registers.get(y.v)!);
  }
  if (plain) return;
  const nothing = body.local("v128");
  for (const local of used) body.set(local, nothing); // a value that lives on into the next turn would keep V8 from pairing
}

/** A register kept in a local variable. */
const held = ({ body }: Scope, { dtype, value }: Register): Register => ({ dtype, value: body.local("v128", value) });

/** As it is kept in memory: booleans as real 0 and 1. */
const loaded = (generator: Pick<Generator, "lanes">, dtype: Register["dtype"], value: V): Register => ({
  dtype,
  value: dtype === "boolean" ? realToMask(generator, value) : value,
});

/** One element in all lanes. */
function splat(scope: Scope, { view, strides }: Operand, indices: readonly Index[]): Register {
  const dtype = dtypeOf(scope, view);
  const address = elementAddress(scope, view, strides, indices);
  const { lanes } = scope.generator;
  if (dtype === "integer") return { dtype, value: integers.loadSplat(address) };
  return loaded(scope.generator, dtype, lanes.loadSplat(address.base, address.offset));
}

/** Neighbouring elements in neighbouring lanes; elements that stand apart are gathered one by one. */
function vector(
  scope: Scope,
  { view, strides }: Operand,
  address: Address,
  part: number,
  lanesWanted: number,
): Register {
  const { generator } = scope;
  const { lanes } = generator;
  const dtype = dtypeOf(scope, view);
  const apart = strides.at(-1)! * bytesOf(scope, view);
  const nth = (k: number): Address => further(address, (part * lanes.count + k) * apart);
  const first = nth(0);
  if (strides.at(-1) === 1)
    return dtype === "integer"
      ? { dtype, value: integers.load(first, lanes.count) }
      : loaded(generator, dtype, lanes.load(first.base, first.offset));
  if (dtype === "integer") {
    let value = integers.loadSplat(first);
    for (let k = 1; k < lanesWanted; k++) value = integers.replace(value, k, integers.loadOne(nth(k)));
    return { dtype, value };
  }
  let value = lanes.loadSplat(first.base, first.offset);
  for (let k = 1; k < lanesWanted; k++) value = lanes.replace(value, k, lanes.loadScalar(nth(k).base, nth(k).offset));
  return loaded(generator, dtype, value);
}

/** Writes a whole vector, or the first lanes of it. */
function store(scope: Scope, address: Address, part: number, lanesWanted: number, { dtype, value }: Register): void {
  const { generator, body } = scope;
  const { lanes } = generator;
  const integer = dtype === "integer";
  const kept = dtype === "boolean" ? maskToReal(generator, value) : value;
  const bytes = integer ? 4 : lanes.bytes;
  const at = further(address, part * lanes.count * bytes);
  if (lanesWanted === lanes.count) {
    body.run((out) =>
      integer ? integers.store(out, at, kept, lanes.count) : lanes.store(out, at.base, at.offset, kept),
    );
    return;
  }
  for (let k = 0; k < lanesWanted; k++) {
    const nth = further(at, k * bytes);
    body.run((out) =>
      integer ? integers.storeLane(out, nth, value, k) : lanes.storeLane(out, nth.base, nth.offset, kept, k),
    );
  }
}
