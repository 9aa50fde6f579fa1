import { computed, maskToReal, type Register, realToMask } from "./elementwise.ts";
import { i32 } from "./emitter.ts";
import { bytesOf, dtypeOf, elementAddress, type Generator, integers, type Scope } from "./generator.ts";
import type { V } from "./lanes.ts";
import { type Index, nest } from "./loops.ts";
import { functionNames } from "./mathematics/index.ts";
import type { Kernel } from "./plan.ts";
import { collapsed, type View, whole } from "./views.ts";

/** Turns up to which loops are written out. */
const writtenOut = 8;

/** What a group reads or writes: a variable, how it is found, and its strides along the group's merged axes. */
interface Operand {
  readonly v: number;
  readonly view: View;
  readonly strides: readonly number[];
}

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
  const registerOf = (registers: ReadonlyMap<number, Register>, v: number): Register => {
    const { base } = views.get(v)!;
    return registers.get(made.has(base) ? base : v)!;
  };
  const names = functionNames.filter((name) => group.lines.some((line) => line.op.name === name));
  const context = { lanes: scope.generator.lanes, math: scope.generator.mathematics.inline(scope.body, names) };
  rows(scope, dims, inputs, (indices, lanes, load) => {
    const registers = new Map(inputs.map((x) => [x.v, load(x)]));
    for (const line of group.lines) {
      const operands = line.inputs.map((x) => registerOf(registers, x));
      const y = line.outputs[0]!;
      registers.set(y, held(scope, computed(context, line, operands, scope.layout.plan.types[y]!.dtype)));
    }
    for (const y of outputs) store(scope, y, { indices, lanes }, registers.get(y.v)!);
  });
}

/** Runs over the rows of a box, a vector at a time; what is the same all along a row is loaded once for it. */
function rows(
  scope: Scope,
  dims: readonly number[],
  inputs: readonly Operand[],
  turn: (indices: readonly Index[], lanes: number, load: (x: Operand) => Register) => void,
): void {
  const { body, generator } = scope;
  const { count } = generator.lanes;
  const outer = dims.slice(0, -1);
  const width = dims.at(-1) ?? 1;
  const full = Math.floor(width / count) * count;
  const plain = outer.reduce((n, d) => n * d, 1) * Math.ceil(width / count) <= writtenOut;
  nest(body, outer, plain ? Number.POSITIVE_INFINITY : 0, (indices) => {
    const spread = new Map<number, Register>();
    for (const x of inputs) if ((x.strides.at(-1) ?? 0) === 0) spread.set(x.v, held(scope, splat(scope, x, indices)));
    const at = (j: Index, lanes: number): void =>
      turn([...indices, j], lanes, (x) => spread.get(x.v) ?? held(scope, vector(scope, x, [...indices, j], lanes)));
    if (plain) for (let j = 0; j < full; j += count) at(j, count);
    else if (full > 0) body.count(i32(0), i32(full), count, (j) => at(j, count));
    if (full < width) at(full, width - full);
  });
}

/** A register kept in a local variable, so that it can be used several times. */
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
function vector(scope: Scope, { view, strides }: Operand, indices: readonly Index[], count: number): Register {
  const { generator } = scope;
  const { lanes } = generator;
  const dtype = dtypeOf(scope, view);
  const address = elementAddress(scope, view, strides, indices);
  const step = strides.at(-1)!;
  if (step === 1)
    return dtype === "integer"
      ? { dtype, value: integers.load(address, lanes.count) }
      : loaded(generator, dtype, lanes.load(address.base, address.offset));
  const apart = step * bytesOf(scope, view);
  const nth = (k: number) => elementAddress(scope, { ...view, offset: view.offset + k * step }, strides, indices);
  if (dtype === "integer") {
    let value = integers.loadSplat(address);
    for (let k = 1; k < count; k++) value = integers.replace(value, k, integers.loadOne(nth(k)));
    return { dtype, value };
  }
  let value = lanes.loadSplat(address.base, address.offset);
  for (let k = 1; k < count && apart !== 0; k++) {
    const { base, offset } = nth(k);
    value = lanes.replace(value, k, lanes.loadScalar(base, offset));
  }
  return loaded(generator, dtype, value);
}

/** Writes a whole vector, or the first lanes of it. */
function store(
  scope: Scope,
  { view, strides }: Operand,
  at: { readonly indices: readonly Index[]; readonly lanes: number },
  { dtype, value }: Register,
): void {
  const { generator, body } = scope;
  const { lanes } = generator;
  const kept = dtype === "boolean" ? maskToReal(generator, value) : value;
  const address = elementAddress(scope, view, strides, at.indices);
  if (at.lanes === lanes.count) {
    body.run((out) =>
      dtype === "integer"
        ? integers.store(out, address, kept, lanes.count)
        : lanes.store(out, address.base, address.offset, kept),
    );
    return;
  }
  for (let k = 0; k < at.lanes; k++) {
    const nth = elementAddress(scope, { ...view, offset: view.offset + k }, strides, at.indices);
    body.run((out) =>
      dtype === "integer"
        ? integers.storeLane(out, nth, value, k)
        : lanes.storeLane(out, nth.base, nth.offset, kept, k),
    );
  }
}
