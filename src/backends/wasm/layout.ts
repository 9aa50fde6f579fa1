import { size } from "../../core/shape.ts";
import type { DType } from "../../core/tensor.ts";
import { type Loop, roles } from "../../ops/index.ts";
import { inputsOf, type Kernel, type Plan } from "./kernel.ts";
import { isWhole, type View } from "./views.ts";

/** Where every variable of a plan stands in memory, in bytes. */
export interface Layout {
  readonly plan: Plan;
  readonly address: Map<number, number>;
  /** Layouts of the bodies of its loops, by kernel. */
  readonly bodies: Map<number, Layout>;
}

export const elementBytes = (dtype: DType, realBytes: number): number => (dtype === "integer" ? 4 : realBytes);

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Memory that is wanted, from the first kernel of a span to its last. */
interface Block {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Addresses of the constants of a plan and of the bodies in it: they are written once, so nothing else may come there. */
export type Constants = ReadonlyMap<Plan, ReadonlyMap<number, number>>;

export function constantAddresses(plan: Plan, start: number, realBytes: number): { constants: Constants; end: number } {
  const constants = new Map<Plan, Map<number, number>>();
  let end = start;
  const visit = (inner: Plan): void => {
    const own = new Map<number, number>();
    for (const v of inner.constants) {
      if (!inner.spans.has(v)) continue;
      own.set(v, end);
      end += bytesOf(inner, v, realBytes);
    }
    constants.set(inner, own);
    for (const kernel of inner.kernels) if (kernel.kind === "loop") visit(kernel.body);
  };
  visit(plan);
  return { constants, end };
}

/** Room for a variable: whole cache lines. */
function bytesOf({ types }: Plan, v: number, realBytes: number): number {
  const { shape, dtype } = types[v]!;
  return Math.max(64, aligned(size(shape) * elementBytes(dtype, realBytes)));
}

/** What stays the same from plan to body. */
interface Setting {
  readonly realBytes: number;
  readonly constants: Constants;
}

/**
 * Places the variables of a plan: what is alive at the same time never overlaps, what is not shares memory.
 *
 * @param start first free byte
 * @returns the layout and the first byte behind it
 */
export function layoutOf(plan: Plan, start: number, setting: Setting): { layout: Layout; end: number } {
  const frame = frameOf(plan, setting, new Map());
  return { layout: settled(frame, start, setting, new Map()), end: start + frame.bytes };
}

/** Where the variables of a plan that have memory of their own stand in it, in bytes from its start. */
interface Frame {
  readonly plan: Plan;
  readonly bytes: number;
  readonly offset: ReadonlyMap<number, number>;
  /** The bodies of its loops, by kernel: where their memory begins, and which of their variables stand outside of it. */
  readonly bodies: ReadonlyMap<number, { readonly at: number; readonly frame: Frame; readonly outer: Outer }>;
}

/** Variables of a body that stand where variables of the plan around it do. */
type Outer = ReadonlyMap<number, number>;

function frameOf(plan: Plan, setting: Setting, outer: Outer): Frame {
  const constants = setting.constants.get(plan)!;
  const room = new Room();
  const offset = new Map<number, number>();
  for (const block of blocksOf(plan, setting.realBytes))
    if (!outer.has(block.v) && !constants.has(block.v)) offset.set(block.v, room.place(block));
  const bodies = new Map<number, { at: number; frame: Frame; outer: Outer }>();
  for (const [k, kernel] of plan.kernels.entries()) {
    if (kernel.kind !== "loop") continue;
    const outer = outerOf(kernel);
    const frame = frameOf(kernel.body, setting, outer);
    bodies.set(k, { at: room.place({ bytes: aligned(frame.bytes), first: k, last: k }), frame, outer });
  }
  return { plan, bytes: room.bytes, offset, bodies };
}

/** The addresses of a frame that begins at `start`, where those of the variables outside of it are `given`. */
function settled(
  { plan, offset, bodies }: Frame,
  start: number,
  setting: Setting,
  given: ReadonlyMap<number, number>,
): Layout {
  const address = new Map([...given, ...setting.constants.get(plan)!]);
  for (const [v, at] of offset) address.set(v, start + at);
  const inner = new Map<number, Layout>();
  for (const [k, { at, frame, outer }] of bodies) {
    const outside = new Map(Array.from(outer, ([v, source]) => [v, address.get(source)!]));
    inner.set(k, settled(frame, start + at, setting, outside));
  }
  return { plan, address, bodies: inner };
}

/** Memory that is given out, each piece for a while: where it is free during that while, as near to the start as it fits. */
class Room {
  bytes = 0;
  /** What was given out, by address. */
  readonly #placed: (Block & { readonly at: number })[] = [];

  place({ bytes, first, last }: Block): number {
    const placed = this.#placed;
    let at = 0;
    let next = 0;
    for (; next < placed.length; next++) {
      const other = placed[next]!;
      if (other.first > last || first > other.last) continue;
      if (at + bytes <= other.at) break;
      at = Math.max(at, other.at + other.bytes);
    }
    while (next > 0 && placed[next - 1]!.at > at) next--;
    placed.splice(next, 0, { bytes, first, last, at });
    this.bytes = Math.max(this.bytes, at + bytes);
    return at;
  }
}

/** Largest first: big arrays find room before small ones break it up. Inputs live throughout. */
function blocksOf(plan: Plan, realBytes: number): (Block & { readonly v: number })[] {
  const { spans, kernels, program } = plan;
  const inputs = new Set(program.inputs);
  return Array.from(spans, ([v, { first, last }]) => {
    const bytes = bytesOf(plan, v, realBytes);
    return inputs.has(v) ? { v, bytes, first: -1, last: kernels.length } : { v, bytes, first, last };
  }).sort((a, b) => b.bytes - a.bytes || a.v - b.v);
}

/** A body reads its constants where they are, and keeps its carries where the loop's results will be. */
function outerOf({ line, body, constants }: Kernel & { kind: "loop" }): Outer {
  const loop = line.params as unknown as Loop;
  const inner = roles(loop, body.program.inputs);
  const outer = new Map<number, number>();
  inner.constants.forEach((v, i) => {
    outer.set(v, constants[i]!.base);
  });
  inner.carries.forEach((v, i) => {
    const state = line.outputs[i] ?? null;
    if (state !== null) outer.set(v, state);
  });
  for (const [out, carry] of inPlace(body, inner.carries)) {
    const state = outer.get(carry);
    if (state !== undefined) outer.set(out, state);
  }
  return outer;
}

/** Results of a body that may be written over the carry that they follow: nothing reads the old one later, or askew. */
function inPlace({ outputs, kernels, views }: Plan, carries: readonly number[]): Map<number, number> {
  const writers = new Map<number, number>();
  for (const [k, kernel] of kernels.entries())
    if (kernel.kind === "group") for (const { outputs: ys } of kernel.lines) writers.set(ys[0]!, k);
  const readers = readersOf(kernels, views);
  const kept = new Set(outputs.map((view) => view.base));
  const found = new Map<number, number>();
  carries.forEach((carry, i) => {
    const { base: out } = outputs[i]!;
    const writer = writers.get(out);
    if (writer === undefined || !isWhole(outputs[i]!) || kept.has(carry) || found.has(out)) return;
    const safe = readers.get(carry)?.every(({ k, askew }) => k < writer || (k === writer && !askew)) ?? true;
    if (safe) found.set(out, carry);
  });
  return found;
}

interface Reader {
  /** Number of the kernel. */
  readonly k: number;
  /** Whether it reads otherwise than element by element in its own order. */
  readonly askew: boolean;
}

/** What reads each base variable. */
function readersOf(kernels: readonly Kernel[], views: ReadonlyMap<number, View>): Map<number, Reader[]> {
  const readers = new Map<number, Reader[]>();
  for (const [k, kernel] of kernels.entries())
    for (const x of inputsOf(kernel)) {
      const view = views.get(x)!;
      const askew = kernel.kind !== "group" || !isWhole(view) || size(view.shape) !== size(kernel.shape);
      const known = readers.get(view.base);
      if (known) known.push({ k, askew });
      else readers.set(view.base, [{ k, askew }]);
    }
  return readers;
}
