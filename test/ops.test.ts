import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pullback, pushforward } from "../src/autodiff/index.ts";
import { sameShape, size } from "../src/core/shape.ts";
import { Tensor } from "../src/core/tensor.ts";
import { fill, input, isValue, type Op, type Value } from "../src/graph/value.ts";
import * as operations from "../src/ops/index.ts";
import { customOp, type Example, examples, mul, scanOp, sum } from "../src/ops/index.ts";
import { compile } from "../src/transform/index.ts";
import { difference, dot, moved, relative, tensors } from "./numeric.ts";

type Numbers = readonly Tensor[];
type Many = (...xs: Value[]) => Value[];

/** A function of tensors, run; a scalar comes back as a tensor too. */
const run = (f: Many): ((...xs: Numbers) => Tensor[]) => {
  const compiled = compile(f as (...xs: Value[]) => readonly Value[]);
  return (...xs) => compiled(...xs).map((y) => (y instanceof Tensor ? y : new Tensor([], Float64Array.of(y))));
};

/** J·ẋ of f at x, as a function of (x…, ẋ…). */
const tangents =
  (f: Many, n: number): Many =>
  (...args) => {
    const [x, dx] = [args.slice(0, n), args.slice(n)];
    const ys = f(...x);
    return pushforward(ys, new Map(x.map((v, i) => [v, dx[i]!]))).map((dy, i) => dy ?? fill(ys[i]!, 0));
  };

/** Jᵀ·ȳ of f at x, as a function of (x…, ȳ). */
const cotangents =
  (f: Many, n: number): Many =>
  (...args) =>
    pullback(f(...args.slice(0, n)), args.slice(0, n), args.slice(n));

const far = (a: number, others: readonly number[]): boolean => others.every((b) => Math.abs(a - b) > 0.1);

/** A point away from every kink of the example: numbers of different inputs count as kinks where `distinct` says so. */
function pointOf({ shapes, domain = [-2, 2], kinks = [], distinct = false }: Example): fc.Arbitrary<Tensor[]> {
  const free = fc.tuple(...shapes.map((s) => tensors(s, ...domain))).map((xs) => xs.map(away(kinks)));
  if (!distinct) return free;
  const count = shapes.reduce((n, s) => n + size(s), 0);
  const places = Array.from({ length: count }, (_, i) => domain[0] + (i * (domain[1] - domain[0])) / count);
  const shuffled = fc.shuffledSubarray(places, { minLength: count });
  return fc.tuple(shuffled, free).map(([place, xs]) => {
    let at = 0; // a place of its own for each number, and a quarter of the free number around it, so never two alike
    return xs.map(
      (x) =>
        new Tensor(
          x.shape,
          Float64Array.from(x.data, (a) => place[at++]! + a / (4 * count)),
        ),
    );
  });
}

/** Numbers nearer than 0.1 to a kink are moved away from it. */
const away =
  (kinks: readonly number[]) =>
  (x: Tensor): Tensor =>
    new Tensor(
      x.shape,
      Float64Array.from(x.data, (a) => (far(a, kinks) ? a : a + (a < 0 ? -0.2 : 0.2))),
    );

const numbered = examples.map(
  (example, i) => [`${example.op.name} ${JSON.stringify(example.shapes)}`, example, i] as const,
);

describe.each(numbered)("%s", (_name, example) => {
  const { shapes, call } = example;
  const n = shapes.length;
  const f: Many = (...xs) => [call(...xs)];
  const out = call(...shapes.map((shape) => input({ shape, dtype: "real" }))).shape;
  const directions = fc.tuple(...shapes.map((s) => tensors(s)));
  const point = fc.tuple(pointOf(example), directions, tensors(out));
  const [value, forward, reverse] = [run(f), run(tangents(f, n)), run(cotangents(f, n))];
  const runs = { numRuns: 40 };

  it("has a jvp that agrees with finite differences: J·ẋ", () => {
    fc.assert(
      fc.property(point, ([x, dx, yBar]) => {
        // |ẋ| ≤ 1 and derivatives of order five up to 5!/0.5⁶ in the domains: h⁴·f⁽⁵⁾/30 + ε/h ≈ 3e-9 for h = 1e-3 there
        const numeric = difference((h) => dot([yBar], value(...moved(x, h, dx))), 3e-4);
        expect(relative(dot([yBar], forward(...x, ...dx)), numeric)).toBeLessThan(1e-8);
      }),
      runs,
    );
  });

  it("has a transpose that is its adjoint: ⟨ȳ, J·ẋ⟩ = ⟨Jᵀ·ȳ, ẋ⟩", () => {
    fc.assert(
      fc.property(point, ([x, dx, yBar]) => {
        const [left, right] = [dot([yBar], forward(...x, ...dx)), dot(reverse(...x, yBar), dx)];
        expect(relative(left, right)).toBeLessThan(1e-13);
      }),
      runs,
    );
  });

  it("can be differentiated twice: the derivative of J·ẋ, forwards and backwards", () => {
    const first = tangents(f, n); // of (x, ẋ)
    const [again, back] = [run(tangents(first, 2 * n)), run(cotangents(first, 2 * n))];
    fc.assert(
      fc.property(fc.tuple(point, directions, directions), ([[x, dx, yBar], ddx, dxDot]) => {
        const [at, along] = [
          [...x, ...dx],
          [...ddx, ...dxDot],
        ];
        const exact = dot([yBar], again(...at, ...along));
        const numeric = difference((h) => dot([yBar], forward(...moved(at, h, along))), 3e-4);
        expect(relative(exact, numeric)).toBeLessThan(1e-7);
        expect(relative(exact, dot(back(...at, yBar), along))).toBeLessThan(1e-13);
      }),
      runs,
    );
  });

  it("gives values and derivatives of the right shape", () => {
    const xs = shapes.map((shape) => input({ shape, dtype: "real" }));
    const y = call(...xs);
    const bars = pullback([y], xs, [fill(y, 1)]);
    expect(bars.every((bar, i) => sameShape(bar.shape, shapes[i]!))).toBe(true);
  });
});

/** Primitives without an example of their own, and why. */
const excused = new Map<Op, string>([
  [scanOp, "a loop: test/ops/control.test.ts tries it with many bodies"],
  [customOp, "the rule is the user's: test/ops/custom.test.ts"],
]);

/** Every primitive that an exported function says it applies, and every one found in what exported functions build. */
function reachable(): Set<Op> {
  const found = new Set<Op>([scanOp, customOp]);
  for (const thing of Object.values(operations) as unknown[])
    if ((typeof thing === "function" || typeof thing === "object") && thing !== null && "op" in thing)
      found.add(thing.op as Op);
  for (const { call, shapes } of examples)
    for (const e of equations(sum(call(...shapes.map((shape) => input({ shape, dtype: "real" })))))) found.add(e);
  return found;
}

function equations(v: Value, seen = new Set<Value>()): Op[] {
  if (seen.has(v)) return [];
  seen.add(v);
  return [v.op, ...v.equation.inputs.flatMap((x) => equations(x, seen))];
}

/** True if the jvp of an op gives no tangent for tangents of all its inputs. */
function isFlat(op: Op): boolean {
  const x = input({ shape: [2], dtype: "real" });
  const at = { id: 0, op, inputs: [x, x], params: {}, outputs: [x], scope: "" };
  const tools = { pushforward: () => [], transpose: () => [] };
  try {
    return op.jvp([x, x], at, tools).every((dy) => dy === null);
  } catch {
    return false;
  }
}

it("has an example for every primitive with a derivative", () => {
  const tried = new Set([...examples.map((e) => e.op), ...excused.keys()]);
  const untried = [...reachable()].filter((op) => !tried.has(op) && !isFlat(op) && op.name !== "input");
  expect(untried.map((op) => op.name)).toEqual([]);
});

it("finds the primitives that it should", () => {
  const names = new Set(examples.map((e) => e.op.name));
  for (const name of ["exp", "matmul", "take", "scatterAdd", "logSumExp", "max", "slice", "embed", "cumsumBackwards"])
    expect(names).toContain(name);
  expect(isFlat(operations.less.op) && !isFlat(operations.mul.op)).toBe(true);
  expect(isValue(mul(1, 2))).toBe(true);
});
