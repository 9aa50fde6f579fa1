import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { add, exp, log, matmul, mean, mul, neg, square, sub, sum, tanh } from "../../src/ops/index.ts";
import { adam, constant, momentum, polynomial, reduceOnPlateau, sgd } from "../../src/optim/index.ts";
import { minimize } from "../../src/solve/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose } from "../numbers/close.ts";
import recorded from "../numbers/solve.json" with { type: "json" };

const part = (x: Value, i: number): Value => x.slice([[i, i + 1]]).reshape([]);
const total = (terms: readonly Value[]): Value => terms.reduce((a, b) => add(a, b));

/** Test functions of Moré, Garbow and Hillstrom (1981). */
const functions: Readonly<Record<string, (x: Value) => Value>> = {
  rosenbrock: (x) => {
    const n = x.shape[0]!;
    const [now, next] = [x.slice([[0, n - 1]]), x.slice([[1, n]])];
    return sum(add(mul(100, square(sub(next, square(now)))), square(sub(1, now))));
  },
  beale: (x) => {
    const [a, b] = [part(x, 0), part(x, 1)];
    return total([1.5, 2.25, 2.625].map((c, k) => square(sub(c, mul(a, sub(1, b.pow(k + 1)))))));
  },
  powell: (x) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => part(x, i)) as [Value, Value, Value, Value];
    const [u, v] = [square(sub(b, mul(2, c))), square(sub(a, d))];
    return total([square(add(a, mul(10, b))), mul(5, square(sub(c, d))), square(u), mul(10, square(v))]);
  },
  wood: (x) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => part(x, i)) as [Value, Value, Value, Value];
    const [p, q] = [sub(b, 1), sub(d, 1)];
    const bends = [mul(100, square(sub(square(a), b))), mul(90, square(sub(square(c), d)))];
    const ends = [square(sub(a, 1)), square(sub(c, 1)), mul(10.1, add(square(p), square(q))), mul(19.8, mul(p, q))];
    return total([...bends, ...ends]);
  },
};

describe("recorded runs of SciPy", () => {
  const runs = recorded.minima.flatMap((run) => (["lbfgs", "bfgs"] as const).map((method) => ({ ...run, method })));
  it.each(runs)("$method on $function from $start: a value as low, in at most 1.2 times its evaluations", (run) => {
    const scipy = run[run.method];
    const found = minimize(functions[run.function]!, run.start, { method: run.method });
    expect(found.converged).toBe(true);
    // Rosenbrock in ten dimensions and Wood's function have other minima: BFGS may end in another than SciPy's.
    if (found.value > 1e-3 || scipy.value > 1e-3) return;
    expect(found.value).toBeLessThan(1e-7);
    expect(found.evaluations).toBeLessThanOrEqual(1.2 * scipy.evaluations);
  });

  it.each(
    recorded.networks.map((problem) => [problem.hidden, problem] as const),
  )("on a network with %i hidden units: the same minimum, in at most 1.2 times the evaluations", (_hidden, {
    hidden: h,
    l2,
    x,
    y,
    start,
    ...scipy
  }) => {
    const [X, Y] = [tensor(x), tensor(y)];
    const loss = (v: Value): Value => {
      const [W, b] = [v.slice([[0, 2 * h]]).reshape([2, h]), v.slice([[2 * h, 3 * h]])];
      const [V, c] = [v.slice([[3 * h, 4 * h]]).reshape([h, 1]), v.slice([[4 * h, 4 * h + 1]])];
      const z = add(matmul(tanh(add(matmul(X, W), b)), V).reshape([x.length]), c);
      return add(mean(square(sub(z, Y))), mul(l2 / 2, add(sum(square(W)), sum(square(V)))));
    };
    for (const method of ["lbfgs", "bfgs"] as const) {
      const found = minimize(loss, start, { method });
      // SciPy ends where a step gains less than 2e-9, some steps before the minimum.
      expectClose(found.value, scipy[method].value, { relative: 1e-5 });
      expect(found.evaluations).toBeLessThanOrEqual(1.2 * scipy[method].evaluations);
    }
  });
});

describe.each(["lbfgs", "bfgs"] as const)("%s", (method) => {
  it("finds the minimum of any convex parabola", () => {
    const numbers = (n: number): fc.Arbitrary<number[]> =>
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n, maxLength: n });
    fc.assert(
      fc.property(numbers(9), numbers(3), numbers(3), (entries, centre, start) => {
        const A = tensor(Float64Array.from(entries), [3, 3]);
        const f = (x: Value): Value => {
          const d = sub(x, tensor(centre));
          return add(sum(square(matmul(A, d))), mul(0.1, sum(square(d)))); // curvature at least 0.2
        };
        const { x, converged } = minimize(f, start, { method, gradientTolerance: 1e-9 });
        expect(converged).toBe(true);
        expectClose(x, centre, { relative: 0, absolute: 1e-9 / 0.2 + 1e-12 });
      }),
      { numRuns: 25 },
    );
  });

  it("takes any tree, and gives it back: numbers as numbers, arrays as tensors", () => {
    const { x, value } = minimize(
      ({ a, b: [c] }) => add(square(sub(a, 3)), sum(square(sub(c!, tensor([1, 2]))))),
      { a: 0, b: [tensor([0, 0])] },
      { method, gradientTolerance: 1e-9 },
    );
    expectClose([x.a, x.b[0]], [3, 1, 2], { relative: 1e-8 });
    expectClose(value, 0, { relative: 0, absolute: 1e-16 });
  });

  it("goes around where the function is not finite", () => {
    const { x } = minimize((x) => sub(x, log(x)), 1e-3, { method, gradientTolerance: 1e-9 }); // not there below 0
    expectClose(x, 1, { relative: 1e-8 });
  });

  it("ends with what can be had where rounding errors hide the rest", () => {
    const found = minimize((x) => add(1e8, sum(square(x))), [3, -4], { method, gradientTolerance: 0 });
    expect(found.converged).toBe(true);
    expectClose(found.x, [0, 0], { relative: 0, absolute: 1e-3 });
    const single = { method, precision: "f32", gradientTolerance: 0 } as const;
    expectClose(minimize((x) => add(1, sum(square(x))), [3, -4], single).x, [0, 0], { relative: 0, absolute: 1e-3 });
  });

  it("is at its end where it begins, if there is no slope", () => {
    expect(minimize((x) => square(x), 0, { method })).toMatchObject({
      iterations: 0,
      evaluations: 1,
      reason: "gradient",
    });
  });

  it("makes no more steps than asked for, and tells of each", () => {
    const values: number[] = [];
    const onIteration = ({ value }: { value: number }): number => values.push(value);
    const found = minimize(functions["rosenbrock"]!, [-1.2, 1], { method, iterations: 5, onIteration });
    expect(found).toMatchObject({ iterations: 5, reason: "iterations", converged: false });
    expect(values.length).toBe(5);
    for (let i = 1; i < 5; i++) expect(values[i]!).toBeLessThan(values[i - 1]!);
    expect(values[4]).toBe(found.value);
  });

  it("follows a function without a minimum for as many steps as allowed, or to where nothing changes", () => {
    const { value } = minimize((x) => exp(neg(x)), 0, { method, gradientTolerance: 1e-12 });
    expect(value).toBeLessThan(1e-11);
  });

  it("is the same on both engines", () => {
    const [a, b] = (["wasm", "reference"] as const).map((backend) =>
      minimize(functions["beale"]!, [1, 1], { method, backend, gradientTolerance: 1e-10 }),
    );
    expectClose(a!.x, b!.x, { relative: 1e-9 });
  });
});

describe("update rules", () => {
  it.each([
    ["adam", adam({ learningRate: 0.1 })],
    ["momentum, by a schedule over all steps", momentum({ learningRate: polynomial(0.1) })],
    ["sgd at a constant rate", sgd({ learningRate: constant(0.2) })],
  ])("%s", (_name, method) => {
    const found = minimize(({ a, b }) => add(square(sub(a, 3)), sum(square(b))), { a: 0, b: [1, 2] }, { method });
    expect(found).toMatchObject({ reason: "gradient", converged: true, evaluations: found.iterations + 1 });
    expectClose([found.x.a, found.x.b], [3, 0, 0], { relative: 0, absolute: 1e-4 });
  });

  it("that step too far are stopped", async () => {
    const problem = await problemOf(() => minimize((x) => square(square(x)), 3, { method: sgd({ learningRate: 10 }) }));
    expect(problem).toMatchObject({ code: "not-finite" });
    expect(problem.where).toMatch(/step \d/);
  });
});

describe("what is wrong is said", () => {
  it.each([
    ["a start where the function is not finite", () => minimize((x) => log(x), -1), "not-finite"],
    ["an unknown method", () => minimize((x) => square(x), 1, { method: "newton" as never }), "option"],
    ["an unknown option", () => minimize((x) => square(x), 1, { steps: 3 } as never), "option"],
    ["a function that does not give one number", () => minimize((x) => square(x), [1, 2]), "autodiff-scalar"],
    [
      "a schedule that reacts to epochs",
      () => minimize((x) => square(x), 1, { method: sgd({ learningRate: reduceOnPlateau(1) }) }),
      "option",
    ],
  ] as const)("%s", async (_what, run, code) => {
    expect(await problemOf(run)).toMatchObject({ code });
  });
});
