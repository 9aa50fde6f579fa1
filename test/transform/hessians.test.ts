import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key } from "../../src/core/random.ts";
import { size as numbersIn } from "../../src/core/shape.ts";
import { Tensor } from "../../src/core/tensor.ts";
import type { Lifted } from "../../src/graph/lifted.ts";
import type { Value } from "../../src/graph/value.ts";
import { crossEntropy, type MlpΘ, meanSquaredError, mlp } from "../../src/nn/index.ts";
import {
  add,
  cos,
  exp,
  logSumExp,
  matmul,
  mul,
  reshape,
  scan,
  sigmoid,
  sin,
  slice,
  softplus,
  sub,
  sum,
  tanh,
} from "../../src/ops/index.ts";
import { grad, jacobian } from "../../src/transform/index.ts";
import { tensors } from "../numeric.ts";

type Scalar = (x: Value) => Value;

/** The Hessian three times: forward over reverse, reverse over forward, reverse over reverse. */
const hessians = (f: Scalar, x: Tensor): readonly Tensor[] => [
  jacobian((at: Value) => grad(f)(at) as Value, { mode: "forward" })(x),
  jacobian((at: Value) => jacobian(f, { mode: "forward" })(at) as Value, { mode: "reverse" })(x),
  jacobian((at: Value) => grad(f)(at) as Value, { mode: "reverse" })(x),
];

const size = (a: Tensor): number => Array.from(a.data, Math.abs).reduce((most, v) => Math.max(most, v), 0);

/**
 * How far they are apart, relative to their size, or to 1 if they are smaller.
 *
 * The modes add the same products in different orders. A Hessian entry here is a sum of at most some 10³ products of at
 * most some 30 factors, each factor a number of order 1 with a relative error of a few ε; so the sums differ by some
 * √10³ · 30 · 2ε ≈ 2·10⁻¹³ times the size of the products, and 10⁻¹² leaves room for products that are five times as
 * large as their sum.
 */
function apart(f: Scalar, x: Tensor): number {
  const [a, ...others] = hessians(f, x) as [Tensor, ...Tensor[]];
  const scale = Math.max(1, size(a));
  return Math.max(
    ...others.map(
      (b) =>
        size(
          new Tensor(
            a.shape,
            a.data.map((v, i) => v - b.data[i]!),
          ),
        ) / scale,
    ),
  );
}

const bound = 1e-12;

/** Smooth, and of order 1 with their derivatives wherever the arguments are of order 1, so that compositions stay there. */
const unary = [tanh, sigmoid, sin, cos, (x: Value) => softplus(x).sub(0.5), (x: Value) => exp(tanh(x))];
const binary: readonly ((x: Value, y: Value) => Value)[] = [
  (x, y) => add(x, y).mul(0.5),
  (x, y) => sub(x, y).mul(0.5),
  (x, y) => tanh(mul(x, y)),
  (x, y) => tanh(matmul(square(x), square(y))).reshape([4]),
  (x, y) => tanh(sum(mul(x, y))).mul(x),
  (x, y) => add(tanh(logSumExp(x)), sin(y)),
  (x, y) => scan((h, r) => [tanh(add(mul(h, 0.7), r)), null], y, stacked(x))[0] as Value,
];
const square = (x: Value): Value => reshape(x, [2, 2]);
const stacked = (x: Value): Value => mul(reshape(x, [4, 1]), [[1, -1, 0.5, 2]]);

interface Step {
  readonly op: number;
  readonly a: number;
  readonly b: number;
}

const index = fc.nat({ max: 1000 });
const steps = fc.array(fc.record({ op: index, a: index, b: index }), { minLength: 1, maxLength: 8 });

/** A function from four numbers to one, by a recipe. */
function composed(recipe: readonly Step[]): Scalar {
  return (x) => {
    const values = [x];
    for (const { op, a, b } of recipe) {
      const [u, v] = [values[a % values.length]!, values[b % values.length]!];
      const k = op % (unary.length + binary.length);
      values.push(k < unary.length ? unary[k]!(u) : binary[k - unary.length]!(u, v));
    }
    return sum(mul(values.at(-1)!, [1, -0.5, 0.25, 2]));
  };
}

/** The loss of a network as a function of one vector of all its parameters. */
function lossOf(activations: readonly ("tanh" | "sigmoid" | "softplus" | "gelu")[], classes: boolean) {
  const outputs = classes ? 3 : 1;
  const network = mlp({ inputs: 2, hidden: activations.map(() => 3), outputs, activation: activations });
  const shapes = (network.init(key(0)) as MlpΘ).map((layer) =>
    Object.entries(layer).map(([name, { shape }]) => [name, shape] as const),
  );
  const count = shapes.flat().reduce((n, [, shape]) => n + numbersIn(shape), 0);
  const x = [[0.3, -1.2], [1.1, 0.4], [-0.6, 0.8], [0.9, -0.2]]; // biome-ignore format: rows
  const f: Scalar = (all) => {
    let at = 0;
    const next = (shape: readonly number[]): Value => {
      const length = numbersIn(shape);
      at += length;
      return reshape(slice(all, [[at - length, at]]), shape);
    };
    const θ = shapes.map((layer) => Object.fromEntries(layer.map(([name, shape]) => [name, next(shape)])));
    const y = network.apply(θ as unknown as Lifted<MlpΘ>, add(x, 0));
    return classes
      ? crossEntropy(y, new Tensor([4], Int32Array.of(0, 2, 1, 2)) as never)
      : meanSquaredError(y, [[0.5], [-1], [0.2], [1]] as never);
  };
  return { f, count };
}

describe("Hessians by forward over reverse, by reverse over forward and by reverse over reverse", () => {
  it("agree to 1e-12 of their size for random programs", () => {
    fc.assert(
      fc.property(steps, tensors([4], -1.5, 1.5), (recipe, x) => {
        expect(apart(composed(recipe), x)).toBeLessThan(bound);
      }),
      { numRuns: 60 },
    );
  });

  const activation = fc.constantFrom("tanh", "sigmoid", "softplus", "gelu");
  it("agree to 1e-12 of their size for the losses of random networks, by all their parameters", () => {
    fc.assert(
      fc.property(
        fc.array(activation, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        (activations, classes, numbers) => {
          const { f, count } = lossOf(activations, classes);
          const θ = new Tensor(
            [count],
            Float64Array.from({ length: count }, () => numbers.next().value as number),
          );
          expect(apart(f, θ)).toBeLessThan(bound);
        },
      ),
      { numRuns: 20 },
    );
  });
});
