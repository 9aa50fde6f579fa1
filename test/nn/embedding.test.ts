import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key } from "../../src/core/random.ts";
import { type Tensor, tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { chain, dense, embedding } from "../../src/nn/index.ts";
import { square, sum } from "../../src/ops/index.ts";
import { fit } from "../../src/training/index.ts";
import { compile, grad } from "../../src/transform/index.ts";
import { problemOf } from "../data/problem.ts";

const layer = embedding({
  inputs: 4,
  columns: [
    { column: 1, levels: 3, size: 2 },
    { column: 3, levels: 2, size: 3 },
  ],
});
const rows = fc.array(
  fc.tuple(
    fc.double({ min: -9, max: 9, noNaN: true }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer(),
    fc.integer({ min: 0, max: 2 }),
  ),
  { minLength: 1, maxLength: 6 },
);

describe.each(["reference", "wasm"] as const)("an embedding on %s", (backend) => {
  const θ = layer.init(key(1));
  const apply = compile((θ: never, x: Value) => layer.apply(θ, x), { backend });

  it("puts the row of its level's table in the place of each level number, and lets the others through", () => {
    fc.assert(
      fc.property(rows, (rows) => {
        const y = apply(θ as never, tensor(rows) as never) as unknown as Tensor;
        const row = (name: string, i: number): number[] => (θ[name]!.toArray() as number[][])[i]!;
        expect(y.toArray()).toEqual(rows.map(([a, b, c, d]) => [a, ...row("E1", b), c, ...row("E3", d)]));
      }),
      { numRuns: 20 },
    );
  });

  it("has a gradient in the rows that came up alone: 2 E for each time", () => {
    const x = tensor([
      [0, 3, 0, 0],
      [0, 1, 0, 2],
      [0, 3, 0, 2],
    ]);
    const slope = compile(
      grad((tables: never) => sum(square(layer.apply(tables, tensorOf(x))))),
      { backend },
    )(θ as never) as unknown as Readonly<Record<string, Tensor>>;
    const times = { E1: [0, 1, 0, 2], E3: [1, 0, 2] };
    for (const [name, counts] of Object.entries(times)) {
      const rows = θ[name]!.toArray() as number[][];
      expect(slope[name]!.toArray()).toEqual(rows.map((row, i) => row.map((e) => 2 * counts[i]! * e + 0)));
    }
  });
});

const tensorOf = (x: Tensor): Value => x as unknown as Value;

describe("an embedding", () => {
  it("starts with rows of length about 1, and 0 for a level that training did not have", () => {
    const { E0 } = embedding({ inputs: 1, columns: [{ column: 0, levels: 4000, size: 8 }] }).init(key(0));
    const rows = E0!.toArray() as number[][];
    expect(rows[0]).toEqual(new Array(8).fill(0));
    // The mean of 4000 squared lengths, each of variance 2/8: deviation 0.008; six of them.
    const squares = rows.slice(1).reduce((total, row) => total + row.reduce((a, e) => a + e * e, 0), 0);
    expect(Math.abs(squares / 4000 - 1)).toBeLessThan(0.048);
  });

  it("learns what each level is worth, and leaves row 0 alone", async () => {
    const worth = [0, 5, -2, 1];
    const x = Array.from({ length: 60 }, (_, i) => [1 + (i % 3), i % 5]);
    const y = x.map(([level, extra]) => worth[level!]! + extra!);
    const model = chain(
      embedding({ inputs: 2, columns: [{ column: 0, levels: 3, size: 1 }] }),
      dense({ inputs: 2, outputs: 1 }),
    );
    const { evaluate, parameters, predict } = await fit(
      model,
      { x, y },
      { epochs: 300, learningRate: 0.05, precision: "f64" },
    );
    expect(evaluate().loss).toBeLessThan(1e-6);
    expect([...(parameters[0] as Record<string, Tensor>)["E0"]!.data.slice(0, 1)]).toEqual([0]);
    const [unknown, known] = predict([
      [0, 2],
      [1, 2],
    ]).data;
    expect(Number.isFinite(unknown)).toBe(true);
    expect(known).toBeCloseTo(7, 2);
  });

  it("refuses columns that are not there or come twice, sizes below 1, and batches of another width", async () => {
    const one = { column: 0, levels: 2, size: 1 };
    for (const columns of [[{ ...one, column: 2 }], [one, one], [{ ...one, size: 0 }], [{ ...one, levels: 0 }]])
      expect((await problemOf(() => embedding({ inputs: 2, columns }))).code).toBe("option");
    const wide = compile((θ: never, x: Value) => layer.apply(θ, x));
    const problem = await problemOf(() => wide(layer.init(key(0)) as never, tensor([[1, 2, 3]]) as never));
    expect(problem).toMatchObject({ code: "shape-inner", given: { inputs: 4 } });
  });
});
