import { size } from "../../core/shape.ts";
import type { DType } from "../../core/tensor.ts";
import { type Loop, roles } from "../../ops/index.ts";
import type { Kernel, Plan } from "./plan.ts";
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

interface Block {
  readonly v: number;
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
 * @param given addresses that are settled already: constants and carries of a loop's body
 * @returns the layout and the first byte behind it
 */
export function layoutOf(
  plan: Plan,
  start: number,
  setting: Setting,
  given: ReadonlyMap<number, number> = new Map(),
): { layout: Layout; end: number } {
  const address = new Map([...given, ...setting.constants.get(plan)!]);
  const bodies = new Map<number, Layout>();
  const layout = { plan, address, bodies };
  let end = start;
  const placed: (Block & { at: number })[] = [];
  const place = (block: Block): number => {
    const busy = placed.filter((p) => p.first <= block.last && block.first <= p.last).sort((a, b) => a.at - b.at);
    let at = start;
    for (const p of busy) {
      if (at + block.bytes <= p.at) break;
      at = Math.max(at, p.at + p.bytes);
    }
    placed.push({ ...block, at });
    end = Math.max(end, at + block.bytes);
    return at;
  };
  for (const block of blocksOf(plan, setting.realBytes, address)) address.set(block.v, place(block));
  plan.kernels.forEach((kernel, k) => {
    if (kernel.kind !== "loop") return;
    const inside = bodyAddresses(kernel, layout);
    const trial = layoutOf(kernel.body, 0, setting, inside);
    const at = place({ v: -1, bytes: aligned(trial.end), first: k, last: k });
    bodies.set(k, layoutOf(kernel.body, at, setting, inside).layout);
  });
  return { layout, end };
}

/** Largest first: big arrays find room before small ones break it up. Inputs live throughout. */
function blocksOf(plan: Plan, realBytes: number, settled: ReadonlyMap<number, number>): Block[] {
  const { spans, kernels, program } = plan;
  return [...spans]
    .filter(([v]) => !settled.has(v))
    .map(([v, { first, last }]): Block => {
      const bytes = bytesOf(plan, v, realBytes);
      return program.inputs.includes(v) ? { v, bytes, first: -1, last: kernels.length } : { v, bytes, first, last };
    })
    .sort((a, b) => b.bytes - a.bytes || a.v - b.v);
}

/** A body reads its constants where they are, and keeps its carries where the loop's results will be. */
function bodyAddresses(kernel: Kernel & { kind: "loop" }, { address }: Layout): Map<number, number> {
  const { line, body } = kernel;
  const loop = line.params as unknown as Loop;
  const inner = roles(loop, body.program.inputs);
  const given = new Map<number, number>();
  inner.constants.forEach((v, i) => {
    given.set(v, address.get(kernel.constants[i]!.base)!);
  });
  inner.carries.forEach((v, i) => {
    const state = line.outputs[i] ?? null;
    if (state !== null) given.set(v, address.get(state)!);
  });
  for (const [out, carry] of inPlace(body, loop)) {
    const at = given.get(carry);
    if (at !== undefined) given.set(out, at);
  }
  return given;
}

/** Results of a body that may be written over the carry that they follow: nothing reads the old one later, or askew. */
export function inPlace(body: Plan, loop: Pick<Loop, "constants" | "carries">): Map<number, number> {
  const { program, outputs, kernels } = body;
  const { carries } = roles(loop, program.inputs);
  const found = new Map<number, number>();
  carries.forEach((carry, i) => {
    const { base: out } = outputs[i]!;
    const writer = kernels.findIndex((k) => k.kind === "group" && k.lines.some((line) => line.outputs[0] === out));
    const own = isWhole(outputs[i]!) && outputs.every((view) => view.base !== carry);
    if (writer === -1 || !own || found.has(out)) return;
    const safe = kernels.every((kernel, k) => k < writer || !readsAskew(body, kernel, carry, k > writer));
    if (safe) found.set(out, carry);
  });
  return found;
}

/** Whether a kernel reads a carry: at all (`any`), or otherwise than element by element in its own order. */
function readsAskew({ views }: Plan, kernel: Kernel, carry: number, any: boolean): boolean {
  const lines = kernel.kind === "group" ? kernel.lines : kernel.kind === "copy" ? [] : [kernel.line];
  if (kernel.kind === "copy" && kernel.from.base === carry) return true;
  const reads = lines
    .flatMap((line) => line.inputs.map((x) => views.get(x)!))
    .filter((view: View) => view.base === carry);
  if (any || kernel.kind !== "group") return reads.length > 0;
  return reads.some((view) => !isWhole(view) || size(view.shape) !== size(kernel.shape));
}
