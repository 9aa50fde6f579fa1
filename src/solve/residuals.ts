import { ModelError } from "../core/errors.ts";
import { type Shape, sameShape, size } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { type PlainData, tensorOf } from "../graph/lifted.ts";
import { lift, type Value } from "../graph/value.ts";
import { mul, reshape, sub } from "../ops/index.ts";
import { fromRows, greatest, type Layout, type Wanted } from "../optim/index.ts";
import { type CompileOptions, compile, jacobian, jvp, vjp } from "../transform/index.ts";

/** A model with its data, as functions of the vector of all parameters. */
export interface Residuals {
  /** Numbers in y. */
  readonly count: number;
  readonly shape: Shape;
  /** √w ⊙ (f(x, θ) − y), flat. */
  readonly at: (v: Float64Array) => Float64Array;
  /** Their derivatives, `[count, n]`. */
  readonly jacobian: (v: Float64Array) => Float64Array;
  /** JᵀJ·d at v. */
  readonly product: (v: Float64Array, d: Float64Array) => Float64Array;
  /** Jᵀr at v. */
  readonly gradient: (v: Float64Array) => Float64Array;
  /** f(x, θ) for any x, and its derivatives. */
  readonly model: (v: Float64Array, x: unknown) => { readonly y: Tensor; readonly J: Float64Array };
}

export interface RowsOfData {
  readonly x: unknown;
  readonly y: PlainData;
  /** √w of each number in y, or nothing. */
  readonly roots: Tensor | null;
}

type Model = (x: unknown, θ: unknown) => unknown;
type Numeric = (...args: unknown[]) => Tensor;

const vector = (v: Float64Array): Tensor => new Tensor([v.length], v);
const numbers = ({ data }: Tensor): Float64Array => Float64Array.from(data);

/** Whether J is held in memory; where it is too large, steps come from products J·v and Jᵀ·u. */
export const isHeld = ({ count }: Pick<Residuals, "count">, v: Float64Array): boolean => count * v.length <= 2e7;

/** Compiles what a fit asks for; each only when it is asked for. */
export function residualsOf(
  model: Model,
  { x, y, roots }: RowsOfData,
  layout: Layout,
  options: CompileOptions,
): Residuals {
  const measured = real(tensorOf(y));
  const count = size(measured.shape);
  const value = (v: Value, x: unknown): Value => lift(model(x, layout.traced(v)) as Value);
  const residual = (v: Value, { x, y, roots }: { x: unknown; y: Value; roots: Value | null }): Value => {
    const difference = reshape(sub(fitting(value(v, x), y), y), [count]);
    return roots ? mul(reshape(roots, [count]), difference) : difference;
  };
  const data = { x, y: measured, roots };
  const numeric = (f: unknown): Numeric => compile(f as never, options) as unknown as Numeric;
  const [r, J] = [numeric(residual), numeric(jacobian(residual as never))];
  const [f, slope] = [numeric(value), numeric(jacobian((v, x) => reshape(value(v, x), [-1])))];
  const along = jvp(residual as never) as unknown as (...args: unknown[]) => [Value, Value];
  const back = vjp(residual as never) as unknown as (...args: unknown[]) => [Value, (bar: Value) => Value];
  const product = numeric((v: Value, d: Value, data: unknown) => back(v, data)[1](along(v, d, data)[1]));
  const gradient = numeric((v: Value, data: unknown) => {
    const [now, pull] = back(v, data);
    return pull(now);
  });
  return {
    count,
    shape: measured.shape,
    at: (v) => numbers(r(vector(v), data)),
    jacobian: (v) => numbers(J(vector(v), data)),
    product: (v, d) => numbers(product(vector(v), vector(d), data)),
    gradient: (v) => numbers(gradient(vector(v), data)),
    model: (v, x) => ({ y: tensorOf(f(vector(v), x)), J: numbers(tensorOf(slope(vector(v), x))) }),
  };
}

const real = (t: Tensor): Tensor => (t.dtype === "real" ? t : new Tensor(t.shape, Float64Array.from(t.data)));

/** What the model gives, if it has the shape of y. */
function fitting(given: Value, y: Value): Value {
  if (sameShape(given.shape, y.shape)) return given;
  throw new ModelError({
    code: "shape-mismatch",
    where: "leastSquares(f, { x, y })",
    given: { "f(x, θ)": given.shape, y: y.shape },
    rule: "the model must give a number for each number in y.",
  });
}

/** ‖r(x)‖², the problem linearised, or a product: what a method asks for, answered by these residuals. */
export function answered({ at, jacobian, gradient, product }: Residuals, dense: boolean): (wanted: Wanted) => unknown {
  let here: Float64Array = new Float64Array(0); // where it was linearised last
  return (wanted) => {
    if (wanted.want === "squares") return squareOf(at(wanted.x));
    if (wanted.want === "product") return product(here, wanted.v);
    here = wanted.x;
    const linear = dense
      ? fromRows(jacobian(here), at(here))
      : { squares: squareOf(at(here)), gradient: gradient(here) };
    checkFinite(linear.squares, greatest(linear.gradient));
    return linear;
  };
}

export const squareOf = (r: Float64Array): number => r.reduce((sum, x) => sum + x * x, 0);

function checkFinite(squares: number, slope: number): void {
  if (Number.isFinite(squares) && Number.isFinite(slope)) return;
  throw new ModelError({
    code: "not-finite",
    where: "leastSquares(f, data, { start })",
    given: { "sum of squares": squares, "greatest component of its gradient": slope },
    rule: "the model and its derivatives must be finite for all x, at the start and where the search goes.",
    hint: "choose another start, or write the model so that it is finite there.",
  });
}
