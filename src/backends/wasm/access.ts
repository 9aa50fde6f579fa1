import { size } from "../../core/shape.ts";
import { inputsOf, type Kernel, outputsOf } from "./kernel.ts";
import { elementBytes, type Layout } from "./layout.ts";

/** Bytes of memory from one address up to another. */
export type Stretch = readonly [from: number, to: number];

/** What a step of a program reads and writes. */
export interface Access {
  readonly reads: readonly Stretch[];
  readonly writes: readonly Stretch[];
}

/** The cache lines of a variable, if it has a place in memory: kernels may write beyond its end, up to the end of a line. */
export function stretchesOf({ address, plan }: Layout, v: number, realBytes: number): Stretch[] {
  const from = address.get(v);
  if (from === undefined) return [];
  const { shape, dtype } = plan.types[v]!;
  return [[from, from + 64 * Math.ceil((size(shape) * elementBytes(dtype, realBytes)) / 64)]];
}

/** What a kernel reads and writes. */
export function accessOf(layout: Layout, kernel: Kernel, k: number, realBytes: number): Access {
  const { views } = layout.plan;
  const of = (v: number): Stretch[] => stretchesOf(layout, v, realBytes);
  const reads = inputsOf(kernel).flatMap((v) => of(views.get(v)?.base ?? v));
  const writes = outputsOf(kernel).flatMap(of);
  if (kernel.kind !== "loop") return { reads, writes };
  return { reads, writes: [...writes, ...within(layout.bodies.get(k)!, realBytes)] };
}

/** All memory of a loop's body. */
const within = (layout: Layout, realBytes: number): Stretch[] => [
  ...[...layout.address.keys()].flatMap((v) => stretchesOf(layout, v, realBytes)),
  ...[...layout.bodies.values()].flatMap((inner) => within(inner, realBytes)),
];
