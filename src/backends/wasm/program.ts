import { size } from "../../core/shape.ts";
import type { Line } from "../../graph/program.ts";
import { type Loop, roles } from "../../ops/index.ts";
import { type Expr, type Func, i32, operation } from "./emitter.ts";
import { bytesOf, type Generator, type Scope } from "./generator.ts";
import { emitGroup } from "./group.ts";
import { emitOneHot, emitPosition, emitTakeRows, isEven } from "./indexing.ts";
import type { Layout } from "./layout.ts";
import { emitCopy, emitPut } from "./moves.ts";
import type { Kernel } from "./plan.ts";
import { emitProduct } from "./product.ts";
import { emitReduction, folds } from "./reduce.ts";
import { isWhole, type View, whole } from "./views.ts";

/** What the host calls one after another: straight pieces, and outermost loops from turn to turn. */
export type Piece =
  | { readonly kind: "straight"; readonly func: Func }
  | { readonly kind: "loop"; readonly func: Func; readonly line: Line; readonly carries: readonly number[] };

/** Writes a plan as functions of the module: its outermost loops apart, so that the host can run them piecewise. */
export function emitProgram(generator: Generator, layout: Layout): Piece[] {
  const pieces: Piece[] = [];
  let waiting: [Kernel, number][] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    const kernels = waiting;
    waiting = [];
    const func = generator.module.func([], [], (body) => {
      for (const [kernel, k] of kernels) emitKernel({ generator, layout, body }, kernel, k);
    });
    pieces.push({ kind: "straight", func });
  };
  for (const [k, kernel] of layout.plan.kernels.entries()) {
    if (kernel.kind !== "loop") {
      waiting.push([kernel, k]);
      continue;
    }
    flush();
    const start = generator.module.func([], [], (body) => beginLoop({ generator, layout, body }, kernel));
    pieces.push({ kind: "straight", func: start });
    const turns = generator.module.func(["i32", "i32"], [], (body) => {
      const scope = { generator, layout, body };
      const turn = turnOf(scope, kernel, k);
      body.count(body.param(0, "i32"), body.param(1, "i32"), 1, turn);
    });
    pieces.push({ kind: "loop", func: turns, line: kernel.line, carries: carryAddresses(layout, kernel, k) });
  }
  flush();
  return pieces;
}

function carryAddresses(layout: Layout, { body }: Kernel & { kind: "loop" }, k: number): number[] {
  const inside = layout.bodies.get(k)!;
  const loop = layout.plan.kernels[k] as Kernel & { kind: "loop" };
  return roles(loop.line.params as unknown as Loop, body.program.inputs).carries.map((v) => inside.address.get(v)!);
}

function emitKernel(scope: Scope, kernel: Kernel, k: number): void {
  if (kernel.kind === "group") emitGroup(scope, kernel);
  else if (kernel.kind === "copy")
    emitCopy(scope, { view: kernel.from }, { view: whole(kernel.to, kernel.from.shape) });
  else if (kernel.kind === "line") emitLine(scope, kernel);
  else {
    const { length } = kernel.line.params as unknown as Loop;
    beginLoop(scope, kernel);
    const turn = turnOf(scope, kernel, k);
    scope.body.count(i32(0), i32(length), 1, turn);
  }
}

/** A line that is no group: by code of its own where there is some, else by the host. */
function emitLine(scope: Scope, { line, scratch }: Kernel & { kind: "line" }): void {
  const { generator, layout, body } = scope;
  const number = generator.register({ layout, line });
  const host = (): void => body.call(generator.fallback, i32(number));
  const own = writers[line.op.name]?.(scope, line, { host, scratch }) ?? false;
  if (!own) host();
}

/** Writes a line; false if it has no code for views or kinds of numbers like these. `host` leaves it to the host. */
type Writer = (
  scope: Scope,
  line: Line,
  aid: { readonly host: () => void; readonly scratch: number | null },
) => boolean;

const viewOf = ({ layout }: Scope, v: number): View => layout.plan.views.get(v)!;
const isReal = ({ layout }: Scope, { base }: View): boolean => layout.plan.types[base]!.dtype === "real";
const done = (_: unknown): true => true;

const reduction: Writer = (scope, { op, inputs, outputs }) => {
  const x = viewOf(scope, inputs[0]!);
  return isReal(scope, x) && done(emitReduction(scope, x, outputs[0]!, folds[op.name]!));
};

const position: Writer = (scope, { op, inputs, outputs, params }) => {
  const x = viewOf(scope, inputs[0]!);
  const options = { axis: params["axis"] as number, greatest: op.name === "argmax" };
  return isReal(scope, x) && size(x.shape) > 0 && done(emitPosition(scope, x, outputs[0]!, options));
};

/** Every op with code of its own, but for elementwise ones. */
const writers: Readonly<Record<string, Writer>> = {
  sumTo: reduction,
  max: reduction,
  min: reduction,
  argmax: position,
  argmin: position,
  matmul: (scope, { inputs, outputs }, { scratch }) => {
    const [x, w] = [viewOf(scope, inputs[0]!), viewOf(scope, inputs[1]!)];
    return done(emitProduct(scope, x, w, { to: outputs[0]!, scratch }));
  },
  take: (scope, { inputs, outputs, params }, { host }) => {
    const [x, indices] = [viewOf(scope, inputs[0]!), viewOf(scope, inputs[1]!)];
    const rows = params["axis"] === 0 && isWhole(x) && isEven(indices) && size(x.shape) > 0;
    return rows && done(emitTakeRows(scope, x, indices, outputs[0]!, host));
  },
  oneHot: (scope, { inputs, outputs, params }, { host }) => {
    const indices = viewOf(scope, inputs[0]!);
    return isEven(indices) && done(emitOneHot(scope, indices, params["depth"] as number, outputs[0]!, host));
  },
  embed: (scope, line) => {
    const to = line.outputs[0]!;
    const box = boxOf(whole(to, scope.layout.plan.types[to]!.shape), line);
    return done(emitPut(scope, [{ from: viewOf(scope, line.inputs[0]!), to: box }], to, true));
  },
  concat: (scope, line) => done(emitPut(scope, joined(scope, line), line.outputs[0]!, false)),
};

/** The part of an array in which `embed` puts its argument. */
function boxOf(y: View, { params }: Line): View {
  const { start, stop, step } = params as { start: number[]; stop: number[]; step: number[] };
  return {
    base: y.base,
    shape: start.map((s, i) => Math.max(0, Math.ceil((stop[i]! - s) / step[i]!))),
    strides: y.strides.map((s, i) => s * step[i]!),
    offset: y.strides.reduce((at, s, i) => at + s * start[i]!, 0),
  };
}

/** Where each array goes that `concat` joins. */
function joined({ layout }: Scope, { inputs, outputs, params }: Line): { from: View; to: View }[] {
  const axis = params["axis"] as number;
  const to = outputs[0]!;
  const y = whole(to, layout.plan.types[to]!.shape);
  let at = 0;
  return inputs.map((v) => {
    const from = layout.plan.views.get(v)!;
    const part = { ...y, shape: from.shape, offset: at * y.strides[axis]! };
    at += from.shape[axis]!;
    return { from, to: part };
  });
}

/** The first carries go where the loop keeps them. */
function beginLoop(scope: Scope, { line, body: inner }: Kernel & { kind: "loop" }): void {
  const { plan } = scope.layout;
  const k = plan.kernels.findIndex((kernel) => kernel.kind === "loop" && kernel.line === line);
  const inside = scope.layout.bodies.get(k)!;
  const loop = line.params as unknown as Loop;
  const outer = roles(loop, line.inputs);
  roles(loop, inner.program.inputs).carries.forEach((v, i) => {
    copyInto(scope, plan.views.get(outer.carries[i]!)!, inside, v);
  });
}

/** Copies a view of one layout to a whole variable of another. */
function copyInto(scope: Scope, from: View, target: Layout, v: number, by?: Expr<"i32">): void {
  const address = new Map([...scope.layout.address, [-1, target.address.get(v)!]]);
  const types = Object.assign([...scope.layout.plan.types], { [-1]: target.plan.types[v]! });
  const joint = { ...scope, layout: { ...scope.layout, address, plan: { ...scope.layout.plan, types } } };
  emitCopy(joint, { view: from, ...(by && { by }) }, { view: whole(-1, from.shape) });
}

/** One turn of a loop: x in, body, carries and ys out. */
function turnOf(
  scope: Scope,
  { line, body: inner }: Kernel & { kind: "loop" },
  k: number,
): (turn: Expr<"i32">) => void {
  const { generator, layout } = scope;
  const loop = line.params as unknown as Loop;
  const inside = layout.bodies.get(k)!;
  const func = generator.module.func([], [], (body) => {
    const own = { generator, layout: inside, body };
    inside.plan.kernels.forEach((kernel, i) => {
      emitKernel(own, kernel, i);
    });
  });
  return (turn) => {
    const { body } = scope;
    const i = loop.backwards ? operation("i32", [0x6b], i32(loop.length - 1), turn) : turn;
    const row = body.local("i32", i);
    rowsIn(scope, { line, inner: inside, loop }, row);
    storeStacks(scope, { line, inner: inside, loop }, row);
    body.call(func);
    storeYs({ ...scope, layout: inside }, layout, { line, inner: inside, loop }, row);
    keepCarries(
      { ...scope, layout: inside },
      inner.outputs.slice(0, loop.carries),
      roles(loop, inner.program.inputs).carries,
    );
  };
}

interface Turn {
  readonly line: Line;
  readonly inner: Layout;
  readonly loop: Loop;
}

const times = (row: Expr<"i32">, bytes: number): Expr<"i32"> => operation("i32", [0x6c], row, i32(bytes));

function rowsIn(scope: Scope, { line, inner, loop }: Turn, row: Expr<"i32">): void {
  const outer = roles(loop, line.inputs).xs;
  roles(loop, inner.plan.program.inputs).xs.forEach((v, i) => {
    const view = scope.layout.plan.views.get(outer[i]!)!;
    const slice = { ...view, shape: view.shape.slice(1), strides: view.strides.slice(1) };
    copyInto(scope, slice, inner, v, times(row, view.strides[0]! * bytesOf(scope, view)));
  });
}

/** Copies a view of the present layout to row `row` of a stacked result of another. */
function storeRow(scope: Scope, from: View, outer: Layout, to: number, row: Expr<"i32">): void {
  const address = new Map([...scope.layout.address, [-1, outer.address.get(to)!]]);
  const types = Object.assign([...scope.layout.plan.types], { [-1]: outer.plan.types[to]! });
  const joint = { ...scope, layout: { ...scope.layout, address, plan: { ...scope.layout.plan, types } } };
  const bytes = size(from.shape) * bytesOf(scope, from);
  emitCopy(joint, { view: from }, { view: whole(-1, from.shape), by: times(row, bytes) });
}

function storeStacks(scope: Scope, { line, inner, loop }: Turn, row: Expr<"i32">): void {
  const stacks = line.outputs.slice(line.outputs.length - loop.carries);
  roles(loop, inner.plan.program.inputs).carries.forEach((v, i) => {
    const to = stacks[i] ?? null;
    if (to !== null) storeRow({ ...scope, layout: inner }, whole(v, inner.plan.types[v]!.shape), scope.layout, to, row);
  });
}

function storeYs(scope: Scope, outer: Layout, { line, inner, loop }: Turn, row: Expr<"i32">): void {
  inner.plan.outputs.slice(loop.carries).forEach((view, i) => {
    const to = line.outputs[loop.carries + i] ?? null;
    if (to !== null) storeRow(scope, view, outer, to, row);
  });
}

/** New carries take the place of the old ones; one that only looks at old carries was copied by the plan before. */
function keepCarries(scope: Scope, outputs: readonly View[], carries: readonly number[]): void {
  const { address, plan } = scope.layout;
  carries.forEach((carry, i) => {
    const from = outputs[i]!;
    const to = whole(carry, plan.types[carry]!.shape);
    const same = isWhole(from) && address.get(from.base) === address.get(carry);
    if (!same) emitCopy(scope, { view: from }, { view: to });
  });
}
