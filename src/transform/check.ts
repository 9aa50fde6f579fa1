import { fold, type Key, key, uniform } from "../core/random.ts";
import { Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import { isData, tensorOf } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import { mul, sum } from "../ops/index.ts";
import { callable } from "./call.ts";
import { jvp, vjp } from "./derivatives.ts";
import type { PlainGiven } from "./signatures.ts";

/** How far automatic differentiation is from two identities that involve no derivative written by hand. */
export interface Check {
  /** Forward mode against central differences of fourth order, relative. */
  readonly forward: number;
  /** |⟨ȳ, J·ẋ⟩ − ⟨Jᵀ·ȳ, ẋ⟩|, relative: it finds what differences miss. */
  readonly adjoint: number;
  /** Forward mode of the gradient of ⟨ȳ, f⟩ against central differences of it. */
  readonly second: number;
  /** All three below `tolerance`. */
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
 * @param f    function of a tree of values
 * @param at   plain data: where
 * @returns relative differences, and whether all are small
 */
export function checkGradients<Θ = Value, Y = Value>(
  f: (theta: Θ) => Y,
  at: PlainGiven<Θ>,
  options: CheckOptions = {},
): Check {
  const { tolerance = 1e-6, step = 1e-3, seed = 0 } = options;
  const x = leaves(at, isData).map((leaf) => tensorOf(leaf as Tensor));
  const tree = (xs: readonly Tensor[]): PlainGiven<Θ> => fillLeaves(at, isData, xs) as PlainGiven<Θ>;
  const dx = directions(key(seed), x);
  const [y, dy] = (jvp(f) as Pair)(tree(x), tree(dx)).map(numbers) as [Tensor[], Tensor[]];
  const yBar = directions(fold(key(seed), 1), y);
  const structure = (jvp(f) as Pair)(tree(x), tree(dx))[0];
  const [, pull] = vjp(f)(tree(x)) as unknown as [unknown, (bar: unknown) => unknown];
  const xBar = numbers(pull(fillLeaves(structure, isData, yBar)));
  const weighted = (θ: Θ): Value =>
    leaves(f(θ), isData)
      .map((v, i) => sum(mul(v as Value, yBar[i]!)))
      .reduce((a, b) => a.add(b));
  const value = callable(weighted as (...args: never[]) => unknown);
  const slope = vjp(weighted as (θ: Θ) => Value) as unknown as (θ: unknown) => [number, (one: number) => unknown];
  const gradientAt = (h: number): number => dot(numbers(slope(tree(moved(x, h, dx)))[1](1)), dx);
  const along = jvp((θ: Θ) =>
    (vjp(weighted as (θ: Θ) => Value)(θ as never) as unknown as [Value, (one: number) => Θ])[1](1),
  ) as Pair;

  const forward = gap(
    dot(yBar, dy),
    difference((h) => value(tree(moved(x, h, dx))) as number, step),
  );
  const adjoint = gap(dot(yBar, dy), dot(xBar, dx));
  const second = gap(dot(numbers(along(tree(x), tree(dx))[1]), dx), difference(gradientAt, step));
  return { forward, adjoint, second, ok: forward < tolerance && adjoint < tolerance && second < tolerance };
}

type Pair = (x: unknown, dx: unknown) => [unknown, unknown];

const numbers = (tree: unknown): Tensor[] => leaves(tree, isData).map((leaf) => tensorOf(leaf as Tensor));

const dot = (a: readonly Tensor[], b: readonly Tensor[]): number =>
  a.reduce((sum, x, i) => Float64Array.from(x.data).reduce((s, v, k) => s + v * b[i]!.data[k]!, sum), 0);

const gap = (a: number, b: number): number => Math.abs(a - b) / (1 + Math.max(Math.abs(a), Math.abs(b)));

const moved = (x: readonly Tensor[], h: number, dx: readonly Tensor[]): Tensor[] =>
  x.map(
    (t, i) =>
      new Tensor(
        t.shape,
        Float64Array.from(t.data, (a, k) => a + h * dx[i]!.data[k]!),
      ),
  );

/** f′(0) by central differences of fourth order. */
function difference(f: (h: number) => number, step: number): number {
  const [p1, m1, p2, m2] = [step, -step, 2 * step, -2 * step].map(f) as [number, number, number, number];
  return (8 * (p1 - m1) - (p2 - m2)) / (12 * step);
}

function directions(from: Key, like: readonly Tensor[]): Tensor[] {
  const next = uniform(from);
  return like.map(
    ({ shape, data }) =>
      new Tensor(
        shape,
        Float64Array.from(data, () => 2 * next() - 1),
      ),
  );
}
