import { ModelError } from "../core/errors.ts";
import { sameShape } from "../core/shape.ts";
import { fillLeaves, leaves, paths } from "../core/tree.ts";
import { type Closure, close, inline } from "../graph/closure.ts";
import { type Lifted, liftTree } from "../graph/lifted.ts";
import {
  apply,
  type Differentiator,
  type Equation,
  fill,
  input,
  isValue,
  type Op,
  type Params,
  showType,
  type Type,
  type Value,
} from "../graph/value.ts";
import { plus } from "./define.ts";

/**
 * A loop. Inputs: constants, first carries, stacked xs. The body maps (constants, carries, one x) to (carries, one y).
 * Outputs: last carries, stacked ys, and the carries that each turn began with, stacked (wanted by the derivative; an
 * engine stores them only where something uses them).
 */
export interface Loop {
  readonly body: Closure;
  readonly constants: number;
  readonly carries: number;
  readonly length: number;
  /** Runs from the last x to the first; ys and carries still stand at the place of their x. */
  readonly backwards: boolean;
}

const loopOf = (params: Params): Loop => params as unknown as Loop;

/** The inputs of a loop or of its body, by role. */
export function roles<T>(
  loop: Pick<Loop, "constants" | "carries">,
  all: readonly T[],
): { constants: T[]; carries: T[]; xs: T[] } {
  const { constants: c, carries: n } = loop;
  return { constants: all.slice(0, c), carries: all.slice(c, c + n), xs: all.slice(c + n) };
}

const stacked = (length: number, { shape, dtype }: Type): Type => ({ shape: [length, ...shape], dtype });

export const scanOp: Op = {
  name: "scan",
  type: (_inputs, params) => {
    const { body, carries, length } = loopOf(params);
    const last = body.outputs.slice(0, carries);
    return [
      ...last.map(({ shape, dtype }) => ({ shape, dtype })),
      ...body.outputs.slice(carries).map((y) => stacked(length, y)),
      ...last.map((c) => stacked(length, c)),
    ];
  },
  jvp: tangentLoop,
  transpose: backwardLoop,
};

/** Applies a loop whose body may use values from outside: they become further constants. */
export function applyLoop(
  { constants, carries, length, backwards }: Omit<Loop, "body">,
  inside: readonly Value[],
  outputs: readonly Value[],
  outside: readonly Value[],
): readonly Value[] {
  const { body, captured } = close(inside, outputs);
  const params: Loop = { body, constants: constants + captured.length, carries, length, backwards };
  return apply(scanOp, [...captured, ...outside], params as unknown as Params);
}

/**
 * The tangents of a loop run in a second loop, linear in them, which takes the first one's carries turn by turn:
 * (ċ, ẏ) = J(constants, cᵢ, xᵢ) · (constants˙, ċ, ẋᵢ).
 */
function tangentLoop(
  tangents: readonly (Value | null)[],
  { inputs, outputs, params }: Equation,
  { pushforward }: Differentiator,
): (Value | null)[] {
  const loop = loopOf(params);
  const { body, carries: n, length, backwards } = loop;
  const outer = roles(loop, inputs);
  const dOuter = roles(loop, tangents);
  const primal = body.inputs.map(input);
  const seeds = new Map<Value, Value>();
  const seeded = (x: Value): Value => {
    const dx = input(x);
    seeds.set(x, dx);
    return dx;
  };
  const inner = roles(loop, primal);
  const pick = (dxs: readonly (Value | null)[]): number[] => dxs.flatMap((dx, i) => (dx ? [i] : []));
  const [dConstants, dXs] = [pick(dOuter.constants), pick(dOuter.xs)];
  const moving = outer.carries.flatMap((c, i) => (c.dtype === "real" ? [i] : [])); // every real carry has a tangent
  const dInner = {
    constants: dConstants.map((i) => seeded(inner.constants[i]!)),
    carries: moving.map((i) => seeded(inner.carries[i]!)),
    xs: dXs.map((i) => seeded(inner.xs[i]!)),
  };
  const dBody = pushforward(inline(body, primal), seeds);
  const ys = body.outputs.map((_, i) => i).filter((i) => i >= n && dBody[i]);
  const stacks = outputs.slice(outputs.length - n);

  const results = applyLoop(
    { constants: inner.constants.length + dInner.constants.length, carries: moving.length, length, backwards },
    [...inner.constants, ...dInner.constants, ...dInner.carries, ...inner.carries, ...inner.xs, ...dInner.xs],
    [...moving.map((i) => dBody[i] ?? fill(body.outputs[i]!, 0)), ...ys.map((i) => dBody[i]!)],
    [
      ...outer.constants,
      ...dConstants.map((i) => dOuter.constants[i]!),
      ...moving.map((i) => dOuter.carries[i] ?? fill(outer.carries[i]!, 0)),
      ...stacks,
      ...outer.xs,
      ...dXs.map((i) => dOuter.xs[i]!),
    ],
  );
  const tangent: (Value | null)[] = outputs.map(() => null);
  moving.forEach((i, k) => {
    tangent[i] = results[k]!;
    tangent[outputs.length - n + i] = results[moving.length + ys.length + k]!;
  });
  ys.forEach((i, k) => {
    tangent[i] = results[moving.length + k]!;
  });
  return tangent;
}

/**
 * The transpose of a loop that is linear in its carries: the same loop run the other way, its carries the cotangents of
 * the carries and the sums so far of the cotangents of the linear constants.
 */
function backwardLoop(
  bars: readonly (Value | null)[],
  { inputs, outputs, params }: Equation,
  linear: readonly boolean[],
  { transpose }: Differentiator,
): (Value | null)[] {
  const loop = loopOf(params);
  const { body, constants, carries: n, length, backwards } = loop;
  const primal = body.inputs.map(input);
  const isCarry = (i: number): boolean => i >= constants && i < constants + n;
  const linearAt = primal.map((_, i) => i).filter((i) => linear[i] || isCarry(i));
  const fixedAt = primal.map((_, i) => i).filter((i) => !linear[i] && !isCarry(i));
  const among = (list: readonly number[], test: (i: number) => boolean): number[] => list.filter(test);
  const [sumAt, xBarAt] = [among(linearAt, (i) => i < constants), among(linearAt, (i) => i >= constants + n)];
  const [fixedConstants, fixedXs] = [among(fixedAt, (i) => i < constants), among(fixedAt, (i) => i >= constants + n)];

  const carryBars = body.outputs.slice(0, n).map(input);
  const sums = sumAt.map((i) => input(primal[i]!));
  const stackedAt = outputs.map((_, i) => i).filter((i) => i >= n && bars[i]);
  const yBars = stackedAt.map((i) => input({ ...outputs[i]!, shape: outputs[i]!.shape.slice(1) }));
  const results = [...inline(body, primal), ...primal.slice(constants, constants + n)]; // what the outputs hold each turn
  const xBars = transpose(
    [...results.slice(0, n), ...stackedAt.map((i) => results[i]!)],
    linearAt.map((i) => primal[i]!),
    [...carryBars, ...yBars],
  );
  const barOf = (i: number): Value => xBars[linearAt.indexOf(i)] ?? fill(primal[i]!, 0);
  const carryAt = linearAt.filter(isCarry);

  const back = applyLoop(
    { constants: fixedConstants.length, carries: n + sums.length, length, backwards: !backwards },
    [...fixedConstants.map((i) => primal[i]!), ...carryBars, ...sums, ...fixedXs.map((i) => primal[i]!), ...yBars],
    [
      ...carryAt.map(barOf),
      ...sumAt.map((i, k) => total(sums[k]!, xBars[linearAt.indexOf(i)] ?? null)),
      ...xBarAt.map(barOf),
    ],
    [
      ...fixedConstants.map((i) => inputs[i]!),
      ...carryBars.map((c, i) => bars[i] ?? fill(c, 0)),
      ...sums.map((s) => fill(s, 0)),
      ...fixedXs.map((i) => inputs[i]!),
      ...stackedAt.map((i) => bars[i]!),
    ],
  );
  const xBar: (Value | null)[] = inputs.map(() => null);
  [...carryAt, ...sumAt, ...xBarAt].forEach((i, k) => {
    if (linear[i]) xBar[i] = back[k]!;
  });
  return xBar;
}

const total = (sum: Value, more: Value | null): Value => (more ? plus(sum, more) : sum);

export interface ScanOptions {
  /** Number of turns, where there are no xs to tell it. */
  readonly length?: number;
  /** Runs from the last x to the first; ys still stand at the place of their x. Default false. */
  readonly reverse?: boolean;
}

/**
 * A loop as one primitive, so that a program does not grow with its turns:
 *
 *   c₀ = init,   (cᵢ₊₁, yᵢ) = f(cᵢ, xᵢ)
 *
 * @param f    the body: from the carry and one x to the next carry, of the same shapes, and one y
 * @param init tree of data or values
 * @param xs   tree whose leaves all have the same first axis, along which the loop runs; or `null` with `length`
 * @returns the last carry, and the ys stacked along a new first axis
 * @throws `shape-mismatch` when f changes the shape or kind of the carry, or the xs differ in length
 */
export function scan<C, X, Y>(
  f: (carry: Lifted<C>, x: Lifted<X>) => readonly [carry: unknown, y: Y],
  init: C,
  xs: X,
  { length, reverse = false }: ScanOptions = {},
): [carry: Lifted<C>, ys: Lifted<Y>] {
  const [first, rows] = [liftTree(init), liftTree(xs)];
  const [carries, stacks] = [leaves(first, isValue), leaves(rows, isValue)];
  const turns = loopLength(stacks, length);
  const c = carries.map(input);
  const x = stacks.map(({ shape, dtype }) => input({ shape: shape.slice(1), dtype }));
  const [next, y] = f(fillLeaves(first, isValue, c) as Lifted<C>, fillLeaves(rows, isValue, x) as Lifted<X>);
  const [nextLeaves, yTree] = [leaves(liftTree(next), isValue), liftTree(y)];
  sameCarry(carries, nextLeaves, paths(first, isValue));
  const out = applyLoop(
    { constants: 0, carries: carries.length, length: turns, backwards: reverse },
    [...c, ...x],
    [...nextLeaves, ...leaves(yTree, isValue)],
    [...carries, ...stacks],
  );
  return [
    fillLeaves(first, isValue, out) as Lifted<C>,
    fillLeaves(yTree, isValue, out.slice(carries.length)) as Lifted<Y>,
  ];
}

function loopLength(stacks: readonly Value[], length: number | undefined): number {
  const lengths = stacks.map((x) => x.shape[0]);
  const turns = length ?? lengths[0];
  if (turns !== undefined && Number.isInteger(turns) && turns >= 0 && lengths.every((n) => n === turns)) return turns;
  throw new ModelError({
    code: "shape-mismatch",
    where: "scan(f, init, xs)",
    given: Object.fromEntries(stacks.map((x, i) => [`xs leaf ${i}`, x.shape])),
    rule:
      turns === undefined
        ? "without xs, scan needs { length }."
        : `all xs must have the same first size${length === undefined ? "" : `, ${length}`}.`,
  });
}

function sameCarry(before: readonly Value[], after: readonly Value[], names: readonly string[]): void {
  const same = (a: Value, b: Value | undefined): boolean =>
    b !== undefined && a.dtype === b.dtype && sameShape(a.shape, b.shape);
  const odd = before.findIndex((c, i) => !same(c, after[i]));
  if (odd === -1 && before.length === after.length) return;
  const [was, is] = [before[odd], after[odd]];
  throw new ModelError({
    code: "shape-mismatch",
    where: `scan(f, init, xs), carry ${names[odd] || odd}`,
    given: { before: was ? showType(was) : "nothing", after: is ? showType(is) : "nothing" },
    rule: "f must give back a carry of the same structure, shapes and kinds of numbers.",
  });
}
