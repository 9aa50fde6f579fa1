import { size } from "../../core/shape.ts";
import { atOnce, type Steps } from "../../core/steps.ts";
import type { Line } from "../../graph/program.ts";
import { type Loop, roles } from "../../ops/index.ts";
import { type Expr, type Func, i32, operation } from "./emitter.ts";
import { bytesOf, type Generator, type Scope, solo } from "./generator.ts";
import { emitGroup } from "./group.ts";
import type { Kernel } from "./kernel.ts";
import type { Layout } from "./layout.ts";
import { type End, emitCopy } from "./moves.ts";
import { isWhole, type View, whole } from "./views.ts";
import { writerOf } from "./writers.ts";

/** What the host calls one after another: straight pieces, and outermost loops from turn to turn. */
export type Piece = {
  readonly func: Func;
  /** Whether several threads have something to do in it. */
  readonly divided: boolean;
} & (
  | { readonly kind: "straight" }
  | { readonly kind: "loop"; readonly line: Line; readonly carries: readonly number[] }
);

/** Writes a plan as functions of the module: its outermost loops apart, so that the host can run them piecewise. */
export function* emitProgram(generator: Generator, layout: Layout): Steps<Piece[]> {
  const { team } = generator;
  const pieces: Piece[] = [];
  let waiting: [Kernel, number][] = [];
  const flush = function* (): Steps<void> {
    if (waiting.length === 0) return;
    const kernels = waiting;
    waiting = [];
    const func = yield* emitStraight(generator, layout, kernels);
    pieces.push({ kind: "straight", func, divided: team?.hasDivided() ?? false });
  };
  for (const [k, kernel] of layout.plan.kernels.entries()) {
    if (kernel.kind !== "loop") {
      waiting.push([kernel, k]);
      continue;
    }
    yield* flush();
    const start = generator.module.func([], [], (body) => {
      beginLoop({ generator, layout, body, share: null }, kernel);
      team?.meet(body);
    });
    pieces.push({ kind: "straight", func: start, divided: team?.hasDivided() ?? false });
    const inside = team?.costs.divides(layout.plan, kernel) ? generator : { ...generator, team: null };
    const once = yield* emitBody(inside, layout.bodies.get(k)!);
    const turns = generator.module.func(["i32", "i32"], [], (body) => {
      const scope = { generator: inside, layout, body, share: null };
      const turn = turnOf(scope, { line: kernel.line, inner: layout.bodies.get(k)!, once });
      body.count(body.param(0, "i32"), body.param(1, "i32"), 1, turn);
    });
    const divided = team?.hasDivided() ?? false;
    pieces.push({ kind: "loop", func: turns, line: kernel.line, carries: carryAddresses(layout, kernel, k), divided });
  }
  yield* flush();
  return pieces;
}

/** Kernels one after another, as a function without parameters. */
function* emitStraight(
  generator: Generator,
  layout: Layout,
  kernels: Iterable<readonly [Kernel, number]>,
): Steps<Func> {
  const { body, end } = generator.module.begin([], []);
  for (const [kernel, k] of kernels) {
    emitKernel({ generator, layout, body, share: null }, kernel, k);
    yield;
  }
  generator.team?.meet(body);
  return end();
}

/** The body of a loop, as a function without parameters. */
const emitBody = (generator: Generator, inner: Layout): Steps<Func> =>
  emitStraight(
    generator,
    inner,
    inner.plan.kernels.map((kernel, k) => [kernel, k] as const),
  );

function carryAddresses(layout: Layout, { body }: Kernel & { kind: "loop" }, k: number): number[] {
  const inside = layout.bodies.get(k)!;
  const loop = layout.plan.kernels[k] as Kernel & { kind: "loop" };
  return roles(loop.line.params as unknown as Loop, body.program.inputs).carries.map((v) => inside.address.get(v)!);
}

/** Writes a kernel as a step of all threads, where there are several; a loop with divided steps in it is no step itself. */
function emitKernel(scope: Scope, kernel: Kernel, k: number): void {
  const { team } = scope.generator;
  if (team === null || (kernel.kind === "loop" && team.costs.divides(scope.layout.plan, kernel)))
    writeKernel(scope, kernel, k);
  else team.kernel(scope, [kernel, k], (share) => writeKernel(share ? { ...scope, share } : solo(scope), kernel, k));
}

function writeKernel(scope: Scope, kernel: Kernel, k: number): void {
  if (kernel.kind === "group") emitGroup(scope, kernel);
  else if (kernel.kind === "copy")
    emitCopy(scope, { view: kernel.from }, { view: whole(kernel.to, kernel.from.shape) });
  else if (kernel.kind === "line") emitLine(scope, kernel);
  else {
    const { length } = kernel.line.params as unknown as Loop;
    beginLoop(scope, kernel);
    scope.generator.team?.meet(scope.body);
    const inner = scope.layout.bodies.get(k)!;
    const once = atOnce(emitBody(scope.generator, inner));
    scope.body.count(i32(0), i32(length), 1, turnOf(scope, { line: kernel.line, inner, once }));
  }
}

/** A line that is no group: by code of its own where there is some, else by the host. */
function emitLine(scope: Scope, { line, scratch }: Kernel & { kind: "line" }): void {
  const { generator, layout, body } = scope;
  let number: number | undefined;
  const host = (always: boolean): void => {
    number ??= generator.register({ layout, line, always });
    body.call(generator.fallback, i32(number));
  };
  const own = writerOf(line.op.name)?.(scope, line, { host: () => host(false), scratch }) ?? false;
  if (own) return;
  if (scope.share) scope.share.first(() => host(true));
  else host(true);
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

/** Writes a copy as a step of all threads, where there are several. */
function copyStep(scope: Scope, from: End, to: End): void {
  const { team } = scope.generator;
  if (team === null) emitCopy(scope, from, to);
  else team.copy(scope, [from, to], (share) => emitCopy({ ...scope, share }, from, to));
}

/** Copies a view of the present layout to a whole variable of another. */
function copyInto(scope: Scope, from: View, layout: Layout, v: number, by?: Expr<"i32">): void {
  copyStep(scope, { view: from, ...(by && { by }) }, { view: whole(v, from.shape), layout });
}

/** One turn of a loop: x in, body, carries and ys out. */
function turnOf(scope: Scope, { line, inner, once }: Omit<Turn, "loop">): (turn: Expr<"i32">) => void {
  const { body, generator } = scope;
  const loop = line.params as unknown as Loop;
  const all = { line, inner, once, loop };
  return (turn) => {
    const i = loop.backwards ? operation("i32", [0x6b], i32(loop.length - 1), turn) : turn;
    const row = body.local("i32", i);
    rowsIn(scope, all, row);
    storeStacks(scope, all, row);
    generator.team?.meet(body);
    body.call(once);
    storeYs(scope, all, row);
    const { outputs, program } = inner.plan;
    keepCarries({ ...scope, layout: inner }, outputs.slice(0, loop.carries), roles(loop, program.inputs).carries);
    generator.team?.meet(body);
  };
}

interface Turn {
  readonly line: Line;
  readonly inner: Layout;
  /** The body, as a function. */
  readonly once: Func;
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

/** Copies a view of a layout to row `row` of a stacked result of the present one. */
function storeRow(scope: Scope, view: View, layout: Layout, to: number, row: Expr<"i32">): void {
  const bytes = size(view.shape) * bytesOf({ ...scope, layout }, view);
  copyStep(scope, { view, layout }, { view: whole(to, view.shape), by: times(row, bytes) });
}

function storeStacks(scope: Scope, { line, inner, loop }: Turn, row: Expr<"i32">): void {
  const stacks = line.outputs.slice(line.outputs.length - loop.carries);
  roles(loop, inner.plan.program.inputs).carries.forEach((v, i) => {
    const to = stacks[i] ?? null;
    if (to !== null) storeRow(scope, whole(v, inner.plan.types[v]!.shape), inner, to, row);
  });
}

function storeYs(scope: Scope, { line, inner, loop }: Turn, row: Expr<"i32">): void {
  inner.plan.outputs.slice(loop.carries).forEach((view, i) => {
    const to = line.outputs[loop.carries + i] ?? null;
    if (to !== null) storeRow(scope, view, inner, to, row);
  });
}

/** New carries take the place of the old ones; one that only looks at old carries was copied by the plan before. */
function keepCarries(scope: Scope, outputs: readonly View[], carries: readonly number[]): void {
  const { address, plan } = scope.layout;
  carries.forEach((carry, i) => {
    const from = outputs[i]!;
    const to = whole(carry, plan.types[carry]!.shape);
    const same = isWhole(from) && address.get(from.base) === address.get(carry);
    if (!same) copyStep(scope, { view: from }, { view: to });
  });
}
