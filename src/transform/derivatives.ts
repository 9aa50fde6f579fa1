import { differentiate, pullback, pushforward, renamed } from "../autodiff/index.ts";
import { ModelError } from "../core/errors.ts";
import { knownOptions } from "../core/names.ts";
import { sameShape, size } from "../core/shape.ts";
import { fillLeaves, leaves, leavesAt, paths, structure } from "../core/tree.ts";
import { liftTree } from "../graph/lifted.ts";
import { fill, isValue, showType, type Value } from "../graph/value.ts";
import { cast, identity, reshape, scan, transpose } from "../ops/index.ts";
import { callable, scalarOf, variables } from "./call.ts";
import type {
  AlongDirection,
  ArrayFunction,
  Derivatives,
  Gradient,
  Pullback,
  Pushforward,
  Scalar,
  SecondDerivatives,
  ValueAndGradient,
} from "./signatures.ts";

type Values = readonly Value[];
type AnyFunction = (...args: unknown[]) => unknown;

/**
 * f and its gradient in one pass: (f(θ), ∂f/∂θ).
 *
 * @param f scalar function of a tree θ and any further arguments
 * @returns function of the same arguments, with plain data or traced values, giving `[f, ∂f/∂θ]`; the gradient is shaped like θ
 * @throws `autodiff-scalar` when f does not give one real scalar, `autodiff-integer` when θ holds integers
 */
export function valueAndGrad<Θ = Value, R extends readonly unknown[] = Values>(
  f: Scalar<Θ, R>,
): ValueAndGradient<Θ, R> {
  return callable((theta: unknown, ...rest: unknown[]) => {
    const at = liftTree(theta);
    variables("grad", at);
    const scalar = (θ: unknown): Value => scalarOf("grad", (f as unknown as AnyFunction)(θ, ...rest));
    const { value, gradient } = differentiate((θ) => ({ value: scalar(θ), aux: null }), at);
    return [value, gradient];
  }) as ValueAndGradient<Θ, R>;
}

/**
 * The gradient ∂f/∂θ of a scalar function with respect to its first argument, a tree of numbers. `grad(grad(f))` and
 * so on give derivatives of any order.
 *
 * @param f scalar function of a tree θ and any further arguments
 * @returns function of the same arguments, giving a tree like θ
 * @throws  `autodiff-scalar`, `autodiff-integer`
 */
export function grad<Θ = Value, R extends readonly unknown[] = Values>(
  f: Scalar<Θ, R>,
): Gradient<NoInfer<Θ>, NoInfer<R>> {
  const both = valueAndGrad(f) as unknown as AnyFunction;
  return ((...args: unknown[]) => (both(...args) as readonly unknown[])[1]) as Gradient<Θ, R>;
}

/** A tree of cotangents or tangents checked against the tree that it belongs to. */
function alike(name: string, given: unknown, whole: unknown): Value[] {
  const [expected, lifted] = [leaves(whole, isValue), liftTree(given)];
  const values = leavesAt(lifted, isValue, paths(whole, isValue));
  const odd = expected.findIndex((x, i) => values && !sameShape(x.shape, values[i]!.shape));
  if (values && odd === -1) return values.map((v, i) => cast(v, expected[i]!.dtype));
  const facts = values
    ? { expected: showType(expected[odd]!), given: showType(values[odd]!) }
    : { expected: structure(whole, isValue), given: structure(lifted, isValue) };
  throw new ModelError({
    code: "autodiff-structure",
    where: name,
    given: facts,
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
): Pushforward<Θ, R, Y> {
  return callable((theta: unknown, tangent: unknown, ...rest: unknown[]) => {
    const at = liftTree(theta);
    variables("jvp", at);
    const dxs = alike("jvp(f)(x, dx)", tangent, at);
    return renamed(at, (named, names) => {
      const y = liftTree((f as unknown as AnyFunction)(named, ...rest));
      const ys = leaves(y, isValue);
      const dys = pushforward(ys, new Map(names.map((x, i) => [x, dxs[i]!])));
      return [
        y,
        fillLeaves(
          y,
          isValue,
          ys.map((v, i) => dys[i] ?? fill(v, 0)),
        ),
      ];
    });
  }) as Pushforward<Θ, R, Y>;
}

/**
 * Reverse mode: f(θ), and a function that pulls a cotangent back, θ̄ = Jᵀ·ȳ.
 *
 * @param f function of a tree θ and any further arguments
 * @returns function `(θ, …rest)` giving `[y, pullback]`, where `pullback(ȳ)` is a tree like θ
 * @throws  `autodiff-structure` when ȳ is not shaped like y
 */
export function vjp<Θ = Value, R extends readonly unknown[] = Values, Y = Value>(
  f: (theta: Θ, ...rest: R) => Y,
): Pullback<Θ, R, Y> {
  const call = f as unknown as AnyFunction;
  const forward = callable(call);
  const back = callable((theta: unknown, rest: object, yBar: unknown) => {
    const at = liftTree(theta);
    variables("vjp", at);
    return renamed(at, (named, names) => {
      const y = liftTree(call(named, ...Object.values(rest)));
      return fillLeaves(at, isValue, pullback(leaves(y, isValue), names, alike("pullback(ȳ)", yBar, y)));
    });
  });
  return ((theta: unknown, ...rest: unknown[]) => [
    forward(theta, ...rest),
    (yBar: unknown) => back(theta, { ...rest }, yBar),
  ]) as Pullback<Θ, R, Y>;
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
 * @throws  `option` for an unknown mode, `autodiff-structure` when x or y is not one array
 */
export function jacobian(f: ArrayFunction, options: JacobianOptions = {}): Derivatives {
  knownOptions("jacobian(f, options)", options, ["mode"]);
  const { mode = "auto" } = options;
  checkMode(mode);
  return callable((x: unknown, ...rest: Value[]) =>
    renamed(oneArray("x", x), (named) => jacobianAt(oneArray("f(x)", f(named, ...rest)), named, mode)),
  ) as Derivatives;
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

function oneArray(name: string, x: unknown): Value {
  const lifted = liftTree(x);
  if (isValue(lifted) && lifted.dtype === "real") return lifted;
  throw new ModelError({
    code: isValue(lifted) ? "autodiff-integer" : "autodiff-structure",
    where: "jacobian(f)",
    given: { [name]: isValue(lifted) ? showType(lifted) : "a tree" },
    rule: "a Jacobian is that of one array of real numbers with respect to another.",
  });
}

/** The mode that `"auto"` takes for the Jacobian of m numbers with respect to n: the one with fewer passes. */
export const cheaperMode = (n: number, m: number): "forward" | "reverse" => (n <= m ? "forward" : "reverse");

function jacobianAt(y: Value, x: Value, mode: "forward" | "reverse" | "auto"): Value {
  const [n, m] = [size(x.shape), size(y.shape)];
  const column = (e: Value): Value =>
    reshape(pushforward([y], new Map([[x, reshape(e, x.shape)]]))[0] ?? fill(y, 0), [m]);
  const row = (e: Value): Value => reshape(pullback([y], [x], [reshape(e, y.shape)])[0]!, [n]);
  const forward = (mode === "auto" ? cheaperMode(n, m) : mode) === "forward";
  const J = forward ? transpose(stacked(column, n)) : stacked(row, m);
  return reshape(J, [...y.shape, ...x.shape]);
}

/** f(e₁), f(e₂), … stacked, in a loop over the unit vectors of n dimensions. */
const stacked = (f: (e: Value) => Value, n: number): Value =>
  scan((_: null, e: Value) => [null, f(e)], null, identity(n))[1];

/**
 * All second derivatives of a scalar function of one array: H[i…, j…] = ∂²f/∂xᵢ∂xⱼ, by forward mode over reverse mode.
 *
 * @param f scalar function of one array x (and further arguments)
 * @returns function giving H of shape `[...x.shape, ...x.shape]`
 * @throws  `autodiff-scalar`, `autodiff-integer`
 */
export function hessian(f: ArrayFunction): SecondDerivatives {
  return jacobian(grad(f), { mode: "forward" }) as SecondDerivatives;
}

/**
 * The Hessian times a vector, H·v, without forming H: forward mode over reverse mode, at the cost of a few gradients.
 *
 * @param f scalar function of a tree θ and any further arguments
 * @returns function `(θ, v, …rest)` giving a tree like θ
 * @throws  `autodiff-scalar`, `autodiff-structure` when v is not shaped like θ
 */
export function hvp<Θ = Value, R extends readonly unknown[] = Values>(f: Scalar<Θ, R>): AlongDirection<Θ, R> {
  const along = jvp(grad(f) as unknown as AnyFunction) as unknown as (...args: unknown[]) => readonly unknown[];
  return ((...args: unknown[]) => along(...args)[1]) as AlongDirection<Θ, R>;
}
