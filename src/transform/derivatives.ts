import { differentiate, pullback, pushforward } from "../autodiff/index.ts";
import { ModelError } from "../core/errors.ts";
import { sameShape, size } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves } from "../core/tree.ts";
import { type Data, liftTree } from "../graph/lifted.ts";
import { fill, isValue, showType, type Value } from "../graph/value.ts";
import { alias, identity, reshape, scan } from "../ops/index.ts";
import { callable, type Plain, scalarOf, variables } from "./call.ts";

/** Plain data or values, in the structure that the function expects. */
export type Given<T> = T extends Value ? Data : T extends object ? { readonly [K in keyof T]: Given<T[K]> } : T;
type Rest<R extends readonly unknown[]> = { [K in keyof R]: Given<R[K]> };

/** A number where a scalar went in, a `Tensor` where an array did, a value where a value did. */
type Like<X> = Plain<X>;

type Values = readonly Value[];
type AnyFunction = (...args: unknown[]) => unknown;

/**
 * f and its gradient in one pass: (f(θ), ∂f/∂θ).
 *
 * @param f scalar function of a tree θ and any further arguments
 * @returns function of the same arguments, with plain data or traced values, giving `[f, ∂f/∂θ]`; the gradient is shaped like θ
 * @throws `autodiff-scalar` when f does not give one real scalar, `autodiff-integer` when θ holds integers
 */
export function valueAndGrad(
  f: (x: Value, ...rest: Values) => Data,
): <X extends Data>(x: X, ...rest: readonly Data[]) => [value: number, gradient: Like<X>];
export function valueAndGrad<Θ, R extends readonly unknown[]>(
  f: (theta: Θ, ...rest: R) => Data,
): <X extends Given<Θ>>(theta: X, ...rest: Rest<R>) => [value: number, gradient: Like<X>];
export function valueAndGrad(f: (theta: never, ...rest: never[]) => Data): unknown {
  return callable((theta: unknown, ...rest: unknown[]) => {
    const at = liftTree(theta);
    variables("grad", at);
    const call = f as (theta: unknown, ...rest: unknown[]) => Data;
    const { value, gradient } = differentiate((θ) => ({ value: scalarOf("grad", call(θ, ...rest)), aux: null }), at);
    return [value, gradient];
  });
}

/**
 * The gradient ∂f/∂θ of a scalar function with respect to its first argument, a tree of numbers. `grad(grad(f))` and
 * so on give derivatives of any order.
 *
 * @returns function of the same arguments, giving a tree like θ
 * @throws  `autodiff-scalar`, `autodiff-integer`
 */
export function grad(
  f: (x: Value, ...rest: Values) => Data,
): <X extends Data>(x: X, ...rest: readonly Data[]) => Like<X>;
export function grad<Θ, R extends readonly unknown[]>(
  f: (theta: Θ, ...rest: R) => Data,
): <X extends Given<Θ>>(theta: X, ...rest: Rest<R>) => Like<X>;
export function grad(f: (theta: never, ...rest: never[]) => Data): unknown {
  const both = valueAndGrad(f as (x: Value) => Data) as (...args: unknown[]) => [unknown, unknown];
  return (...args: unknown[]) => both(...args)[1];
}

const named = (theta: unknown): [named: unknown, xs: Value[]] => {
  const at = liftTree(theta);
  const tree = fillLeaves(at, isValue, variables("autodiff", at).map(alias));
  return [tree, leaves(tree, isValue)];
};

/** A tree of cotangents or tangents checked against the tree that it belongs to. */
function alike(name: string, given: unknown, expected: readonly Value[]): Value[] {
  const values = leaves(liftTree(given), isValue);
  const odd = expected.findIndex((x, i) => !values[i] || !sameShape(x.shape, values[i].shape));
  if (odd === -1 && values.length === expected.length) return values;
  const [is, should] = [values[odd], expected[odd]];
  throw new ModelError({
    code: "autodiff-structure",
    where: name,
    given: { expected: should ? showType(should) : "nothing", given: is ? showType(is) : "nothing" },
    rule: "tangents and cotangents must have the structure and shapes of what they belong to.",
  });
}

/**
 * Forward mode: f(θ) and its derivative ẏ = J·θ̇ along a direction θ̇.
 *
 * @param f function of a tree θ and any further arguments
 * @returns function `(θ, θ̇, …rest)` giving `[y, ẏ]`
 * @throws  `autodiff-structure` when θ̇ is not shaped like θ
 */
export function jvp<Θ = Value, R extends readonly unknown[] = Values, Y = Value>(
  f: (theta: Θ, ...rest: R) => Y,
): <X extends Given<Θ>>(
  theta: X,
  tangent: Given<Θ>,
  ...rest: Rest<R>
) => [y: Plain<Numbers<Y>>, dy: Plain<Numbers<Y>>] {
  return callable((theta: unknown, tangent: unknown, ...rest: unknown[]) => {
    const [tree, xs] = named(theta);
    const dxs = alike("jvp(f)(x, dx)", tangent, xs);
    const y = liftTree((f as unknown as AnyFunction)(tree, ...rest));
    const ys = leaves(y, isValue);
    const dys = pushforward(ys, new Map(xs.map((x, i) => [x, dxs[i]!])));
    const full = dys.map((dy, i) => dy ?? fill(ys[i]!, 0));
    return [y, fillLeaves(y, isValue, full)];
  }) as never;
}

/** What a function that gives values gives when it is called with plain data. */
export type Numbers<Y> = Y extends Value ? Tensor | number : Y extends object ? { [K in keyof Y]: Numbers<Y[K]> } : Y;

/**
 * Reverse mode: f(θ), and a function that pulls a cotangent back, θ̄ = Jᵀ·ȳ.
 *
 * @param f function of a tree θ and any further arguments
 * @returns function `(θ, …rest)` giving `[y, pullback]`, where `pullback(ȳ)` is a tree like θ
 */
export function vjp<Θ = Value, R extends readonly unknown[] = Values, Y = Value>(
  f: (theta: Θ, ...rest: R) => Y,
): <X extends Given<Θ>>(theta: X, ...rest: Rest<R>) => [y: Plain<Numbers<Y>>, pullback: (yBar: Given<Y>) => Like<X>] {
  const call = f as unknown as AnyFunction;
  const forward = callable(call as (...args: never[]) => unknown);
  const back = callable((theta: unknown, rest: unknown[], yBar: unknown) => {
    const [tree, xs] = named(theta);
    const ys = leaves(liftTree(call(tree, ...rest)), isValue);
    return fillLeaves(tree, isValue, pullback(ys, xs, alike("pullback(ȳ)", yBar, ys)));
  });
  return ((theta: unknown, ...rest: unknown[]) => [
    forward(theta, ...rest),
    (yBar: unknown) => back(theta, rest, yBar),
  ]) as never;
}

/** Forward mode costs one pass for each input, reverse mode one for each output; `"auto"` takes the cheaper. */
export interface JacobianOptions {
  readonly mode?: "forward" | "reverse" | "auto";
}

/**
 * All first derivatives: J[i…, j…] = ∂yᵢ/∂xⱼ.
 *
 * @param f function of one array x (and further arguments) that gives one array y
 * @returns function giving J of shape `[...y.shape, ...x.shape]`
 */
export function jacobian(
  f: (x: Value, ...rest: Values) => Data,
  { mode = "auto" }: JacobianOptions = {},
): <X extends Data>(x: X, ...rest: readonly Data[]) => X extends Value ? Value : Tensor {
  checkMode(mode);
  return callable((x: Value, ...rest: Value[]) =>
    jacobianAt((v) => liftTree(f(v, ...rest)) as Value, x, mode),
  ) as never;
}

function checkMode(mode: string): void {
  if (["forward", "reverse", "auto"].includes(mode)) return;
  throw new ModelError({
    code: "option",
    where: "jacobian(f, { mode })",
    given: { mode },
    rule: 'mode must be "forward", "reverse" or "auto".',
  });
}

function jacobianAt(f: (x: Value) => Value, at: Value, mode: "forward" | "reverse" | "auto"): Value {
  variables("jacobian", at);
  const x = alias(at);
  const y = f(x);
  const [n, m] = [size(x.shape), size(y.shape)];
  const forward = mode === "forward" || (mode === "auto" && n <= m);
  const [, rows] = forward
    ? scan(
        (_: unknown, e: Value) => [null, pushforward([y], new Map([[x, reshape(e, x.shape)]]))[0] ?? fill(y, 0)],
        null,
        identity(n),
      )
    : scan((_: unknown, e: Value) => [null, pullback([y], [x], [reshape(e, y.shape)])[0]!], null, identity(m));
  const J = rows as Value; // forward: [n, ...y], reverse: [m, ...x]
  if (!forward) return reshape(J, [...y.shape, ...x.shape]);
  return reshape(reshape(J, [n, m]).transpose(), [...y.shape, ...x.shape]);
}

/**
 * All second derivatives of a scalar function of one array: H[i…, j…] = ∂²f/∂xᵢ∂xⱼ, by forward mode over reverse mode.
 *
 * @returns function giving H of shape `[...x.shape, ...x.shape]`
 */
export function hessian(
  f: (x: Value, ...rest: Values) => Data,
): <X extends Data>(x: X, ...rest: readonly Data[]) => X extends Value ? Value : Tensor {
  const slope = grad(f) as unknown as (x: Value, ...rest: Values) => Value;
  return jacobian(slope, { mode: "forward" });
}

/**
 * The Hessian times a vector, H·v, without forming H: forward mode over reverse mode, at the cost of a few gradients.
 *
 * @returns function `(θ, v, …rest)` giving a tree like θ
 */
export function hvp<Θ = Value, R extends readonly unknown[] = Values>(
  f: (theta: Θ, ...rest: R) => Data,
): <X extends Given<Θ>>(theta: X, v: Given<Θ>, ...rest: Rest<R>) => Like<X> {
  const slope = grad(f as (theta: Θ, ...rest: R) => Data) as unknown as (theta: Θ, ...rest: R) => Θ;
  const along = jvp(slope) as unknown as (...args: unknown[]) => [unknown, unknown];
  return ((...args: unknown[]) => along(...args)[1]) as never;
}
