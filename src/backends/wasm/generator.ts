import type { DType } from "../../core/tensor.ts";
import type { Bytes } from "./bytes.ts";
import { type Body, type Expr, expr, type Func, type Module } from "./emitter.ts";
import type { Lanes, V } from "./lanes.ts";
import { elementBytes, type Layout } from "./layout.ts";
import { type Address, addressAt, type Index, type Share } from "./loops.ts";
import type { Mathematics } from "./mathematics/index.ts";
import type { Team } from "./team.ts";
import type { View } from "./views.ts";

/** What the writers of kernels share: the module, the instructions of its precision, where things stand. */
export interface Generator {
  readonly module: Module;
  readonly lanes: Lanes;
  /** Whether a·b + c may be one instruction. */
  readonly fused: boolean;
  /** The vectorised mathematics. */
  readonly mathematics: Mathematics;
  /** Calls back into the host for line number `n` of its list. */
  readonly fallback: Func;
  /** The threads that work together, where there are several. */
  readonly team: Team | null;
  /** Registers a line for the host; returns its number. */
  readonly register: (call: HostCall) => number;
}

/** A line that the host evaluates, and the layout that it belongs to. */
export interface HostCall {
  readonly layout: Layout;
  readonly line: Layout["plan"]["program"]["lines"][number];
  /** Whether the line has no code of its own; otherwise the host is called for its errors alone. */
  readonly always: boolean;
}

/** The function being written, and where the variables of its plan stand. */
export interface Scope {
  readonly generator: Generator;
  readonly layout: Layout;
  readonly body: Body;
  /** Where the kernel being written is divided among threads: what one of them does. */
  readonly share: Share | null;
}

/** The same for what is written within a share: it is not divided once more. */
export const undivided = (scope: Scope): Scope => (scope.share ? { ...scope, share: null } : scope);

/** The same for what the first thread does alone. */
export const solo = (scope: Scope): Scope => ({ ...scope, generator: { ...scope.generator, team: null }, share: null });

export const dtypeOf = ({ layout }: Scope, { base }: View): DType => layout.plan.types[base]!.dtype;

export const bytesOf = (scope: Scope, view: View): number =>
  elementBytes(dtypeOf(scope, view), scope.generator.lanes.bytes);

/** Address of an element of a view, by its indices along the given strides (of the view itself, or collapsed ones). */
export function elementAddress(
  scope: Scope,
  view: View,
  strides: readonly number[],
  indices: readonly Index[],
): Address {
  const bytes = bytesOf(scope, view);
  const start = scope.layout.address.get(view.base)! + view.offset * bytes;
  return addressAt(
    start,
    strides.map((s, axis) => [indices[axis] ?? 0, s * bytes] as const),
  );
}

/** a·b + c */
export const multiplyAdd = ({ lanes, fused }: Generator, a: V, b: V, c: V): V =>
  fused ? lanes.op("madd", a, b, c) : lanes.op("add", c, lanes.op("mul", a, b));

const memarg = (out: Bytes, align: number, offset: number): Bytes => out.code(align, offset);

/** Vectors of integers: four in f32 programs, two (in the lower half) in f64 programs. */
export const integers = {
  load: ({ base, offset }: Address, count: number): V =>
    expr("v128", (out) => {
      base.emit(out);
      memarg(out.code(0xfd, count === 4 ? 0x00 : 0x5d), 2, offset);
    }),
  loadSplat: ({ base, offset }: Address): V =>
    expr("v128", (out) => {
      base.emit(out);
      memarg(out.code(0xfd, 0x09), 2, offset);
    }),
  storeLane(out: Bytes, { base, offset }: Address, value: V, lane: number): void {
    base.emit(out);
    value.emit(out);
    memarg(out.code(0xfd, 0x5a), 2, offset).byte(lane);
  },
  store(out: Bytes, { base, offset }: Address, value: V, count: number): void {
    base.emit(out);
    value.emit(out);
    if (count === 4) memarg(out.code(0xfd, 0x0b), 2, offset);
    else memarg(out.code(0xfd, 0x5b), 2, offset).byte(0);
  },
  loadOne: ({ base, offset }: Address): Expr<"i32"> =>
    expr("i32", (out) => {
      base.emit(out);
      memarg(out.byte(0x28), 2, offset);
    }),
  storeOne(out: Bytes, { base, offset }: Address, value: Expr<"i32">): void {
    base.emit(out);
    value.emit(out);
    memarg(out.byte(0x36), 2, offset);
  },
  replace: (vector: V, lane: number, x: Expr<"i32">): V =>
    expr("v128", (out) => {
      vector.emit(out);
      x.emit(out);
      out.code(0xfd, 0x1c).byte(lane);
    }),
} as const;
