import { knownOptions } from "../core/names.ts";
import { fold, type Key, key, uniform } from "../core/random.ts";
import { Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import { isData, liftTree, type PlainData, tensorOf } from "../graph/lifted.ts";
import { isValue, type Value } from "../graph/value.ts";
import { add, mul, sum } from "../ops/index.ts";
import { callable } from "./call.ts";
import { type DifferenceError, differenceCurve, remainderSlope } from "./curve.ts";
import { grad, jvp, vjp } from "./derivatives.ts";
import type { PlainGiven } from "./signatures.ts";

/** How far automatic differentiation is from two identities that involve no derivative written by hand. */
export interface Check {
  /** Forward mode against central differences of fourth order, relative. */
  readonly forward: number;
  /** |⟨ȳ, J·ẋ⟩ − ⟨Jᵀ·ȳ, ẋ⟩|, relative: it finds what differences miss. */
  readonly adjoint: number;
  /** Forward mode of the gradient of ⟨ȳ, f⟩ against central differences of it. */
  readonly second: number;
  /** Central differences of second order for steps 10⁻¹ … 10⁻¹⁵: the error falls, then rounding takes over. */
  readonly differences: readonly DifferenceError[];
  /** Slope of the Taylor remainder, 2 when the gradient is right; `null` where there is none, as for a linear function. */
  readonly taylorSlope: number | null;
  /** The first three below `tolerance`. */
  readonly ok: boolean;
}

export interface CheckOptions {
  /** Relative difference allowed. Default 1e-6: what central differences can give for a well-scaled function. */
  readonly tolerance?: number;
  /** Step of the differences, in units of the arguments. Default 1e-3 (error ∝ step⁴ + 1e-16/step). */
  readonly step?: number;
  /** Seed of the random directions. Default 0. */
  readonly seed?: number;
}

/**
 * Checks the derivatives of a function at a point, along random directions.
 *
 * @param f  function of a tree of values that gives a tree of values
 * @param at plain data in the structure that f takes: where; all numbers real
 * @returns relative differences, and whether all are small
 * @throws  `autodiff-integer` when the point holds integers
 */
export function checkGradients<Θ = Value, Y = Value>(
  f: (theta: Θ) => Y,
  at: PlainGiven<Θ>,
  options: CheckOptions = {},
): Check {
  knownOptions("checkGradients(f, at, options)", options, ["tolerance", "step", "seed"]);
  const { tolerance = 1e-6, step = 1e-3, seed = 0 } = options;
  const x = numbers(at);
  const dx = directions(key(seed), x);
  const { value, forward, backward, slope, curvature } = derivatives(f as (theta: unknown) => unknown);
  const tree = (h: number): unknown => fillLeaves(at, isData, moved(x, h, dx));
  const direction = fillLeaves(at, isData, dx);

  const y = value(tree(0));
  const yBar = directions(fold(key(seed), 1), numbers(y));
  const bar = fillLeaves(y, isData, yBar);
  const dy = dot(yBar, numbers(forward(tree(0), direction)));
  const along = (h: number): number => dot(yBar, numbers(value(tree(h))));
  const gaps = {
    forward: gap(dy, difference(along, step)),
    adjoint: gap(dy, dot(numbers(backward(tree(0), bar)), dx)),
    second: gap(
      dot(numbers(curvature(tree(0), direction, bar)), dx),
      difference((h) => dot(numbers(slope(tree(h), bar)), dx), step),
    ),
  };
  return {
    ...gaps,
    differences: differenceCurve(along, dy),
    taylorSlope: remainderSlope(along, dy),
    ok: Object.values(gaps).every((g) => g < tolerance),
  };
}

/** What is compared: y = f(θ), J·θ̇, Jᵀ·ȳ, ∇⟨ȳ, f⟩ and the derivative of that along θ̇; each traced once. */
function derivatives(f: (theta: unknown) => unknown) {
  const weighted = (theta: unknown, bar: unknown): Value => {
    const bars = leaves(liftTree(bar), isValue);
    return leaves(liftTree(f(theta)), isValue)
      .map((y, i) => sum(mul(y, bars[i]!)))
      .reduce(add);
  };
  const slope = grad(weighted) as (theta: unknown, bar: unknown) => unknown;
  return {
    value: callable(f),
    forward: (theta: unknown, dx: unknown): unknown => jvp(f)(theta, dx)[1],
    backward: (theta: unknown, bar: unknown): unknown => vjp(f)(theta)[1](bar),
    slope,
    curvature: (theta: unknown, dx: unknown, bar: unknown): unknown => jvp(slope)(theta, dx, bar)[1],
  };
}

const numbers = (tree: unknown): Tensor[] => leaves(tree, isData).map((leaf) => tensorOf(leaf as PlainData));

const dot = (a: readonly Tensor[], b: readonly Tensor[]): number =>
  a.reduce((total, x, i) => Float64Array.from(x.data).reduce((s, v, k) => s + v * b[i]!.data[k]!, total), 0);

const gap = (a: number, b: number): number => Math.abs(a - b) / (1 + Math.max(Math.abs(a), Math.abs(b)));

/** The tensors with f(number, index of the tensor, index of the number) in place of each number. */
const mapped = (xs: readonly Tensor[], f: (a: number, i: number, k: number) => number): Tensor[] =>
  xs.map((x, i) => {
    const data = Float64Array.from(x.data, (a, k) => f(a, i, k));
    return new Tensor(x.shape, data);
  });

const moved = (x: readonly Tensor[], h: number, dx: readonly Tensor[]): Tensor[] =>
  mapped(x, (a, i, k) => a + h * dx[i]!.data[k]!);

/** f′(0) by central differences of fourth order. */
function difference(f: (h: number) => number, step: number): number {
  const [p1, m1, p2, m2] = [step, -step, 2 * step, -2 * step].map(f) as [number, number, number, number];
  return (8 * (p1 - m1) - (p2 - m2)) / (12 * step);
}

function directions(from: Key, like: readonly Tensor[]): Tensor[] {
  const next = uniform(from);
  return mapped(like, () => 2 * next() - 1);
}
