import { dependents, inline } from "../graph/closure.ts";
import { type Differentiator, type Equation, fill, input, type Op, type Value } from "../graph/value.ts";
import { type Loop, loopOf, type Roles, roles } from "./bodies.ts";
import { type Body, loop, type Scanned, type ScanOptions } from "./control.ts";
import { plus } from "./define.ts";
import { applyLoop, repeatOp } from "./loop.ts";

/** A loop, with its derivatives. */
export const scanOp: Op = { ...repeatOp, jvp: tangentLoop, transpose: backwardLoop };

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
export const scan = <C, X, Y>(f: Body<C, X, Y>, init: C, xs: X, options: ScanOptions = {}): Scanned<C, Y> =>
  loop(scanOp, f, init, xs, options);

type Tangents = readonly (Value | null)[];

/** The positions of those inputs of a loop's body that are marked so, by role. */
function positions({ constants: c, carries: n }: Loop, marks: readonly boolean[], so = true): Roles<number> {
  const all = marks.flatMap((mark, i) => (mark === so ? [i] : []));
  return {
    constants: all.filter((i) => i < c),
    carries: all.filter((i) => i >= c && i < c + n),
    xs: all.filter((i) => i >= c + n),
  };
}

/** `values` at these positions, `null` elsewhere. */
function placed(count: number, at: readonly number[], values: readonly Value[]): (Value | null)[] {
  const all = new Array<Value | null>(count).fill(null);
  at.forEach((position, k) => {
    all[position] = values[k]!;
  });
  return all;
}

/**
 * The tangents of a loop run in a second loop, linear in them, which takes the first one's carries turn by turn:
 * (ċ, ẏ) = J(constants, cᵢ, xᵢ) · (constants˙, ċ, ẋᵢ).
 */
function tangentLoop(
  tangents: Tangents,
  { inputs, outputs, params }: Equation,
  { pushforward }: Differentiator,
): Tangents {
  const loop = loopOf(params);
  const { constants: c, carries: n, length, backwards } = loop;
  const x = loop.body.inputs.map(input);
  const { dx, dResults } = tangentTurn(loop, x, tangents, pushforward);
  const [inner, outer] = [roles(loop, x), roles(loop, inputs)];
  const moving = positions(
    loop,
    dx.map((d) => d !== null),
  );
  const inside = (at: readonly number[]): Value[] => at.map((i) => dx[i]!);
  const outside = (at: readonly number[]): Value[] => at.map((i) => tangents[i] ?? fill(inputs[i]!, 0));
  const carries = moving.carries.map((i) => i - c);
  const ys = dResults.flatMap((d, i) => (d && i >= n ? [i] : []));
  if (carries.length + ys.length === 0) return outputs.map(() => null);

  const before = outputs.slice(outputs.length - n); // the carries that each turn began with
  const results = applyLoop(
    scanOp,
    { constants: c + moving.constants.length, carries: carries.length, length, backwards },
    [
      inner.constants,
      inside(moving.constants),
      inside(moving.carries),
      inner.carries,
      inner.xs,
      inside(moving.xs),
    ].flat(),
    [...carries.map((i) => dResults[i] ?? fill(inner.carries[i]!, 0)), ...ys.map((i) => dResults[i]!)],
    [outer.constants, outside(moving.constants), outside(moving.carries), before, outer.xs, outside(moving.xs)].flat(),
  );
  return placed(outputs.length, [...carries, ...ys, ...carries.map((i) => outputs.length - n + i)], results);
}

/** One turn differentiated. A carry moves if it starts with a tangent, or if the body ever passes one into it. */
function tangentTurn(
  { body, constants, carries }: Loop,
  x: readonly Value[],
  tangents: Tangents,
  pushforward: Differentiator["pushforward"],
): { dx: Tangents; dResults: Tangents } {
  const results = inline(body, x);
  const dx = x.map((v, i) => (tangents[i] ? input(v) : null));
  for (;;) {
    const seeds = x.flatMap((v, i): [Value, Value][] => (dx[i] ? [[v, dx[i]]] : []));
    const dResults = pushforward(results, new Map(seeds));
    const woken = dResults.flatMap((d, i) => (i < carries && d && !dx[constants + i] ? [constants + i] : []));
    if (woken.length === 0) return { dx, dResults };
    for (const i of woken) dx[i] = input(x[i]!);
  }
}

/**
 * The transpose of a loop that is linear in some of its inputs: the same loop run the other way, its carries the
 * cotangents of the linear carries and the sums so far of the cotangents of the linear constants.
 */
function backwardLoop(
  bars: Tangents,
  { inputs, outputs, params }: Equation,
  linear: readonly boolean[],
  { transpose }: Differentiator,
): Tangents {
  const loop = loopOf(params);
  const { constants: c, carries: n, length, backwards } = loop;
  const x = loop.body.inputs.map(input);
  const results = [...inline(loop.body, x), ...roles(loop, x).carries]; // what the outputs hold, turn by turn
  const isLinear = linearInside(loop, x, results, linear);
  const moving = positions(loop, isLinear);
  const fixed = positions(loop, isLinear, false);
  const inner = (at: readonly number[]): Value[] => at.map((i) => x[i]!);
  const outer = (at: readonly number[]): Value[] => at.map((i) => inputs[i]!);

  const carryBars = inner(moving.carries).map(input);
  const sums = inner(moving.constants).map(input);
  const barred = outputs.flatMap((_, i) => (i >= n && bars[i] ? [i] : []));
  const yBars = barred.map((i) => input(results[i]!));
  const ends = [...moving.carries.map((i) => i - c), ...barred].map((i) => results[i]!);
  const at = [...moving.carries, ...moving.constants, ...moving.xs];
  const turn = transpose(ends, inner(at), [...carryBars, ...yBars]).map((bar, k) => bar ?? fill(x[at[k]!]!, 0));
  const starts = [...moving.carries.map((i) => bars[i - c] ?? fill(x[i]!, 0)), ...sums.map((s) => fill(s, 0))];

  const back = applyLoop(
    scanOp,
    { constants: fixed.constants.length, carries: starts.length, length, backwards: !backwards },
    [inner(fixed.constants), carryBars, sums, inner(fixed.carries), inner(fixed.xs), yBars].flat(),
    turn.map((bar, k) => (at[k]! < c ? plus(sums[k - carryBars.length]!, bar) : bar)),
    [
      ...outer(fixed.constants),
      ...starts,
      ...turnByTurn(loop, x, results, inputs, fixed),
      ...outer(fixed.xs),
      ...barred.map((i) => bars[i]!),
    ],
  );
  return placed(inputs.length, at, back).map((bar, i) => (linear[i] ? bar : null));
}

/** Which inputs of the body depend on what the loop is linear in: its own, and the carries that they flow into. */
function linearInside(
  { constants, carries }: Loop,
  x: readonly Value[],
  results: readonly Value[],
  linear: readonly boolean[],
): boolean[] {
  const isLinear = [...linear];
  for (;;) {
    const found = dependents(
      results,
      x.filter((_, i) => isLinear[i]),
    );
    const more = results.flatMap((y, i) =>
      i < carries && found.has(y) && !isLinear[constants + i] ? [constants + i] : [],
    );
    if (more.length === 0) return isLinear;
    for (const i of more) isLinear[i] = true;
  }
}

/** The carries that are not linear (a counter, say) at the beginning of each turn, from a loop of their own. */
function turnByTurn(
  loop: Loop,
  x: readonly Value[],
  results: readonly Value[],
  inputs: readonly Value[],
  fixed: Roles<number>,
): readonly Value[] {
  if (fixed.carries.length === 0) return [];
  const at = [...fixed.constants, ...fixed.carries, ...fixed.xs];
  const { length, backwards } = loop;
  const alone = applyLoop(
    scanOp,
    { constants: fixed.constants.length, carries: fixed.carries.length, length, backwards },
    at.map((i) => x[i]!),
    fixed.carries.map((i) => results[i - loop.constants]!),
    at.map((i) => inputs[i]!),
  );
  return alone.slice(fixed.carries.length);
}
