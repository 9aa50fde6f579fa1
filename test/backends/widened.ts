// Run by wasm-widened.test.ts in a process where V8 optimises at once and widens vectors: prints what goes wrong.

import fc from "fast-check";
import { reference } from "../../src/backends/reference.ts";
import { wasm } from "../../src/backends/wasm/index.ts";
import { lower } from "../../src/compile/index.ts";
import { Tensor } from "../../src/core/tensor.ts";
import { input } from "../../src/graph/value.ts";
import { abs, argmax, concat, flip, less, max, mul, neg, sub, sum, take } from "../../src/ops/index.ts";
import { bits } from "../numeric.ts";
import { samples } from "../programs.ts";
import { integers, numbers } from "./data.ts";
import { ways, wrong } from "./judge.ts";
import { loops } from "./loops.ts";
import { large, products, wrongProduct } from "./products.ts";
import { sideBySide, wrongRow } from "./rows.ts";

const failures: string[] = [];

/** Elementwise functions that share an argument: the first that V8 was found to get wrong. */
const x = new Tensor(
  [66],
  Float64Array.from({ length: 66 }, (_, i) => i + 1),
);
const a = input(x);
const shared = lower({ inputs: [a], outputs: [neg(a), less(a, 0), abs(a), mul(a, a), neg(sub(a, 1))] });

/** Columns that are folded side by side, and rows that are copied by vectors. */
const columns = [16, 33, 64, 100, 257].map((n) => {
  const [x, rows] = [input({ shape: [7, n], dtype: "real" }), input({ shape: [5], dtype: "integer" })];
  const folded = [x, flip(x, 0), take(x, rows, 0)].flatMap((y) => [sum(y, 0), max(y, 0), argmax(y, 1)]);
  const args = [numbers([7, n]), integers([5], (i) => (3 * i) % 7)];
  return { program: lower({ inputs: [x, rows], outputs: [...folded, concat([x, flip(x, 1)], 1)] }), args };
});

for (const way of ways) {
  const several = fc
    .sample(samples(), { numRuns: 150, seed: 7 })
    .map(({ closure, args }) => ({ program: lower(closure), args }));
  for (const { program, args } of [{ program: shared, args: [x] }, ...columns, ...several]) {
    const found = wrong(program, args, way);
    if (found) failures.push(found);
  }
  for (const product of [
    ...fc.sample(products, { numRuns: 500, seed: 7 }),
    ...fc.sample(large, { numRuns: 12, seed: 7 }),
  ]) {
    const found = wrongProduct(product, way);
    if (found) failures.push(found);
  }
  for (const [name, f] of sideBySide) {
    const found = wrongRow(f, way);
    if (found) failures.push(`${name} of a long row, ${way.precision}: ${found}`);
  }
  for (const { closure, args } of fc.sample(loops, { numRuns: 300, seed: 7 })) {
    const program = lower(closure);
    const [is, should] = [wasm, reference].map((engine) =>
      engine
        .compile(program, way)
        .run(args)
        .map((t) => bits(t.data).join()),
    );
    if (is!.join(";") !== should!.join(";")) failures.push(`a loop in ${way.precision}`);
  }
}
process.stdout.write(JSON.stringify([...new Set(failures)]));
